"""Is every definition whole, and is nothing shown that belongs to somebody else?"""

import pytest

from rules.intake.instrument_shape import Licence, Questionnaire, Standing
from rules.intake.instruments import EDITIONS, QUESTIONNAIRES, edition_of
from rules.intake.outcomes import Score, cluster_sums, is_positive, score
from rules.intake.progress import Change, compared
from rules.limits import LIMITS, Limits
from rules.terms import Instrument

I = Instrument  # noqa: E741 - short, for the tables
EVERY = [(one, shape) for one, editions in EDITIONS.items() for shape in editions]
IDS = [f"{one}-{shape.edition}" for one, shape in EVERY]


@pytest.mark.parametrize(("instrument", "shape"), EVERY, ids=IDS)
def test_a_definition_fits_together(instrument: Instrument, shape: Questionnaire) -> None:
    known = set(shape.every_item)
    assert len(known) == len(shape.every_item)
    named = {*shape.yes_no, *shape.reversed_items, *shape.not_counted, *shape.enabled_when}
    named |= {when.item for when in shape.enabled_when.values()}
    named |= {item for part in (*shape.triggers, *shape.clusters) for item in part.items}
    assert named <= known
    starts = [start for _, start in shape.bands_under(LIMITS)]
    assert starts == sorted(set(starts))
    assert shape.licence_statement
    assert edition_of(instrument, shape.edition) is shape


@pytest.mark.parametrize(("instrument", "shape"), EVERY, ids=IDS)
def test_a_definition_names_only_numbers_that_exist(
    instrument: Instrument, shape: Questionnaire
) -> None:
    rule = shape.progress
    names = [shape.cut_off, shape.cut_off_men, *(each.limit for each in shape.triggers)]
    names += [getattr(rule, name) for name in rule.__slots__] if rule else []
    assert all(isinstance(getattr(LIMITS, name), int) for name in names if name), instrument


@pytest.mark.parametrize("instrument", Instrument)
def test_there_is_one_current_edition_and_it_is_the_newest(instrument: Instrument) -> None:
    standing = [shape.standing for shape in EDITIONS[instrument]]
    assert standing[0] is Standing.CURRENT
    assert standing.count(Standing.CURRENT) == 1
    assert QUESTIONNAIRES[instrument] is edition_of(instrument, None)
    assert edition_of(instrument, "1999.1") is None


def test_an_item_is_asked_only_when_another_was_answered_so() -> None:
    asked = QUESTIONNAIRES[I.CSSRS].enabled_when
    assert {item: (when.item, when.answer) for item, when in asked.items()} == {
        "q3": ("q2", True),
        "q4": ("q2", True),
        "q5": ("q2", True),
        "q6_recent": ("q6", True),
    }


@pytest.mark.parametrize(
    ("instrument", "size", "top"),
    [
        (I.PHQ9, 9, 27),
        (I.GAD7, 7, 21),
        (I.PCL5, 20, 80),
        (I.AUDIT_C, 3, 12),
        (I.DAST10, 10, 10),
        (I.ASRM, 5, 20),
        (I.CCC4, 4, 12),
        (I.SDC4, 4, 12),
        (I.USC6, 6, 15),
        (I.PGI_I, 1, 7),
        (I.PGI_S, 1, 7),
        (I.MDQ, 13, 13),
        (I.MOAAS, 1, 5),
    ],
)
def test_the_highest_total_is_the_published_one(
    instrument: Instrument, size: int, top: int
) -> None:
    shape = QUESTIONNAIRES[instrument]
    assert len(shape.items) == size
    worst = {
        item: item not in shape.reversed_items if item in shape.yes_no else shape.highest
        for item in shape.items
    }
    assert score(instrument, worst).total == top


def test_codes_that_nobody_verified_are_null() -> None:
    for instrument in (I.PCL5, I.ASRM, I.MOAAS, I.USC6, I.CCC4, I.SDC4, I.PGI_I, I.PGI_S, I.MDQ):
        shape = QUESTIONNAIRES[instrument]
        assert (shape.panel_loinc, shape.total_loinc, dict(shape.item_loinc)) == (None, None, {})


def test_what_needs_a_licence_does_not_ship() -> None:
    needed = {one for one, shape in QUESTIONNAIRES.items() if not shape.wording_may_ship}
    assert needed == {I.CSSRS, I.DAST10, I.ASRM, I.MDQ, I.PGI_S}
    assert {shape.licence for _, shape in EVERY if not shape.wording_may_ship} == {
        Licence.LICENCE_NEEDED
    }


@pytest.mark.parametrize(
    ("yes", "same_time", "problem", "positive"),
    [
        (7, True, 2, True),
        (13, True, 3, True),
        (6, True, 3, False),
        (7, False, 3, False),
        (7, True, 1, False),
        (7, None, 3, False),
        (7, True, None, False),
    ],
)
def test_a_mood_disorder_is_suspected_when_all_three_parts_say_so(
    yes: int, *, same_time: bool | None, problem: int | None, positive: bool
) -> None:
    answers = {item: place < yes for place, item in enumerate(QUESTIONNAIRES[I.MDQ].items)}
    found = score(I.MDQ, answers | {"same_time": same_time, "problem": problem})
    assert (found.total, found.complete) == (yes, True)
    assert found.alarms == (("mdq_positive",) if positive else ())


def test_a_mood_questionnaire_with_a_gap_has_no_total() -> None:
    answers = dict.fromkeys(QUESTIONNAIRES[I.MDQ].items, True) | {"q13": None}
    assert score(I.MDQ, answers).total is None


