"""Are instruments scored, alarms raised in the same breath, and incomplete ones kept as such?"""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.intake.intake import Assessment
from models.oversight.holds import Escalation, Hold
from models.platform.trail import Deadline
from rules.limits import LIMITS
from rules.terms import DeadlineKind, EnrolmentState, Instrument, SuicideRisk
from tests.factories.intake import CLEAR_ANSWERS, a_review, an_assessment
from tests.workflows.intake.cast import Cast
from workflows.intake import assessments
from workflows.intake.intake_facts import intake_facts
from workflows.platform.errors import InvalidContent, NotFound, NotPermitted

CALM = CLEAR_ANSWERS[Instrument.CSSRS]


def answered(
    cast: Cast, instrument: Instrument, answers: Mapping[str, int | bool | None]
) -> Assessment:
    return cast.does(
        cast.me, lambda work: assessments.answer(work, cast.patient_id, instrument, answers)
    )


def due(cast: Cast) -> list[Deadline]:
    return [
        row
        for row in cast.rows(Deadline)
        if row.kind == DeadlineKind.RISK_REVIEW and row.settled_at is None
    ]


def test_another_teams_prescriber_sees_no_answers(cast: Cast) -> None:
    mine = answered(cast, Instrument.PHQ9, CLEAR_ANSWERS[Instrument.PHQ9])
    with pytest.raises(NotFound):
        cast.does(
            cast.other_doctor, lambda work: assessments.list_of_patient(work, cast.patient_id)
        )
    seen = cast.does(cast.doctor, lambda work: assessments.list_of_patient(work, cast.patient_id))
    assert [row.id for row in seen] == [mine.id]


def test_answers_are_scored_and_read_newest_first(cast: Cast) -> None:
    answered(cast, Instrument.PHQ9, CLEAR_ANSWERS[Instrument.PHQ9])
    cast.clock.advance(days=7)
    answered(cast, Instrument.GAD7, CLEAR_ANSWERS[Instrument.GAD7])
    seen = cast.does(cast.me, lambda work: assessments.list_of_patient(work, cast.patient_id))
    assert [(row.instrument, row.result["total"]) for row in seen] == [("gad7", 8), ("phq9", 15)]
    first = (seen[0].taken_at, seen[0].id)
    rest = cast.does(
        cast.me, lambda work: assessments.list_of_patient(work, cast.patient_id, first)
    )
    assert [row.id for row in rest] == [seen[1].id]


def test_an_incomplete_instrument_is_kept_and_has_no_score(cast: Cast) -> None:
    kept = answered(cast, Instrument.PHQ9, {"q1": 3, "q2": None})
    assert (kept.complete, kept.result["total"]) == (False, None)
    told = cast.does(cast.me, lambda work: intake_facts(work, cast.patient_id)).instruments
    assert told.phq9 is None
    assert Instrument.PHQ9 in (told.incomplete or ())


def test_a_newer_incomplete_answer_does_not_hide_behind_an_older_score(cast: Cast) -> None:
    answered(cast, Instrument.PHQ9, CLEAR_ANSWERS[Instrument.PHQ9])
    cast.clock.advance(minutes=1)
    answered(cast, Instrument.PHQ9, {"q1": 0})
    told = cast.does(cast.me, lambda work: intake_facts(work, cast.patient_id)).instruments
    assert told.phq9 is None


@pytest.mark.parametrize(
    ("instrument", "answers"),
    [
        (Instrument.PHQ9, {"q1": 4}),
        (Instrument.PHQ9, {"q1": -1}),
        (Instrument.PHQ9, {"q1": True}),
        (Instrument.PHQ9, {"q10": 1}),
        (Instrument.CSSRS, {"q1": 1}),
        (Instrument.MOAAS, {"q1": 5}),
    ],
)
def test_what_is_no_answer_to_an_instrument_is_refused(
    cast: Cast, instrument: Instrument, answers: Mapping[str, int | bool]
) -> None:
    with pytest.raises(InvalidContent):
        answered(cast, instrument, answers)
    assert cast.rows(Assessment) == []


def test_a_high_risk_holds_escalates_and_suspends_at_once(cast: Cast) -> None:
    cast.enrolled(EnrolmentState.COURSE_ACTIVE)
    before = cast.patient_now().safety_version
    kept = answered(cast, Instrument.CSSRS, {**CALM, "q2": True, "q5": True})
    [hold], [escalation] = cast.rows(Hold), cast.rows(Escalation)
    assert (hold.subject_id, escalation.subject_id) == (kept.id, kept.id)
    patient = cast.patient_now()
    assert patient.enrolment is EnrolmentState.SUSPENDED
    assert patient.suspended_for == "suicide_risk_high"
    assert patient.safety_version > before


def test_a_moderate_risk_is_due_for_a_clinician_the_same_day(cast: Cast) -> None:
    kept = answered(cast, Instrument.CSSRS, {**CALM, "q2": True, "q3": True})
    [review] = due(cast)
    assert review.subject_id == kept.id
    assert review.due_at.isoformat() == "2026-11-24T07:00:00+00:00"  # midnight in Denver
    assert cast.rows(Hold) == []


def test_a_low_risk_is_due_within_a_day(cast: Cast) -> None:
    answered(cast, Instrument.CSSRS, {**CALM, "q1": True})
    assert [row.due_at - cast.now for row in due(cast)] == [LIMITS.suicide_risk_review]


def test_item_nine_makes_the_suicide_questions_due_until_they_are_answered(cast: Cast) -> None:
    answered(cast, Instrument.PHQ9, {**CLEAR_ANSWERS[Instrument.PHQ9], "q9": 1})
    assert [row.subject_id for row in due(cast)] == [cast.patient_id]
    answered(cast, Instrument.CSSRS, {"q1": False})
    assert len(due(cast)) == 1
    answered(cast, Instrument.CSSRS, CALM)
    assert due(cast) == []


