"""Which instruments does a patient have to answer now, and who learns when they did not?

What is due is computed, never ticked. A look is kept as a deadline: when its time comes, the house
looks again, reminds the patient, puts what was missed on the desk and keeps the next look. Every
dose and every answer asks for a look, so that no calendar has to be kept right.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from models.dose.dose_sessions import DoseSession
from models.people.patients import Patient
from models.plan.approvals import Approval
from models.platform.trail import Deadline
from rules.facts import InstrumentFacts
from rules.intake.schedule import Due, Session, Standing, due
from rules.limits import LIMITS
from rules.permissions import Permission
from rules.terms import (
    ApprovalDecision,
    DeadlineKind,
    EnrolmentState,
    Role,
    SessionState,
    SubjectKind,
)
from workflows.intake import intake_facts
from workflows.intake.answered import answered_by
from workflows.plan import course_facts
from workflows.platform import access, deadlines, notifications, sweep
from workflows.platform.work import Work, reading

REMINDER, MISSED = "questions_wait", "please_look_at_answers"
E = EnrolmentState
STILL_TO_COME = (
    SessionState.SCHEDULED,
    SessionState.CHECKIN_OPEN,
    SessionState.BLOCKED,
    SessionState.CLEARED,
)
NOT_TREATED = frozenset(
    {
        *(E.PROSPECT, E.INTAKE_IN_PROGRESS, E.INTAKE_SUBMITTED, E.SCREENED_OUT, E.PENDING_REVIEW),
        *(E.MORE_INFORMATION, E.DECLINED, E.APPROVED_IN_OFFICE_ONLY),
        *(E.DISCHARGED, E.WITHDRAWN, E.DECEASED),
    }
)
OVER = frozenset({E.SCREENED_OUT, E.DECLINED, E.DISCHARGED, E.WITHDRAWN, E.DECEASED})


@dataclass(frozen=True, slots=True)
class WhatIsDue:
    """What can be answered now, and the day on which the next thing opens."""

    patient_id: UUID
    today: date
    items: tuple[Due, ...]
    next_on: date | None


@reading(permit=Permission.READ_INSTRUMENTS_DUE, audit="instrument.due_read")
def read(work: Work, patient_id: UUID) -> WhatIsDue:
    """Say what is due now, most pressing first."""
    patient = access.patient(work, patient_id)
    today, found = _today(work, patient), _due(work, patient)
    later = [one.opens_on for one in found if one.opens_on > today]
    now = tuple(one for one in found if one.opens_on <= today)
    return WhatIsDue(patient.id, today, now, min(later, default=None))


@sweep.missed(DeadlineKind.INSTRUMENTS)
def look_again(work: Work, deadline: Deadline) -> None:
    """Remind of what is due since this moment, put on the desk what was missed, look again."""
    patient = _patient(work, deadline)
    found = [one for one in _due(work, patient) if one.part_of is None]
    zone = ZoneInfo(patient.time_zone)
    if any(_reminder_at(one, zone) == deadline.due_at for one in found):
        notifications.tell(work, patient.user_id, REMINDER)
    missed = [at for one in found if (at := _missed_at(one, zone)) and at <= work.now]
    if missed:
        _put_on_the_desk(work, patient, min(missed))
    else:
        deadlines.settle(work, patient.id, DeadlineKind.INSTRUMENTS_OVERDUE)
    moments = [at for one in found for at in (_reminder_at(one, zone), _missed_at(one, zone)) if at]
    if later := [at for at in moments if at > work.now]:
        look_at(work, patient.id, min(later))


@sweep.missed(DeadlineKind.INSTRUMENTS_OVERDUE)
def somebody_asks_again(work: Work, deadline: Deadline) -> None:  # noqa: ARG001 - a watcher
    """Tell coach and prescriber, once; the task stays on their lists until it is answered."""
    for role in (Role.COACH, Role.PRESCRIBER):
        notifications.tell_care_team(work, role, MISSED)


def look_at(work: Work, patient_id: UUID, at: datetime) -> None:
    """Keep that the house looks again at this moment."""
    deadlines.set_due(
        work,
        DeadlineKind.INSTRUMENTS,
        subject_type=SubjectKind.PATIENT,
        subject_id=patient_id,
        due_at=at,
    )


def _put_on_the_desk(work: Work, patient: Patient, since: datetime) -> None:
    """One task for each patient, dated from what was missed first; older ones make room."""
    still = select(Deadline.id).where(
        Deadline.subject_id == patient.id,
        Deadline.kind == DeadlineKind.INSTRUMENTS_OVERDUE,
        Deadline.due_at == since,
        Deadline.settled_at.is_(None),
    )
    if work.session.scalar(still) is not None:
        return
    deadlines.settle(work, patient.id, DeadlineKind.INSTRUMENTS_OVERDUE)
    deadlines.set_due(
        work,
        DeadlineKind.INSTRUMENTS_OVERDUE,
        subject_type=SubjectKind.PATIENT,
        subject_id=patient.id,
        due_at=since,
    )


def _due(work: Work, patient: Patient) -> tuple[Due, ...]:
    if patient.enrolment in OVER:
        return ()
    answered = answered_by(work, patient.id)
    told = intake_facts.told_in(intake_facts.newest_submitted(work, patient.id))
    facts = intake_facts.instrument_facts(answered, told, patient.time_zone)
    return due(
        Standing(
            now=work.now,
            today=_today(work, patient),
            answered=_by_name(facts),
            sessions=_sessions(work, patient),
            next_session=_next_session(work, patient),
            indications=told.indications,
            mood_disorder=facts.mood_disorder,
            owes_suicide_screen=intake_facts.owes_suicide_screen(answered),
            treated=patient.enrolment not in NOT_TREATED,
        ),
        work.limits,
    )


def _by_name(facts: InstrumentFacts) -> dict[str, Any]:
    return {one.instrument: one for one in facts.answered or ()}


def _sessions(work: Work, patient: Patient) -> tuple[Session, ...]:
    """Give the sessions under the newest approval, each by its first dose."""
    since = work.session.scalar(
        select(Approval.signed_at)
        .where(Approval.patient_id == patient.id, Approval.decision == ApprovalDecision.HOME)
        .order_by(Approval.signed_at.desc())
        .limit(1)
    )
    under = course_facts.sessions_since(course_facts.read_taken(work, patient.id), since)
    return tuple(Session(at=row.taken_at, on=date.fromisoformat(row.local_date)) for row in under)


def _next_session(work: Work, patient: Patient) -> Session | None:
    at = work.session.scalar(
        select(DoseSession.scheduled_at)
        .where(DoseSession.patient_id == patient.id, DoseSession.state.in_(STILL_TO_COME))
        .order_by(DoseSession.scheduled_at)
        .limit(1)
    )
    zone = ZoneInfo(patient.time_zone)
    return Session(at=at, on=at.astimezone(zone).date()) if at else None


def _patient(work: Work, deadline: Deadline) -> Patient:
    return work.session.scalars(select(Patient).where(Patient.id == deadline.subject_id)).one()


def _today(work: Work, patient: Patient) -> date:
    return work.now.astimezone(ZoneInfo(patient.time_zone)).date()


def _reminder_at(one: Due, zone: ZoneInfo) -> datetime:
    """In the morning of the day, by the clock of the place: a day may have 23 hours, or 25."""
    hour = time(LIMITS.instrument_reminder_local_hour)
    return datetime.combine(one.due_on, hour, zone).astimezone(UTC)


def _missed_at(one: Due, zone: ZoneInfo) -> datetime | None:
    """Give the first moment of the day after the window."""
    if one.closes_on is None:
        return None
    return datetime.combine(one.closes_on + timedelta(days=1), time.min, zone).astimezone(UTC)
