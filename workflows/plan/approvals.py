"""Which decision does a prescriber sign after the evaluation, and when does it end?"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select, update

from models.intake.intake import Intake
from models.people.patients import Patient
from models.plan.approvals import Approval, Evaluation
from models.plan.treatment_plans import TreatmentPlan
from models.platform.base import new_id
from models.platform.decisions import GateDecision, Override
from rules.core import Point
from rules.facts import CourseFacts, Facts
from rules.permissions import Permission
from rules.terms import ApprovalDecision, EnrolmentState, PlanState, SubjectKind
from workflows.people import second_factor, signing
from workflows.plan import authority, catalogue, enrolment, plan_facts
from workflows.platform import access, gatekeeping, notifications
from workflows.platform.errors import InvalidContent, NotNow, RecordForbids
from workflows.platform.work import Work, command, reading

D, E = ApprovalDecision, EnrolmentState
PAGE = 100
_TARGET = {
    D.HOME: E.APPROVED_HOME,
    D.IN_OFFICE_ONLY: E.APPROVED_IN_OFFICE_ONLY,
    D.DECLINED: E.DECLINED,
    D.MORE_INFORMATION: E.MORE_INFORMATION,
}
# Signed again in the middle of a course, after something changed: the course goes on.
_GOES_ON = frozenset(
    {E.APPROVED_HOME, E.CONSENTED, E.RX_ACTIVE, E.COURSE_ACTIVE, E.MID_COURSE_REVIEW, E.PAUSED}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the prescriber decides; the product is asked for home only."""

    evaluation_id: UUID
    decision: ApprovalDecision
    rationale: str
    signature: str
    product_code: str | None = None
    conditions: tuple[str, ...] = ()
    sessions_allowed: int | None = None
    expires_at: datetime | None = None


class _Ground(NamedTuple):
    """What a decision stands on."""

    patient: Patient
    evaluation: Evaluation
    intake: Intake


@command(permit=Permission.DECIDE_ELIGIBILITY, audit="approval.decided", once=True)
def decide(work: Work, patient_id: UUID, verdict: Verdict) -> Approval:
    """Sign a decision; for home every rule of the gate is asked in this very transaction."""
    ground = _ground(work, patient_id, verdict)
    patient = ground.patient
    signing.refuse_another_name(work, verdict.signature)
    home = verdict.decision is D.HOME
    if home:
        second_factor.insist_fresh(work)
    kept = _ask_gate(work, ground, verdict) if home else None
    _refuse_wrong_bounds(work, verdict)
    _move_on(patient, verdict.decision, consented=kept is not None and kept.consented)
    end_live(work, patient.id, "superseded")
    approval = _signed(work, ground, verdict, kept.decision if kept else None)
    patient.safety_version += 1
    notifications.tell(work, patient.user_id, "decision_ready")
    return approval


@command(permit=Permission.DECIDE_ELIGIBILITY, audit="approval.ended", once=True)
def end_approval(work: Work, approval_id: UUID, reason: str) -> Approval:
    """End an approval before its time: nothing more is planned, ordered or dosed under it."""
    approval = access.record(work, Approval, approval_id, lock=True)
    if approval.ended_at is not None:
        raise RecordForbids(code="approval_already_ended")
    patient = access.patient(work, approval.patient_id, lock=True)
    authority.refuse_own_record(work, patient.user_id)
    end_live(work, patient.id, reason)
    patient.safety_version += 1
    return approval


@reading(permit=Permission.READ_PLAN, audit="approval.listed")
def read_approvals(work: Work, patient_id: UUID) -> list[Approval]:
    """Read a patient's approvals, newest first."""
    patient = access.patient(work, patient_id)
    query = (
        select(Approval)
        .where(Approval.patient_id == patient.id)
        .order_by(Approval.signed_at.desc(), Approval.id.desc())
    )
    return list(work.session.scalars(query.limit(PAGE)))


def live_approval(work: Work, patient_id: UUID) -> Approval | None:
    """Give the decision in force, of whatever kind."""
    return work.session.scalars(
        select(Approval).where(Approval.patient_id == patient_id, Approval.ended_at.is_(None))
    ).one_or_none()


