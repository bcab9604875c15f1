"""How does medicine get from a signed plan to the patient's hands?"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import ceil
from uuid import UUID

from sqlalchemy import select

from models.people.patients import Patient
from models.plan.approvals import Approval
from models.plan.treatment_plans import MedicationOrder, Shipment, TreatmentPlan
from models.platform.base import new_id
from models.platform.decisions import GateDecision
from rules.core import Point
from rules.limits import Limits
from rules.permissions import Permission
from rules.plan.resolver import ProductClaim
from rules.states import may_move
from rules.terms import EnrolmentState, OrderState, PlanState, Role, Setting, SubjectKind
from workflows.people import disclosures, signing
from workflows.plan import authority, catalogue, enrolment, lots, plan_facts, supply
from workflows.plan.treatment_plans import facts_of
from workflows.platform import access, gatekeeping, notifications
from workflows.platform.errors import InvalidContent, NotNow, RecordForbids
from workflows.platform.work import Work, command, reading

PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOrder:
    """An order: the prescription lives elsewhere, here is its reference."""

    external_prescription_id: str
    patient_state: str
    sessions: int | None = None
    says: ProductClaim | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """A parcel as the pharmacy sent it."""

    lot_number: str
    pharmacy: str
    beyond_use_on: date
    units: int
    shipped_at: datetime


@command(permit=Permission.ORDER_MEDICATION, audit="order.placed", once=True)
def order_medication(work: Work, plan_id: UUID, wanted: NewOrder) -> MedicationOrder:
    """Order for a signed plan; every rule of the gate is asked in this very transaction."""
    plan = access.record(work, TreatmentPlan, plan_id, lock=True)
    patient = access.patient(work, plan.patient_id, lock=True)
    authority.refuse_own_record(work, patient.user_id)
    if plan.state is not PlanState.SIGNED:
        raise NotNow(plan.state, allowed=(PlanState.SIGNED,))
    _refuse_another_product(work, plan, wanted.says)
    held = supply.read(work, plan)
    decision, used, allowed = _ask_gate(work, patient, plan, wanted, held)
    sessions = _sessions(wanted, held, allowed - used, work.limits)
    order = MedicationOrder(
        id=new_id(),
        patient_id=patient.id,
        plan_id=plan.id,
        product_id=plan.product_id,
        molecule=plan.molecule,
        route=plan.route,
        setting=plan.setting,
        external_prescription_id=wanted.external_prescription_id,
        units=sessions * held.units_per_session,
        sessions_supplied=sessions,
        decision_id=decision.id,
        ordered_by=signing.signer(work),
        ordered_at=work.now,
    )
    work.session.add(order)
    disclosures.left(work, order, patient.id)
    if patient.enrolment is EnrolmentState.CONSENTED:
        enrolment.move(patient, EnrolmentState.RX_ACTIVE)
    return order


@command(permit=Permission.ORDER_MEDICATION, audit="order.cancelled", once=True)
def cancel_order(work: Work, order_id: UUID) -> MedicationOrder:
    """Cancel an order that has not arrived."""
    order = access.record(work, MedicationOrder, order_id, lock=True)
    _move(order, OrderState.CANCELLED)
    return order


@command(permit=Permission.RECORD_SHIPMENT, audit="shipment.recorded", once=True)
def record_shipment(work: Work, order_id: UUID, parcel: Parcel) -> Shipment:
    """Record what the pharmacy sent: one lot, its beyond-use date and the units."""
    order = access.record(work, MedicationOrder, order_id, lock=True)
    _move(order, OrderState.SHIPPED)
    _refuse_wrong_parcel(work, order, parcel)
    lot = lots.of_parcel(
        work, order.product_id, parcel.pharmacy, parcel.lot_number, parcel.beyond_use_on
    )
    shipment = Shipment(
        id=new_id(),
        patient_id=order.patient_id,
        order_id=order.id,
        product_id=order.product_id,
        molecule=order.molecule,
        route=order.route,
        setting=order.setting,
        lot_id=lot.id,
        units=parcel.units,
        shipped_at=parcel.shipped_at,
    )
    work.session.add(shipment)
    patient = access.patient(work, order.patient_id)
    notifications.tell(work, patient.user_id, "parcel_on_its_way")
    return shipment


@command(permit=Permission.CONFIRM_RECEIPT, audit="shipment.received", once=True)
def confirm_receipt(work: Work, shipment_id: UUID, units_received: int) -> Shipment:
    """Keep the patient's own count of what came; a count that differs goes to the prescriber."""
    shipment = access.record(work, Shipment, shipment_id, lock=True)
    if shipment.received_at is not None:
        raise RecordForbids(code="already_received")
    order = access.record(work, MedicationOrder, shipment.order_id, lock=True)
    _move(order, OrderState.RECEIVED)
    shipment.received_at, shipment.units_received = work.now, units_received
    patient = access.patient(work, shipment.patient_id, lock=True)
    patient.safety_version += 1
    if units_received != shipment.units:
        subject = (SubjectKind.PATIENT, patient.id)
        notifications.tell_care_team(work, Role.PRESCRIBER, "parcel_count_differs", subject=subject)
    return shipment


