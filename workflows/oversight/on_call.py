"""Who is put on call and taken off again, and what is no longer covered then?"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import literal, select, tuple_
from sqlalchemy.orm import Session

from models.dose.dose_sessions import WATCHED_STATES, DoseSession
from models.dose.predose import Clearance
from models.oversight.holds import OnCallShift
from models.people.accounts import UserAccount
from models.platform.base import new_id
from rules.dose.cover import cover_needed_until
from rules.permissions import Permission
from rules.terms import SessionState, SubjectKind
from workflows.oversight import escalations, roster
from workflows.people import clearances
from workflows.platform import access, lock_order, notifications
from workflows.platform.errors import InvalidContent, NotFound, RecordForbids
from workflows.platform.work import Work, command, reading

PAGE = 50
NO_COVER = "nobody is on call to the end of the watch"
UNCOVERED = "watch_uncovered"


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
    lock_order.cover_may_end(work)
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
    lock_order.cover_may_end(work)
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
    if found:
        close_uncovered(work)
    return list(found)


def close_uncovered(work: Work) -> None:
    """End every clearance that no shift covers to the end any more, and call for the watches."""
    needed = cover_needed_until(work.now + work.limits.monitoring, work.limits)
    until = roster.cover_until(work.session, work.now)
    if until is not None and until >= needed:
        return
    before = work.subject
    _end_clearances(work)
    _call_for_watches(work, until or work.now)
    access.see(work, before)


def _end_clearances(work: Work) -> None:
    ahead = (clearances.is_live(), Clearance.expires_at > work.now)
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


def _call_for_watches(work: Work, until: datetime) -> None:
    """Call a human about each dose already taken that nobody answers for to the end (a step)."""
    running = select(DoseSession.id, DoseSession.patient_id, DoseSession.dosed_at).where(
        DoseSession.state.in_(WATCHED_STATES)
    )
    for session_id, patient_id, dosed_at in work.session.execute(
        running.order_by(DoseSession.patient_id)
    ).all():
        ends_at = (dosed_at or work.now) + work.limits.monitoring
        if until < cover_needed_until(ends_at, work.limits):
            access.see(work, patient_id)
            lock_order.patient_first(work)
            escalations.raise_one(work, UNCOVERED, subject=(SubjectKind.DOSE_SESSION, session_id))


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
    until = roster.cover_until(work.session, at)
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


def _may_practise(session: Session, user_id: UUID, starts_at: datetime, ends_at: datetime) -> bool:
    query = select(UserAccount.id).where(
        UserAccount.id == user_id,
        UserAccount.disabled_at.is_(None),
        roster.licensed(UserAccount.id, literal(starts_at), literal(ends_at)),
    )
    return session.scalar(query) is not None