def test_an_optional_item_is_neither_missed_nor_counted() -> None:
    nine = dict.fromkeys(QUESTIONNAIRES[I.PHQ9].items, 1)
    assert score(I.PHQ9, nine).total == 9
    assert score(I.PHQ9, nine | {"difficulty": 3}).total == 9


def test_an_old_edition_is_scored_and_an_unknown_one_is_not() -> None:
    nine = dict.fromkeys(QUESTIONNAIRES[I.PHQ9].items, 2)
    assert score(I.PHQ9, nine, edition="2026.11").total == 18
    assert score(I.PHQ9, nine, edition="1999.1") == Score(None, None, complete=False)


@pytest.mark.parametrize(
    ("item", "said", "why"),
    [
        ("q1", 0, None),
        ("q1", None, None),
        ("q1", 3, None),
        ("q1", 4, "Answer from 0 to 3."),
        ("q1", -1, "Answer from 0 to 3."),
        ("q1", True, "Answer from 0 to 3."),
        ("q1", 1.0, "Answer from 0 to 3."),
        ("q10", 1, "There is no such item."),
        ("Q1", 1, "There is no such item."),
    ],
)
def test_what_is_no_answer_is_named(item: str, said: object, why: str | None) -> None:
    assert QUESTIONNAIRES[I.PHQ9].why_not(item, said) == why


def test_a_number_is_no_yes() -> None:
    assert QUESTIONNAIRES[I.CSSRS].why_not("q1", 1) == "Answer true or false."
    assert QUESTIONNAIRES[I.CSSRS].why_not("q1", said=False) is None


@pytest.mark.parametrize(
    ("instrument", "total", "man", "positive"),
    [
        (I.AUDIT_C, 2, False, False),
        (I.AUDIT_C, 3, False, True),
        (I.AUDIT_C, 3, True, False),
        (I.AUDIT_C, 4, True, True),
        (I.PHQ9, 9, False, False),
        (I.PHQ9, 10, True, True),
        (I.GAD7, 10, False, True),
        (I.PCL5, 32, False, False),
        (I.PCL5, 33, False, True),
        (I.ASRM, 5, False, False),
        (I.ASRM, 6, False, True),
        (I.DAST10, 2, False, False),
        (I.DAST10, 3, False, True),
        (I.PGI_I, 1, False, None),
        (I.PGI_S, 7, False, None),
        (I.MDQ, 13, False, None),
        (I.PHQ9, None, False, None),
    ],
)
def test_a_cut_off_is_reached_or_not(
    instrument: Instrument, total: int | None, *, man: bool, positive: bool | None
) -> None:
    assert is_positive(instrument, total, drinks_like_a_man=man) is positive
    if not man:  # who has not said so is held to the tighter line
        assert is_positive(instrument, total) is positive


def test_the_clusters_of_the_trauma_list() -> None:
    said = {f"q{n}": 1 for n in range(1, 21)}
    sums = cluster_sums(I.PCL5, said)
    assert [*sums.values()] == [5, 2, 7, 6]
    assert cluster_sums(I.PCL5, said | {"q6": None})["c_avoidance"] is None
    assert cluster_sums(I.GAD7, {"q1": 1}) == {}
    assert cluster_sums(I.PCL5, said, edition="1999.1") == {}


@pytest.mark.parametrize(
    ("instrument", "total", "baseline", "change"),
    [
        (I.PHQ9, 9, 18, (True, False, None, True)),
        (I.PHQ9, 10, 18, (False, False, None, False)),
        (I.PHQ9, 4, 10, (True, True, None, True)),
        (I.PHQ9, 4, 9, (True, False, None, True)),
        (I.PHQ9, 5, 10, (True, False, None, True)),
        (I.PHQ9, 6, 10, (False, False, None, False)),
        (I.PHQ9, 20, 10, (False, False, None, False)),
        (I.PHQ9, 0, 1, (True, False, None, False)),
        (I.PHQ9, 51, 101, (False, False, None, False)),  # not quite half, on any scale
        (I.PHQ9, 0, 0, (False, False, None, False)),
        (I.GAD7, 4, 8, (True, True, None, None)),
        (I.GAD7, 5, 8, (False, False, None, None)),
        (I.PCL5, 40, 44, (None, None, False, False)),
        (I.PCL5, 40, 45, (None, None, True, False)),
        (I.PCL5, 40, 50, (None, None, True, True)),
        (I.PGI_I, 2, None, (True, None, None, None)),
        (I.PGI_I, 3, None, (False, None, None, None)),
    ],
)
def test_response_remission_and_real_change(
    instrument: Instrument,
    total: int,
    baseline: int | None,
    change: tuple[bool | None, ...],
) -> None:
    found = compared(instrument, total, baseline)
    assert found is not None
    assert (found.response, found.remission, found.reliable, found.meaningful) == change
    assert found.change == (None if baseline is None else total - baseline)


@pytest.mark.parametrize(
    ("instrument", "total", "baseline"), [(I.PHQ9, None, 10), (I.PHQ9, 5, None), (I.USC6, 1, 1)]
)
def test_without_a_total_a_baseline_or_a_rule_nothing_is_said(
    instrument: Instrument, total: int | None, baseline: int | None
) -> None:
    assert compared(instrument, total, baseline) is None


def test_a_change_says_nothing_by_itself() -> None:
    assert compared(I.PCL5, 30, 30, Limits()) == Change(
        baseline=30, change=0, reliable=False, meaningful=False
    )