def end_live(work: Work, patient_id: UUID, reason: str) -> None:
    """End what is in force, with its plans and with what was let pass for it."""
    approval = live_approval(work, patient_id)
    if approval is None:
        return
    approval.ended_at, approval.end_reason = work.now, reason
    plans = (
        TreatmentPlan.approval_id == approval.id,
        TreatmentPlan.state.in_((PlanState.DRAFT, PlanState.SIGNED, PlanState.SUSPENDED)),
    )
    for plan in work.session.scalars(select(TreatmentPlan).where(*plans)):
        plan.state, plan.ended_at = PlanState.ENDED, work.now
    work.session.execute(
        update(Override)
        .where(
            Override.patient_id == patient_id,
            Override.voided_at.is_(None),
            Override.overridden_at <= approval.signed_at,
        )
        .values(voided_at=work.now, void_reason="approval_ended")
    )
    work.session.flush()


class _Asked(NamedTuple):
    decision: GateDecision
    consented: bool


def _ground(work: Work, patient_id: UUID, verdict: Verdict) -> _Ground:
    patient = access.patient(work, patient_id, lock=True)
    authority.refuse_own_record(work, patient.user_id)
    evaluation = access.record(work, Evaluation, verdict.evaluation_id)
    if evaluation.patient_id != patient.id or evaluation.prescriber_id != work.actor.user_id:
        raise RecordForbids(code="evaluation_by_another")
    if work.now - evaluation.held_at > work.limits.telemedicine_contact_life:
        raise RecordForbids(code="contact_stale")
    authority.refuse_without_licence(
        work, evaluation.patient_state, plan_facts.local_today(work, patient)
    )
    return _Ground(patient, evaluation, _newest_intake(work, patient.id))


def _newest_intake(work: Work, patient_id: UUID) -> Intake:
    found = work.session.scalars(
        select(Intake)
        .where(Intake.patient_id == patient_id, Intake.submitted_at.is_not(None))
        .order_by(Intake.number.desc())
        .limit(1)
    ).first()
    if found is None:
        raise RecordForbids(code="intake_incomplete")
    return found


def _ask_gate(work: Work, ground: _Ground, verdict: Verdict) -> _Asked:
    """Ask every rule about the product named, here and now; what is not clear is refused."""
    facts = _facts(work, ground, catalogue.for_home(work, verdict.product_code or ""))
    subject = (SubjectKind.PATIENT, ground.patient.id)
    judged = gatekeeping.judge(work, Point.APPROVAL, facts, subject)
    gatekeeping.insist(judged)
    return _Asked(judged.kept, facts.authority.consent_is_current is True)


def _facts(work: Work, ground: _Ground, planned: plan_facts.Planned) -> Facts:
    patient, evaluation = ground.patient, ground.evaluation
    today = plan_facts.local_today(work, patient)
    where = authority.Where(patient.id, work.actor.user_id, evaluation.patient_state, today)
    facts = plan_facts.for_prescribing(work, patient, planned, where, CourseFacts())
    passed = gatekeeping.overridden_codes(work, facts, Point.APPROVAL, (patient.id,))
    return replace(facts, overridden=passed)


def _refuse_wrong_bounds(work: Work, verdict: Verdict) -> None:
    errors = {}
    until = verdict.expires_at
    if until is not None and not work.now < until <= work.now + work.limits.approval_life:
        errors["expires_at"] = [f"Must lie within the next {work.limits.approval_life.days} days."]
    if verdict.sessions_allowed is not None and verdict.decision is not D.HOME:
        errors["sessions_allowed"] = ["Belongs to a decision for home only."]
    if errors:
        raise InvalidContent(errors=errors)


def _move_on(patient: Patient, decision: ApprovalDecision, *, consented: bool) -> None:
    if patient.enrolment in _GOES_ON:
        if decision is not D.HOME:
            raise NotNow(patient.enrolment, allowed=(E.SUSPENDED,))
        return
    enrolment.move(patient, _TARGET[decision])
    if consented:
        enrolment.move(patient, E.CONSENTED)


def _signed(
    work: Work, ground: _Ground, verdict: Verdict, decision: GateDecision | None
) -> Approval:
    home = verdict.decision is D.HOME
    most = work.limits.sessions_per_approval_max
    approval = Approval(
        id=new_id(),
        patient_id=ground.patient.id,
        evaluation_id=ground.evaluation.id,
        intake_id=ground.intake.id,
        decision_id=decision.id if decision else None,
        prescriber_id=signing.signer(work),
        decision=verdict.decision,
        conditions=list(verdict.conditions),
        rationale=verdict.rationale,
        signature=verdict.signature,
        signed_at=work.now,
        expires_at=verdict.expires_at or work.now + work.limits.approval_life,
        sessions_allowed=(verdict.sessions_allowed or most) if home else 0,
    )
    work.session.add(approval)
    return approval
