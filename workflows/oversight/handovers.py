"""What was left behind by whoever left, and who has it now? Never silently nobody."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, tuple_

from models.dose.office_sessions import WATCHED_AT_SITE, OfficeSession
from models.oversight.handovers import Handover
from models.oversight.holds import OnCallShift
from models.people.accounts import RoleGrant, UserAccount
from models.people.patients import CareTeamMember
from models.platform.base import new_id
from models.preparation.appointments import Appointment
from rules.oversight.leaving import HandoverKind, Leaving
from rules.permissions import Permission
from rules.terms import AppointmentState, OfficeState, Role, SubjectKind
from workflows.oversight import escalations, on_call
from workflows.platform import access, notifications
from workflows.platform.errors import NotFound, RecordForbids
from workflows.platform.work import Work, command, note_each_patient, reading

PAGE = 50
MOVED, OPEN = "work_moved_to_you", "work_without_owner"
CALL = "work_unassigned"
NAMED_AT_SITE = (*WATCHED_AT_SITE, OfficeState.PMF_DUE)


@dataclass(frozen=True, slots=True)
class Leaver:
    """Who left, and what."""

    user_id: UUID
    why: Leaving


@dataclass(frozen=True, slots=True)
class Left:
    """One thing that was theirs; about a patient, or about nobody."""

    kind: HandoverKind
    subject_id: UUID
    role: str = ""


def keep(work: Work, leaver: Leaver, left: Left, to: UUID | None) -> Handover:
    """Write with whom it went on (a step); with nobody, call until somebody answers."""
    row = _open_one(work, left) if to is None else None
    if row is not None:
        return row
    row = Handover(
        id=new_id(),
        kind=left.kind,
        why=leaver.why,
        role=left.role,
        patient_id=work.subject,
        subject_id=left.subject_id,
        from_user_id=leaver.user_id,
        to_user_id=to,
        opened_at=work.now,
        opened_by=work.actor.person,
    )
    if to is not None:
        row.settled_at, row.settled_by = work.now, work.actor.person
    work.session.add(row)
    work.session.flush()
    told = {"object_type": "handover", "object_id": str(row.id), "reason": left.kind.value}
    work.audit("handover.moved" if to else "handover.opened", **told)
    _tell(work, row)
    return row


@reading(permit=Permission.READ_HANDOVERS, audit="handover.listed")
def read_open(
    work: Work, after: tuple[datetime, UUID] | None = None, most: int = PAGE
) -> Sequence[Handover]:
    """List what waits for somebody, longest waiting first."""
    access.see(work, None)
    query = select(Handover).where(Handover.settled_at.is_(None))
    if after is not None:
        query = query.where(tuple_(Handover.opened_at, Handover.id) > tuple_(*after))
    ordered = query.order_by(Handover.opened_at, Handover.id).limit(most + 1)
    found = work.session.scalars(ordered).all()
    note_each_patient(work, [row.patient_id for row in found[:most] if row.patient_id])
    return found


@command(permit=Permission.SETTLE_HANDOVER, audit="handover.settled", once=True)
def settle(work: Work, handover_id: UUID) -> Handover:
    """Take it off the list, once somebody has it or it is over; not before."""
    row = work.session.scalars(
        select(Handover).where(Handover.id == handover_id).with_for_update()
    ).first()
    if row is None:
        raise NotFound
    access.see(work, row.patient_id)
    if row.settled_at is None:
        if _waits(work, row):
            raise RecordForbids("Nobody has it yet.", code="work_still_unassigned")
        row.settled_at, row.settled_by = work.now, work.actor.person
    return row


def taken_on(work: Work, patient_id: UUID, role: Role, user_id: UUID) -> None:
    """Note that somebody has the open work of this role now (a step of assigning them)."""
    if _taken(work, Left(HandoverKind.CARE, patient_id, role), user_id):
        notifications.tell(work, user_id, MOVED, subject=(SubjectKind.PATIENT, patient_id))


def watch_taken_over(work: Work, office_session_id: UUID) -> None:
    """Note that the acting person watches on at a site (a step)."""
    _taken(work, Left(HandoverKind.SITE_WATCH, office_session_id), work.actor.person)


def who_can(work: Work, patient_id: UUID, role: Role, *, but: UUID | None = None) -> list[UUID]:
    """Give who of the care team can act in this role now, longest on the team first."""
    query = (
        select(CareTeamMember.user_id)
        .join(UserAccount, UserAccount.id == CareTeamMember.user_id)
        .join(RoleGrant, RoleGrant.user_id == CareTeamMember.user_id)
        .where(
            CareTeamMember.patient_id == patient_id,
            CareTeamMember.role == role,
            CareTeamMember.ended_at.is_(None),
            CareTeamMember.user_id.is_distinct_from(but),
            RoleGrant.role == role,
            RoleGrant.ended_at.is_(None),
            UserAccount.disabled_at.is_(None),
        )
        .order_by(CareTeamMember.started_at, CareTeamMember.id)
    )
    return list(work.session.scalars(query))


def _tell(work: Work, row: Handover) -> None:
    subject = (SubjectKind.PATIENT, row.patient_id) if row.patient_id else None
    if row.to_user_id is not None:
        notifications.tell(work, row.to_user_id, MOVED, subject=subject)
        return
    for role in (Role.ADMIN, Role.SAFETY_OFFICER):
        notifications.tell_everybody_with(work, role, OPEN, subject=subject)
    if subject is not None:
        escalations.raise_one(work, CALL, subject=subject)


def _open_one(work: Work, left: Left) -> Handover | None:
    query = select(Handover).where(
        Handover.kind == left.kind,
        Handover.subject_id == left.subject_id,
        Handover.role == left.role,
        Handover.settled_at.is_(None),
    )
    return work.session.scalars(query.with_for_update()).first()


def _taken(work: Work, left: Left, user_id: UUID) -> bool:
    row = _open_one(work, left)
    if row is None:
        return False
    row.to_user_id = None if row.from_user_id == user_id else user_id
    row.settled_at, row.settled_by = work.now, work.actor.person
    return True


def _waits(work: Work, row: Handover) -> bool:
    """Say whether it is still theirs, or nobody's, and still to be done."""
    if row.kind is HandoverKind.CARE:
        to = who_can(work, row.subject_id, Role(row.role), but=row.from_user_id)
        return not to and not _can_again(work, row)
    if row.kind is HandoverKind.ON_CALL_SHIFT:
        shift = work.session.scalars(
            select(OnCallShift).where(OnCallShift.id == row.subject_id)
        ).one()
        return not on_call.is_covered(work, shift)
    if row.kind is HandoverKind.APPOINTMENT:
        theirs: Select[UUID] = select(Appointment.id).where(
            Appointment.id == row.subject_id,
            Appointment.host_id == row.from_user_id,
            Appointment.state == AppointmentState.BOOKED,
            Appointment.ends_at > work.now,
        )
    else:
        theirs = select(OfficeSession.id).where(
            OfficeSession.id == row.subject_id,
            OfficeSession.observer_id == row.from_user_id,
            OfficeSession.state.in_(NAMED_AT_SITE),
        )
    return work.session.scalar(theirs) is not None


def _can_again(work: Work, row: Handover) -> bool:
    """Say whether whoever left it is back."""
    return row.from_user_id in who_can(work, row.subject_id, Role(row.role))
