"""How is a course at home planned, signed, changed, suspended and ended?"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from models.dose.dose_sessions import DoseSession
from models.people.patients import Patient
from models.plan.approvals import Approval
from models.plan.catalogue import Product
from models.plan.treatment_plans import DoseChange, TreatmentPlan
from models.platform.base import new_id
from rules.core import Point
from rules.facts import Facts
from rules.permissions import Permission
from rules.plan.resolver import ProductClaim
from rules.states import may_move
from rules.terms import ApprovalDecision, PlanState, SessionState, Setting, SubjectKind
from workflows.people import second_factor, signing
from workflows.plan import authority, catalogue, course_facts, plan_facts, whole_units
from workflows.platform import access, gatekeeping, impaired
from workflows.platform.errors import ChangedSinceRead, InvalidContent, NotNow, RecordForbids
from workflows.platform.work import Work, command, reading

PAGE = 50
_NOT_BEGUN = (
    SessionState.SCHEDULED,
    SessionState.CHECKIN_OPEN,
    SessionState.BLOCKED,
    SessionState.CLEARED,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPlan:
    """A plan as the prescriber drafts it; the product by code of the home list only."""

    approval_id: UUID
    product_code: str
    dose_mg_hundredths: int
    session_count: int
    spacing_hours: int
    end_condition: str
    weight_g: int
    weighed_at: datetime
    titration: tuple[dict[str, Any], ...] = ()
    dose_rationale: str | None = None
    residue_instruction: str = "spit"
    benzodiazepine_plan: str | None = None
    booster_mg_hundredths: int | None = None
    says: ProductClaim | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDose:
    """A changed dose, and why."""

    to_mg_hundredths: int
    rationale: str
    patient_state: str
    weight_g: int | None = None
    weighed_at: datetime | None = None


@command(permit=Permission.WRITE_PLAN, audit="plan.drafted", once=True)
def draft_plan(work: Work, patient_id: UUID, wanted: NewPlan) -> TreatmentPlan:
    """Draft a course under an approval for home; nothing follows from a draft."""
    patient = _patient_of_another(work, patient_id)
    planned = catalogue.for_home(work, wanted.product_code, wanted.says)
    approval = _home_approval(work, patient.id, wanted.approval_id)
    _refuse_wrong_numbers(work, wanted, approval, planned.product)
    plan = TreatmentPlan(
        id=new_id(),
        patient_id=patient.id,
        approval_id=approval.id,
        product_id=planned.product.id,
        molecule=planned.product.molecule,
        route=planned.product.route,
        setting=Setting.HOME,
        dose_mg_hundredths=wanted.dose_mg_hundredths,
        booster_mg_hundredths=wanted.booster_mg_hundredths,
        session_count=wanted.session_count,
        spacing_hours=wanted.spacing_hours,
        titration=list(wanted.titration),
        weight_g=wanted.weight_g,
        weighed_at=wanted.weighed_at,
        dose_rationale=wanted.dose_rationale,
        end_condition=wanted.end_condition,
        residue_instruction=wanted.residue_instruction,
        benzodiazepine_plan=wanted.benzodiazepine_plan,
        drafted_at=work.now,
    )
    work.session.add(plan)
    return plan


@command(permit=Permission.WRITE_PLAN, audit="plan.signed")
def sign_plan(
    work: Work, plan_id: UUID, version: int | None, patient_state: str, signature: str
) -> TreatmentPlan:
    """Sign a draft, or a suspended plan again; the gate judges the dose and everything else."""
    plan, patient = _plan(work, plan_id, version)
    impaired.refuse_about(work, patient.id)
    _move(plan, PlanState.SIGNED)
    signing.refuse_another_name(work, signature)
    second_factor.insist_fresh(work)
    _ask_gate(work, patient, plan, patient_state)
    plan.signed_at, plan.signed_by = work.now, signing.signer(work)
    patient.safety_version += 1
    return plan


@command(permit=Permission.WRITE_PLAN, audit="plan.dose_changed")
def change_dose(work: Work, plan_id: UUID, version: int | None, change: NewDose) -> TreatmentPlan:
    """Change the dose of what is not begun: less at once, more only through the gate."""
    plan, patient = _plan(work, plan_id, version)
    if plan.state is not PlanState.SIGNED:
        raise NotNow(plan.state, allowed=(PlanState.SIGNED,))
    product = plan_facts.read_planned(work, plan).product
    whole_units.refuse_broken_units(change.to_mg_hundredths, product, "to_mg_hundredths")
    before = plan.dose_mg_hundredths
    _take_weight(work, plan, change.weight_g, change.weighed_at)
    plan.dose_mg_hundredths = change.to_mg_hundredths
    whole_units.drop_booster_too_large(plan, work.limits)
    plan.dose_rationale = change.rationale
    if change.to_mg_hundredths > before:
        impaired.refuse_about(work, patient.id)
        _ask_gate(work, patient, plan, change.patient_state)
    _keep_change(work, plan, before, change)
    patient.safety_version += 1
    return plan


@command(permit=Permission.RECORD_VITALS, audit="plan.weighed", once=True)
def record_weight(work: Work, plan_id: UUID, weight_g: int, weighed_at: datetime) -> TreatmentPlan:
    """Keep a fresh weight, so that the dose per kilogram can be checked."""
    plan = access.record(work, TreatmentPlan, plan_id, lock=True)
    patient = access.patient(work, plan.patient_id, lock=True)
    _take_weight(work, plan, weight_g, weighed_at)
    patient.safety_version += 1
    return plan


@command(permit=Permission.WRITE_PLAN, audit="plan.suspended")
def suspend_plan(work: Work, plan_id: UUID, version: int | None) -> TreatmentPlan:
    """Stop every dose of a plan until it is signed again."""
    plan, patient = _plan(work, plan_id, version)
    _move(plan, PlanState.SUSPENDED)
    patient.safety_version += 1
    return plan


@command(permit=Permission.WRITE_PLAN, audit="plan.ended")
def end_plan(work: Work, plan_id: UUID, version: int | None) -> TreatmentPlan:
    """End a plan for good."""
    plan, patient = _plan(work, plan_id, version)
    _move(plan, PlanState.ENDED)
    plan.ended_at = work.now
    patient.safety_version += 1
    return plan


@reading(permit=Permission.READ_PLAN, audit="plan.read")
def read_plan(work: Work, plan_id: UUID) -> TreatmentPlan:
    """Read one plan."""
    return access.record(work, TreatmentPlan, plan_id)


@reading(permit=Permission.READ_PLAN, audit="plan.listed")
def read_plans(work: Work, patient_id: UUID) -> list[TreatmentPlan]:
    """Read a patient's plans, newest first."""
    patient = access.patient(work, patient_id)
    query = (
        select(TreatmentPlan)
        .where(TreatmentPlan.patient_id == patient.id)
        .order_by(TreatmentPlan.drafted_at.desc(), TreatmentPlan.id.desc())
    )
    return list(work.session.scalars(query.limit(PAGE)))


