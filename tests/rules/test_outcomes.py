"""How is the person, in numbers?"""

import pytest

from rules.intake.instruments import QUESTIONNAIRES
from rules.intake.outcomes import (
    Score,
    score,
    state_check_worst,
    suicide_risk,
    urinary_blood,
    urinary_worst_pain,
)
from rules.terms import Instrument, SuicideRisk

I = Instrument  # noqa: E741 - short, for the tables
SIMPLE = tuple(one for one in Instrument if one is not I.CSSRS)


def answers(instrument: Instrument, *values: int | bool | None) -> dict[str, int | bool | None]:
    """Give answers in the order of the items."""
    return dict(zip(QUESTIONNAIRES[instrument].items, values, strict=True))


def lowest(instrument: Instrument) -> dict[str, int | bool | None]:
    """Give the mildest answer to every item."""
    shape = QUESTIONNAIRES[instrument]
    return {
        item: item in shape.reversed_items if item in shape.yes_no else shape.lowest
        for item in shape.items
    }


def screener(said: str, **more: bool | None) -> dict[str, bool | None]:
    """Give C-SSRS answers as six letters, y or n, or - for none; q6_recent by name."""
    words = {"y": True, "n": False, "-": None}
    return {**{f"q{place}": words[letter] for place, letter in enumerate(said, 1)}, **more}


