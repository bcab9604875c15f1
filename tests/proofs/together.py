"""Which facts only mean something together? Doses and dates, readings, medicines, weights."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from rules.facts import AnsweredFact, DoseFact, MedicineFact, ReadingFact
from rules.intake.medicines import Kind
from rules.terms import DoseForm, Molecule, Route, Setting, SuicideRisk
from tests.proofs.clear_facts import CONDITIONS, INSTRUMENTS, answered, dose, reading, told
from tests.proofs.moments import Moment

Change = tuple[str, str, Any]
KINDS = tuple(kind.value for kind in Kind)
IN_OFFICE: tuple[Change, ...] = (
    ("product", "molecules", (Molecule.ESKETAMINE,)),
    ("product", "setting", Setting.CERTIFIED_SITE),
    ("product", "route", Route.NASAL),
    ("product", "form", DoseForm.NASAL_SPRAY),
)
BANDS = {
    "systolic_mmhg": (78, 90, 140, 160, 180, 300),
    "diastolic_mmhg": (60, 90, 100, 110, 122),
    "heart_rate_bpm": (40, 45, 50, 100, 110, 130),
    "spo2_percent": (90, 92, 94, 95, 100),
}


def conditions(_moment: Moment) -> list[dict[str, bool | None]]:
    """One condition present, not known, or never asked; also two of them, and none asked."""
    lists: list[dict[str, bool | None]] = [{}, told()]
    for code in CONDITIONS:
        without = told()
        del without[code]
        lists += [told(**{code: True}), told(**{code: None}), without]
    lists.append(told(hyperthyroidism_controlled=True, hypertension_controlled=True))
    return lists


def medicines(_moment: Moment) -> list[tuple[MedicineFact, ...]]:
    """One of each class, classes together, and benzodiazepines around 3 mg of lorazepam."""
    plain = MedicineFact(name="sertraline", ingredient="x", interaction="antidepressant")
    one_each = [MedicineFact(name=kind, ingredient=kind, interaction=kind) for kind in KINDS]
    lists: list[tuple[MedicineFact, ...]] = [(), (MedicineFact(name="what is this"),)]
    lists += [(plain, one) for one in one_each]
    lists += [(one, MedicineFact(name="?")) for one in one_each[::4]]
    for parts in ((299,), (300,), (301,), (150, 150), (150, 151), (None,), (None, 301), (0,)):
        lists.append(
            tuple(
                MedicineFact(
                    name="b",
                    ingredient="b",
                    interaction="benzodiazepine",
                    lorazepam_equivalent_mg_hundredths=part,
                )
                for part in parts
            )
        )
    return lists


def doses(moment: Moment) -> list[tuple[DoseFact, ...]]:
    """Around 72 and 168 hours, around 10, 14, 28 and 84 days, and around 24 and 36 a year."""
    lists: list[tuple[DoseFact, ...]] = [()]
    for days in (0, 1, 3, 7, 10, 11, 13, 14, 15, 28, 29, 84, 85, 365):
        for seconds in (-1, 0, 1):
            lists.append((dose(moment, days, seconds=seconds),))
            if days >= 7:
                lists.append(
                    (dose(moment, days, seconds=seconds), dose(moment, 4, seconds=seconds))
                )
    lists += [(dose(moment, 6.9), dose(moment, 5), dose(moment, 3.1))]
    for many in (23, 24, 25, 35, 36, 37):
        lists.append(tuple(dose(moment, 4 + 8 * back) for back in reversed(range(many))))
    for old in (364, 365, 366, 367):
        more = [dose(moment, 4 + 8 * back) for back in reversed(range(23))]
        lists.append((dose(moment, old), *more))
        more = [dose(moment, 4 + 8 * back) for back in reversed(range(35))]
        lists.append((dose(moment, old), *more))
    return lists


def answers(moment: Moment) -> list[tuple[AnsweredFact, ...]]:
    """One instrument missing, or around the end of its life; and none at all."""
    lists: list[tuple[AnsweredFact, ...]] = [()]
    for name in INSTRUMENTS:
        lists.append(answered(moment, name))
        for days in (1, 14, 15, 28, 29, 90, 91):
            for seconds in (-1, 0, 1):
                hours = days * 24 + seconds / 3600
                lists.append(answered(moment, **{name: hours}))
    return lists


def sessions(moment: Moment) -> list[tuple[datetime, ...]]:
    """Sessions under the approval: none, up to seven, and one that follows the answers."""
    ends = (0, 1, 4)
    return [
        (),
        *(
            tuple(moment.ago(days=days + 4 * back) for back in reversed(range(many)))
            for many in range(1, 8)
            for days in ends
        ),
    ]


def _reading_lists(moment: Moment) -> Iterable[tuple[ReadingFact, ...]]:
    for what, marks in BANDS.items():
        for value in {mark + step for mark in marks for step in (-1, 0, 1)} | {None}:
            odd = reading(moment, 10, **{what: value})
            yield (odd,)
            yield (reading(moment, 20), odd)
            yield (odd, reading(moment, 5))
            if value is not None:
                yield (
                    reading(moment, 20, **{what: value - 9}),
                    reading(moment, 10, **{what: value + 8}),
                )
                yield (
                    reading(moment, 25, **{what: value + 30}),
                    reading(moment, 15, **{what: value + 1}),
                    reading(moment, 5, **{what: value}),
                )
    for seconds in (-1, 0, 1):
        for minutes in (0, 10, 30, 40):
            yield (reading(moment, minutes + seconds / 60),)
    same = [reading(moment, minutes) for minutes in (29, 22, 15, 8)]
    yield from (tuple(same), tuple(same[:3]), tuple(same[:2]))
    other = reading(moment, 3, heart_rate_bpm=71)
    yield from ((*same[:2], other), (*same[:3], other))


def readings(moment: Moment) -> list[tuple[ReadingFact, ...]]:
    """Around every band, one, two and three of them, and around their age."""
    return [(), *_reading_lists(moment)]


def one_reading(moment: Moment) -> list[ReadingFact]:
    """Single readings around bands and around 35, 50 and 120 minutes before and after."""
    tops = (97, 98, 99, 121, 122, 123, 140, 141, 146, 147, 159, 160, 161)
    lows = (62, 63, 77, 78, 79, 90, 91, 93, 94, 99, 100, 101)
    made = [reading(moment, 5, **{what: None}) for what in BANDS]
    made += [reading(moment, 5, systolic_mmhg=top) for top in tops]
    made += [reading(moment, 5, diastolic_mmhg=low) for low in lows]
    for minutes in (0, 30, 35, 50, 75, 90, 120):
        made += [reading(moment, minutes + step / 60) for step in (-1, 0, 1)]
    made += [
        reading(moment, 5, systolic_mmhg=systolic, diastolic_mmhg=diastolic)
        for systolic in (150, 158, 160)
        for diastolic in (78, 95, 100)
    ]
    return made


MOLECULES: list[tuple[Molecule, ...]] = [
    (),
    *((one,) for one in Molecule),
    (Molecule.KETAMINE, Molecule.ESKETAMINE),
    (Molecule.KETAMINE, Molecule.ARKETAMINE),
]
LISTS: dict[str, Callable[[Moment], list[Any]]] = {
    "instruments.answered": answers,
    "course.sessions_at": sessions,
    "product.molecules": lambda _moment: MOLECULES,
    "intake.conditions": conditions,
    "intake.medicines": medicines,
    "course.doses": doses,
    "vitals.readings": readings,
    "release.baseline": one_reading,
    "release.latest": one_reading,
    "release.previous": one_reading,
    "office.before": one_reading,
    "office.at_40_minutes": one_reading,
    "office.at_end": one_reading,
}


def changes(moment: Moment) -> tuple[tuple[Change, ...], ...]:
    """List changes that belong together."""
    return (
        *_amounts(),
        *_steps(),
        *_boosters(moment),
        *_gaps(moment),
        *_told(moment),
        *_due(moment),
        *_spacings(moment),
        *_suicide_risks(),
        *_scores(),
        *_watch(moment),
        *_pairs(moment),
    )


def _course(**fields: Any) -> tuple[Change, ...]:
    return tuple(("course", name, value) for name, value in fields.items())


def _spacings(moment: Moment) -> Iterable[tuple[Change, ...]]:
    """The edges of 72 and 168 hours, of 84 days and of the approval that stands for them."""
    for seconds in (-1, 0, 1):
        yield _course(doses=(dose(moment, 3, seconds=seconds),))
        yield _course(doses=(dose(moment, 7, seconds=seconds), dose(moment, 4)))
        signed = moment.ago(days=84, seconds=seconds)
        for days in (83, 84, 85):
            yield _course(doses=(dose(moment, days),), approval_signed_at=signed)
    for milligrams in (200, 250):
        for step in (-1, 0, 1):
            planned = 100 * milligrams + 10_000 + step
            yield _course(doses=(dose(moment, 4, milligrams),), planned_dose_mg_hundredths=planned)
    for days in (6, 7, 8):
        yield (
            ("product", "esketamine_elsewhere", True),
            ("product", "esketamine_course_ended", True),
            ("product", "esketamine_last_dose_on", moment.today - timedelta(days=days)),
        )


def _due(moment: Moment) -> Iterable[tuple[Change, ...]]:
    """Answers that are due beside the sessions of the course, and for whom they are due."""
    for given, held in product(answers(moment)[::4], sessions(moment)[::5]):
        yield (("instruments", "answered", given), ("course", "sessions_at", held))
    trauma = ("intake", "indications", ("post_traumatic_stress_disorder",))
    for given in ("pcl5",), ("pcl5", "asrm"):
        yield (trauma, ("instruments", "answered", answered(moment, *given)))
    for seconds in (-1, 0, 1):
        yield _score(answered=answered(moment, asrm=24 + seconds / 3600))
    for days, mood in product((14, 15, 28, 29), (True, False, None)):
        old = answered(moment, pcl5=24 * days, asrm=24 * days)
        yield (trauma, _score(answered=old)[0], _score(mood_disorder=mood)[0])
    yield (
        ("authority", "prescriber_is_physician", False),
        ("authority", "npp_prescriber_allowed", False),
    )


def _told(moment: Moment) -> Iterable[tuple[Change, ...]]:
    """Every condition, present and not known."""
    for given in conditions(moment):
        yield (("intake", "conditions", given),)


def _amounts() -> Iterable[tuple[Change, ...]]:
    """Milligrams against weights."""
    for weight in (50_000, 60_000, 64_286, 70_000, 100_000):
        for per_kg in (3, 5, 7):
            for step in (-1, 0, 1):
                planned = per_kg * weight // 10 + step
                yield _course(planned_dose_mg_hundredths=planned, weight_g=weight)
                yield _course(
                    planned_dose_mg_hundredths=planned, weight_g=weight, doses=(), sessions_used=0
                )


def _steps() -> Iterable[tuple[Change, ...]]:
    """From the last dose of 150 mg up by a half, and on to 100 mg more."""
    for planned in (15_000, 22_500, 25_000):
        for step in (-1, 0, 1):
            yield _course(planned_dose_mg_hundredths=planned + step)


def _boosters(moment: Moment) -> Iterable[tuple[Change, ...]]:
    """A second part in its window and around it, of half the first and around it."""
    asked = _course(
        booster_asked=True,
        booster_prescribed=True,
        booster_first_part_at=moment.ago(minutes=15),
        booster_mg_hundredths=5_000,
        first_part_mg_hundredths=10_000,
        first_part_lost=False,
    )
    for minutes, seconds in product((10, 30), (-1, 0, 1)):
        part = moment.ago(minutes=minutes, seconds=seconds)
        yield (*asked, *_course(booster_first_part_at=part))
    for amount in (4_999, 5_001, None):
        yield (*asked, *_course(booster_mg_hundredths=amount))
        yield _course(
            booster_prescribed=True, booster_mg_hundredths=amount, first_part_mg_hundredths=10_000
        )
    for given in readings(moment):
        yield (*asked, ("vitals", "readings", given))
    for lost in (True, None):
        yield (*asked, *_course(first_part_lost=lost))
    yield _course(booster_asked=True, booster_prescribed=None)
    yield _course(booster_asked=True, booster_prescribed=False)


def _gaps(moment: Moment) -> Iterable[tuple[Change, ...]]:
    """After a gap the dose goes on the same or lower, after a long one as if for the first time."""
    for days in (10, 11, 28, 29, 84, 85):
        for planned in (14_999, 15_000, 15_001, 20_000, 20_001):
            yield _course(doses=(dose(moment, days),), planned_dose_mg_hundredths=planned)
    for days in (13, 14, 15):
        yield _course(doses=(dose(moment, days),), maintenance=True)
    for days in (4, 11, 29):
        nobody_knows = replace(dose(moment, days), dose_mg_hundredths=None)
        yield _course(doses=(nobody_knows,))
    for used in (1, 2, 3, 4, 5, 6):
        for allowed in (1, 3, 6, 7):
            yield _course(
                sessions_used=used, sessions_allowed=allowed, mid_course_reviewed=used > 3
            )


def _score(**fields: Any) -> tuple[Change, ...]:
    return tuple(("instruments", name, value) for name, value in fields.items())


def _suicide_risks() -> Iterable[tuple[Change, ...]]:
    for risk in SuicideRisk:
        for assessed in (True, False, None):
            yield _score(suicide_risk=risk, suicide_risk_assessed=assessed)


def _scores() -> Iterable[tuple[Change, ...]]:
    """Scores that mean something only beside another answer."""
    for low in (9, 10, None):
        yield _score(phq9=low, gad7=9, pcl5=32)
        yield _score(phq9=9, gad7=low, pcl5=32)
        yield _score(phq9=9, gad7=9, pcl5=None if low is None else low + 23)
    for audit, like in product((2, 3, 4, 7, 8), ("man", "woman", None)):
        yield (*_score(audit_c=audit), ("person", "drinks_like", like))
    for asrm, cleared in product((5, 6), (True, False, None)):
        yield _score(asrm=asrm, asrm_cleared=cleared)
    for total in (2, 3, 4, 5, 6, 7):
        yield _score(urinary_sum=total, urinary_cleared=True)
        yield _score(urinary_sum=total)
        yield _score(cognitive_sum=total, cognitive_baseline=None)
        yield _score(cognitive_sum=total, cognitive_baseline=total - 2)
    yield _score(audit_c=8, audit_c_assessed=True)


def _watch(moment: Moment) -> Iterable[tuple[Change, ...]]:
    """The watch at home and in the office: times that hang together."""
    for minutes in (35, 50, 120):
        for seconds in (-1, 0, 1):
            at = moment.ago(minutes=minutes, seconds=seconds)
            yield (("release", "dose_taken_at", at), ("release", "latest", reading(moment, 0)))
            yield (
                ("office", "last_device_at", at),
                ("office", "at_40_minutes", reading(moment, 0)),
            )
    for latest in one_reading(moment):
        for previous in (reading(moment, 60, systolic_mmhg=150, diastolic_mmhg=95), None):
            yield (("release", "latest", latest), ("release", "previous", previous))


def _pairs(moment: Moment) -> Iterable[tuple[Change, ...]]:
    """Two answers of which one alone says nothing."""
    yield (("home", "means_secured", False), ("home", "suicidal_12_months", True))
    yield (("home", "means_secured", False), ("home", "suicidal_12_months", None))
    yield (("product", "esketamine_elsewhere", True), ("product", "esketamine_course_ended", True))
    yield (("day", "benzodiazepine_24h", True), ("day", "benzodiazepine_in_plan", True))
    for seconds in (-1, 0, 1):
        yield (
            ("office", "nasal_product_today", True),
            ("office", "last_nasal_product_at", moment.ago(hours=1, seconds=seconds)),
        )
    yield _course(doses=(dose(moment, 0.1),))
    yield _course(doses=(dose(moment, 6), dose(moment, 3.5)))
    for seconds in (-1, 0, 1):
        apart = reading(moment, 10 + seconds / 60), reading(moment, 5, heart_rate_bpm=71)
        yield (("vitals", "readings", apart),)
    unmeasured = (reading(moment, 5, spo2_percent=None),)
    for heavy, asked in product((399, 400, None), (True, False, None)):
        yield (
            ("vitals", "readings", unmeasured),
            ("vitals", "oximeter_required", asked),
            ("intake", "body_mass_index_tenths", heavy),
        )
    yield (
        ("authority", "in_person_evaluated", False),
        ("authority", "telemedicine_through", moment.today),
    )
    for setting in Setting:
        for molecule in Molecule:
            yield (
                ("product", "setting", setting),
                ("product", "molecules", (molecule,)),
                ("product", "setting_changed", True),
            )
