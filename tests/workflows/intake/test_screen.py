"""Does the screen give every reason twice, turn away only the absolute, and call a human?"""

from collections.abc import Mapping
from typing import Any

import pytest

from models.oversight.holds import Escalation, Hold
from models.people.patients import Patient
from models.platform.decisions import GateDecision
from models.platform.trail import Notification
from rules.intake.conditions import FORCE
from rules.terms import EnrolmentState, Force, HoldSource, Instrument, Suitability
from tests.factories.intake import (
    CLEAR_ANSWERS,
    all_assessments,
    an_assessment,
    clear_answers,
)
from tests.workflows.intake.cast import Cast
from workflows.intake import intake, screen
from workflows.platform.errors import NotFound

HIGH = {**CLEAR_ANSWERS[Instrument.CSSRS], "q2": True, "q4": True}


def screened(cast: Cast, *, scored: bool = True, **parts: Mapping[str, Any]) -> GateDecision:
    """Let the patient submit these answers, with every instrument answered unless told."""
    if scored:
        cast.given(lambda session: all_assessments(session, cast.now, cast.patient))
    draft = cast.does(cast.me, lambda work: intake.open_draft(work, cast.patient_id))
    answers = clear_answers(**parts)
    cast.does(cast.me, lambda work: intake.save(work, draft.id, answers, None))
    return cast.does(cast.me, lambda work: intake.submit(work, draft.id))


def found(decision: GateDecision, code: str) -> dict[str, Any]:
    return next(finding for finding in decision.findings if finding["code"] == code)


def test_another_teams_prescriber_sees_no_screening(cast: Cast) -> None:
    kept = screened(cast)
    with pytest.raises(NotFound):
        cast.does(cast.other_doctor, lambda work: screen.read(work, kept.subject_id))
    seen = cast.does(cast.doctor, lambda work: screen.read(work, kept.subject_id))
    assert seen.id == kept.id


def test_a_draft_has_no_screening_yet(cast: Cast) -> None:
    draft = cast.does(cast.me, lambda work: intake.open_draft(work, cast.patient_id))
    with pytest.raises(NotFound):
        cast.does(cast.me, lambda work: screen.read(work, draft.id))


@pytest.mark.parametrize("code", sorted(FORCE))
def test_every_condition_is_a_reason_in_both_words(cast: Cast, code: str) -> None:
    finding = found(screened(cast, conditions={code: True}), code)
    assert all(finding[words] for words in ("says", "remedy", "clinician", "observed", "source"))
    assert finding["says"] != finding["clinician"]


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("aneurysm_or_avm", EnrolmentState.SCREENED_OUT),
        ("cardiac_history", EnrolmentState.PENDING_REVIEW),
        ("safety_sensitive_job", EnrolmentState.PENDING_REVIEW),
    ],
)
def test_only_the_absolute_turns_away(cast: Cast, code: str, state: EnrolmentState) -> None:
    kept = screened(cast, conditions={code: True})
    assert cast.patient_now().enrolment is state
    assert (kept.suitability == Suitability.NOT_SUITABLE) is (FORCE[code] is Force.HARD)


@pytest.mark.parametrize("told", [None, "unknown"])
def test_an_answer_we_have_not_got_is_not_a_no(cast: Cast, told: str | None) -> None:
    kept = screened(cast, conditions={"aneurysm_or_avm": told})
    assert kept.suitability == Suitability.NEEDS_REVIEW
    assert found(kept, "aneurysm_or_avm")["unknown"] is True
    assert ("intake_incomplete" in kept.codes) is (told is None)


def test_an_open_question_is_a_finding_of_its_own_and_turns_nobody_away(cast: Cast) -> None:
    kept = screened(cast, emergency_contact={"phone": ""})
    assert found(kept, "intake_incomplete")["observed"] == "emergency_contact.phone"
    assert cast.patient_now().enrolment is EnrolmentState.PENDING_REVIEW


