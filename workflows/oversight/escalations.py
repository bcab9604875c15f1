"""Who must answer when something is wrong or nobody answers, and who after them?

An escalation climbs, rung by rung, until a human acknowledges it. At the top it rings again.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import exists, select, tuple_

from models.dose.dose_sessions import DoseSession
from models.oversight.holds import Escalation
from models.people.accounts import UserAccount
from models.people.patients import CareTeamMember, Patient
from models.platform.base import new_id
from models.platform.trail import Deadline
from rules.oversight.ladders import ladder_for
from rules.oversight.promises import Channel, Promise
from rules.permissions import Permission
from rules.terms import DeadlineKind, Role, Rung, SubjectKind
from workflows.oversight import channels, roster
from workflows.platform import access, calls, deadlines, notifications, sweep, trail
from workflows.platform.work import Work, command, note_each_patient, reading

PAGE = 50
TEMPLATES = {
    Rung.SITTER: "answer_at_once",
    Rung.PATIENT: "answer_please",
    Rung.EMERGENCY_CONTACT: "reach_somebody",
    Rung.COACH: "somebody_needs_you",
    Rung.ON_CALL_CLINICIAN: "somebody_needs_you_now",
}


def raise_one(
    work: Work, code: str, *, subject: tuple[SubjectKind, UUID], rung: Rung | None = None
) -> Escalation:
    """Call for help about a subject; an open call for the same thing is called louder instead."""
    at = rung or ladder_for(code, work.limits).first
    found = _open_one(work, code, subject[1])
    if found is not None:
        _climb(work, found, at)
        return found
    raised = Escalation(
        id=new_id(),
        patient_id=work.subject,
        code=code,
        subject_type=subject[0],
        subject_id=subject[1],
        opened_at=work.now,
        climbed_at=work.now,
    )
    work.session.add(raised)
    work.session.flush()
    trail.write_audit(
        work, "escalation.raised", object_type="escalation", object_id=str(raised.id), reason=code
    )
    trail.write_event(work, "escalation.raised", "escalation", raised.id)
    _climb(work, raised, at)
    return raised


def call_again(work: Work, escalation: Escalation, top: Rung) -> None:
    """Call out to everybody up to this rung, because somebody who was called has left (a step)."""
    _climb(work, escalation, top)


def was_raised(work: Work, code: str, subject_id: UUID) -> bool:
    """Say whether this was ever called for this subject, answered or not."""
    query = select(Escalation.id).where(
        Escalation.subject_id == subject_id, Escalation.code == code
    )
    return work.session.scalar(query.limit(1)) is not None


def is_open(work: Work, code: str, subject_id: UUID) -> bool:
    """Say whether this was called for this subject and nobody has answered yet."""
    waiting = exists().where(calls.unanswered((code,), subject_id))
    return bool(work.session.scalar(select(waiting)))


@command(permit=Permission.ACKNOWLEDGE_ESCALATION, audit="escalation.acknowledged", once=True)
def acknowledge(work: Work, escalation_id: UUID) -> Escalation:
    """Take it on: only a human stops the climb, and the first one counts."""
    escalation = access.escalation(work, escalation_id, lock=True)
    if escalation.acknowledged_at is None and work.actor.user_id is not None:
        calls.acknowledge(work, escalation)
    return escalation


class OpenCalls(NamedTuple):
    """Calls that wait, one more than a page if there are more, and who answers such calls when."""

    calls: list[Escalation]
    promise: Promise


@reading(permit=Permission.READ_ESCALATIONS, audit="escalation.listed")
def read_open(
    work: Work, after: tuple[datetime, UUID] | None = None, most: int = PAGE
) -> OpenCalls:
    """List what waits for an answer and is mine to answer, longest waiting first."""
    query = (
        select(Escalation)
        .outerjoin(Patient, Patient.id == Escalation.patient_id)
        .where(Escalation.acknowledged_at.is_(None), access.answers(work))
        .order_by(Escalation.opened_at, Escalation.id)
        .limit(most + 1)
    )
    if after is not None:
        query = query.where(tuple_(Escalation.opened_at, Escalation.id) > tuple_(*after))
    found = list(work.session.scalars(query))
    note_each_patient(work, [row.patient_id for row in found[:most] if row.patient_id])
    return OpenCalls(found, channels.promise_of(work, Channel.CALL_FOR_HELP))


@sweep.missed(DeadlineKind.ESCALATION_ACKNOWLEDGEMENT)
def nobody_answered(work: Work, deadline: Deadline) -> None:
    """Climb one rung, or ring again at the top."""
    escalation = work.session.scalar(
        select(Escalation).where(Escalation.id == deadline.subject_id).with_for_update()
    )
    if escalation is None or escalation.acknowledged_at is not None:
        return
    if escalation.climbed_at >= deadline.due_at:  # it climbed meanwhile, for another reason
        return
    ladder = ladder_for(escalation.code, work.limits)
    here = max(Rung(escalation.rung), ladder.first, key=lambda rung: rung.value)
    _climb(work, escalation, ladder.after(here))


def _open_one(work: Work, code: str, subject_id: UUID) -> Escalation | None:
    query = select(Escalation).where(calls.unanswered((code,), subject_id))
    return work.session.scalars(query.with_for_update()).first()


def _climb(work: Work, escalation: Escalation, top: Rung) -> None:
    """Tell everybody up to this rung; where nobody new is above, ring there once more."""
    ladder = ladder_for(escalation.code, work.limits)
    here = max(escalation.rung, top.value)
    rungs = ladder.between(escalation.rung, top) or (Rung(here),)
    for rung in rungs:
        _tell(work, escalation, rung)
    escalation.rung = here
    escalation.climbed_at = work.now
    deadlines.settle(work, escalation.id)
    deadlines.set_due(
        work,
        DeadlineKind.ESCALATION_ACKNOWLEDGEMENT,
        subject_type=SubjectKind.ESCALATION,
        subject_id=escalation.id,
        due_at=work.now + ladder.patience,
    )
    work.session.flush()


def _tell(work: Work, escalation: Escalation, rung: Rung) -> None:
    subject = (SubjectKind.ESCALATION, escalation.id)
    template = TEMPLATES[rung]
    if rung is Rung.EMERGENCY_CONTACT:
        notifications.tell_emergency_contact(work, template, subject=subject)
        return
    for user_id in _people(work, escalation, rung):
        notifications.tell(work, user_id, template, subject=subject)


def _people(work: Work, escalation: Escalation, rung: Rung) -> list[UUID]:
    if rung is Rung.ON_CALL_CLINICIAN:
        return _clinicians(work, escalation)
    if rung is Rung.SITTER:
        nearby = select(DoseSession.sitter_user_id).where(
            DoseSession.id == escalation.subject_id, DoseSession.sitter_user_id.is_not(None)
        )
        return [user_id for user_id in work.session.scalars(nearby) if user_id]
    if rung is Rung.PATIENT:
        theirs = select(Patient.user_id).where(Patient.id == escalation.patient_id)
        return list(work.session.scalars(theirs))
    return _of_the_care_team(work, escalation, Role.COACH)


def _clinicians(work: Work, escalation: Escalation) -> list[UUID]:
    """Whoever is on call; with nobody there or no answer, every prescriber and safety officer."""
    on_duty = roster.who_answers(work.session, work.now)
    if on_duty and escalation.rung < Rung.ON_CALL_CLINICIAN.value:
        return on_duty
    prescribers = _of_the_care_team(work, escalation, Role.PRESCRIBER)
    officers = notifications.holders(work, Role.SAFETY_OFFICER)
    return sorted({*on_duty, *prescribers, *officers})


def _of_the_care_team(work: Work, escalation: Escalation, role: Role) -> list[UUID]:
    query = (
        select(CareTeamMember.user_id)
        .join(UserAccount, UserAccount.id == CareTeamMember.user_id)
        .where(
            CareTeamMember.patient_id == escalation.patient_id,
            CareTeamMember.role == role,
            CareTeamMember.ended_at.is_(None),
            UserAccount.disabled_at.is_(None),
        )
    )
    return list(work.session.scalars(query))
