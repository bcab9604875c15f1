"""Who needs a prescriber first? Everything that waits, nearest to harm first, in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CTE, Select, literal, select, type_coerce, union_all

from models.dose.dose_sessions import DoseSession
from models.intake.intake import Intake
from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Escalation, Hold
from models.people.patients import CareTeamMember, Patient
from models.people.rights import RightsRequest
from models.plan.approvals import Approval
from models.platform.base import Instant
from models.platform.trail import Deadline
from rules.permissions import Permission
from rules.terms import (
    AdverseEventState,
    ApprovalDecision,
    DeadlineKind,
    EnrolmentState,
    Role,
    SessionState,
)
from workflows.platform import parameters
from workflows.platform.work import Work, note_each_patient, reading

PAGE = 200
_LOOKED_AT = (AdverseEventState.ASSESSED, AdverseEventState.CLOSED)

# Nearest to harm first; within a line, what falls due first.
ORDER = (
    "escalation",
    "serious_adverse_event",
    "blocked_session",
    "untriaged_adverse_event",
    "hold",
    "suspended",
    "session_review",
    "intake_review",
    "instruments_overdue",
    "rights_request",
    "approval_expires",
)


@dataclass(frozen=True, slots=True)
class QueueItem:
    """One thing that waits for the prescriber."""

    kind: str
    patient_id: UUID
    given_name: str
    family_name: str
    subject_id: UUID
    code: str
    due_at: datetime


@reading(permit=Permission.READ_DESK, audit="desk.read")
def read_desk(work: Work) -> Sequence[QueueItem]:
    """Read everything that waits for me, nearest to harm first."""
    rows = work.session.execute(statement(work)).all()
    queue = [QueueItem(*row) for row in rows]
    note_each_patient(work, [item.patient_id for item in queue])
    return queue


def statement(work: Work) -> Select[*tuple[Any, ...]]:
    """Give the one statement behind the queue."""
    mine = _my_patients(work)
    waiting = union_all(
        *_harm(),
        *_sessions(),
        *_standing_still(),
        _not_answered(),
        _asked_for(),
        _expiring(work.now),
    ).subquery()
    return (
        select(
            waiting.c.kind,
            Patient.id,
            Patient.given_name,
            Patient.family_name,
            waiting.c.subject_id,
            waiting.c.code,
            type_coerce(waiting.c.due_at, Instant()),
        )
        .join(mine, mine.c.patient_id == waiting.c.patient_id)
        .join(Patient, Patient.id == waiting.c.patient_id)
        .order_by(waiting.c.rank, waiting.c.due_at, waiting.c.subject_id)
        .limit(PAGE)
    )


def _my_patients(work: Work) -> CTE:
    return (
        select(CareTeamMember.patient_id)
        .where(
            CareTeamMember.user_id == work.actor.user_id,
            CareTeamMember.role == Role.PRESCRIBER,
            CareTeamMember.ended_at.is_(None),
        )
        .cte("mine")
    )


def _item(kind: str, patient_id: Any, subject_id: Any, code: Any, due_at: Any) -> Any:
    return select(
        literal(ORDER.index(kind)).label("rank"),
        literal(kind).label("kind"),
        patient_id.label("patient_id"),
        subject_id.label("subject_id"),
        code.label("code"),
        due_at.label("due_at"),
    )


def _harm() -> tuple[Any, ...]:
    event = AdverseEvent
    return (
        _item(
            "escalation",
            Escalation.patient_id,
            Escalation.id,
            Escalation.code,
            Escalation.opened_at,
        ).where(Escalation.acknowledged_at.is_(None)),
        _item(
            "serious_adverse_event",
            event.patient_id,
            event.id,
            literal("serious_ae_unreviewed"),
            event.triage_due_at,
        ).where(event.serious.is_(True), event.state.not_in(_LOOKED_AT)),
        _item(
            "untriaged_adverse_event",
            event.patient_id,
            event.id,
            literal("open_adverse_event"),
            event.triage_due_at,
        ).where(event.serious.is_not(True), event.triaged_at.is_(None)),
        _item("hold", Hold.patient_id, Hold.id, Hold.code, Hold.placed_at).where(
            Hold.released_at.is_(None)
        ),
    )


def _sessions() -> tuple[Any, ...]:
    session = DoseSession
    return (
        _item(
            "blocked_session",
            session.patient_id,
            session.id,
            literal("waits_for_prescriber"),
            session.check_in_opened_at,
        ).where(session.state == SessionState.BLOCKED),
        _item(
            "session_review",
            session.patient_id,
            session.id,
            literal("review_due"),
            session.dosed_at,
        ).where(
            session.dosed_at.is_not(None),
            session.reviewed_at.is_(None),
            session.state.in_((SessionState.RELEASED, SessionState.CLOSED)),
        ),
    )


def _standing_still() -> tuple[Any, ...]:
    return (
        _item(
            "suspended",
            Patient.id,
            Patient.id,
            Patient.suspended_for,
            Patient.enrolled_at,
        ).where(Patient.enrolment == EnrolmentState.SUSPENDED),
        _item(
            "intake_review",
            Patient.id,
            Intake.id,
            literal("pending_review"),
            Intake.submitted_at,
        )
        .join(Intake, Intake.patient_id == Patient.id)
        .where(
            Patient.enrolment.in_((EnrolmentState.PENDING_REVIEW, EnrolmentState.MORE_INFORMATION)),
            Intake.id == _newest_intake(),
        ),
    )


def _newest_intake() -> Any:
    newest = Intake.__table__.alias("newest")
    return (
        select(newest.c.id)
        .where(newest.c.patient_id == Patient.id, newest.c.submitted_at.is_not(None))
        .order_by(newest.c.number.desc())
        .limit(1)
        .correlate(Patient)
        .scalar_subquery()
    )


def _not_answered() -> Any:
    return _item(
        "instruments_overdue",
        Deadline.patient_id,
        Deadline.subject_id,
        literal("instruments_overdue"),
        Deadline.due_at,
    ).where(
        Deadline.kind == DeadlineKind.INSTRUMENTS_OVERDUE,
        Deadline.missed_at.is_not(None),
        Deadline.settled_at.is_(None),
    )


def _asked_for() -> Any:
    asked = RightsRequest
    return _item("rights_request", asked.patient_id, asked.id, asked.kind, asked.due_at).where(
        asked.outcome.is_(None)
    )


def _expiring(now: datetime) -> Any:
    return _item(
        "approval_expires",
        Approval.patient_id,
        Approval.id,
        literal("approval_expires_soon"),
        Approval.expires_at,
    ).where(
        Approval.decision == ApprovalDecision.HOME,
        Approval.ended_at.is_(None),
        Approval.expires_at <= parameters.ahead(now, "expires_soon"),
    )
