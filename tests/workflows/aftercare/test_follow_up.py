"""Is everything asked after a dose, kept whenever it is answered, and heard when it alarms?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from models.aftercare.aftercare import FollowUp, FollowUpAnswer
from models.intake.intake import Assessment
from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Escalation, Hold
from models.platform.trail import Deadline, Notification
from rules.aftercare.next_day import NextDay
from rules.terms import DeadlineKind, FollowUpKind, Symptom
from tests.factories.aftercare import QUIET_SUICIDE_ANSWERS, all_well
from tests.stage import Stage
from workflows.aftercare import follow_up
from workflows.aftercare.follow_up import Told
from workflows.oversight import overdue
from workflows.platform import sweep
from workflows.platform.errors import NotFound, NotPermitted

K = FollowUpKind


@pytest.fixture
def after(stage: Stage) -> Stage:
    """Give a stage where a dose was taken now and its contacts are generated."""
    dosed = stage.evening.dose_session
    stage.given(
        lambda rows: setattr(rows.get(type(dosed), dosed.id), "dosed_at", stage.clock.now())
    )
    generate(stage)
    return stage


def generate(stage: Stage) -> int:
    return stage.does(
        stage.evening.as_patient, lambda work: len(follow_up.generate(work, _session(stage)))
    )


def _session(stage: Stage) -> Any:
    dosed = stage.evening.dose_session
    return stage.given(lambda rows: rows.get(type(dosed), dosed.id))


def contact(stage: Stage, kind: FollowUpKind = K.HOURS_24) -> FollowUp:
    return next(row for row in stage.rows(FollowUp) if row.kind is kind)


def answer(
    stage: Stage,
    said: NextDay | None = None,
    kind: FollowUpKind = K.HOURS_24,
    key: str | None = None,
    words: str | None = None,
) -> FollowUpAnswer:
    told = Told(said=said or all_well(), words=words)
    found = contact(stage, kind)
    return stage.does(
        stage.evening.as_patient, lambda work: follow_up.answer(work, found.id, told), key
    )


def test_a_dose_calls_for_six_contacts_with_a_deadline_each(after: Stage) -> None:
    start = after.clock.now()
    made = sorted(after.rows(FollowUp), key=lambda row: row.due_at)
    assert [(row.kind, row.due_at - start) for row in made] == [
        (K.HOURS_24, timedelta(hours=24)),
        (K.HOURS_72, timedelta(hours=72)),
        (K.WEEK_1, timedelta(weeks=1)),
        (K.WEEKS_2, timedelta(weeks=2)),
        (K.WEEKS_4, timedelta(weeks=4)),
        (K.WEEKS_12, timedelta(weeks=12)),
    ]
    deadlines = {row.subject_id: row.due_at for row in after.rows(Deadline)}
    look_at_instruments = {after.evening.patient.id: start}
    assert deadlines == look_at_instruments | {row.id: row.window_to or row.due_at for row in made}


def test_generating_twice_makes_nothing_twice(after: Stage) -> None:
    assert generate(after) == 0
    assert (len(after.rows(FollowUp)), len(after.rows(Deadline))) == (6, 7)


def test_without_a_dose_nothing_is_asked(stage: Stage) -> None:
    assert generate(stage) == 0


@pytest.mark.parametrize(
    ("hours", "timing", "closes", "held"),
    [
        (17.99, "early", False, []),
        (18, "in_time", True, []),
        (36, "in_time", True, []),
        (36.01, "late", True, [follow_up.LATE]),
        (24 * 20, "late", True, [follow_up.LATE]),
    ],
)
def test_an_answer_is_kept_whenever_it_comes(
    after: Stage, hours: float, timing: str, *, closes: bool, held: list[str]
) -> None:
    after.clock.advance(hours=hours)
    kept = answer(after)
    assert kept.timing == timing
    assert (contact(after).done_at == after.clock.now()) is closes
    assert [hold.code for hold in after.rows(Hold)] == held


def test_a_half_answered_check_is_kept_and_stays_open(after: Stage) -> None:
    after.clock.advance(hours=24)
    kept = answer(after, all_well(drove=None))
    assert not kept.complete
    assert contact(after).done_at is None
    assert answer(after).complete
    assert contact(after).done_at == after.clock.now()
    assert len(after.rows(FollowUpAnswer)) == 2


def test_the_later_contacts_count_also_when_half_answered(after: Stage) -> None:
    after.clock.advance(hours=72)
    answer(after, NextDay(global_change=3), K.HOURS_72)
    assert contact(after, K.HOURS_72).done_at == after.clock.now()


def test_an_answer_settles_what_was_due_and_ends_clearances(after: Stage) -> None:
    after.clock.advance(hours=20)
    before = after.safety_version()
    answer(after)
    due = next(row for row in after.rows(Deadline) if row.subject_id == contact(after).id)
    assert due.settled_at == after.clock.now()
    assert after.safety_version() > before


def test_a_contact_nobody_answered_climbs_until_it_is_answered(after: Stage) -> None:
    assert overdue.CODES[DeadlineKind.FOLLOW_UP] == follow_up.OVERDUE
    after.clock.advance(hours=37)
    sweep.run_once(after.runtime)
    raised = [row for row in after.rows(Escalation) if row.subject_id == contact(after).id]
    assert [row.code for row in raised] == [follow_up.OVERDUE]
    answer(after)
    [answered] = [row for row in after.rows(Escalation) if row.id == raised[0].id]
    assert answered.acknowledged_by == after.evening.patient.user_id


def test_a_good_day_after_raises_nothing(after: Stage) -> None:
    after.clock.advance(hours=24)
    kept = answer(after)
    assert (kept.complete, kept.alarm_codes, kept.adverse_event_id) == (True, [], None)
    assert not after.rows(AdverseEvent) + after.rows(Hold) + after.rows(Escalation)
    assert {row.instrument for row in after.rows(Assessment)} == {"cssrs", "pgi_i"}


@pytest.mark.parametrize(
    ("change", "code", "harm", "holds"),
    [
        ({"side_effects": frozenset({Symptom.NAUSEA})}, "side_effect_lasting", True, False),
        ({"urinary_trouble": True}, "urinary_symptoms_review", True, False),
        ({"urinary_blood": True}, "urinary_symptoms_hold", True, True),
        ({"urinary_pain": 2}, "urinary_symptoms_hold", True, True),
        ({"fall_or_injury": True}, "fall_or_injury", True, False),
        ({"drove": True}, "drove_too_early", False, False),
        ({"took_more": True}, "overdose_reported", True, True),
        ({"medical_help": True}, "medical_help_needed", True, False),
        ({"unreal_or_racing": True}, "acute_psychiatric", True, True),
    ],
)
def test_what_alarms_reaches_people(
    after: Stage, change: dict[str, Any], code: str, *, harm: bool, holds: bool
) -> None:
    after.clock.advance(hours=24)
    kept = answer(after, all_well(**change), words="It came in the night.")
    assert kept.alarm_codes == [code]
    assert [e.own_words for e in after.rows(AdverseEvent)] == ["It came in the night."] * harm
    assert (code in {hold.code for hold in after.rows(Hold)}) is holds
    assert (code in {row.code for row in after.rows(Escalation)}) is holds
    told = {row.user_id for row in after.rows(Notification)}
    assert {after.evening.coach.id, after.evening.prescriber.id} <= told


def test_a_high_suicide_risk_holds_and_calls_at_once(after: Stage) -> None:
    after.clock.advance(hours=24)
    kept = answer(after, all_well(suicide={**QUIET_SUICIDE_ANSWERS, "q2": True, "q4": True}))
    assert kept.alarm_codes == ["suicide_risk_high"]
    assert "suicide_risk_high" in {hold.code for hold in after.rows(Hold)}
    assert "suicide_risk_high" in {row.code for row in after.rows(Escalation)}
    [event] = after.rows(AdverseEvent)
    assert event.serious
    assert event.report["signals"] == ["suicide_attempt_or_high_risk"]


def test_several_harms_in_one_answer_are_one_report(after: Stage) -> None:
    after.clock.advance(hours=24)
    answer(after, all_well(fall_or_injury=True, medical_help=True))
    [event] = after.rows(AdverseEvent)
    assert event.report["alarms"] == ["medical_help_needed", "fall_or_injury"]
    assert event.dose_session_id == after.evening.dose_session.id


def test_harm_told_early_is_not_lost(after: Stage) -> None:
    after.clock.advance(hours=3)
    kept = answer(after, NextDay(fall_or_injury=True))
    assert kept.timing == "early"
    assert kept.adverse_event_id is not None


def test_a_double_tap_is_one_answer(after: Stage) -> None:
    after.clock.advance(hours=24)
    assert answer(after, key="tap").id == answer(after, key="tap").id
    assert len(after.rows(FollowUpAnswer)) == 1


@pytest.mark.parametrize("who", ["as_coach", "as_prescriber", "as_sitter"])
def test_nobody_answers_for_the_patient(after: Stage, who: str) -> None:
    found = contact(after)
    with pytest.raises(NotPermitted):
        after.does(
            getattr(after.evening, who),
            lambda work: follow_up.answer(work, found.id, Told(said=all_well())),
        )


def test_another_patients_contact_is_not_there(after: Stage) -> None:
    other, found = Stage(after.runtime, after.clock), contact(after)
    reads: list[Callable[[Any], object]] = [
        lambda work: follow_up.answer(work, found.id, Told(said=all_well())),
        lambda work: follow_up.answers(work, found.id),
        lambda work: follow_up.of_patient(work, after.evening.patient.id),
    ]
    for act in reads:
        with pytest.raises(NotFound):
            after.does(other.evening.as_patient, act)


def test_coach_and_prescriber_read_what_was_answered(after: Stage) -> None:
    after.clock.advance(hours=24)
    answer(after, words="Better.")
    found = contact(after)
    for actor in (after.evening.as_coach, after.evening.as_prescriber):
        [kept] = after.does(actor, lambda work: follow_up.answers(work, found.id))
        assert kept.answers["words"] == "Better."
    listed = after.does(
        after.evening.as_coach,
        lambda work: follow_up.of_patient(work, after.evening.patient.id, None, 3),
    )
    assert [row.kind for row in listed] == [K.WEEKS_12, K.WEEKS_4, K.WEEKS_2, K.WEEK_1]
