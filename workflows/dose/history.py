"""What is listed and counted beside the rows of a dose session, inside the same statement?"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import aliased

from models.aftercare.aftercare import FollowUp
from models.dose.dose_sessions import ACTIVE_STATES, DoseSession, VitalSigns
from models.dose.predose import DoseTaken
from models.intake.intake import Consent, ConsentText, RiskAssessment
from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Hold, OnCallShift
from models.people.accounts import Credential
from models.people.patients import CareTeamMember, Patient
from models.plan.approvals import Approval
from models.plan.treatment_plans import Shipment, TreatmentPlan
from models.preparation.appointments import Appointment, HomeCheck, ModuleCompletion
from rules.terms import AppointmentKind, AppointmentState, FollowUpKind, VitalPurpose
from workflows.oversight import on_call
from workflows.plan import amounts

CONSENT_NAME = "at_home_ketamine"
COVER_AHEAD = timedelta(hours=24)
SITTER_DOSED_WITHIN = timedelta(hours=24)
DOSED_STATES = ("monitoring", "emergency", "released", "closed", "unaccounted")


def counts(now: datetime) -> ColumnElement[Any]:
    """Give one JSON value with every list and count that a decision about this session needs."""
    pairs: dict[str, ColumnElement[Any]] = {
        "doses": _doses(),
        "readings": _readings(),
        "used": _sessions_used(),
        "holds": _holds(),
        "shifts": _shifts(now),
        "modules": _modules(),
        "credentials": _credentials(),
        "prepared_at": _prepared_at(),
        "consents": _consents(),
        "current_consent": _current_consent(now),
        "untriaged": _any(AdverseEvent.triaged_at.is_(None), AdverseEvent),
        "serious": _any(
            and_(AdverseEvent.serious.is_(True), AdverseEvent.state.not_in(("closed", "assessed"))),
            AdverseEvent,
        ),
        "rehearsed": _any(
            and_(VitalSigns.purpose == VitalPurpose.REHEARSAL, VitalSigns.plausible), VitalSigns
        ),
        "home_checked": _any(HomeCheck.passed.is_(True), HomeCheck),
        "risk_assessed_at": _risk_assessed_at(),
        "other_active": _other_active(),
        "sitter_busy": _sitter_busy(),
        "sitter_dosing": _sitter_dosing(now),
        "sitter_is_staff": _sitter_is_staff(),
        "previous": _previous_sessions(),
        "units_received": _units_received(),
        "follow_up_missing": _follow_up_missing(),
    }
    flat: list[Any] = []
    for name, value in pairs.items():
        flat += [literal(name), value]
    return func.jsonb_build_object(*flat)


def _any(condition: ColumnElement[bool], table: Any) -> ColumnElement[bool]:
    return exists().where(table.patient_id == Patient.id, condition).correlate(Patient)


def _listed(*pairs: Any, where: ColumnElement[bool], order: Any) -> ColumnElement[Any]:
    rows = func.jsonb_agg(aggregate_order_by(func.jsonb_build_object(*pairs), order))
    return (
        select(func.coalesce(rows, literal([], type_=JSONB)))
        .where(where)
        .correlate(Patient, DoseSession, Approval)
        .scalar_subquery()
    )


def _doses() -> ColumnElement[Any]:
    return _listed(
        *("at", DoseTaken.taken_at, "mg", amounts.taken_mg_hundredths()),
        *("on", DoseTaken.local_date, "session", DoseTaken.dose_session_id),
        where=DoseTaken.patient_id == Patient.id,
        order=DoseTaken.taken_at,
    )


def _readings() -> ColumnElement[Any]:
    return _listed(
        *("id", VitalSigns.id, "at", VitalSigns.measured_at, "sys", VitalSigns.systolic_mmhg),
        *("dia", VitalSigns.diastolic_mmhg, "hr", VitalSigns.heart_rate_bpm),
        *("spo2", VitalSigns.spo2_percent, "source", VitalSigns.source),
        *("plausible", VitalSigns.plausible, "purpose", VitalSigns.purpose),
        where=VitalSigns.dose_session_id == DoseSession.id,
        order=VitalSigns.measured_at,
    )


def _sessions_used() -> ColumnElement[Any]:
    other = aliased(DoseSession)
    plan = aliased(TreatmentPlan)
    return (
        select(func.count())
        .select_from(other)
        .join(plan, plan.id == other.plan_id)
        .where(plan.approval_id == Approval.id, other.state.in_(DOSED_STATES))
        .correlate(Approval)
        .scalar_subquery()
    )


def _holds() -> ColumnElement[Any]:
    return _listed(
        *("code", Hold.code, "source", Hold.source),
        where=and_(Hold.patient_id == Patient.id, Hold.released_at.is_(None)),
        order=Hold.placed_at,
    )


def _shifts(now: datetime) -> ColumnElement[Any]:
    return _listed(
        *("from", OnCallShift.starts_at, "to", OnCallShift.ends_at),
        where=and_(
            on_call.stands(),
            OnCallShift.ends_at > now,
            OnCallShift.starts_at <= now + COVER_AHEAD,
        ),
        order=OnCallShift.starts_at,
    )


def _modules() -> ColumnElement[Any]:
    return _listed(
        *("module", ModuleCompletion.module, "edition", ModuleCompletion.edition),
        where=and_(ModuleCompletion.patient_id == Patient.id, ModuleCompletion.passed),
        order=ModuleCompletion.completed_at,
    )


def _credentials() -> ColumnElement[Any]:
    return _listed(
        *("kind", Credential.kind, "state", Credential.state),
        *("from", Credential.valid_from, "to", Credential.expires_on),
        *("revoked", Credential.revoked_on),
        where=Credential.user_id == Approval.prescriber_id,
        order=Credential.valid_from,
    )


def _prepared_at() -> ColumnElement[Any]:
    return (
        select(func.max(Appointment.held_at))
        .where(
            Appointment.patient_id == Patient.id,
            Appointment.kind == AppointmentKind.PREPARATION,
            Appointment.state == AppointmentState.HELD,
        )
        .correlate(Patient)
        .scalar_subquery()
    )


def _consents() -> ColumnElement[Any]:
    return _listed(
        *("kind", Consent.kind, "sha256", Consent.text_sha256),
        where=Consent.patient_id == Patient.id,
        order=Consent.signed_at,
    )


def _current_consent(now: datetime) -> ColumnElement[Any]:
    return (
        select(ConsentText.sha256)
        .where(ConsentText.name == CONSENT_NAME, ConsentText.effective_from <= now)
        .order_by(ConsentText.edition.desc())
        .limit(1)
        .scalar_subquery()
    )


def _risk_assessed_at() -> ColumnElement[Any]:
    return (
        select(func.max(RiskAssessment.assessed_at))
        .where(RiskAssessment.patient_id == Patient.id)
        .correlate(Patient)
        .scalar_subquery()
    )


def _other_active() -> ColumnElement[bool]:
    other = aliased(DoseSession)
    return (
        exists()
        .where(
            other.patient_id == Patient.id,
            other.id != DoseSession.id,
            other.state.in_(ACTIVE_STATES),
        )
        .correlate(Patient, DoseSession)
    )


def _sitter_busy() -> ColumnElement[bool]:
    other = aliased(DoseSession)
    return (
        exists()
        .where(
            other.sitter_user_id == DoseSession.sitter_user_id,
            other.id != DoseSession.id,
            other.state.in_(ACTIVE_STATES),
        )
        .correlate(DoseSession)
    )


def _sitter_dosing(now: datetime) -> ColumnElement[bool]:
    sitting = aliased(Patient)
    theirs = aliased(DoseSession)
    recent = aliased(DoseTaken)
    taken = exists().where(
        recent.patient_id == sitting.id, recent.taken_at > now - SITTER_DOSED_WITHIN
    )
    active = exists().where(theirs.patient_id == sitting.id, theirs.state.in_(ACTIVE_STATES))
    return (
        exists()
        .where(sitting.user_id == DoseSession.sitter_user_id, or_(taken, active))
        .correlate(DoseSession)
    )


def _sitter_is_staff() -> ColumnElement[bool]:
    return (
        exists()
        .where(
            CareTeamMember.patient_id == Patient.id,
            CareTeamMember.user_id == DoseSession.sitter_user_id,
            CareTeamMember.ended_at.is_(None),
        )
        .correlate(Patient, DoseSession)
    )


def _previous_sessions() -> ColumnElement[Any]:
    other = aliased(DoseSession)
    plan = aliased(TreatmentPlan)
    rows = func.jsonb_agg(
        aggregate_order_by(
            func.jsonb_build_object(
                *("id", other.id, "number", other.number),
                *("dosed_at", other.dosed_at, "reviewed_at", other.reviewed_at),
            ),
            other.dosed_at,
        )
    )
    return (
        select(func.coalesce(rows, literal([], type_=JSONB)))
        .select_from(other)
        .join(plan, plan.id == other.plan_id)
        .where(
            plan.approval_id == Approval.id,
            other.id != DoseSession.id,
            other.state.in_(DOSED_STATES),
        )
        .correlate(Approval, DoseSession)
        .scalar_subquery()
    )


def _units_received() -> ColumnElement[Any]:
    return (
        select(func.coalesce(func.sum(Shipment.units_received), 0))
        .where(Shipment.patient_id == Patient.id, Shipment.received_at.is_not(None))
        .correlate(Patient)
        .scalar_subquery()
    )


def _follow_up_missing() -> ColumnElement[bool]:
    return (
        exists()
        .where(
            FollowUp.patient_id == Patient.id,
            FollowUp.kind == FollowUpKind.HOURS_24,
            FollowUp.done_at.is_(None),
            FollowUp.dose_session_id != DoseSession.id,
        )
        .correlate(Patient, DoseSession)
    )
