"""From the evaluation to the tablets at home: rows to start a test from."""

from datetime import date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.intake.intake import Intake
from models.people.accounts import UserAccount
from models.people.patients import Patient
from models.plan.approvals import Approval, Evaluation
from models.plan.catalogue import CertifiedSite, Product
from models.plan.treatment_plans import Lot, MedicationOrder, Shipment, TreatmentPlan
from models.platform.base import Base
from models.platform.decisions import GateDecision
from rules.terms import (
    ApprovalDecision,
    EnrolmentState,
    OrderState,
    Outcome,
    PlanState,
    Setting,
    SubjectKind,
)

T = TypeVar("T", bound=Base)
HOME_TABLET = "ket-rdt-100"
SPRAVATO = "spravato-28"


def the_product(session: Session, code: str = HOME_TABLET) -> Product:
    """Give a product of the seeded catalogue."""
    return session.scalars(select(Product).where(Product.code == code)).one()


def the_demo_site(session: Session) -> CertifiedSite:
    """Give the site that only development and tests know."""
    return session.scalars(select(CertifiedSite).order_by(CertifiedSite.code)).first() or _no_site()


def what_of(product: Product, setting: Setting = Setting.HOME) -> dict[str, Any]:
    """Give the four columns that say what is taken where."""
    return {
        "product_id": product.id,
        "molecule": product.molecule,
        "route": product.route,
        "setting": setting,
    }


def an_intake(session: Session, now: datetime, patient: Patient, **over: Any) -> Intake:
    """Give the patient's submitted history, or add an empty one to point at."""
    kept = session.scalars(
        select(Intake)
        .where(Intake.patient_id == patient.id, Intake.submitted_at.is_not(None))
        .order_by(Intake.number.desc())
    ).first()
    if kept is not None and not over:
        return kept
    values: dict[str, Any] = {
        "number": kept.number + 1 if kept else 1,
        "questionnaire": "intake/1",
        "answers": {},
        "started_at": now,
        "submitted_at": now,
        "digest": b"\0" * 32,
    }
    return _kept(session, Intake(patient_id=patient.id, **values | over))


def an_evaluation(
    session: Session, now: datetime, patient: Patient, prescriber: UserAccount, **over: Any
) -> Evaluation:
    """Add a live video evaluation of an hour ago, with identity and PDMP checked."""
    values: dict[str, Any] = {
        "held_at": now - timedelta(hours=1),
        "minutes": 40,
        "modality": "video",
        "patient_state": patient.state,
        "identity_verified": True,
        "identity_method": "photo_id_on_live_video",
        "capacity": True,
        "diagnosis_documented": True,
        "diagnoses": ["major_depressive_disorder"],
        "pdmp_checked_at": now - timedelta(hours=1),
        "pdmp_result": "nothing_of_concern",
        "pdmp_reference": "PDMP-1",
        "recorded_at": now,
    }
    row = Evaluation(patient_id=patient.id, prescriber_id=prescriber.id, **values | over)
    return _kept(session, row)


def an_approval(
    session: Session,
    now: datetime,
    patient: Patient,
    prescriber: UserAccount,
    decision: ApprovalDecision = ApprovalDecision.HOME,
    **over: Any,
) -> Approval:
    """Add a signed approval with its evaluation; the patient moves to where it leads."""
    evaluation = over.pop("evaluation", None) or an_evaluation(session, now, patient, prescriber)
    home = decision is ApprovalDecision.HOME
    values: dict[str, Any] = {
        "evaluation_id": evaluation.id,
        "intake_id": an_intake(session, now, patient).id,
        "prescriber_id": prescriber.id,
        "decision": decision,
        "rationale": "Two antidepressants failed.",
        "signature": "Dr. Rx",
        "signed_at": now,
        "expires_at": now + timedelta(days=90 if home else 0),
        "sessions_allowed": 6 if home else 0,
    }
    patient.enrolment = _LEADS_TO[decision]
    return _kept(session, Approval(patient_id=patient.id, **values | over))


def a_draft_plan(
    session: Session,
    now: datetime,
    patient: Patient,
    approval: Approval,
    product_code: str = HOME_TABLET,
    **over: Any,
) -> TreatmentPlan:
    """Add a draft for six sessions of 100 mg, a week apart, at 80 kg."""
    values: dict[str, Any] = {
        "dose_mg_hundredths": 10_000,
        "session_count": 6,
        "spacing_hours": 168,
        "weight_g": 80_000,
        "weighed_at": now - timedelta(days=1),
        "end_condition": "No response after session 4.",
        "drafted_at": now,
    }
    values |= what_of(the_product(session, product_code))
    row = TreatmentPlan(patient_id=patient.id, approval_id=approval.id, **values | over)
    return _kept(session, row)


