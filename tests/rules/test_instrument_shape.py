"""Does each questionnaire say what its publication says: period, range, bands, alarms, licence?"""

import pytest

from rules.intake.instrument_shape import Band, Questionnaire, Standing
from rules.intake.instruments import EDITIONS, QUESTIONNAIRES
from rules.limits import LIMITS
from rules.terms import Instrument

# Period asked about, lowest and highest answer to an item, from where each band starts, licence.
DEFINED = {
    "phq9": (
        "2_weeks",
        0,
        3,
        "minimal 0 mild 5 moderate 10 moderately_severe 15 severe 20",
        "free",
    ),
    "gad7": ("2_weeks", 0, 3, "minimal 0 mild 5 moderate 10 severe 15", "free"),
    "pcl5": ("1_month", 0, 4, "below_cut_off 0 probable 33", "public_domain"),
    "cssrs": ("1_month_and_lifetime_or_since_last_asked", 0, 3, "", "licence_needed"),
    "audit_c": ("1_year", 0, 4, "low 0 positive 3 high 8", "with_attribution"),
    "dast10": ("1_year", 0, 1, "none 0 low 1 moderate 3 substantial 6 severe 9", "licence_needed"),
    "asrm": ("1_week", 0, 4, "below_cut_off 0 likely_mania 6", "licence_needed"),
    "moaas": ("now", 0, 5, "emergency 0 drowsy 3 alert 5", "own_words"),
    "usc6": ("4_weeks", 0, 3, "clean 0 review 3 hold 6", "own_words"),
    "ccc4": ("2_weeks", 0, 3, "clean 0 review 6", "own_words"),
    "sdc4": ("now", 0, 3, "", "own_words"),
    "pgi_s": ("now", 1, 7, "", "licence_needed"),
    "mdq": ("lifetime", 0, 3, "", "licence_needed"),
    "pgi_i": (
        "since_treatment_began",
        1,
        7,
        "much_better 1 better 3 no_change 4 worse 5",
        "public_domain",
    ),
}
# The code that is raised, by which items (none: the total), from which number of the house on.
ALARMS = {
    "phq9": [("cssrs_needed", "q9", None)],
    "cssrs": [
        ("suicide_risk_high", "q4 q5 q6_recent", None),
        ("suicide_risk_moderate", "q3 q6", None),
        ("suicide_risk_low", "q1 q2", None),
    ],
    "audit_c": [("audit_c_high", "", "audit_c_high_from")],
    "dast10": [("dast10_high", "", "dast10_high_from")],
    "asrm": [("mania_active", "", "asrm_positive_from")],
    "moaas": [("emergency_unresponsive", "q1", "emergency_moaas")],
    "usc6": [
        ("urinary_symptoms_hold", "blood", None),
        ("urinary_symptoms_hold", "q4 q5", "urinary_pain_hold_from"),
        ("urinary_symptoms_hold", "", "urinary_hold_from"),
        ("urinary_symptoms_review", "", "urinary_review_from"),
    ],
    "ccc4": [("cognitive_complaint_review", "", "cognitive_review_from")],
    "mdq": [("mdq_positive", "", "mdq_positive_from")],
    "sdc4": [("release_criteria_unmet", "q1 q2 q3 q4", "state_check_release_below")],
}
# The codes of the panel, of the total and of the items; none where nobody verified one.
LOINC = {
    "phq9": (
        "44249-1",
        "44261-6",
        "44250-9 44255-8 44259-0 44254-1 44251-7 44258-2 44252-5 44253-3 44260-8",
    ),
    "gad7": ("69737-5", "70274-6", "69725-0 68509-9 69733-4 69734-2 69735-9 69689-8 69736-7"),
    "cssrs": (None, "93374-7", "93246-7 93247-5 93248-3 93249-1 93250-9 93267-3 93269-9"),
    "audit_c": ("72109-2", "75626-2", "- - 68520-6"),
    "dast10": (None, "82667-7", ""),
}
YES_OR_NO = {
    "cssrs": "q1 q2 q3 q4 q5 q6 q6_recent",
    "dast10": "q1 q2 q3 q4 q5 q6 q7 q8 q9 q10",
    "usc6": "blood",
    "mdq": "q1 q2 q3 q4 q5 q6 q7 q8 q9 q10 q11 q12 q13 same_time",
}
OPTIONAL = {"phq9": ("difficulty",), "mdq": ("same_time", "problem")}


