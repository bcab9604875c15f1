"""Who needs this coach, why, and by when? One statement, whatever the number of patients."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, func, literal, select, tuple_, union_all
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from models.aftercare.aftercare import CoachingNote, FollowUp
from models.dose.dose_sessions import DoseSession
from models.oversight.holds import Escalation, Hold
from models.people.patients import CareTeamMember, Patient
from models.platform.base import Instant
from models.platform.fixed import Place as Slot
from models.platform.fixed import fixed
from models.platform.trail import Deadline
from models.preparation.appointments import Appointment
from rules.aftercare.caseload import Need
from rules.permissions import Permission
from rules.terms import AppointmentState, DeadlineKind, NoteState, Role, SessionState
from workflows.platform import parameters
from workflows.platform.work import Work, note_each_patient, reading
from workflows.preparation import readiness

PAGE = 50


@dataclass(frozen=True, slots=True)
class Place:
    """Where a patient stands on the list; the list goes on after it."""

    rank: int
    at: datetime
    id: UUID


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that waits, and by when it should be done."""

    need: Need
    by: datetime
    subject_id: UUID


@dataclass(frozen=True, slots=True)
class Case:
    """One patient with everything that waits, most urgent first."""

    patient_id: UUID
    given_name: str
    family_name: str
    most_urgent: Need
    by: datetime
    reasons: tuple[Reason, ...]

    @property
    def place(self) -> Place:
        """Say where this patient stands on the list."""
        return Place(self.most_urgent.rank, self.by, self.patient_id)


@reading(permit=Permission.READ_CASELOAD, audit="caseload.read")
def read(work: Work, after: Place | None = None, most: int = PAGE) -> list[Case]:
    """List my patients for whom something waits, most urgent first."""
    here = {} if after is None else {"rank": after.rank, "at": after.at, "id": after.id}
    asked = {"me": work.actor.user_id, "now": work.now}
    rows = _statement.rows(work.session, most, *here, **asked, **here)
    found = [_case(*row) for row in rows]
    note_each_patient(work, [case.patient_id for case in found[:most]])
    return found


@fixed
def _statement(
    most: int, *_after: str, me: Slot, now: Slot, **here: Slot
) -> Select[*tuple[Any, ...]]:
    mine = (
        select(CareTeamMember.patient_id)
        .where(
            CareTeamMember.user_id == me,
            CareTeamMember.role == Role.COACH,
            CareTeamMember.ended_at.is_(None),
        )
        .cte("mine")
    )
    waits = union_all(*_reasons(me, now, mine)).cte("waits")
    worst_first = aggregate_order_by(waits.c.by, waits.c.rank, waits.c.by)
    one = func.jsonb_build_array(waits.c.rank, waits.c.by, waits.c.subject_id)
    first = (
        select(
            waits.c.patient_id,
            func.min(waits.c.rank).label("rank"),
            func.array_agg(worst_first, type_=ARRAY(Instant()))[1].label("by"),
            func.jsonb_agg(one).label("all"),
        )
        .group_by(waits.c.patient_id)
        .cte("first")
    )
    query = (
        select(
            *(Patient.id, Patient.given_name, Patient.family_name),
            *(first.c.rank, first.c.by, first.c.all),
        )
        .select_from(Patient)
        .join(first, first.c.patient_id == Patient.id)
        .order_by(first.c.rank, first.c.by, Patient.id)
        .limit(most + 1)
    )
    if here:
        stands = tuple_(first.c.rank, first.c.by, Patient.id)
        query = query.where(stands > tuple_(here["rank"], here["at"], here["id"]))
    return query


def _reasons(me: Slot, now: Slot, mine: Any) -> tuple[Select[Any], ...]:
    soon = parameters.ahead(now, "caseload_looks_ahead")
    not_done = FollowUp.done_at.is_(None)
    sign_by = CoachingNote.written_at + parameters.as_sql(now, "note_signed_within")
    overdue = func.coalesce(FollowUp.window_to, FollowUp.due_at) < now
    return (
        _one(mine, Need.ESCALATION_OPEN, Escalation, Escalation.opened_at).where(
            Escalation.acknowledged_at.is_(None)
        ),
        _one(mine, Need.HOLD_OPEN, Hold, Hold.placed_at).where(Hold.released_at.is_(None)),
        _one(mine, Need.FOLLOW_UP_OVERDUE, FollowUp, FollowUp.due_at).where(not_done, overdue),
        _one(mine, Need.FOLLOW_UP_DUE, FollowUp, FollowUp.due_at).where(
            not_done, ~overdue, FollowUp.window_from <= now
        ),
        _one(mine, Need.INSTRUMENTS_OVERDUE, Deadline, Deadline.due_at).where(
            Deadline.kind == DeadlineKind.INSTRUMENTS_OVERDUE,
            Deadline.missed_at.is_not(None),
            Deadline.settled_at.is_(None),
        ),
        _one(mine, Need.READINESS_INCOMPLETE, DoseSession, DoseSession.scheduled_at)
        .join(Patient, Patient.id == DoseSession.patient_id)
        .where(
            DoseSession.state == SessionState.SCHEDULED,
            DoseSession.scheduled_at <= soon,
            ~readiness.is_complete(now),
        ),
        _one(mine, Need.NOTE_UNSIGNED, CoachingNote, sign_by).where(
            CoachingNote.author_id == me, CoachingNote.state == NoteState.DRAFT
        ),
        _one(mine, Need.APPOINTMENT_UPCOMING, Appointment, Appointment.starts_at).where(
            Appointment.host_id == me,
            Appointment.state == AppointmentState.BOOKED,
            Appointment.starts_at <= soon,
        ),
    )


def _one(mine: Any, need: Need, table: Any, by: Any) -> Select[Any]:
    return (
        select(
            table.patient_id.label("patient_id"),
            literal(need.rank).label("rank"),
            by.label("by"),
            table.id.label("subject_id"),
        )
        .select_from(table)
        .join(mine, mine.c.patient_id == table.patient_id)
    )


def _case(
    patient_id: UUID, given: str, family: str, rank: int, by: datetime, waits: list[list[Any]]
) -> Case:
    needs = tuple(Need)
    reasons = sorted(
        (Reason(needs[r], datetime.fromisoformat(at), UUID(subject)) for r, at, subject in waits),
        key=lambda reason: (reason.need.rank, reason.by),
    )
    return Case(patient_id, given, family, needs[rank], by, tuple(reasons))
