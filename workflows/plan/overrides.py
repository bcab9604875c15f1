"""May a prescriber let this one finding pass, for this patient, with a reason?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from models.people.patients import Patient
from models.plan.approvals import Approval
from models.platform.base import new_id
from models.platform.decisions import GateDecision, Override
from rules.permissions import Permission
from rules.plan import overriding
from rules.terms import Force, Outcome
from workflows.people import second_factor, signing
from workflows.plan import plan_facts
from workflows.plan.approvals import live_approval
from workflows.plan.authority import refuse_own_record, refuse_without_licence
from workflows.platform import access
from workflows.platform.errors import NotPermitted, RecordForbids
from workflows.platform.gatekeeping import finding_hash
from workflows.platform.work import Work, command, reading

PAGE = 200


@command(permit=Permission.OVERRIDE_HOLD, audit="override.signed", once=True)
def override_hold(
    work: Work, decision_id: UUID, code: str, rationale: str, *, unrelated: bool
) -> Override:
    """Let one soft finding pass; a hard one, and one that nobody knows, never passes.

    The prescriber is here now, holds a licence in the patient's state, and is no relative.
    """
    decision = access.record(work, GateDecision, decision_id)
    patient = access.patient(work, decision.patient_id, lock=True)
    refuse_own_record(work, patient.user_id)
    if not unrelated:
        raise NotPermitted(code="relative-of-patient")
    proved_at = second_factor.insist_fresh(work)
    signing.refuse_thin_reason(work, rationale)
    today = plan_facts.local_today(work, patient)
    refuse_without_licence(work, _state_of(decision, patient), today)
    _refuse_outdated(work, decision)
    finding = _soft_finding(decision, code)
    standing = _standing(work, decision)
    if any(row.code == code for row in standing):
        raise RecordForbids(code="already_overridden")
    _refuse_third_by_one(work, standing)
    override = Override(
        id=new_id(),
        patient_id=patient.id,
        decision_id=decision.id,
        subject_type=decision.subject_type,
        subject_id=decision.subject_id,
        code=code,
        rationale=rationale,
        finding_hash=finding_hash(finding),
        overridden_by=signing.signer(work),
        overridden_at=work.now,
        expires_at=_end(work, live_approval(work, patient.id)),
        factor_proved_at=proved_at,
        needs_cosigner=overriding.needs_cosigner(code, decision.codes),
    )
    work.session.add(override)
    patient.safety_version += 1
    return override


@command(permit=Permission.OVERRIDE_HOLD, audit="override.cosigned", once=True)
def cosign_override(work: Work, override_id: UUID) -> Override:
    """Sign beside the prescriber who let a finding pass; before that it holds as if unsigned."""
    override = access.record(work, Override, override_id, lock=True)
    patient = access.patient(work, override.patient_id, lock=True)
    refuse_own_record(work, patient.user_id)
    second_factor.insist_fresh(work)
    _refuse_cosigning(work, override)
    today = plan_facts.local_today(work, patient)
    decision = access.record(work, GateDecision, override.decision_id)
    refuse_without_licence(work, _state_of(decision, patient), today)
    if overriding.cosigned_by_director(override.code) and not signing.is_director(work, today):
        raise NotPermitted(code="medical-director-needed")
    override.cosigned_by, override.cosigned_at = signing.signer(work), work.now
    patient.safety_version += 1
    return override


@command(permit=Permission.OVERRIDE_HOLD, audit="override.withdrawn", once=True)
def withdraw_override(work: Work, override_id: UUID) -> Override:
    """Take an override back; the finding holds again from now on."""
    override = access.record(work, Override, override_id, lock=True)
    if override.voided_at is not None:
        raise RecordForbids(code="override_already_ended")
    patient = access.patient(work, override.patient_id, lock=True)
    refuse_own_record(work, patient.user_id)
    override.voided_at, override.void_reason = work.now, "withdrawn"
    patient.safety_version += 1
    return override


@reading(permit=Permission.READ_DECISION, audit="override.listed")
def read_overrides(work: Work, patient_id: UUID) -> list[Override]:
    """Read what was let pass for a patient, newest first."""
    patient = access.patient(work, patient_id)
    query = (
        select(Override)
        .where(Override.patient_id == patient.id)
        .order_by(Override.overridden_at.desc(), Override.id.desc())
    )
    return list(work.session.scalars(query.limit(PAGE)))


def _state_of(decision: GateDecision, patient: Patient) -> str:
    """The state the decision was about: where the patient was, else where the patient lives."""
    state: str | None = decision.facts.get("authority", {}).get("state")
    return state or patient.state


def _refuse_outdated(work: Work, decision: GateDecision) -> None:
    """Only the newest answer about the same thing can be let pass."""
    newer = select(GateDecision.id).where(
        GateDecision.subject_id == decision.subject_id,
        GateDecision.point == decision.point,
        GateDecision.decided_at > decision.decided_at,
    )
    if work.session.scalar(newer.limit(1)) is not None:
        raise RecordForbids(code="decision_outdated")


def _soft_finding(decision: GateDecision, code: str) -> dict[str, Any]:
    found = next((f for f in decision.findings if f["code"] == code), None)
    if found is None:
        raise RecordForbids(code="finding_not_raised")
    may_pass = found["force"] == Force.SOFT and found["outcome"] == Outcome.HOLD
    if not may_pass or found["unknown"]:
        raise NotPermitted(code="cannot_be_overridden")
    return found


def _standing(work: Work, decision: GateDecision) -> Sequence[Override]:
    """What is let pass for this patient now, for the person as a whole or for the same thing."""
    return work.session.scalars(
        select(Override).where(
            Override.patient_id == decision.patient_id,
            Override.subject_id.in_((decision.subject_id, decision.patient_id)),
            Override.voided_at.is_(None),
            Override.expires_at > work.now,
        )
    ).all()


def _refuse_third_by_one(work: Work, standing: Sequence[Override]) -> None:
    """Nobody lets more than two findings pass for one patient: then a second clinician looks."""
    mine = sum(row.overridden_by == work.actor.user_id for row in standing)
    if overriding.another_has_to(mine, work.limits):
        raise RecordForbids(code="second_clinician_needed")


def _refuse_cosigning(work: Work, override: Override) -> None:
    if override.voided_at is not None or override.expires_at <= work.now:
        raise RecordForbids(code="override_already_ended")
    if not override.needs_cosigner or override.cosigned_at is not None:
        raise RecordForbids(code="no_cosigner_needed")
    if override.overridden_by == work.actor.user_id:
        raise RecordForbids(code="second_clinician_needed")


def _end(work: Work, approval: Approval | None) -> datetime:
    if approval is not None and approval.expires_at > work.now:
        return approval.expires_at
    return work.now + work.limits.approval_life
