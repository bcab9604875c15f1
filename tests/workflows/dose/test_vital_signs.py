"""Is every reading kept, flagged when no body gives it, and called when it alarms?"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from models.dose.dose_sessions import VitalSigns
from models.oversight.holds import Escalation
from models.people.patients import Patient
from models.platform.trail import AuditEvent, Deadline
from rules.terms import (
    DeadlineKind,
    SessionState,
    SubjectKind,
    Symptom,
    Urgency,
    VitalPurpose,
    VitalSource,
)
from tests.factories.dose import a_scheduled_session
from workflows.dose import vital_signs
from workflows.dose.vital_signs import Measured
from workflows.platform import sweep


def measure(runtime, watched, systolic=120, diastolic=80, rate=70, **more):
    told = {"systolic_mmhg": systolic, "diastolic_mmhg": diastolic, "heart_rate_bpm": rate}
    reading = Measured(source=VitalSource.DEVICE, **told | more)
    with runtime.begin(watched.as_sitter) as work:
        return vital_signs.record_vitals(work, watched.dose_session.id, reading)


def called(session) -> list[str]:
    """Give what was called about, apart from the harm reports that come of it."""
    query = select(Escalation.code).where(Escalation.subject_type == SubjectKind.DOSE_SESSION)
    return list(session.scalars(query))


def open_kinds(session) -> set[str]:
    return set(session.scalars(select(Deadline.kind).where(Deadline.settled_at.is_(None))))


@pytest.fixture
def checking_in(session, clock):
    made = a_scheduled_session(session, clock.now(), state=SessionState.CHECKIN_OPEN)
    session.commit()
    return made


def test_before_the_dose_a_reading_kills_an_issued_clearance(runtime, session, checking_in):
    row = measure(runtime, checking_in)
    assert (row.purpose, row.plausible) == (VitalPurpose.PRE_DOSE, True)
    assert session.scalars(select(Patient.safety_version)).one() == 2
    assert "vital_signs.recorded" in session.scalars(select(AuditEvent.action)).all()


@pytest.mark.parametrize(("top", "bottom"), [(80, 120), (310, 90), (90, 90)])
def test_what_no_body_gives_is_kept_and_flagged(runtime, session, checking_in, top, bottom):
    measure(runtime, checking_in, top, bottom)
    assert session.scalars(select(VitalSigns.plausible)).one() is False


def test_the_same_three_numbers_twice_are_a_copy(runtime, clock, checking_in):
    assert measure(runtime, checking_in).plausible
    clock.advance(minutes=6)
    assert not measure(runtime, checking_in).plausible


def test_readings_too_close_are_all_kept(runtime, session, clock, checking_in):
    for top in (150, 148, 139, 138):
        measure(runtime, checking_in, top, 85)
        clock.advance(minutes=1)
    assert len(session.scalars(select(VitalSigns)).all()) == 4


def test_a_high_pressure_before_the_dose_is_for_the_gate_and_calls_nobody(
    runtime, session, checking_in
):
    assert measure(runtime, checking_in, 182, 100).alarm_codes == []
    assert session.scalars(select(Escalation)).all() == []


def test_low_oxygen_calls_at_any_time(runtime, checking_in):
    assert measure(runtime, checking_in, spo2_percent=85).alarm_codes == ["emergency_respiratory"]


def test_the_reading_at_the_peak_answers_its_deadline_only_within_its_window(
    runtime, session, clock, watched
):
    clock.advance(minutes=29)
    measure(runtime, watched, 125, 80)
    assert DeadlineKind.VITALS_40_MINUTES in open_kinds(session)
    clock.advance(minutes=1)
    row = measure(runtime, watched, 126, 80)
    assert row.purpose is VitalPurpose.DURING
    assert DeadlineKind.VITALS_40_MINUTES not in open_kinds(session)
    assert DeadlineKind.VITALS_120_MINUTES in open_kinds(session)


def test_the_last_reading_counts_from_two_hours(runtime, session, clock, watched):
    clock.advance(minutes=119)
    measure(runtime, watched, 125, 80, for_release=True)
    assert DeadlineKind.VITALS_120_MINUTES in open_kinds(session)
    clock.advance(minutes=1)
    row = measure(runtime, watched, 124, 80, for_release=True)
    assert row.purpose is VitalPurpose.RELEASE
    assert DeadlineKind.VITALS_120_MINUTES not in open_kinds(session)


def test_a_crisis_without_a_sign_is_measured_again_then_called_then_an_emergency(
    runtime, session, clock, watched
):
    seen = []
    for top in (185, 186, 187):
        seen.append(measure(runtime, watched, top, 100).urgency)
        clock.advance(minutes=5)
    assert seen == [Urgency.RECHECK, Urgency.CLINICIAN, Urgency.EMERGENCY_SERVICES]
    assert called(session) == ["bp_crisis_asymptomatic"]


def test_a_crisis_with_a_sign_is_an_emergency(runtime, watched):
    row = measure(runtime, watched, 185, 100, symptoms=frozenset({Symptom.HEADACHE}))
    assert (row.alarm_codes, row.urgency) == (
        ["emergency_hypertensive"],
        Urgency.EMERGENCY_SERVICES,
    )


def test_the_second_reading_an_alarm_asks_for_is_missed_too(runtime, session, clock, watched):
    measure(runtime, watched, 185, 100)
    due = select(Deadline).where(Deadline.kind == DeadlineKind.VITALS_RECHECK)
    assert session.scalars(due).one().due_at == clock.now() + timedelta(minutes=5)
    clock.advance(minutes=10)
    sweep.run_once(runtime)
    assert called(session) == ["recheck_missing"]
    measure(runtime, watched, 130, 80)
    answered_by = session.scalars(select(Escalation.acknowledged_by)).all()
    assert answered_by == [watched.sitter.user_id]


def test_all_readings_can_be_read_again(runtime, clock, watched):
    clock.advance(minutes=31)
    measure(runtime, watched, 125, 80)
    with runtime.begin(watched.as_patient) as work:
        rows = vital_signs.read_vitals(work, watched.dose_session.id)
    assert [row.purpose for row in rows] == [VitalPurpose.PRE_DOSE, VitalPurpose.DURING]
