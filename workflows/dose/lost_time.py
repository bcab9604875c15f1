"""The database was restored: what may have happened in the time that is lost?

Begun by whoever restored it, before a clearance can be given again (`python -m workflows.epoch`).
Every go-ahead ends. A session that had one, or was due, may have been dosed without our knowing:
somebody goes looking for the person, and the next dose waits. Everybody signs in again, because a
sign-in that was ended would live again; only who is in a watch keeps theirs, for their facts count.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, update

from models.dose.dose_sessions import WATCHED_STATES, DoseSession
from models.dose.predose import Clearance
from models.people.accounts import LoginSession
from models.people.patients import Patient
from models.platform.trail import Event
from rules.permissions import Permission
from rules.terms import HoldSource, SessionState, SubjectKind
from workflows.oversight import escalations, holds
from workflows.people import clearances
from workflows.platform import access, epochs
from workflows.platform.work import Work, command

A_DAY = timedelta(days=1)
NOT_DOSED = (SessionState.SCHEDULED, SessionState.CHECKIN_OPEN, SessionState.BLOCKED)
REASON = "the database was restored"


@dataclass(frozen=True, slots=True)
class Begun:
    """The epoch that began, and how many sessions somebody has to ask about."""

    number: int
    durable_until: datetime | None
    asked_about: int


@command(permit=Permission.RUN_SWEEP, audit="epoch.begun")
def begin_epoch(work: Work, until: datetime | None) -> Begun:
    """Begin the next epoch; without a moment the last thing in the record is what surely is."""
    until = until or work.session.scalar(select(func.max(Event.occurred_at)))
    row = epochs.begin_next(work.session, work.now, until)
    found = _perhaps_dosed(work, until)
    _lock_all(work, {one.patient_id for one in found})
    clearances.end(work, REASON)
    for one in found:
        _go_looking(work, one)
    access.see(work, None)
    _end_sign_ins(work)
    return Begun(row.number, row.durable_until, len(found))


def _perhaps_dosed(work: Work, until: datetime | None) -> list[DoseSession]:
    """Find who may have taken a dose in the lost time: cleared, or due in it."""
    live = select(Clearance.dose_session_id).where(clearances.is_live())
    query = (
        select(DoseSession)
        .where(or_(DoseSession.id.in_(live), _due_in_lost_time(work, until)))
        .order_by(DoseSession.patient_id, DoseSession.id)
    )
    return list(work.session.scalars(query))


def _due_in_lost_time(work: Work, until: datetime | None) -> ColumnElement[bool]:
    due = [DoseSession.state.in_(NOT_DOSED), DoseSession.scheduled_at <= work.now + A_DAY]
    if until is not None:
        due.append(DoseSession.scheduled_at >= until - A_DAY)
    return and_(*due)


def _lock_all(work: Work, patients: Iterable[UUID]) -> None:
    whose = select(Patient.id).where(Patient.id.in_(patients)).order_by(Patient.id)
    work.session.execute(whose.with_for_update(key_share=True))


def _go_looking(work: Work, dose_session: DoseSession) -> None:
    """Hold the next dose and ask, as after a go-ahead that nobody said a word about."""
    access.see(work, dose_session.patient_id)
    work.session.refresh(dose_session)
    if dose_session.state is SessionState.CLEARED:
        dose_session.state = SessionState.UNACCOUNTED
    work.session.flush()
    subject = (SubjectKind.DOSE_SESSION, dose_session.id)
    holds.place(work, HoldSource.SYSTEM, "session_unaccounted", subject=subject)
    escalations.raise_one(work, "session_unaccounted", subject=subject)


def _end_sign_ins(work: Work) -> None:
    """End all of them but those of patients and sitters in a watch, or perhaps in one."""
    watched = DoseSession.state.in_((*WATCHED_STATES, SessionState.UNACCOUNTED))
    patients = select(Patient.user_id).join(DoseSession, DoseSession.patient_id == Patient.id)
    sitters = select(DoseSession.sitter_user_id).where(DoseSession.sitter_user_id.is_not(None))
    work.session.execute(
        update(LoginSession)
        .where(
            LoginSession.revoked_at.is_(None),
            LoginSession.user_id.not_in(patients.where(watched)),
            LoginSession.user_id.not_in(sitters.where(watched)),
        )
        .values(revoked_at=work.now, revoke_reason="database_restored")
        .execution_options(synchronize_session=False)
    )