def facts_of(work: Work, patient: Patient, plan: TreatmentPlan, patient_state: str) -> Facts:
    """Give everything a plan is judged by, with what a prescriber let pass.

    Signing sends nothing: the prescription is today's, and what is at home is asked by an order.
    """
    today = plan_facts.local_today(work, patient)
    approval = access.record(work, Approval, plan.approval_id)
    where = authority.Where(patient.id, work.actor.user_id, patient_state, today)
    course = course_facts.read_course(work, patient, approval, plan)
    planned = plan_facts.read_planned(work, plan)
    facts = plan_facts.for_prescribing(work, patient, planned, where, course)
    prescribed = replace(
        facts.authority,
        prescription_issued_on=today,
        refills_used=0,
        supply_remaining_sessions=0,
        order_days_supply=0,
    )
    return replace(facts, authority=prescribed)


def _ask_gate(work: Work, patient: Patient, plan: TreatmentPlan, patient_state: str) -> None:
    facts = facts_of(work, patient, plan, patient_state)
    subjects = (plan.id, patient.id)
    passed = gatekeeping.overridden_codes(work, facts, Point.ORDER, subjects)
    facts = replace(facts, overridden=passed)
    subject = (SubjectKind.TREATMENT_PLAN, plan.id)
    gatekeeping.insist(gatekeeping.judge(work, Point.ORDER, facts, subject))


def _plan(work: Work, plan_id: UUID, version: int | None) -> tuple[TreatmentPlan, Patient]:
    plan = access.record(work, TreatmentPlan, plan_id, lock=True)
    if version is not None and plan.version != version:
        raise ChangedSinceRead
    return plan, _patient_of_another(work, plan.patient_id)


def _patient_of_another(work: Work, patient_id: UUID) -> Patient:
    patient = access.patient(work, patient_id, lock=True)
    authority.refuse_own_record(work, patient.user_id)
    return patient


def _home_approval(work: Work, patient_id: UUID, approval_id: UUID) -> Approval:
    approval = access.record(work, Approval, approval_id)
    if approval.patient_id != patient_id or approval.decision is not ApprovalDecision.HOME:
        raise RecordForbids(code="approval_missing")
    if approval.ended_at is not None or approval.expires_at <= work.now:
        raise RecordForbids(code="approval_expired")
    return approval


def _refuse_wrong_numbers(
    work: Work, wanted: NewPlan, approval: Approval, product: Product
) -> None:
    if wanted.session_count > approval.sessions_allowed:
        raise RecordForbids(code="course_session_limit")
    if wanted.spacing_hours * 3600 < work.limits.dose_interval.total_seconds():
        raise RecordForbids(code="interval_too_short")
    if wanted.dose_mg_hundredths > work.limits.dose_mg_max * 100:
        raise RecordForbids(code="dose_cap_exceeded")
    whole_units.refuse_broken_units(wanted.dose_mg_hundredths, product, "dose_mg_hundredths")
    whole_units.refuse_wrong_booster(
        wanted.dose_mg_hundredths, wanted.booster_mg_hundredths, product, work.limits
    )
    _refuse_future_weight(work, wanted.weighed_at)


def _refuse_future_weight(work: Work, weighed_at: datetime) -> None:
    if weighed_at > work.now:
        raise InvalidContent(errors={"weighed_at": ["Must not lie in the future."]})


def _take_weight(
    work: Work, plan: TreatmentPlan, weight_g: int | None, weighed_at: datetime | None
) -> None:
    if weight_g is None or weighed_at is None:
        return
    _refuse_future_weight(work, weighed_at)
    plan.weight_g, plan.weighed_at = weight_g, weighed_at


def _move(plan: TreatmentPlan, to: PlanState) -> None:
    if not may_move(plan.state, to):
        raise NotNow(plan.state)
    plan.state = to


def _keep_change(work: Work, plan: TreatmentPlan, before: int, change: NewDose) -> None:
    work.session.add(
        DoseChange(
            plan_id=plan.id,
            patient_id=plan.patient_id,
            from_mg_hundredths=before,
            to_mg_hundredths=change.to_mg_hundredths,
            rationale=change.rationale,
            changed_by=signing.signer(work),
            changed_at=work.now,
        )
    )
    work.session.execute(
        update(DoseSession)
        .where(DoseSession.plan_id == plan.id, DoseSession.state.in_(_NOT_BEGUN))
        .values(dose_mg_hundredths=change.to_mg_hundredths, version=DoseSession.version + 1)
        .execution_options(synchronize_session=False)
    )
