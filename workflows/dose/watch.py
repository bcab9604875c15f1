"""Is anybody looking? Every look that a dose asks for is a deadline, and a silence is noticed."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select

from models.dose.dose_sessions import WATCHED_STATES, DoseSession
from models.platform.together import Asked
from models.platform.trail import Deadline
from rules.dose.monitoring import check_times, prolonged, rungs_after_missed, vitals_due_120
from rules.dose.monitoring import vitals_window_40 as peak_window
from rules.limits import Limits
from rules.terms import (
    DeadlineKind,
    HoldSource,
    Rung,
    SessionState,
    SubjectKind,
    Urgency,
)
from workflows.oversight import escalations, holds
from workflows.platform import deadlines, notifications, sweep
from workflows.platform.work import Work

SITTER_DUTIES = (
    DeadlineKind.MONITOR_CHECK,
    DeadlineKind.VITALS_40_MINUTES,
    DeadlineKind.VITALS_120_MINUTES,
    DeadlineKind.VITALS_RECHECK,
)
WATCHING = (*SITTER_DUTIES, DeadlineKind.PROLONGED_EFFECT, DeadlineKind.SESSION_ABANDONED)
K = DeadlineKind


def _late(limits: Limits) -> timedelta:
    return limits.check_grace


def _after_the_peak(limits: Limits) -> timedelta:
    return limits.peak_reading_until - limits.peak_reading


def start_watch(work: Work, dose_session: DoseSession, *, first_ever: bool = False) -> None:
    """Write down everything that this dose asks for from now on; call it when the dose is kept.

    After the first dose ever a prescriber must look, within two days and before the second.
    """
    dosed_at = dose_session.dosed_at or work.now
    no_longer = deadlines.settling(work, dose_session.id)
    looks = [(K.MONITOR_CHECK, at) for at in check_times(dosed_at, work.limits)]
    looks += [
        (K.VITALS_40_MINUTES, peak_window(dosed_at, work.limits).due_at),
        (K.VITALS_120_MINUTES, vitals_due_120(dosed_at, work.limits)),
    ]
    ends = [
        (K.PROLONGED_EFFECT, dosed_at + work.limits.prolonged_clinician_after),
        (K.PROLONGED_EFFECT, dosed_at + work.limits.prolonged_emergency_after),
        (K.SESSION_ABANDONED, dosed_at + work.limits.watch_abandoned),
    ]
    if first_ever:
        ends.append((K.POST_FIRST_SESSION_REVIEW, dosed_at + work.limits.first_session_review))
    # A dose may be told late: nobody can look in the past, but how it ends is asked all the same.
    _expect(work, dose_session, [due for due in looks if due[1] > work.now] + ends, no_longer)


def go_on_after(work: Work, dose_session: DoseSession) -> None:
    """Let the looks go on until two hours after the last part, with a reading at its own peak."""
    dosed_at, last = dose_session.dosed_at, dose_session.last_part_at
    if dosed_at is None or last is None:
        return
    deadlines.settle(work, dose_session.id, K.VITALS_120_MINUTES)
    planned = check_times(dosed_at, work.limits)
    until, at = last + work.limits.monitoring, planned[-1]
    looks = [
        (K.VITALS_40_MINUTES, peak_window(last, work.limits).due_at),
        (K.VITALS_120_MINUTES, until),
    ]
    while at < until:
        at += work.limits.check_every
        looks.append((K.MONITOR_CHECK, at))
    _expect(work, dose_session, [due for due in looks if due[1] > work.now])


def expect_dose(work: Work, dose_session: DoseSession, clearance_ends_at: datetime) -> None:
    """Expect a word after a clearance: taken, or not taken; call it when one is issued."""
    due_at = clearance_ends_at + work.limits.clearance_silence
    no_longer = deadlines.settling(work, dose_session.id, K.SESSION_ABANDONED)
    _expect(work, dose_session, [(K.SESSION_ABANDONED, due_at)], no_longer)


def expect_recheck(work: Work, dose_session: DoseSession, after: timedelta) -> None:
    """Expect another reading soon, because this one alarms."""
    _expect(work, dose_session, [(K.VITALS_RECHECK, work.now + after)])


@sweep.missed(DeadlineKind.MONITOR_CHECK, grace=_late)
def nobody_looked(work: Work, deadline: Deadline) -> None:
    """Call the sitter; after two silences in a row everybody near, after three a clinician."""
    dose_session = _watched(work, deadline)
    if dose_session is None:
        return
    rungs = rungs_after_missed(_missed_in_a_row(work, deadline), work.limits)
    top = max(rungs, key=lambda rung: rung.value, default=Rung.SITTER)
    subject = _subject(deadline)
    escalations.raise_one(work, "monitor_check_missed", subject=subject, rung=top)
    if top is not Rung.SITTER and dose_session.sitter_user_id is not None:
        notifications.tell(work, dose_session.sitter_user_id, "answer_at_once", subject=subject)


@sweep.missed(DeadlineKind.VITALS_40_MINUTES, grace=_after_the_peak)
def nobody_measured_at_the_peak(work: Work, deadline: Deadline) -> None:
    """Call the sitter to measure, even late."""
    if _watched(work, deadline) is not None:
        escalations.raise_one(work, "home_bp_40min_missing", subject=_subject(deadline))


@sweep.missed(DeadlineKind.VITALS_120_MINUTES, grace=_late)
def nobody_measured_at_the_end(work: Work, deadline: Deadline) -> None:
    """Call the sitter to measure: without it nobody is let go."""
    if _watched(work, deadline) is not None:
        escalations.raise_one(work, "vitals_120min_missing", subject=_subject(deadline))


@sweep.missed(DeadlineKind.VITALS_RECHECK, grace=_late)
def nobody_measured_again(work: Work, deadline: Deadline) -> None:
    """Call for the second reading that an alarm asked for."""
    if _watched(work, deadline) is not None:
        escalations.raise_one(work, "recheck_missing", subject=_subject(deadline))


@sweep.missed(DeadlineKind.PROLONGED_EFFECT)
def not_let_go_yet(work: Work, deadline: Deadline) -> None:
    """Call a clinician; much later it is an emergency, and the next dose waits for one."""
    dose_session = _watched(work, deadline)
    if dose_session is None or dose_session.dosed_at is None:
        return
    subject = _subject(deadline)
    escalations.raise_one(work, "prolonged_effect", subject=subject)
    if prolonged(work.now - dose_session.dosed_at, work.limits) is Urgency.EMERGENCY_SERVICES:
        dose_session.state = SessionState.EMERGENCY
        holds.place(work, HoldSource.EMERGENCY, "prolonged_effect", subject=subject)


@sweep.missed(DeadlineKind.SESSION_ABANDONED)
def nobody_said_how_it_ended(work: Work, deadline: Deadline) -> None:
    """Close the session as unaccounted for, hold the next dose, and go looking for the person."""
    dose_session = _session(work, deadline)
    if dose_session is None or dose_session.state not in (*WATCHED_STATES, SessionState.CLEARED):
        return
    dose_session.state = SessionState.UNACCOUNTED
    deadlines.settle(work, dose_session.id, *SITTER_DUTIES)
    subject = _subject(deadline)
    holds.place(work, HoldSource.SYSTEM, "session_unaccounted", subject=subject)
    escalations.raise_one(work, "session_unaccounted", subject=subject)


def _expect(
    work: Work,
    dose_session: DoseSession,
    due: list[tuple[DeadlineKind, datetime]],
    *before: Asked,
) -> None:
    subject = (SubjectKind.DOSE_SESSION, dose_session.id)
    whose = dose_session.sitter_user_id
    deadlines.set_all_due(work, due, *before, subject=subject, owner_id=whose)


def _session(work: Work, deadline: Deadline) -> DoseSession | None:
    query = select(DoseSession).where(DoseSession.id == deadline.subject_id)
    return work.session.scalars(query.with_for_update()).first()


def _watched(work: Work, deadline: Deadline) -> DoseSession | None:
    dose_session = _session(work, deadline)
    if dose_session is None or dose_session.state not in WATCHED_STATES:
        return None
    return dose_session


def _missed_in_a_row(work: Work, deadline: Deadline) -> int:
    """Count the silences since somebody last looked: a look settles what lies before it."""
    query = select(func.count()).where(
        Deadline.subject_id == deadline.subject_id,
        Deadline.kind == DeadlineKind.MONITOR_CHECK,
        Deadline.missed_at.is_not(None),
        Deadline.settled_at.is_(None),
    )
    return work.session.scalar(query) or 0


def _subject(deadline: Deadline) -> tuple[SubjectKind, UUID]:
    return SubjectKind.DOSE_SESSION, deadline.subject_id
