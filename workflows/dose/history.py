"""What is listed and counted beside the rows of a dose session, inside the same statement?"""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by
from sqlalchemy.orm import aliased

from models.aftercare.aftercare import FollowUp
from models.dose.dose_sessions import ACTIVE_STATES, DoseSession, VitalSigns
from models.dose.predose import DoseTaken
from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Hold, OnCallShift
from models.people.accounts import Credential
from models.people.patients import Patient
from models.plan.approvals import Approval
from models.plan.treatment_plans import Shipment
from models.platform.fixed import At
from models.preparation.appointments import Appointment, HomeCheck, ModuleCompletion
from rules.limits import Limits
from rules.terms import AppointmentKind, AppointmentState, FollowUpKind, VitalPurpose
from workflows.dose import company, elsewhere
from workflows.intake import consent
from workflows.oversight import roster
from workflows.plan import amounts
from workflows.preparation.readiness import is_trained

COVER_AHEAD = A_DAY = timedelta(hours=24)


def counts(now: At, limits: Limits) -> ColumnElement[Any]:
    """Give one JSON value with every list and count that a decision about this session needs."""
    pairs: dict[str, ColumnElement[Any]] = {
        "doses": _doses(),
        "readings": _readings(now),
        "holds": _holds(),
        "shifts": _shifts(now),
        "modules": _modules(),
        "credentials": _credentials(),
        "prepared_at": _prepared_at(),
        "consent_signed": consent.stands(),
        "consent_current": consent.stands_as_in_force(now),
        "consent_texts": consent.newest_signed(Patient.__table__.c.id, Patient),
        "sitter_trained": is_trained(now),
        "untriaged": _any(AdverseEvent.triaged_at.is_(None), AdverseEvent),
        "serious": _any(
            and_(AdverseEvent.serious.is_(True), AdverseEvent.state.not_in(("closed", "assessed"))),
            AdverseEvent,
        ),
        "rehearsed": _any(
            and_(VitalSigns.purpose == VitalPurpose.REHEARSAL, VitalSigns.plausible), VitalSigns
        ),
        "home_checked": _any(HomeCheck.passed.is_(True), HomeCheck),
        "epoch": func.epoch_in_force(),
        "other_active": _other_active(),
        "units_received": _units_received(),
        **company.columns(now, limits),
        **elsewhere.columns(now),
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
    """Every dose ever taken, with what was done about its session afterwards."""
    session = aliased(DoseSession)
    followed = (
        select(func.max(FollowUp.done_at))
        .where(FollowUp.dose_session_id == session.id, FollowUp.kind == FollowUpKind.HOURS_24)
        .correlate(session)
        .scalar_subquery()
    )
    row = func.jsonb_build_object(
        *("id", DoseTaken.id, "at", DoseTaken.taken_at, "mg", amounts.taken_mg_hundredths()),
        *("on", DoseTaken.local_date, "session", session.id, "plan", session.plan_id),
        *("product", session.product_id, "reviewed_at", session.reviewed_at),
        *("followed_up_at", followed),
    )
    oldest_first = aggregate_order_by(row, DoseTaken.taken_at, DoseTaken.id)
    return (
        select(func.coalesce(func.jsonb_agg(oldest_first), literal([], type_=JSONB)))
        .select_from(DoseTaken)
        .outerjoin(session, session.id == DoseTaken.dose_session_id)
        .where(DoseTaken.patient_id == Patient.id)
        .correlate(Patient)
        .scalar_subquery()
    )


def _readings(now: At) -> ColumnElement[Any]:
    """The readings of this session, and of every other that the day has seen."""
    of_the_day = and_(
        VitalSigns.purpose == VitalPurpose.PRE_DOSE, VitalSigns.measured_at > now - A_DAY
    )
    return _listed(
        *("id", VitalSigns.id, "session", VitalSigns.dose_session_id),
        *("at", VitalSigns.measured_at, "sys", VitalSigns.systolic_mmhg),
        *("dia", VitalSigns.diastolic_mmhg, "hr", VitalSigns.heart_rate_bpm),
        *("spo2", VitalSigns.spo2_percent, "source", VitalSigns.source),
        *("plausible", VitalSigns.plausible, "purpose", VitalSigns.purpose),
        *("received", VitalSigns.received_at, "told_time", VitalSigns.device_at.is_not(None)),
        *("skew", VitalSigns.clock_skew_seconds),
        where=and_(
            VitalSigns.patient_id == Patient.id,
            or_(VitalSigns.dose_session_id == DoseSession.id, of_the_day),
        ),
        order=VitalSigns.measured_at,
    )


def _holds() -> ColumnElement[Any]:
    return _listed(
        *("code", Hold.code, "source", Hold.source),
        where=and_(Hold.patient_id == Patient.id, Hold.released_at.is_(None)),
        order=Hold.placed_at,
    )


def _shifts(now: At) -> ColumnElement[Any]:
    return _listed(
        *("from", OnCallShift.starts_at, "to", OnCallShift.ends_at),
        where=and_(
            roster.stands(),
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
        *("revoked", Credential.revoked_on, "profession", Credential.profession),
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


def _units_received() -> ColumnElement[Any]:
    return (
        select(func.coalesce(func.sum(Shipment.units_received), 0))
        .where(
            Shipment.patient_id == Patient.id,
            Shipment.product_id == DoseSession.product_id,
            Shipment.received_at.is_not(None),
        )
        .correlate(Patient, DoseSession)
        .scalar_subquery()
    )