@pytest.mark.parametrize("instrument", Instrument)
def test_a_questionnaire_is_the_published_one(instrument: Instrument) -> None:
    shape = QUESTIONNAIRES[instrument]
    bands = " ".join(f"{name} {start}" for name, start in shape.bands_under(LIMITS))
    said = (shape.recall, shape.lowest, shape.highest, bands, shape.licence)
    assert said == DEFINED[instrument]
    assert shape.by_an_observer is (instrument in {Instrument.MOAAS, Instrument.SDC4})
    assert " ".join(shape.yes_no) == YES_OR_NO.get(instrument, "")
    assert shape.not_counted == (("blood",) if instrument is Instrument.USC6 else ())
    assert shape.optional == OPTIONAL.get(instrument, ())


@pytest.mark.parametrize("instrument", Instrument)
def test_a_questionnaire_says_what_it_alarms_about(instrument: Instrument) -> None:
    triggers = QUESTIONNAIRES[instrument].triggers
    said = [(each.code, " ".join(each.items), each.limit) for each in triggers]
    assert said == ALARMS.get(instrument, [])


@pytest.mark.parametrize("instrument", Instrument)
def test_an_item_has_its_code(instrument: Instrument) -> None:
    shape = QUESTIONNAIRES[instrument]
    panel, total, items = LOINC.get(instrument, (None, None, ""))
    coded = zip(shape.items, items.split(), strict=bool(items))
    assert (shape.panel_loinc, shape.total_loinc) == (panel, total)
    assert shape.item_loinc == {item: code for item, code in coded if code != "-"}


def test_the_clusters_of_the_trauma_list_follow_one_another() -> None:
    shape = QUESTIONNAIRES[Instrument.PCL5]
    assert [each.name for each in shape.clusters] == [
        *("b_intrusion", "c_avoidance", "d_cognition_and_mood", "e_arousal")
    ]
    assert tuple(item for each in shape.clusters for item in each.items) == shape.items


@pytest.mark.parametrize(
    ("total", "name"), [(-1, None), (0, "low"), (2, "low"), (3, "mid"), (5, "mid"), (6, "high")]
)
def test_a_total_lies_in_the_band_that_starts_last_before_it(total: int, name: str | None) -> None:
    bands = tuple(
        Band(name=each, starts_at=at) for each, at in (("low", 0), ("mid", 3), ("high", 6))
    )
    assert Questionnaire(items=("q1",), bands=bands).band(total, LIMITS) == name
    assert Questionnaire(items=("q1",)).band(total, LIMITS) is None


@pytest.mark.parametrize(
    ("mid", "high", "left"),
    [
        (3, 6, (("low", 0), ("mid", 3), ("high", 6))),
        (6, 6, (("low", 0), ("high", 6))),
        (7, 6, (("low", 0), ("high", 6))),
        (3, 0, (("high", 0),)),
    ],
)
def test_a_worse_band_swallows_what_would_begin_with_it_or_after_it(mid, high, left) -> None:
    starts = {"low": 0, "mid": mid, "high": high}
    bands = tuple(Band(name=name, starts_at=start) for name, start in starts.items())
    assert Questionnaire(items=("q1",), bands=bands).bands_under(LIMITS) == left


def test_what_is_not_said_of_a_questionnaire_is_the_careful_answer() -> None:
    bare = Questionnaire(items=("q1",))
    assert not bare.wording_may_ship
    assert (bare.standing, bare.recall, bare.by_an_observer) == (Standing.CURRENT, "now", False)
    assert QUESTIONNAIRES[Instrument.PHQ9].every_item[-2:] == ("q9", "difficulty")
    assert (bare.licence_statement, dict(bare.item_loinc), bare.every_item) == ("", {}, ("q1",))


def test_older_editions_stay_and_differ_in_what_is_written_here() -> None:
    older = {
        (name, one.edition): (one.standing, one.optional)
        for name, editions in EDITIONS.items()
        for one in editions[1:]
    }
    assert older == {
        ("phq9", "2026.11"): ("accepted", ()),
        ("cssrs", "1"): ("retired", ()),
    }
