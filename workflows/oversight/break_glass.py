"""Somebody who has nothing to do with a patient must read the record now: who, why, how long?

It opens reading and nothing else, of one record, on one device, for an hour at most, and cannot be
made longer. People are told at once, the patient when it is over, and somebody else reviews it.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from models.oversight.break_glass import BreakGlass
from models.people.accounts import UserAccount
from models.people.patients import Patient
from models.platform.base import new_id
from models.platform.trail import AuditEvent, Deadline
from rules.permissions import Permission
from rules.terms import DeadlineKind, GlassReason, Role, SubjectKind
from workflows.oversight import audit_words, escalations
from workflows.people import second_factor, signing
from workflows.platform import access, calls, deadlines, glass, notifications, sweep
from workflows.platform.errors import NotFound, NotPermitted, RecordForbids
from workflows.platform.trail import BREAK_GLASS
from workflows.platform.work import Work, command, note_each_patient, reading

PAGE = 50
MOST_LOOKS = 200
OVERDUE = "break_glass_review_overdue"
TOLD = (Role.SAFETY_OFFICER, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class GlassSeen:
    """What somebody reviews: who read what, when, and why they say they did."""

    id: UUID
    patient_id: UUID
    who: str
    reason: GlassReason
    words: str | None
    began_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    review_due_at: datetime
    looks: tuple[str, ...]


@command(permit=Permission.BREAK_GLASS, audit="break_glass.begun", once=True)
def take(work: Work, patient_id: UUID, reason: GlassReason, words: str) -> BreakGlass:
    """Open one record for reading, in an emergency, as whoever is here now."""
    patient = glass.behind(work, patient_id)
    if patient.user_id == work.actor.user_id:
        raise RecordForbids("This record is your own.", code="own_record")
    _refuse_who_is_near(work, patient.id)
    proved_at = second_factor.insist_fresh(work)
    if work.actor.login_id is None:  # pragma: no cover - the proof above belongs to a sign-in
        raise NotPermitted
    broken = BreakGlass(
        id=new_id(),
        patient_id=patient.id,
        user_id=work.actor.person,
        login_id=work.actor.login_id,
        reason=reason,
        words=words,
        factor_proved_at=proved_at,
        began_at=work.now,
        ends_at=work.now + work.limits.break_glass_life,
    )
    work.session.add(broken)
    work.session.flush()
    _expect(work, broken)
    _tell_everybody(work, broken)
    return broken


@command(permit=Permission.BREAK_GLASS, audit="break_glass.ended", once=True)
def end(work: Work, glass_id: UUID) -> BreakGlass:
    """Close the record again before the time is over; only who opened it does."""
    broken = glass.kept(work, glass_id)
    if broken.ended_at is None:
        _end(work, broken, min(work.now, broken.ends_at))
    return broken


@command(permit=Permission.REVIEW_BREAK_GLASS, audit="break_glass.reviewed", once=True)
def review(work: Work, glass_id: UUID, words: str, *, justified: bool) -> BreakGlass:
    """Say whether there was a good reason; nobody says so about themselves."""
    broken = glass.kept(work, glass_id)
    signing.refuse_oneself(work, broken.user_id)
    if broken.ended_at is None and work.now < broken.ends_at:
        raise RecordForbids("It is still open.", code="glass_still_open")
    if broken.reviewed_at is not None:
        raise RecordForbids("It was reviewed.", code="already_reviewed")
    if broken.ended_at is None:
        _end(work, broken, broken.ends_at)
    broken.reviewed_at, broken.reviewed_by = work.now, work.actor.user_id
    broken.justified, broken.review_words = justified, words
    work.session.flush()
    deadlines.settle(work, broken.id, DeadlineKind.BREAK_GLASS_REVIEW)
    calls.answered(work, broken.id, OVERDUE)
    return broken


@reading(permit=Permission.REVIEW_BREAK_GLASS, audit="break_glass.listed")
def read_waiting(work: Work) -> list[GlassSeen]:
    """List what nobody has reviewed yet, oldest first, with what was read."""
    query = (
        select(BreakGlass, UserAccount.display_name)
        .join(UserAccount, UserAccount.id == BreakGlass.user_id)
        .where(BreakGlass.reviewed_at.is_(None))
        .order_by(BreakGlass.began_at, BreakGlass.id)
        .limit(PAGE)
    )
    found = work.session.execute(query).all()
    note_each_patient(work, [broken.patient_id for broken, _ in found])
    return [_seen(work, broken, name) for broken, name in found]


@sweep.missed(DeadlineKind.BREAK_GLASS_ENDS)
def the_time_is_over(work: Work, deadline: Deadline) -> None:
    """Close the record when its time is over; reading had ended by itself."""
    broken = _of(work, deadline)
    if broken.ended_at is None:
        _end(work, broken, broken.ends_at)


@sweep.missed(DeadlineKind.BREAK_GLASS_REVIEW)
def nobody_reviewed(work: Work, deadline: Deadline) -> None:
    """Call for somebody; the call climbs until one answers."""
    broken = _of(work, deadline)
    escalations.raise_one(work, OVERDUE, subject=(SubjectKind.BREAK_GLASS, broken.id))


def _refuse_who_is_near(work: Work, patient_id: UUID) -> None:
    """Whoever has a relation reads as they always do, and is not marked for it."""
    kept, work.permit = work.permit, Permission.READ_TIMELINE
    try:
        access.patient(work, patient_id)
    except NotFound:
        return
    finally:
        work.permit = kept
        work.subject = patient_id
    raise RecordForbids("You may read this record as it is.", code="glass_not_needed")


def _expect(work: Work, broken: BreakGlass) -> None:
    deadlines.set_all_due(
        work,
        (
            (DeadlineKind.BREAK_GLASS_ENDS, broken.ends_at),
            (DeadlineKind.BREAK_GLASS_REVIEW, work.now + work.limits.break_glass_review),
        ),
        subject=(SubjectKind.BREAK_GLASS, broken.id),
    )


def _tell_everybody(work: Work, broken: BreakGlass) -> None:
    people = {user_id for role in TOLD for user_id in notifications.holders(work, role)}
    for user_id in sorted(people - {broken.user_id}):
        notifications.tell(
            work, user_id, "glass_broken", subject=(SubjectKind.BREAK_GLASS, broken.id)
        )


def _end(work: Work, broken: BreakGlass, at: datetime) -> None:
    broken.ended_at = at
    work.session.flush()
    deadlines.settle(work, broken.id, DeadlineKind.BREAK_GLASS_ENDS)
    theirs = select(Patient.user_id).where(Patient.id == broken.patient_id)
    for user_id in work.session.scalars(theirs):
        notifications.tell(
            work, user_id, "glass_was_broken", subject=(SubjectKind.BREAK_GLASS, broken.id)
        )


def _of(work: Work, deadline: Deadline) -> BreakGlass:
    query = select(BreakGlass).where(BreakGlass.id == deadline.subject_id).with_for_update()
    return work.session.scalars(query).one()


def _seen(work: Work, broken: BreakGlass, name: str) -> GlassSeen:
    reads_why = Role.SAFETY_OFFICER in work.actor.roles
    return GlassSeen(
        id=broken.id,
        patient_id=broken.patient_id,
        who=name,
        reason=broken.reason,
        words=broken.words if reads_why else None,
        began_at=broken.began_at,
        ends_at=broken.ends_at,
        ended_at=broken.ended_at,
        review_due_at=broken.began_at + work.limits.break_glass_review,
        looks=_looks(work, broken),
    )


def _looks(work: Work, broken: BreakGlass) -> tuple[str, ...]:
    """Say in words what was read under it, in order."""
    query = (
        select(AuditEvent.action, AuditEvent.outcome)
        .where(
            AuditEvent.patient_id == broken.patient_id,
            AuditEvent.actor_id == broken.user_id,
            AuditEvent.reason == BREAK_GLASS,
            AuditEvent.recorded_at >= broken.began_at,
            AuditEvent.recorded_at <= (broken.ended_at or broken.ends_at),
        )
        .order_by(AuditEvent.seq)
        .limit(MOST_LOOKS)
    )
    return tuple(audit_words.what(*row) for row in work.session.execute(query))