def test_a_prescribers_assessment_settles_what_was_due(cast: Cast) -> None:
    kept = answered(cast, Instrument.CSSRS, {**CALM, "q2": True, "q3": True})
    cast.does(
        cast.doctor,
        lambda work: assessments.assess_risk(
            work, kept.id, "Talked for 40 minutes.", safety_plan=True, cleared=True
        ),
    )
    assert due(cast) == []
    told = cast.does(cast.me, lambda work: intake_facts(work, cast.patient_id)).instruments
    assert told.suicide_risk_assessed is True


@pytest.mark.parametrize("safety_plan", [True, False])
def test_without_a_safety_plan_a_moderate_risk_is_not_assessed(
    cast: Cast, safety_plan: bool
) -> None:
    kept = answered(cast, Instrument.CSSRS, {**CALM, "q2": True, "q3": True})
    cast.given(lambda session: a_review(session, cast.now, kept, safety_plan=safety_plan))
    told = cast.does(cast.me, lambda work: intake_facts(work, cast.patient_id)).instruments
    assert told.suicide_risk_assessed is safety_plan


def test_a_review_counts_only_for_the_answers_it_looked_at(cast: Cast) -> None:
    loud = {"q1": 4, "q2": 4, "q3": 0, "q4": 0, "q5": 0}
    old = cast.given(
        lambda session: an_assessment(session, cast.now, cast.patient, Instrument.ASRM, loud)
    )
    cast.given(lambda session: a_review(session, cast.now, old))
    read = lambda: cast.does(cast.me, lambda w: intake_facts(w, cast.patient_id))  # noqa: E731
    assert read().instruments.asrm_cleared is True
    cast.clock.advance(timedelta(days=1))
    answered(cast, Instrument.ASRM, loud)
    assert read().instruments.asrm_cleared is False


def test_the_first_complete_answers_stay_the_baseline_of_thinking(cast: Cast) -> None:
    for score in (2, 5):
        answers = {"q1": min(score, 3), "q2": max(score - 3, 0), "q3": 0, "q4": 0}
        answered(cast, Instrument.CCC4, answers)
        cast.clock.advance(days=28)
    told = cast.does(cast.me, lambda work: intake_facts(work, cast.patient_id)).instruments
    assert (told.cognitive_baseline, told.cognitive_sum) == (2, 5)


def test_only_a_prescriber_of_the_team_assesses_risk(cast: Cast) -> None:
    kept = answered(cast, Instrument.CSSRS, {**CALM, "q1": True})
    for actor, refusal in ((cast.me, NotPermitted), (cast.other_doctor, NotFound)):
        with pytest.raises(refusal):
            cast.does(
                actor,
                lambda work: assessments.assess_risk(
                    work, kept.id, "x", safety_plan=True, cleared=True
                ),
            )


def test_a_retried_answer_is_kept_once(cast: Cast) -> None:
    for _ in range(2):
        cast.does(
            cast.me,
            lambda work: assessments.answer(work, cast.patient_id, Instrument.CSSRS, CALM),
            key="tap",
        )
    assert len(cast.given(lambda s: s.scalars(select(Assessment.id)).all())) == 1


# The row of the answers was there, and nobody had been called.
@pytest.mark.parametrize("broken", ["holds.place", "escalations.raise_one"])
def test_an_alarm_that_cannot_be_raised_keeps_nothing_half(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("the power went out")

    with monkeypatch.context() as patched:
        patched.setattr(f"workflows.oversight.{broken}", crash)
        with pytest.raises(RuntimeError):
            answered(cast, Instrument.CSSRS, {**CALM, "q2": True, "q4": True})
    assert (cast.rows(Assessment), cast.rows(Hold), cast.rows(Escalation)) == ([], [], [])
    answered(cast, Instrument.CSSRS, {**CALM, "q2": True, "q4": True})
    assert [len(cast.rows(kind)) for kind in (Assessment, Hold, Escalation)] == [1, 1, 1]


# "I answered no this time" took back what was said the night before.
def test_item_nine_leaves_the_suicide_questions_open_until_they_are_whole(cast: Cast) -> None:
    def risk() -> SuicideRisk | None:
        found = cast.does(cast.me, lambda work: intake_facts(work, cast.patient_id))
        cast.clock.advance(minutes=1)
        return found.instruments.suicide_risk

    calm = CLEAR_ANSWERS[Instrument.PHQ9]
    answered(cast, Instrument.CSSRS, CALM)
    assert risk() is SuicideRisk.NONE
    answered(cast, Instrument.PHQ9, {"q9": 1})
    assert risk() is SuicideRisk.INCOMPLETE
    answered(cast, Instrument.PHQ9, calm)
    assert risk() is SuicideRisk.INCOMPLETE
    answered(cast, Instrument.CSSRS, {"q1": False})
    assert risk() is SuicideRisk.INCOMPLETE
    answered(cast, Instrument.CSSRS, CALM)
    assert risk() is SuicideRisk.NONE


def test_item_nine_never_makes_a_known_danger_smaller(cast: Cast) -> None:
    answered(cast, Instrument.CSSRS, {**CALM, "q2": True, "q4": True})
    cast.clock.advance(minutes=1)
    answered(cast, Instrument.PHQ9, {"q9": 3})
    told = cast.does(cast.me, lambda work: intake_facts(work, cast.patient_id)).instruments
    assert told.suicide_risk is SuicideRisk.HIGH