@reading(permit=Permission.READ_PLAN, audit="order.listed")
def read_orders(work: Work, patient_id: UUID) -> list[MedicationOrder]:
    """Read a patient's orders, newest first."""
    patient = access.patient(work, patient_id)
    query = (
        select(MedicationOrder)
        .where(MedicationOrder.patient_id == patient.id)
        .order_by(MedicationOrder.ordered_at.desc(), MedicationOrder.id.desc())
    )
    return list(work.session.scalars(query.limit(PAGE)))


@reading(permit=Permission.READ_PLAN, audit="shipment.listed")
def read_shipments(work: Work, patient_id: UUID) -> list[Shipment]:
    """Read a patient's parcels, newest first."""
    patient = access.patient(work, patient_id)
    query = (
        select(Shipment)
        .where(Shipment.patient_id == patient.id)
        .order_by(Shipment.shipped_at.desc(), Shipment.id.desc())
    )
    return list(work.session.scalars(query.limit(PAGE)))


def _refuse_another_product(work: Work, plan: TreatmentPlan, says: ProductClaim | None) -> None:
    """An order is for the product of its plan, whatever else the request says."""
    if plan.setting is not Setting.HOME:
        raise catalogue.refusal(work, catalogue.NOT_LISTED, RecordForbids)
    if says is None:
        return
    planned = plan_facts.read_planned(work, plan)
    catalogue.for_home(work, planned.product.code, says)


def _ask_gate(
    work: Work, patient: Patient, plan: TreatmentPlan, wanted: NewOrder, held: supply.Supply
) -> tuple[GateDecision, int, int]:
    facts = facts_of(work, patient, plan, wanted.patient_state)
    facts = replace(
        facts,
        authority=replace(
            facts.authority,
            supply_remaining_sessions=held.sessions_left,
            order_days_supply=_days(wanted, plan, facts.limits),
        ),
    )
    passed = gatekeeping.overridden_codes(work, facts, Point.ORDER, (plan.id, patient.id))
    subject = (SubjectKind.TREATMENT_PLAN, plan.id)
    judged = gatekeeping.judge(work, Point.ORDER, replace(facts, overridden=passed), subject)
    gatekeeping.insist(judged)
    approval = access.record(work, Approval, plan.approval_id)
    allowed = min(plan.session_count, approval.sessions_allowed)
    return judged.kept, facts.course.sessions_used or 0, allowed


def _sessions(wanted: NewOrder, held: supply.Supply, remaining: int, limits: Limits) -> int:
    """At first medicine for two sessions; never more than is approved and not yet at home."""
    started = held.sessions_closed >= limits.first_supply_until_sessions
    most = limits.supply_sessions_max if started else limits.first_supply_sessions_max
    room = min(most, remaining - held.sessions_left)
    if room < 1:
        raise RecordForbids(code="early_refill")
    sessions = wanted.sessions or min(room, limits.first_supply_sessions_max)
    if sessions > room:
        raise RecordForbids(code="supply_too_large")
    return sessions


def _days(wanted: NewOrder, plan: TreatmentPlan, limits: Limits) -> int:
    """How long the order lasts at the pace of its plan; what is not asked for is the usual."""
    sessions = wanted.sessions or limits.first_supply_sessions_max
    return ceil(timedelta(hours=sessions * plan.spacing_hours) / timedelta(days=1))


def _refuse_wrong_parcel(work: Work, order: MedicationOrder, parcel: Parcel) -> None:
    errors = {}
    if parcel.units > order.units:
        errors["units"] = ["More was sent than was ordered."]
    if parcel.shipped_at > work.now:
        errors["shipped_at"] = ["Must not lie in the future."]
    if errors:
        raise InvalidContent(errors=errors)


def _move(order: MedicationOrder, to: OrderState) -> None:
    if not may_move(order.state, to):
        raise NotNow(order.state)
    order.state = to
