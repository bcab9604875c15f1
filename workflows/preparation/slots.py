"""Which times are offered for a meeting, by whom, and which of them are free?"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, cast, exists, literal, or_, select, tuple_

from models.people.accounts import RoleGrant, UserAccount
from models.people.patients import CareTeamMember, Patient
from models.preparation.appointments import Appointment, Slot
from rules.permissions import Permission
from rules.terms import AppointmentKind, AppointmentState, Role
from workflows.people import credentials
from workflows.platform import access, local_time
from workflows.platform.errors import InvalidContent, NotFound, RecordForbids
from workflows.platform.work import Work, command, reading

PAGE = 50
# Who may hold which kind of meeting; both prepare a patient.
HOSTS = {
    AppointmentKind.EVALUATION: frozenset({Role.PRESCRIBER}),
    AppointmentKind.REVIEW: frozenset({Role.PRESCRIBER}),
    AppointmentKind.PREPARATION: frozenset({Role.COACH, Role.PRESCRIBER}),
    AppointmentKind.COACHING: frozenset({Role.COACH}),
}
_ONLY_LICENSED = (AppointmentKind.EVALUATION, AppointmentKind.REVIEW)


@command(permit=Permission.OFFER_SLOTS, audit="slot.offered", once=True)
def offer(
    work: Work,
    kind: AppointmentKind,
    starts_at: datetime,
    ends_at: datetime,
    time_zone: str | None = None,
) -> Slot:
    """Offer a time of one's own; two of one person never overlap."""
    starts_at = local_time.when_planned(starts_at, time_zone, field="starts_at")
    ends_at = local_time.when_planned(ends_at, time_zone, field="ends_at")
    if ends_at <= max(starts_at, work.now):
        raise InvalidContent(errors={"ends_at": ["A slot ends after it starts, and not before."]})
    if not HOSTS[kind] & work.actor.roles:
        raise RecordForbids("You do not hold meetings of this kind.", code="slot_kind_not_yours")
    slot = Slot(host_id=work.actor.person, kind=kind, starts_at=starts_at, ends_at=ends_at)
    work.session.add(slot)
    return slot


@reading(permit=Permission.OFFER_SLOTS, audit="slots.read")
def mine(work: Work, after: tuple[datetime, UUID] | None = None, most: int = PAGE) -> list[Slot]:
    """List my own free times, soonest first."""
    return _free(work, Slot.host_id == work.actor.user_id, after, most)


@reading(permit=Permission.READ_SLOTS, audit="slots.read")
def free_for(
    work: Work,
    patient_id: UUID,
    kind: AppointmentKind | None = None,
    after: tuple[datetime, UUID] | None = None,
    most: int = PAGE,
) -> list[Slot]:
    """List the free times that this patient can book, soonest first."""
    patient = access.patient(work, patient_id)
    wanted = bookable_by(patient)
    return _free(work, and_(wanted, Slot.kind == kind) if kind else wanted, after, most)


def take(work: Work, slot_id: UUID, patient: Patient) -> Slot:
    """Give a slot this patient may book now; a step of booking and of moving."""
    slot = work.session.scalars(
        select(Slot).where(Slot.id == slot_id, bookable_by(patient))
    ).first()
    if slot is None:
        raise NotFound
    if slot.starts_at <= work.now:
        raise RecordForbids("This time has passed.", code="slot_past")
    return slot


def bookable_by(patient: Patient) -> ColumnElement[bool]:
    """Give the condition on `slot`: its host cares for the patient, licensed where need be."""
    by_kind = [
        and_(Slot.kind == kind, exists().where(_hosts(patient, kind, Slot.host_id)))
        for kind in AppointmentKind
    ]
    only_licensed = Slot.kind.in_(_ONLY_LICENSED)
    day = cast(Slot.starts_at, Date)
    licensed = exists().where(credentials.in_force(Slot.host_id, "licence", day, patient.state))
    return and_(or_(*by_kind), or_(~only_licensed, licensed))


def can_hold(work: Work, patient: Patient, user_id: UUID, one: Appointment) -> bool:
    """Say whether this host still can hold the meeting: on the team, in a role for it, let in."""
    query = select(CareTeamMember.id).where(_hosts(patient, one.kind, literal(user_id)))
    return work.session.scalar(query.limit(1)) is not None


def hosts_for(work: Work, patient: Patient, one: Appointment) -> list[UUID]:
    """Give who else of the team may hold it and has no other time then, longest there first."""
    busy = exists().where(
        Slot.host_id == CareTeamMember.user_id,
        Slot.starts_at < one.ends_at,
        Slot.ends_at > one.starts_at,
    )
    held = CareTeamMember.user_id
    query = select(held).where(_hosts(patient, one.kind, held), held != one.host_id, ~busy)
    if one.kind in _ONLY_LICENSED:
        day = one.starts_at.date()
        query = query.where(
            exists().where(credentials.in_force(held, "licence", day, patient.state))
        )
    ordered = query.order_by(CareTeamMember.started_at, CareTeamMember.id)
    return list(work.session.scalars(ordered))


def _hosts(patient: Patient, kind: AppointmentKind, host_id: Any) -> ColumnElement[bool]:
    """Give the condition on `care_team_member`: this host, in a role they hold and can act in."""
    holds = exists().where(
        RoleGrant.user_id == CareTeamMember.user_id,
        RoleGrant.role == CareTeamMember.role,
        RoleGrant.ended_at.is_(None),
    )
    comes_in = exists().where(
        UserAccount.id == CareTeamMember.user_id, UserAccount.disabled_at.is_(None)
    )
    return and_(
        CareTeamMember.patient_id == patient.id,
        CareTeamMember.user_id == host_id,
        CareTeamMember.role.in_(sorted(HOSTS[kind])),
        CareTeamMember.ended_at.is_(None),
        holds,
        comes_in,
    )


def _free(
    work: Work, wanted: ColumnElement[bool], after: tuple[datetime, UUID] | None, most: int
) -> list[Slot]:
    taken = exists().where(
        Appointment.slot_id == Slot.id, Appointment.state != AppointmentState.CANCELLED
    )
    query = (
        select(Slot)
        .where(wanted, Slot.starts_at > work.now, ~taken)
        .order_by(Slot.starts_at, Slot.id)
        .limit(most + 1)
    )
    if after is not None:
        query = query.where(tuple_(Slot.starts_at, Slot.id) > tuple_(*after))
    return list(work.session.scalars(query))
