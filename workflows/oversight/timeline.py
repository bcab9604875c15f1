"""What happened to this patient, newest first? Everything dated, in one statement.

Whoever only coaches sees that something was decided, and not why: the reasons of the gates are for
the patient and for clinicians.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Select,
    Text,
    case,
    cast,
    exists,
    literal,
    null,
    or_,
    select,
    true,
    tuple_,
    union_all,
)

from models.aftercare.aftercare import CoachingNote, FollowUpAnswer
from models.dose.dose_sessions import DoseSession, EmergencyCall, MonitoringCheck, VitalSigns
from models.dose.office_sessions import OfficeSession
from models.dose.predose import DoseTaken, PredoseCheck
from models.intake.intake import Assessment, Consent
from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Escalation, Hold
from models.people.patients import CareTeamMember, Patient
from models.plan.approvals import Approval, Evaluation
from models.platform.decisions import GateDecision
from models.platform.fixed import Place as Slot
from models.platform.fixed import fixed
from models.preparation.appointments import Appointment
from rules.permissions import Permission
from rules.terms import NoteState, Role
from workflows.platform import access
from workflows.platform.errors import NotFound
from workflows.platform.relations import Asking, Asks
from workflows.platform.work import Work, reading

PAGE = 50
Place = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that happened; the last three are empty for who may not see reasons."""

    kind: str
    id: UUID
    at: datetime
    about: str | None
    outcome: str | None
    codes: tuple[str, ...]


class _Kind(NamedTuple):
    """One kind of entry: its table, when it happened, and what is said of it."""

    name: str
    table: Any
    at: Any
    about: Any = None
    outcome: Any = None
    codes: Any = None
    only: Any = None


@reading(permit=Permission.READ_TIMELINE, audit="timeline.read")
def read(work: Work, patient_id: UUID, after: Place | None = None, most: int = PAGE) -> list[Entry]:
    """Read one page of what happened, newest first; one entry more says that there is more."""
    here = {} if after is None else {"after_at": after[0], "after_id": after[1]}
    asked = {"patient_id": patient_id, "me": work.actor.user_id, "now": work.now}
    rows = _statement.rows(work.session, Asking.of(work), most, *here, **asked, **here)
    if not rows:
        raise NotFound
    access.see(work, patient_id)
    return [
        Entry(kind, row_id, at, about, outcome, tuple(codes or ()))
        for _, kind, row_id, at, about, outcome, codes in rows
        if row_id is not None
    ]


@fixed
def _statement(
    asks: Asking, most: int, *_after: str, patient_id: Slot, **here: Slot
) -> Select[*tuple[Any, ...]]:
    """Ask for the patient, the right to see them and the page in one statement."""
    after = (here["after_at"], here["after_id"]) if "after_at" in here else None
    pages = (_page(kind, patient_id, after, most) for kind in _kinds(asks))
    every = union_all(*pages).subquery()
    page = select(every).order_by(every.c.at.desc(), every.c.id.desc()).limit(most + 1).subquery()
    reasons = may_see_reasons(asks)
    told = (case((reasons, page.c[name])) for name in ("about", "outcome", "codes"))
    return (
        select(Patient.id, page.c.kind, page.c.id, page.c.at, *told)
        .select_from(Patient)
        .join(page, true(), isouter=True)
        .where(Patient.id == patient_id, access.reach(asks))
        .order_by(page.c.at.desc(), page.c.id.desc())
    )


def _kinds(work: Asks) -> tuple[_Kind, ...]:
    readable = or_(
        CoachingNote.state == NoteState.SIGNED, CoachingNote.author_id == work.actor.user_id
    )
    begun = DoseSession.scheduled_at <= work.now
    taken = case((DoseTaken.cleared, "cleared"), else_="not_cleared")
    release = case((Hold.released_at.is_(None), "holds"), else_="released")
    return (
        _Kind("dose_taken", DoseTaken, DoseTaken.taken_at, outcome=taken),
        _Kind(
            "gate_decision",
            GateDecision,
            GateDecision.decided_at,
            GateDecision.point,
            GateDecision.outcome,
            GateDecision.codes,
        ),
        _Kind("dose_session", DoseSession, DoseSession.scheduled_at, None, DoseSession.state,
              only=begun),
        _Kind("office_session", OfficeSession, OfficeSession.scheduled_at, OfficeSession.molecule,
              OfficeSession.state, only=OfficeSession.scheduled_at <= work.now),
        _Kind("predose_check", PredoseCheck, PredoseCheck.submitted_at),
        _Kind("monitoring_check", MonitoringCheck, MonitoringCheck.checked_at, None,
              MonitoringCheck.urgency, MonitoringCheck.alarm_codes),
        _Kind("vital_signs", VitalSigns, VitalSigns.measured_at, VitalSigns.purpose,
              VitalSigns.urgency, VitalSigns.alarm_codes),
        _Kind("emergency_call", EmergencyCall, EmergencyCall.raised_at, EmergencyCall.code),
        _Kind("adverse_event", AdverseEvent, AdverseEvent.aware_at, None, AdverseEvent.state),
        _Kind("hold", Hold, Hold.placed_at, Hold.code, release),
        _Kind("escalation", Escalation, Escalation.opened_at, Escalation.code),
        _Kind("coaching_note", CoachingNote, CoachingNote.written_at, None, CoachingNote.state,
              only=readable),
        _Kind("follow_up_answer", FollowUpAnswer, FollowUpAnswer.received_at, None,
              FollowUpAnswer.timing, FollowUpAnswer.alarm_codes),
        _Kind("appointment", Appointment, Appointment.starts_at, Appointment.kind,
              Appointment.state, only=Appointment.starts_at <= work.now),
        _Kind("assessment", Assessment, Assessment.taken_at, Assessment.instrument),
        _Kind("evaluation", Evaluation, Evaluation.held_at, Evaluation.modality),
        _Kind("approval", Approval, Approval.signed_at, None, Approval.decision),
        _Kind("consent", Consent, Consent.signed_at, None, Consent.kind),
    )  # fmt: skip


def _page(kind: _Kind, patient_id: Slot, after: tuple[Slot, Slot] | None, most: int) -> Select[Any]:
    """Give the newest of one kind, so that no kind is read further than a page."""
    table = kind.table
    query = select(
        literal(kind.name).label("kind"),
        table.id.label("id"),
        kind.at.label("at"),
        _text(kind.about).label("about"),
        _text(kind.outcome).label("outcome"),
        _codes(kind.codes).label("codes"),
    ).where(table.patient_id == patient_id)
    if kind.only is not None:
        query = query.where(kind.only)
    if after is not None:
        query = query.where(tuple_(kind.at, table.id) < tuple_(*after))
    newest = query.order_by(kind.at.desc(), table.id.desc()).limit(most + 1).subquery()
    return select(newest)


def _text(column: Any) -> ColumnElement[Any]:
    return cast(null() if column is None else column, Text)


def _codes(column: Any) -> ColumnElement[Any]:
    return cast(null() if column is None else column, ARRAY(Text))


def may_see_reasons(work: Asks) -> ColumnElement[bool]:
    """Ask: my own record, or a patient I care for as a clinician? Coaching is not enough."""
    clinical = work.actor.roles & {Role.PRESCRIBER, Role.SAFETY_OFFICER}
    cares = exists().where(
        CareTeamMember.patient_id == Patient.id,
        CareTeamMember.user_id == work.actor.user_id,
        CareTeamMember.role.in_(sorted(clinical)),
        CareTeamMember.ended_at.is_(None),
    )
    return or_(Patient.user_id == work.actor.user_id, cares)