def a_signed_plan(
    session: Session,
    now: datetime,
    patient: Patient,
    approval: Approval,
    product_code: str = HOME_TABLET,
    **over: Any,
) -> TreatmentPlan:
    """Add a signed plan for six sessions of 100 mg, a week apart, at 80 kg."""
    signed = {"state": PlanState.SIGNED, "signed_at": now, "signed_by": approval.prescriber_id}
    return a_draft_plan(session, now, patient, approval, product_code, **signed | over)


def a_kept_decision(
    session: Session,
    now: datetime,
    patient: Patient,
    subject: tuple[SubjectKind, UUID],
    **over: Any,
) -> GateDecision:
    """Add an answer of the gates that was clear."""
    values: dict[str, Any] = {
        "subject_type": subject[0],
        "subject_id": subject[1],
        "point": "order",
        "ruleset": "test",
        "outcome": Outcome.CLEAR,
        "codes": [],
        "findings": [],
        "facts": {},
        "inputs_hash": b"\0" * 32,
        "decided_at": now,
    }
    return _kept(session, GateDecision(patient_id=patient.id, **values | over))


def an_order(
    session: Session, now: datetime, patient: Patient, plan: TreatmentPlan, **over: Any
) -> MedicationOrder:
    """Add an order of tablets for two sessions; the prescription is active from then on."""
    decision = a_kept_decision(session, now, patient, (SubjectKind.TREATMENT_PLAN, plan.id))
    values: dict[str, Any] = {
        "external_prescription_id": f"RX-{uuid4().hex[:12]}",
        "units": 2,
        "sessions_supplied": 2,
        "decision_id": decision.id,
        "ordered_by": plan.signed_by,
        "ordered_at": now,
    }
    if patient.enrolment in (EnrolmentState.APPROVED_HOME, EnrolmentState.CONSENTED):
        patient.enrolment = EnrolmentState.RX_ACTIVE
    row = MedicationOrder(
        patient_id=patient.id, plan_id=plan.id, **_same_what(plan), **values | over
    )
    return _kept(session, row)


def a_lot(session: Session, now: datetime, product_code: str = HOME_TABLET, **over: Any) -> Lot:
    """Add a lot that is good until March 2027."""
    values: dict[str, Any] = {
        "number": f"KT-{uuid4().hex[:8]}",
        "pharmacy": "Corner Pharmacy",
        "product_id": the_product(session, product_code).id,
        "beyond_use_on": date(2027, 3, 1),
    }
    return _kept(session, Lot(**values | over))


def a_shipment(
    session: Session, now: datetime, patient: Patient, order: MedicationOrder, **over: Any
) -> Shipment:
    """Add a parcel on its way, with a lot of the ordered product."""
    lot = over.pop("lot", None)
    if lot is None:
        lot = a_lot(session, now, product_id=order.product_id)
    order.state = OrderState.SHIPPED
    values: dict[str, Any] = {"lot_id": lot.id, "units": order.units, "shipped_at": now}
    row = Shipment(patient_id=patient.id, order_id=order.id, **_same_what(order), **values | over)
    return _kept(session, row)


def a_received_shipment(
    session: Session,
    now: datetime,
    patient: Patient,
    plan: TreatmentPlan,
    *,
    units: int = 12,
    sessions_supplied: int = 2,
    lot: Lot | None = None,
) -> Shipment:
    """Add an order, its parcel and the patient's count of what came, all under one plan."""
    order = an_order(session, now, patient, plan, units=units, sessions_supplied=sessions_supplied)
    shipment = a_shipment(session, now, patient, order, lot=lot)
    shipment.received_at, shipment.units_received = now, units
    order.state = OrderState.RECEIVED
    session.flush()
    return shipment


_LEADS_TO = {
    ApprovalDecision.HOME: EnrolmentState.APPROVED_HOME,
    ApprovalDecision.IN_OFFICE_ONLY: EnrolmentState.APPROVED_IN_OFFICE_ONLY,
    ApprovalDecision.DECLINED: EnrolmentState.DECLINED,
    ApprovalDecision.MORE_INFORMATION: EnrolmentState.MORE_INFORMATION,
}


def _same_what(row: TreatmentPlan | MedicationOrder) -> dict[str, Any]:
    return {name: getattr(row, name) for name in ("product_id", "molecule", "route", "setting")}


def _no_site() -> CertifiedSite:
    raise LookupError("the reference data was not loaded")


def _kept(session: Session, row: T) -> T:
    session.add(row)
    session.flush()
    return row
