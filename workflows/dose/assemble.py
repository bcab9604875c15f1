"""What do the rules get to see of one dose session? The record, turned into facts."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from rules.core import Point
from rules.dose.cover import cover_needed_until
from rules.facts import (
    AuthorityFacts,
    ClearanceFacts,
    CourseFacts,
    CoverFacts,
    DoseFact,
    Facts,
    IntakeFacts,
    PersonFacts,
    ProductFacts,
)
from rules.limits import LIMITS, Limits
from rules.plan.product import with_reported_esketamine
from rules.terms import EnrolmentState
from workflows.dose import evening
from workflows.dose.gather import Gathered, gather
from workflows.intake import intake_facts
from workflows.oversight import on_call
from workflows.platform import gatekeeping, locks
from workflows.platform.work import Work
from workflows.preparation.readiness import missing_items

__all__ = ["Gathered", "cover_at", "facts_at", "for_session", "inputs_hash", "whole_session"]


def limits_in_force() -> Limits:
    """Give the limits that decide today."""
    return LIMITS


def whole_session(work: Work, dose_session_id: UUID) -> Gathered:
    """Read everything the record holds about one session."""
    return gather(work, dose_session_id)


def for_session(work: Work, dose_session_id: UUID) -> Facts:
    """Give the facts of a session as they stand, for planning it."""
    return _facts(work, gather(work, dose_session_id))


def facts_at(work: Work, found: Gathered, point: Point, clearance_id: UUID | None = None) -> Facts:
    """Give the facts for a check-in or a dose, with what a prescriber let pass."""
    facts = _facts(work, found)
    if point is Point.DOSE:
        facts = replace(facts, clearance=_clearance(work, found, clearance_id))
    subjects = (found.patient.id, found.plan.id, found.session.id)
    passed = gatekeeping.overridden_codes(work, facts, point, subjects)
    return replace(facts, overridden=passed)


def inputs_hash(found: Gathered) -> bytes:
    """Give the fingerprint of everything a clearance is bound to; any change of it ends one."""
    session = found.session
    return gatekeeping.digest(
        {
            "session": str(session.id),
            "product": str(session.product_id),
            "lot": str(session.lot_id),
            "dose": session.dose_mg_hundredths,
            "sitter": str(session.sitter_id),
            "plan": [str(found.plan.id), found.plan.version],
            "approval": str(found.approval.id),
            "check": str(found.check.id) if found.check else None,
            "attestation": str(found.attestation.id) if found.attestation else None,
            "readings": [row["id"] for row in found.counts["readings"]],
            "safety_version": found.patient.safety_version,
        }
    )


def cover_at(work: Work, at: datetime, limits: Limits) -> CoverFacts:
    """Say who is on call from a moment to come, without a gap."""
    return CoverFacts(
        on_call_until=on_call.cover_until(work.session, at) or at,
        needed_until=cover_needed_until(at + limits.monitoring, limits),
    )


def _facts(work: Work, found: Gathered) -> Facts:
    limits = limits_in_force()
    now = work.now
    shifts = [(_at(row["from"]), _at(row["to"])) for row in found.counts["shifts"]]
    told = intake_facts.told_in(found.intake)
    return Facts(
        now=now,
        limits=limits,
        person=_person(found, now),
        product=_product(found),
        authority=_authority(found, now),
        intake=_told(found, told),
        instruments=intake_facts.instrument_facts(found.answered, told),
        course=_course(found, now),
        day=evening.day_facts(found),
        vitals=evening.vitals_facts(found, limits),
        sitter=evening.sitter_facts(found),
        home=evening.home_facts(found),
        cover=_cover(shifts, now, limits),
        clearance=ClearanceFacts(locks_intact=locks.still_intact(work), offline=False),
    )


def _told(found: Gathered, told: IntakeFacts) -> IntakeFacts:
    """Let the prescriber's own finding of a diagnosis stand beside what the patient told."""
    return replace(told, diagnosis_documented=found.evaluation.diagnosis_documented)


def _person(found: Gathered, now: datetime) -> PersonFacts:
    told = intake_facts.person_facts(found.patient, found.intake, now)
    return replace(
        told,
        local_date=evening.local_date(found, now),
        identity_verified=found.evaluation.identity_verified,
    )


def _product(found: Gathered) -> ProductFacts:
    product, lot, day = found.product, found.lot, evening.answers(found, "day")
    told = intake_facts.elsewhere_facts(found.intake)
    facts = ProductFacts(
        molecules=(product.molecule,),
        blocked_alias=False,
        codes_agree=True,
        on_home_formulary=True,  # the allow-table has a row for it, or the session would not be
        route=product.route,
        form=product.form,
        setting=found.session.setting,
        lot=lot.number if lot else None,
        lot_recalled=None if lot is None else lot.recalled_at is not None,
        beyond_use_on=lot.beyond_use_on if lot else None,
        tablet_count_expected=_units_left(found),
        tablet_count_reported=day.get("units_left"),
        esketamine_elsewhere=day.get("esketamine_elsewhere"),
        esketamine_course_ended=told.esketamine_course_ended,
        esketamine_last_dose_on=told.esketamine_last_dose_on,
        ketamine_elsewhere=day.get("ketamine_elsewhere"),
        drug_data_on=product.data_on,
        setting_changed=False,  # the database lets nobody change it
    )
    return with_reported_esketamine(facts, {row["code"] for row in found.counts["holds"]})


