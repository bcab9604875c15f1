"""When do we ask again after a dose, and what follows from the answers?

An answer is a fact: it is kept when it is early, late or half. Whether it does what the contact is
for is another question; a late check at 24 hours counts only once a prescriber has looked.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.dialects.postgresql import insert

from models.aftercare.aftercare import FollowUp, FollowUpAnswer
from models.dose.dose_sessions import DoseSession
from models.people.patients import Patient
from models.platform.base import new_id
from rules.aftercare.follow_up import Touch, counts, touches
from rules.aftercare.next_day import NextDay, NextDayAlarm, does_its_work, next_day_alarms
from rules.permissions import Permission
from rules.terms import (
    DeadlineKind,
    FollowUpKind,
    HoldSource,
    Instrument,
    Role,
    SessionState,
    SubjectKind,
)
from workflows.aftercare import harm
from workflows.intake import assessments
from workflows.oversight import escalations, holds
from workflows.people import safety_version
from workflows.platform import access, calls, deadlines, notifications
from workflows.platform.work import Work, reading, record

PAGE = 50
OVERDUE = "follow_up_overdue"
LATE = "followup_24h_late"
TEMPLATE = "please_look_at_answers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What the patient told, with words of their own and the time on their device."""

    said: NextDay
    words: str | None = None
    device_at: datetime | None = None


def generate(work: Work, dose_session: DoseSession) -> list[FollowUp]:
    """Make the contacts that a dose calls for, once; a step of the dose."""
    if dose_session.dosed_at is None:
        return []
    access.see(work, dose_session.patient_id)
    planned = touches(dose_session.dosed_at, work.limits)
    rows = [
        {
            "id": new_id(),
            "patient_id": dose_session.patient_id,
            "dose_session_id": dose_session.id,
            "kind": touch.kind,
            "due_at": touch.due_at,
            "window_from": touch.opens_at,
            "window_to": touch.closes_at,
            "version": 1,
        }
        for touch in planned
    ]
    made = work.session.scalars(
        insert(FollowUp).values(rows).on_conflict_do_nothing().returning(FollowUp)
    ).all()
    deadlines.expect(
        work,
        [
            deadlines.Due(
                DeadlineKind.FOLLOW_UP,
                (SubjectKind.FOLLOW_UP, follow_up.id),
                follow_up.window_to or follow_up.due_at,
            )
            for follow_up in made
        ]
        + [
            deadlines.Due(
                DeadlineKind.INSTRUMENTS,
                (SubjectKind.PATIENT, dose_session.patient_id),
                dose_session.dosed_at,
            )
        ],
    )
    return list(made)


@record(permit=Permission.RECORD_FOLLOW_UP, audit="follow_up.answered", once=True)
def answer(work: Work, follow_up_id: UUID, told: Told) -> FollowUpAnswer:
    """Keep the answers, raise what they alarm about, and close the contact if they may."""
    follow_up = access.record(work, FollowUp, follow_up_id, lock=True)
    patient = access.patient(work, follow_up.patient_id)
    alarms = next_day_alarms(told.said, work.limits)
    _keep_scores(work, patient, follow_up, told.said)
    kept = FollowUpAnswer(
        id=new_id(),
        patient_id=patient.id,
        follow_up_id=follow_up.id,
        answers=_written(told),
        complete=does_its_work(follow_up.kind, told.said),
        timing=_timing(follow_up, work.now),
        alarm_codes=[alarm.code for alarm in alarms],
        adverse_event_id=_report_harm(work, follow_up, told, alarms),
        device_at=told.device_at,
        received_at=work.now,
        recorded_by=work.actor.person,
    )
    work.session.add(kept)
    _raise_alarms(work, follow_up, alarms)
    _close(work, follow_up, kept)
    safety_version.rise(work, patient.id)
    return kept


@reading(permit=Permission.READ_FOLLOW_UPS, audit="follow_up.listed")
def of_patient(
    work: Work, patient_id: UUID, after: tuple[datetime, UUID] | None = None, most: int = PAGE
) -> list[FollowUp]:
    """List a patient's contacts, latest due first."""
    patient = access.patient(work, patient_id)
    query = (
        select(FollowUp)
        .where(FollowUp.patient_id == patient.id)
        .order_by(FollowUp.due_at.desc(), FollowUp.id.desc())
        .limit(most + 1)
    )
    if after is not None:
        query = query.where(tuple_(FollowUp.due_at, FollowUp.id) < tuple_(*after))
    return list(work.session.scalars(query))


