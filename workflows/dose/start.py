"""May the dose be taken now? The clearance is spent, or the fact is kept without one."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select, update

from models.dose.dose_sessions import ACTIVE_STATES, WATCHED_STATES, DoseSession
from models.dose.predose import Clearance, DoseTaken
from models.platform.base import new_id
from models.platform.fixed import Place, fixed
from rules.core import Point
from rules.dose.dose import no_driving_until
from rules.limits import Limits
from rules.permissions import Permission
from rules.states import after_dose_taken
from rules.terms import HoldSource, Outcome, Role, SessionState, SubjectKind
from workflows.aftercare import follow_up
from workflows.dose import assemble, dose_sessions, moments, watch
from workflows.oversight import escalations, holds
from workflows.people import clearances
from workflows.plan import progress
from workflows.platform import access, epochs, gatekeeping, lock_order, notifications
from workflows.platform.errors import NotFound, RecordForbids
from workflows.platform.work import Work, command, record


@dataclass(frozen=True, slots=True)
class TakenDose:
    """A dose somebody says was taken, as they say it; when or how much may be unknown."""

    taken_at: datetime | None = None
    dose_mg_hundredths: int | None = None
    dose_session_id: UUID | None = None
    device_at: datetime | None = None
    deviation: dict[str, Any] | None = None


@command(permit=Permission.START_DOSE, audit="dose_session.dose_started", once=True)
def start(work: Work, dose_session_id: UUID, clearance_id: UUID) -> DoseTaken:
    """Spend the clearance and start the watch; the same rules run again in this transaction."""
    lock_order.cover_stays(work)
    dose_session = access.dose_session(work, dose_session_id, lock=True)
    _refuse_spent(work, dose_session, clearance_id)
    found = assemble.whole_session(work, dose_session.id)
    facts = assemble.facts_at(work, found, Point.DOSE, clearance_id)
    judged = gatekeeping.judge(
        work,
        Point.DOSE,
        facts,
        (SubjectKind.DOSE_SESSION, dose_session.id),
        inputs=assemble.inputs_hash(found),
    )
    if judged.decision.outcome is not Outcome.CLEAR:
        gatekeeping.insist(judged, also=_close_the_door(dose_session.id))
    _spend(work, clearance_id)
    taken = _keep_dose(work, dose_session, clearance_id, facts.limits)
    dose_sessions.move(dose_session, SessionState.MONITORING)
    if progress.is_before_the_course(found.patient):  # which was read to be looked at
        progress.begin_course(progress.patient_of(work, dose_session))
    _begin_watch(work, dose_session, first_ever=not facts.course.doses)
    return taken


@record(permit=Permission.REPORT_DOSE_TAKEN, audit="dose_session.dose_reported", once=True)
def report_taken(work: Work, told: TakenDose) -> DoseTaken:
    """Keep "I took it" without a clearance: watched, escalated, held, and never refused."""
    dose_session = _session_of(work, told)
    taken_at = moments.happened_at(work, told.taken_at)
    again = dose_session is not None and dose_session.dosed_at is not None
    zone = _zone(work, dose_session)
    taken = DoseTaken(
        id=new_id(),
        patient_id=_subject(work),
        dose_session_id=dose_session.id if dose_session else None,
        cleared=False,
        dose_mg_hundredths=told.dose_mg_hundredths,
        taken_at=taken_at,
        local_date=taken_at.astimezone(zone).date().isoformat(),
        no_driving_until=no_driving_until(taken_at, zone, work.limits),
        device_at=told.device_at,
        received_at=work.now,
        deviation=told.deviation,
        recorded_by=work.actor.person,
    )
    work.session.add(taken)
    work.session.flush()
    _hold_and_call(work, taken, dose_session, again=again)
    if dose_session is not None and not again:
        _watch_uncleared(work, dose_session, taken)
    elif dose_session is not None:
        _watch_longer(work, dose_session, taken)
    return taken


def _refuse_spent(work: Work, dose_session: DoseSession, clearance_id: UUID) -> None:
    """Say plainly when this very clearance was used; any other flaw is for the rules to name."""
    found = _clearance.rows(
        work.session, clearance_id=clearance_id, dose_session_id=dose_session.id
    )
    if not found:
        raise NotFound
    [(spent_at, given_under, epoch)] = found
    if spent_at is not None:
        raise RecordForbids(
            code="clearance_used", dose_session_id=str(dose_session.id), dosed_at=spent_at
        )
    epochs.refuse_lost(given_under, epoch)


@fixed
def _clearance(*, clearance_id: Place, dose_session_id: Place) -> Select[*tuple[Any, ...]]:
    query = select(Clearance.spent_at, Clearance.epoch, func.epoch_in_force())
    return query.select_from(Clearance).where(
        Clearance.id == clearance_id, Clearance.dose_session_id == dose_session_id
    )


def _spend(work: Work, clearance_id: UUID) -> None:
    """Let the database decide who wins: one row comes back, or none."""
    won = work.session.scalar(*_spending(clearance_id=clearance_id, now=work.now))
    if won is None:
        raise RecordForbids(code="clearance_used")


@fixed
def _spending(*, clearance_id: Place, now: Place) -> Any:
    return (
        update(Clearance)
        .where(Clearance.id == clearance_id, clearances.is_live(), Clearance.expires_at >= now)
        .values(spent_at=now)
        .returning(Clearance.id)
    )


def _close_the_door(dose_session_id: UUID) -> Any:
    """Kill the clearance that the rules no longer stand behind, and ask for fresh answers."""

    def close(work: Work) -> None:
        lock_order.patient_first(work)
        dose_session = work.session.scalar(
            select(DoseSession).where(DoseSession.id == dose_session_id).with_for_update()
        )
        if dose_session is not None and dose_session.state is SessionState.CLEARED:
            dose_sessions.void_clearances(work, dose_session, "stopped at the dose")
            dose_session.state = SessionState.BLOCKED

    return close


def _keep_dose(
    work: Work, dose_session: DoseSession, clearance_id: UUID, limits: Limits
) -> DoseTaken:
    zone = ZoneInfo(dose_session.time_zone)
    no_driving = no_driving_until(work.now, zone, limits)
    taken = DoseTaken(
        id=new_id(),
        patient_id=dose_session.patient_id,
        dose_session_id=dose_session.id,
        clearance_id=clearance_id,
        no_driving_until=no_driving,
        cleared=True,
        dose_mg_hundredths=dose_session.dose_mg_hundredths,
        taken_at=work.now,
        local_date=work.now.astimezone(zone).date().isoformat(),
        received_at=work.now,
        recorded_by=work.actor.person,
    )
    work.session.add(taken)
    dose_session.cleared_dose = True
    dose_session.dosed_at = work.now
    dose_session.no_driving_until = no_driving
    return taken


def _begin_watch(work: Work, dose_session: DoseSession, *, first_ever: bool) -> None:
    work.session.flush()
    watch.start_watch(work, dose_session, first_ever=first_ever)
    follow_up.generate(work, dose_session)


def _session_of(work: Work, told: TakenDose) -> DoseSession | None:
    """Find the session the dose belongs to: the one named, else the one under way, else none."""
    named = told.dose_session_id or _sat_in_now(work)
    if named is not None:
        return access.dose_session(work, named, lock=True)
    patient = access.own_patient(work, lock=True)
    return work.session.scalar(
        select(DoseSession)
        .where(DoseSession.patient_id == patient.id, DoseSession.state.in_(ACTIVE_STATES))
        .with_for_update()
    )


def _sat_in_now(work: Work) -> UUID | None:
    """A sitter who names no session speaks of the one under way; a patient, of themselves."""
    if Role.PATIENT in work.actor.roles:
        return None
    return work.session.scalar(
        select(DoseSession.id).where(
            DoseSession.sitter_user_id == work.actor.user_id, DoseSession.state.in_(ACTIVE_STATES)
        )
    )


def _hold_and_call(
    work: Work, taken: DoseTaken, dose_session: DoseSession | None, *, again: bool
) -> None:
    code = "overdose_reported" if again else "dosed_without_clearance"
    subject = (
        (SubjectKind.DOSE_SESSION, dose_session.id)
        if dose_session
        else (SubjectKind.PATIENT, taken.patient_id)
    )
    holds.place(work, HoldSource.SYSTEM, code, subject=subject)
    escalations.raise_one(work, code, subject=subject)
    notifications.tell_care_team(work, Role.PRESCRIBER, "dose_reported", subject=subject)


def _watch_uncleared(work: Work, dose_session: DoseSession, taken: DoseTaken) -> None:
    dose_sessions.void_clearances(work, dose_session, "dose reported without clearance")
    _leave_room(work, dose_session)
    dose_session.state = after_dose_taken(dose_session.state)
    dose_session.cleared_dose = False
    dose_session.dosed_at = taken.taken_at
    dose_session.no_driving_until = taken.no_driving_until
    progress.begin_course(progress.patient_of(work, dose_session))
    first_ever = progress.is_first_ever(work, dose_session)
    _begin_watch(work, dose_session, first_ever=first_ever)


def _watch_longer(work: Work, dose_session: DoseSession, taken: DoseTaken) -> None:
    """Count the watch from what was taken last, while there is one."""
    if dose_session.state not in WATCHED_STATES:
        return
    before = dose_session.last_part_at or dose_session.dosed_at or taken.taken_at
    dose_session.last_part_at = max(before, taken.taken_at)
    until, told = dose_session.no_driving_until, taken.no_driving_until
    dose_session.no_driving_until = max(until or told, told) if told else until
    watch.go_on_after(work, dose_session)


def _leave_room(work: Work, dose_session: DoseSession) -> None:
    """Give way before a fact: a check-in under way elsewhere must not keep this dose out."""
    others = work.session.scalars(
        select(DoseSession)
        .where(
            DoseSession.patient_id == dose_session.patient_id,
            DoseSession.id != dose_session.id,
            DoseSession.state.in_(ACTIVE_STATES),
        )
        .with_for_update()
    )
    for other in others:
        dose_sessions.void_clearances(work, other, "another dose was reported")
        other.state = SessionState.UNACCOUNTED if other.dosed_at else SessionState.ABORTED
    busy = work.session.scalar(
        select(DoseSession.id).where(
            DoseSession.sitter_user_id == dose_session.sitter_user_id,
            DoseSession.id != dose_session.id,
            DoseSession.state.in_(ACTIVE_STATES),
        )
    )
    if busy is not None:
        dose_session.sitter_user_id = None
    work.session.flush()


def _zone(work: Work, dose_session: DoseSession | None) -> ZoneInfo:
    """Give the zone of the session, or of the patient when there is none."""
    if dose_session is not None:
        return ZoneInfo(dose_session.time_zone)
    return ZoneInfo(access.own_patient(work).time_zone)


def _subject(work: Work) -> UUID:
    if work.subject is None:
        raise NotFound
    return work.subject