def _units_left(found: Gathered) -> int:
    """Count what was received less what the doses so far took, in units of the product."""
    strength = found.product.strength_mg_hundredths
    taken: int = sum(-(-row["mg"] // strength) for row in found.counts["doses"])
    return int(found.counts["units_received"]) - taken


def _authority(found: Gathered, now: datetime) -> AuthorityFacts:
    today, state = evening.local_date(found, now), found.session.patient_state
    law, counts = found.jurisdiction, found.counts
    licensed = _holds_credential(counts["credentials"], "licence", today, state)
    kept = [row for row in counts["consents"] if row["sha256"] == counts["current_consent"]]
    return AuthorityFacts(
        state=state or None,
        state_enabled=law is not None and law.enabled and today <= law.review_expires_on,
        prescriber_licensed=licensed,
        dea_registered=_holds_credential(counts["credentials"], "dea", today),
        dea_in_state=_holds_credential(counts["credentials"], "dea", today, state),
        in_person_evaluated=found.evaluation.modality == "in_person",
        in_person_required=law.in_person_required if law else None,
        pdmp_checked_at=found.evaluation.pdmp_checked_at,
        consent_signed=bool(counts["consents"]) and counts["consents"][-1]["kind"] == "given",
        consent_is_current=bool(kept) and kept[-1]["kind"] == "given",
        capacity=found.evaluation.capacity,
        contact_at=found.evaluation.held_at,
    )


def _holds_credential(
    rows: list[dict[str, Any]], kind: str, today: date, state: str | None = None
) -> bool:
    return any(
        row["kind"] == kind
        and row["from"] <= today.isoformat() <= row["to"]
        and (row["revoked"] is None or today.isoformat() < row["revoked"])
        and (state is None or row["state"] == state)
        for row in rows
    )


def _course(found: Gathered, now: datetime) -> CourseFacts:
    counts, approval, plan, patient = found.counts, found.approval, found.plan, found.patient
    others = [row for row in counts["doses"] if row["session"] != str(found.session.id)]
    doses = tuple(DoseFact(taken_at=_at(row["at"]), dose_mg_hundredths=row["mg"],
                           local_date=date.fromisoformat(row["on"])) for row in others)  # fmt: skip
    first, latest = _reviews(counts["previous"])
    return CourseFacts(
        decision=approval.decision,
        approval_signed_at=approval.signed_at,
        approval_expires_at=approval.expires_at,
        approval_ended=approval.ended_at is not None,
        sessions_allowed=min(approval.sessions_allowed, plan.session_count),
        sessions_used=len(counts["previous"]),
        plan_signed=plan.signed_at is not None,
        doses=doses,
        planned_at=now,
        planned_local_date=evening.local_date(found, now),
        planned_dose_mg_hundredths=found.session.dose_mg_hundredths,
        previous_dose_mg_hundredths=doses[-1].dose_mg_hundredths if doses else None,
        dose_rationale=bool(plan.dose_rationale),
        weight_g=plan.weight_g,
        weighed_at=plan.weighed_at,
        maintenance=False,
        prepared_at=_maybe_at(counts["prepared_at"]),
        preparation_missing=_still_to_prepare(found),
        material_change=_material_change(found),
        first_session_reviewed=first,
        mid_course_reviewed=latest,
        follow_up_24h_done=not counts["follow_up_missing"],
        open_adverse_event=counts["untriaged"],
        serious_event_unreviewed=counts["serious"],
        hold_codes=tuple(row["code"] for row in counts["holds"]),
        suspended=patient.enrolment is EnrolmentState.SUSPENDED,
        exposure_reviewed=latest,
    )


def _reviews(previous: list[dict[str, Any]]) -> tuple[bool, bool]:
    """Say whether the first and the latest session so far have been reviewed by a prescriber."""
    if not previous:
        return True, True
    return previous[0]["reviewed_at"] is not None, previous[-1]["reviewed_at"] is not None


def _still_to_prepare(found: Gathered) -> tuple[str, ...]:
    counts = found.counts
    kept = [row["sha256"] for row in counts["consents"] if row["kind"] == "given"]
    return missing_items(
        modules_passed={(row["module"], row["edition"]) for row in counts["modules"]},
        prepared_at=_maybe_at(counts["prepared_at"]),
        rehearsed=counts["rehearsed"],
        home_checked=counts["home_checked"],
        sitter_trained=found.sitter is not None and found.sitter.trained_at is not None,
        consent_current=counts["current_consent"] in kept,
    )


def _material_change(found: Gathered) -> bool | None:
    changed_at, signed_at = found.patient.material_change_at, found.approval.signed_at
    if changed_at is not None and changed_at > signed_at:
        return True
    if found.check is None:
        return None
    day = evening.answers(found, "day")
    told = (day.get("medicines_changed"), day.get("health_changed"))
    return True if True in told else None if None in told else False


def _clearance(work: Work, found: Gathered, clearance_id: UUID | None) -> ClearanceFacts:
    live = found.clearance
    mine = live is not None and live.id == clearance_id
    if live is None or not mine:
        return ClearanceFacts(
            exists=False,
            other_session_active=found.counts["other_active"],
            locks_intact=locks.still_intact(work),
        )
    return ClearanceFacts(
        exists=True,
        expires_at=live.expires_at,
        spent=live.spent_at is not None,
        voided=live.voided_at is not None,
        same_inputs=live.inputs_hash == inputs_hash(found),
        other_session_active=found.counts["other_active"],
        locks_intact=locks.still_intact(work),
        offline=False,
    )


def _cover(shifts: list[tuple[datetime, datetime]], at: datetime, limits: Limits) -> CoverFacts:
    """Follow the shifts from one to the next as long as they touch."""
    until = at
    for starts_at, ends_at in sorted(shifts):
        if starts_at <= until:
            until = max(until, ends_at)
    return CoverFacts(
        on_call_until=until, needed_until=cover_needed_until(at + limits.monitoring, limits)
    )


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _maybe_at(text: str | None) -> datetime | None:
    return None if text is None else _at(text)