def test_without_scores_the_screen_needs_a_human(cast: Cast) -> None:
    kept = screened(cast, scored=False)
    assert kept.suitability == Suitability.NEEDS_REVIEW
    assert {"instrument_incomplete", "cssrs_incomplete"} <= {*kept.codes}


@pytest.mark.parametrize(
    ("section", "left_out", "code"),
    [
        ("address", "postal_code", "no_emergency_address"),
        ("body", "weight_g", "bmi_40_plus"),
        ("diagnoses", "list", "indication_out_of_scope"),
        ("home", "calm_place", "no_safe_home"),
    ],
)
def test_what_is_left_out_is_unknown_and_turns_nobody_away(
    cast: Cast, section: str, left_out: str, code: str
) -> None:
    kept = screened(cast, **{section: {left_out: None}})
    assert found(kept, code)["unknown"] is True
    assert cast.patient_now().enrolment is EnrolmentState.PENDING_REVIEW


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ({"medicines": {"list": [{"name": "Grandmother's drops"}]}}, "medication_unmapped"),
        ({"medicines": {"list": [{"name": "oxycodone"}]}}, "opioid_concurrent"),
        ({"medicines": {"complete": False}}, "medication_unmapped"),
        ({"substances": {"opioids": "weekly"}}, "opioid_concurrent"),
        ({"diagnoses": {"list": [{"code": "wellness"}]}}, "indication_out_of_scope"),
        (
            {"diagnoses": {"list": [{"code": "anxiety_disorder", "made_by_clinician": False}]}},
            "diagnosis_not_documented",
        ),
        ({"body": {"height_cm": 160, "weight_g": 102_400}}, "bmi_40_plus"),
        ({"home": {"sitter_planned": False}}, "no_sitter"),
        ({"home": {"feels_safe": False}}, "no_safe_home"),
        ({"address": {"line": "", "city": "Denver"}}, "no_emergency_address"),
    ],
)
def test_answers_reach_the_rule_they_are_for(
    cast: Cast, parts: Mapping[str, Mapping[str, Any]], code: str
) -> None:
    assert code in screened(cast, **parts).codes


def test_acute_suicidality_calls_a_human_and_turns_nobody_away(cast: Cast) -> None:
    now = cast.now
    cast.given(lambda session: all_assessments(session, now, cast.patient))
    cast.clock.advance(minutes=1)
    cast.given(lambda s: an_assessment(s, cast.now, cast.patient, Instrument.CSSRS, HIGH))
    kept = screened(cast, scored=False)
    assert "suicide_risk_high" in kept.codes
    assert kept.suitability == Suitability.NEEDS_REVIEW
    assert cast.patient_now().enrolment is EnrolmentState.PENDING_REVIEW
    [hold], [escalation] = cast.rows(Hold), cast.rows(Escalation)
    assert (hold.source, hold.code) == (HoldSource.SUICIDE_RISK, "suicide_risk_high")
    assert (escalation.code, escalation.subject_id) == ("suicide_risk_high", kept.subject_id)
    told = {note.user_id for note in cast.rows(Notification) if note.template == "please_look_now"}
    assert told == {cast.prescriber.id, cast.coach.id}


def test_an_open_hold_is_not_doubled_by_a_second_submission(cast: Cast) -> None:
    cast.given(lambda s: an_assessment(s, cast.now, cast.patient, Instrument.CSSRS, HIGH))
    for _ in range(2):
        screened(cast, scored=False)
    assert len(cast.rows(Hold)) == len(cast.rows(Escalation)) == 1


def test_the_screen_asks_with_a_fixed_number_of_statements(
    cast: Cast, statements: list[str]
) -> None:
    def count(patient: Patient) -> int:
        from workflows.intake.intake_facts import intake_facts

        statements.clear()
        cast.does(cast.me, lambda work: intake_facts(work, patient.id))
        return len(statements)

    few = count(cast.patient)
    for _ in range(5):
        cast.clock.advance(days=7)
        cast.given(lambda session: all_assessments(session, cast.now, cast.patient))
    assert count(cast.patient) == few == 2