@reading(permit=Permission.READ_FOLLOW_UPS, audit="follow_up.read")
def answers(work: Work, follow_up_id: UUID) -> list[FollowUpAnswer]:
    """Give everything that was answered to one contact, newest first."""
    follow_up = access.record(work, FollowUp, follow_up_id)
    query = (
        select(FollowUpAnswer)
        .where(FollowUpAnswer.follow_up_id == follow_up.id)
        .order_by(FollowUpAnswer.received_at.desc(), FollowUpAnswer.id.desc())
        .limit(PAGE)
    )
    return list(work.session.scalars(query))


def _close(work: Work, follow_up: FollowUp, kept: FollowUpAnswer) -> None:
    """Early or half does not count; late counts, and at 24 hours a prescriber has to let go."""
    if follow_up.done_at is not None or not kept.complete or kept.timing == "early":
        return
    follow_up.done_at = work.now
    deadlines.settle(work, follow_up.id, DeadlineKind.FOLLOW_UP)
    calls.answered(work, follow_up.id, OVERDUE)
    if follow_up.kind is FollowUpKind.HOURS_24:
        _close_session(work, follow_up)
    if kept.timing == "late" and follow_up.kind is FollowUpKind.HOURS_24:
        subject = (SubjectKind.FOLLOW_UP, follow_up.id)
        holds.place(work, HoldSource.SYSTEM, LATE, subject)
        notifications.tell_care_team(work, Role.PRESCRIBER, TEMPLATE, subject=subject)


def _close_session(work: Work, follow_up: FollowUp) -> None:
    """The answers of the next day close a session that was released."""
    session = work.session.scalars(
        select(DoseSession).where(DoseSession.id == follow_up.dose_session_id).with_for_update()
    ).one()
    if session.state is SessionState.RELEASED:
        session.state, session.closed_at = SessionState.CLOSED, work.now


def _timing(follow_up: FollowUp, now: datetime) -> str:
    touch = Touch(follow_up.kind, follow_up.due_at, follow_up.window_from, follow_up.window_to)
    if counts(touch, now):
        return "in_time"
    return "early" if now < follow_up.window_from else "late"


def _keep_scores(work: Work, patient: Patient, follow_up: FollowUp, said: NextDay) -> None:
    """Let the instruments among the answers alarm by themselves, as they do anywhere else."""
    if any(answer is not None for answer in said.suicide.values()):
        _keep(work, patient, follow_up, Instrument.CSSRS, dict(said.suicide))
    if said.global_change is not None:
        _keep(work, patient, follow_up, Instrument.PGI_I, {"q1": said.global_change})


def _keep(
    work: Work,
    patient: Patient,
    follow_up: FollowUp,
    instrument: Instrument,
    answers: dict[str, int | bool | None],
) -> None:
    assessments.keep(work, patient, instrument, answers, follow_up.dose_session_id)


def _report_harm(
    work: Work, follow_up: FollowUp, told: Told, alarms: tuple[NextDayAlarm, ...]
) -> UUID | None:
    harmful = [alarm for alarm in alarms if alarm.harm]
    if not harmful:
        return None
    event = harm.report(
        work,
        follow_up.patient_id,
        own_words=told.words,
        told={
            "from": "follow_up",
            "follow_up_id": str(follow_up.id),
            "alarms": [alarm.code for alarm in harmful],
            "symptoms": sorted(told.said.side_effects or ()),
        },
        signals=tuple(signal for alarm in harmful for signal in alarm.signals),
        dose_session_id=follow_up.dose_session_id,
    )
    return event.id


def _raise_alarms(work: Work, follow_up: FollowUp, alarms: tuple[NextDayAlarm, ...]) -> None:
    subject = (SubjectKind.FOLLOW_UP, follow_up.id)
    for alarm in alarms:
        if alarm.holds:
            holds.place(work, HoldSource.SYSTEM, alarm.code, subject)
            escalations.raise_one(work, alarm.code, subject=subject)
    if alarms:
        for role in (Role.COACH, Role.PRESCRIBER):
            notifications.tell_care_team(work, role, TEMPLATE, subject=subject)


def _written(told: Told) -> dict[str, Any]:
    said = asdict(told.said)
    effects = told.said.side_effects
    said["side_effects"] = None if effects is None else sorted(effects)
    return said | {"words": told.words}
