"""Which licensed clinician answers, and until when without a gap?"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, cast, exists, literal, select, tuple_
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.dose.dose_sessions import DoseSession
from models.dose.predose import Clearance
from models.oversight.holds import OnCallShift
from models.people.accounts import Credential, RoleGrant, UserAccount
from models.platform.base import new_id
from rules.dose.cover import cover_needed_until
from rules.permissions import Permission
from rules.terms import Role, SessionState
from workflows.people import clearances
from workflows.platform import access, lock_order, notifications
from workflows.platform.errors import InvalidContent, NotFound, RecordForbids
from workflows.platform.work import Work, command, reading

PAGE = 50
NO_COVER = "nobody is on call to the end of the watch"
Moment = ColumnElement[datetime] | InstrumentedAttribute[datetime]


@command(permit=Permission.STAFF_ON_CALL, audit="on_call.staffed", once=True)
def staff(work: Work, user_id: UUID, starts_at: datetime, ends_at: datetime) -> OnCallShift:
    """Put a licensed clinician on call; two shifts of one person never overlap."""
    if ends_at <= max(starts_at, work.now):
        raise InvalidContent(errors={"ends_at": ["A shift ends after it starts, and not before."]})
    if not _may_practise(work.session, user_id, starts_at, ends_at):
        raise RecordForbids(code="not_a_licensed_clinician")
    shift = OnCallShift(
        id=new_id(),
        user_id=user_id,
        starts_at=starts_at,
        ends_at=ends_at,
        set_by=work.actor.user_id or user_id,
    )
    work.session.add(shift)
    return shift


@command(permit=Permission.STAFF_ON_CALL, audit="on_call.cancelled", once=True)
def cancel(work: Work, shift_id: UUID) -> OnCallShift:
    """Take a shift back; what it covered is no longer covered."""
    shift = work.session.scalars(
        select(OnCallShift).where(OnCallShift.id == shift_id).with_for_update()
    ).first()
    if shift is None:
        raise NotFound
    shift.cancelled_at = shift.cancelled_at or work.now
    work.session.flush()
    close_uncovered(work)
    return shift


def take_off(work: Work, user_id: UUID) -> list[OnCallShift]:
    """Take back every shift of somebody that is not over (a step of their leaving)."""
    theirs = select(OnCallShift).where(
        OnCallShift.user_id == user_id,
        OnCallShift.cancelled_at.is_(None),
        OnCallShift.ends_at > work.now,
    )
    found = work.session.scalars(theirs.order_by(OnCallShift.starts_at).with_for_update()).all()
    for shift in found:
        shift.cancelled_at = work.now
        work.audit("on_call.taken_off", object_type="on_call_shift", object_id=str(shift.id))
    work.session.flush()
    close_uncovered(work)
    return list(found)


def close_uncovered(work: Work) -> None:
    """End every clearance that no shift covers to the end any more, and say so (a step)."""
    needed = cover_needed_until(work.now + work.limits.monitoring, work.limits)
    until = cover_until(work.session, work.now)
    if until is not None and until >= needed:
        return
    before, ahead = work.subject, (clearances.is_live(), Clearance.expires_at > work.now)
    query = select(Clearance.patient_id).where(*ahead).distinct()
    for patient_id in work.session.scalars(query.order_by(Clearance.patient_id)).all():
        access.see(work, patient_id)
        lock_order.patient_first(work)
        sitters = _sitters_of_cleared(work, patient_id)
        clearances.end_for_patient(work, patient_id, NO_COVER)
        work.audit("clearance.uncovered", object_type="patient", object_id=str(patient_id))
        notifications.tell_patient(work, "check_again")
        for user_id in sitters:
            notifications.tell(work, user_id, "check_again")
    access.see(work, before)


def _sitters_of_cleared(work: Work, patient_id: UUID) -> list[UUID]:
    query = select(DoseSession.sitter_user_id).where(
        DoseSession.patient_id == patient_id,
        DoseSession.state == SessionState.CLEARED,
        DoseSession.sitter_user_id.is_not(None),
    )
    return [user_id for user_id in work.session.scalars(query) if user_id]


def is_covered(work: Work, shift: OnCallShift) -> bool:
    """Say whether others answer for what is left of a shift."""
    at = max(shift.starts_at, work.now)
    until = cover_until(work.session, at)
    return at >= shift.ends_at or (until is not None and until >= shift.ends_at)


@reading(permit=Permission.STAFF_ON_CALL, audit="on_call.listed")
def read_shifts(
    work: Work, after: tuple[datetime, UUID] | None = None, most: int = PAGE
) -> list[OnCallShift]:
    """List the shifts that are not over, soonest first."""
    access.see(work, None)
    query = (
        select(OnCallShift)
        .where(OnCallShift.cancelled_at.is_(None), OnCallShift.ends_at > work.now)
        .order_by(OnCallShift.starts_at, OnCallShift.id)
        .limit(most + 1)
    )
    if after is not None:
        query = query.where(tuple_(OnCallShift.starts_at, OnCallShift.id) > tuple_(*after))
    return list(work.session.scalars(query))


def cover_until(session: Session, at: datetime) -> datetime | None:
    """Say until when licensed clinicians answer without a gap from this instant on, if at all."""
    shifts = session.execute(
        select(OnCallShift.starts_at, OnCallShift.ends_at)
        .where(stands(), OnCallShift.ends_at > at)
        .order_by(OnCallShift.starts_at)
    )
    until: datetime | None = None
    for starts_at, ends_at in shifts:
        if starts_at > (until or at):
            break
        until = max(until or ends_at, ends_at)
    return until


def who_answers(session: Session, at: datetime) -> list[UUID]:
    """Give the licensed clinicians who are on call at this instant."""
    query = (
        select(OnCallShift.user_id)
        .where(stands(), OnCallShift.starts_at <= at, OnCallShift.ends_at > at)
        .order_by(OnCallShift.user_id)
    )
    return list(session.scalars(query))


def _may_practise(session: Session, user_id: UUID, starts_at: datetime, ends_at: datetime) -> bool:
    query = select(UserAccount.id).where(
        UserAccount.id == user_id,
        UserAccount.disabled_at.is_(None),
        _licensed(UserAccount.id, literal(starts_at), literal(ends_at)),
    )
    return session.scalar(query) is not None


def stands() -> ColumnElement[bool]:
    """A shift counts while it is not taken back and its clinician may practise throughout."""
    can_sign_in = exists().where(
        UserAccount.id == OnCallShift.user_id, UserAccount.disabled_at.is_(None)
    )
    may = _licensed(OnCallShift.user_id, OnCallShift.starts_at, OnCallShift.ends_at)
    return and_(OnCallShift.cancelled_at.is_(None), can_sign_in, may)


def _licensed(
    user_id: ColumnElement[UUID] | InstrumentedAttribute[UUID], starts_at: Moment, ends_at: Moment
) -> ColumnElement[bool]:
    prescribes = exists().where(
        RoleGrant.user_id == user_id,
        RoleGrant.role == Role.PRESCRIBER,
        RoleGrant.ended_at.is_(None),
    )
    licensed = exists().where(
        Credential.user_id == user_id,
        Credential.kind == "licence",
        Credential.revoked_on.is_(None),
        Credential.valid_from <= cast(starts_at, Date),
        Credential.expires_on >= cast(ends_at, Date),
    )
    return and_(prescribes, licensed)