@pytest.mark.parametrize(
    ("total", "band"),
    [
        (0, "minimal"),
        (4, "minimal"),
        (5, "mild"),
        (9, "mild"),
        (10, "moderate"),
        (14, "moderate"),
        (15, "moderately_severe"),
        (19, "moderately_severe"),
        (20, "severe"),
        (24, "severe"),
    ],
)
def test_phq9_bands(total: int, band: str) -> None:
    values = [3] * (total // 3) + [total % 3] + [0] * 9
    found = score(I.PHQ9, answers(I.PHQ9, *values[:8], 0))
    assert found == Score(total, band, complete=True)


@pytest.mark.parametrize(("total", "band"), [(4, "minimal"), (5, "mild"), (10, "moderate")])
def test_gad7_bands(total: int, band: str) -> None:
    values = [3] * (total // 3) + [total % 3] + [0] * 7
    assert score(I.GAD7, answers(I.GAD7, *values[:7])).band == band


@pytest.mark.parametrize("instrument", SIMPLE)
def test_the_mildest_answers_are_complete(instrument: Instrument) -> None:
    found = score(instrument, lowest(instrument))
    assert found.complete
    assert found.total == QUESTIONNAIRES[instrument].lowest * (instrument in (I.PGI_I, I.PGI_S))


@pytest.mark.parametrize("instrument", SIMPLE)
@pytest.mark.parametrize("wrong", [None, 99, -1, "absent"])
def test_an_answer_that_is_missing_or_out_of_range_is_not_zero(
    instrument: Instrument, wrong: object
) -> None:
    given = dict(lowest(instrument))
    last = QUESTIONNAIRES[instrument].items[-1]
    if wrong == "absent":
        del given[last]
    else:
        given[last] = wrong
    found = score(instrument, given)
    assert (found.total, found.band, found.complete) == (None, None, False)


def test_yes_is_no_number_and_a_number_is_no_yes() -> None:
    assert not score(I.PHQ9, {**lowest(I.PHQ9), "q1": True}).complete
    assert not score(I.DAST10, {**lowest(I.DAST10), "q1": 1}).complete


@pytest.mark.parametrize(("last", "alarmed"), [(0, False), (1, True), (3, True), (None, False)])
def test_item_9_calls_for_the_suicide_questions_even_in_an_incomplete_form(
    last: int | None, alarmed: bool
) -> None:
    given = answers(I.PHQ9, *([None] * 8), last)
    assert score(I.PHQ9, given).alarms == (("cssrs_needed",) if alarmed else ())


ALARMS_OF = {
    SuicideRisk.NONE: (),
    SuicideRisk.LOW: ("suicide_risk_low",),
    SuicideRisk.MODERATE: ("suicide_risk_moderate",),
    SuicideRisk.HIGH: ("suicide_risk_high",),
    SuicideRisk.INCOMPLETE: ("cssrs_incomplete",),
}


@pytest.mark.parametrize(
    ("given", "risk"),
    [
        (screener("nn---n"), SuicideRisk.NONE),
        (screener("yn---n"), SuicideRisk.LOW),
        (screener("nynnnn"), SuicideRisk.LOW),
        (screener("nyynnn"), SuicideRisk.MODERATE),
        (screener("nn---y", q6_recent=False), SuicideRisk.MODERATE),
        (screener("nn---y", q6_recent=True), SuicideRisk.HIGH),
        (screener("nynynn"), SuicideRisk.HIGH),
        (screener("nynnyn"), SuicideRisk.HIGH),
        (screener("---y--"), SuicideRisk.HIGH),
        (screener("nn----"), SuicideRisk.INCOMPLETE),
        (screener("n----n"), SuicideRisk.INCOMPLETE),
        (screener("-n---n"), SuicideRisk.INCOMPLETE),
        (screener("ny---n"), SuicideRisk.INCOMPLETE),
        (screener("nyy-nn"), SuicideRisk.INCOMPLETE),
        (screener("ny-nnn"), SuicideRisk.INCOMPLETE),
        (screener("nynn-n"), SuicideRisk.INCOMPLETE),
        (screener("nn---y"), SuicideRisk.INCOMPLETE),
        ({}, SuicideRisk.INCOMPLETE),
    ],
)
def test_triage_of_the_suicide_questions(given: dict[str, bool | None], risk: SuicideRisk) -> None:
    assert suicide_risk(given) is risk
    found = score(I.CSSRS, given)
    complete = risk is not SuicideRisk.INCOMPLETE
    assert found == Score(None, risk.value, complete, ALARMS_OF[risk])


def test_dast_item_3_is_reversed() -> None:
    all_no = dict.fromkeys(QUESTIONNAIRES[I.DAST10].items, False)
    assert score(I.DAST10, all_no).total == 1
    assert score(I.DAST10, {**all_no, "q3": True}).total == 0


@pytest.mark.parametrize(
    ("instrument", "values", "alarm"),
    [
        (I.ASRM, (4, 1, 0, 0, 0), ()),
        (I.ASRM, (4, 2, 0, 0, 0), ("mania_active",)),
        (I.AUDIT_C, (4, 3, 0), ()),
        (I.AUDIT_C, (4, 4, 0), ("audit_c_high",)),
        (I.DAST10, (True, True, True, True, True, True, *[False] * 4), ()),
        (I.DAST10, (True, True, False, True, True, True, *[False] * 4), ("dast10_high",)),
        (I.MOAAS, (3,), ()),
        (I.MOAAS, (2,), ("emergency_unresponsive",)),
        (I.MOAAS, (None,), ()),
        (I.CCC4, (3, 2, 0, 0), ()),
        (I.CCC4, (3, 3, 0, 0), ("cognitive_complaint_review",)),
        (I.SDC4, (1, 1, 1, 1), ()),
        (I.SDC4, (0, 0, 2, None), ("release_criteria_unmet",)),
        (I.USC6, (2, 0, 0, 0, 0, False), ()),
        (I.USC6, (2, 1, 0, 0, 0, False), ("urinary_symptoms_review",)),
        (I.USC6, (3, 3, 0, 0, 0, False), ("urinary_symptoms_hold",)),
        (I.USC6, (0, 0, 0, 2, 0, False), ("urinary_symptoms_hold",)),
        (I.USC6, (0, 0, 0, 0, 2, False), ("urinary_symptoms_hold",)),
        (I.USC6, (None, None, None, None, None, True), ("urinary_symptoms_hold",)),
        (I.PCL5, (4,) * 20, ()),
    ],
)
def test_what_a_score_alarms_about(
    instrument: Instrument, values: tuple[int | bool | None, ...], alarm: tuple[str, ...]
) -> None:
    assert score(instrument, answers(instrument, *values)).alarms == alarm


def test_blood_is_no_point_in_the_bladder_sum() -> None:
    assert score(I.USC6, answers(I.USC6, 1, 0, 0, 0, 0, True)).total == 1


@pytest.mark.parametrize(("given", "worst"), [((1, 2), 2), ((3, 0), 3), ((3, None), None)])
def test_the_worse_pain_counts(given: tuple[int | None, ...], worst: int | None) -> None:
    assert urinary_worst_pain({"q4": given[0], "q5": given[1]}) == worst


def test_blood_is_seen_or_not_or_unknown() -> None:
    assert [urinary_blood({"blood": said}) for said in (True, False, None)] == [True, False, None]


@pytest.mark.parametrize(("values", "worst"), [((0, 1, 2, 0), 2), ((0, 1, None, 0), None)])
def test_the_worst_item_of_the_state_check(
    values: tuple[int | None, ...], worst: int | None
) -> None:
    assert state_check_worst(answers(I.SDC4, *values)) == worst


def test_gad7_codes_end_with_irritable_and_afraid() -> None:
    codes = QUESTIONNAIRES[I.GAD7].item_loinc
    assert (codes["q6"], codes["q7"]) == ("69689-8", "69736-7")


@pytest.mark.parametrize("instrument", Instrument)
def test_codes_belong_to_items_and_are_unique(instrument: Instrument) -> None:
    shape = QUESTIONNAIRES[instrument]
    assert set(shape.item_loinc) <= set(shape.items)
    assert len(set(shape.item_loinc.values())) == len(shape.item_loinc)


@pytest.mark.parametrize("instrument", [I.CSSRS, I.DAST10, I.ASRM])
def test_licensed_wording_stays_out(instrument: Instrument) -> None:
    assert not QUESTIONNAIRES[instrument].wording_may_ship
