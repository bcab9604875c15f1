"""What do the rules get to see of one dose session? The record, turned into facts."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from models.dose.predose import Clearance
from rules.core import Point
from rules.dose.cover import cover_needed_until
from rules.facts import (
    ClearanceFacts,
    CourseFacts,
    CoverFacts,
    Facts,
    IntakeFacts,
    PersonFacts,
    ProductFacts,
)
from rules.limits import Limits
from rules.plan.product import with_reported_esketamine
from workflows.dose import elsewhere, evening, standing
from workflows.dose.gather import Gathered, gather
from workflows.dose.instants import at
from workflows.intake import intake_facts
from workflows.oversight import roster
from workflows.plan import amounts, law
from workflows.platform import gatekeeping, locks
from workflows.platform.work import Work

__all__ = ["Gathered", "cover_at", "facts_at", "for_session", "inputs_hash", "whole_session"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PartsTaken:
    """What of tonight's dose was taken already, and whether it stayed in."""

    clearance: Clearance | None
    first_mg_hundredths: int | None
    second_taken: bool
    lost: bool


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
        facts = replace(facts, clearance=_clearance(found, clearance_id, facts))
    passed = gatekeeping.still_passed(found.let_pass, facts, point)
    return replace(facts, overridden=passed)


def facts_for_booster(work: Work, found: Gathered, parts: PartsTaken) -> Facts:
    """Give the facts for a second part: the evening as before the first, and a fresh reading.

    The first part is no dose before this one: both are one dose, and are judged as one.
    """
    mine = str(found.session.id)
    earlier = [row for row in found.counts["doses"] if row["session"] != mine]
    before = replace(found, counts=found.counts | {"doses": earlier})
    facts = _facts(work, before)
    course = replace(
        facts.course,
        booster_asked=True,
        booster_first_part_at=found.session.dosed_at,
        first_part_mg_hundredths=parts.first_mg_hundredths,
        first_part_lost=parts.lost,
        planned_dose_mg_hundredths=_both_parts(facts.course, parts),
    )
    facts = replace(
        facts,
        course=course,
        vitals=evening.vitals_since_dose(found),
        clearance=_spent_for_first_part(found, parts, facts),
    )
    passed = gatekeeping.still_passed(found.let_pass, facts, Point.DOSE)
    return replace(facts, overridden=passed)


def _both_parts(course: CourseFacts, parts: PartsTaken) -> int | None:
    first, booster = parts.first_mg_hundredths, course.booster_mg_hundredths
    return None if first is None else first + (booster or 0)


def _spent_for_first_part(found: Gathered, parts: PartsTaken, facts: Facts) -> ClearanceFacts:
    """The clearance of the first part covers the second, once, while the window is open."""
    first = parts.clearance
    if first is None or first.spent_at is None:
        return ClearanceFacts(
            exists=False,
            other_session_active=found.counts["other_active"],
            locks_intact=facts.clearance.locks_intact,
        )
    same = (first.sitter_id, first.lot_id) == (found.session.sitter_id, found.session.lot_id)
    return ClearanceFacts(
        exists=True,
        expires_at=first.spent_at + facts.limits.booster_until,
        spent=parts.second_taken,
        voided=False,
        same_inputs=same,
        other_session_active=found.counts["other_active"],
        locks_intact=facts.clearance.locks_intact,
        offline=False,
    )


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
            "readings": [row["id"] for row in evening.readings_of(found)],
            "safety_version": found.patient.safety_version,
        }
    )


def cover_at(work: Work, at: datetime, limits: Limits) -> CoverFacts:
    """Say who is on call from a moment to come, without a gap."""
    return CoverFacts(
        on_call_until=roster.cover_until(work.session, at) or at,
        needed_until=cover_needed_until(at + limits.monitoring, limits),
    )


def _facts(work: Work, found: Gathered) -> Facts:
    limits = law.stricter(work.limits, found.jurisdiction)
    now = work.now
    shifts = [(at(row["from"]), at(row["to"])) for row in found.counts["shifts"]]
    told = intake_facts.told_in(found.intake)
    return Facts(
        now=now,
        limits=limits,
        sheet=work.sheet,
        person=_person(found, now),
        product=_product(found, now, limits),
        authority=standing.behind_it(found, now),
        intake=_told(found, told),
        instruments=intake_facts.instrument_facts(found.answered, told, found.session.time_zone),
        course=standing.in_course(found, now, limits),
        day=evening.day_facts(found, limits),
        vitals=evening.vitals_facts(found, now, limits),
        sitter=evening.sitter_facts(found),
        home=evening.home_facts(found),
        cover=_cover(shifts, now, limits),
        clearance=ClearanceFacts(locks_intact=_is_whole(work, found), offline=False),
    )


def _is_whole(work: Work, found: Gathered) -> bool:
    """Every lock holds, and this is the database that its clearances were given under."""
    return locks.still_intact(work) and found.counts["epoch"] is not None


def _told(found: Gathered, told: IntakeFacts) -> IntakeFacts:
    """The prescriber's own finding of a diagnosis stands over what the patient told."""
    return replace(told, diagnosis_documented=found.evaluation.diagnosis_documented)


def _person(found: Gathered, now: datetime) -> PersonFacts:
    told = intake_facts.person_facts(found.patient, found.intake, now)
    return replace(
        told,
        local_date=evening.local_date(found, now),
        time_zone=found.session.time_zone,
        identity_verified=found.evaluation.identity_verified,
    )


def _product(found: Gathered, now: datetime, limits: Limits) -> ProductFacts:
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
    here = now.astimezone(ZoneInfo(found.session.time_zone))
    facts = elsewhere.known(facts, found.counts, here, limits)
    return with_reported_esketamine(facts, {row["code"] for row in found.counts["holds"]})


def _units_left(found: Gathered) -> int:
    """Count what was received less what the doses so far took, in units of the product."""
    strength, product = found.product.strength_mg_hundredths, str(found.product.id)
    ours = [row for row in found.counts["doses"] if row["product"] in (None, product)]
    taken = sum(amounts.units_of(row["mg"], strength) for row in ours)
    return int(found.counts["units_received"]) - taken


def _clearance(found: Gathered, clearance_id: UUID | None, facts: Facts) -> ClearanceFacts:
    live = found.clearance
    mine = live is not None and live.id == clearance_id
    if live is None or not mine:
        return ClearanceFacts(
            exists=False,
            other_session_active=found.counts["other_active"],
            locks_intact=facts.clearance.locks_intact,
        )
    return ClearanceFacts(
        exists=True,
        expires_at=live.expires_at,
        spent=live.spent_at is not None,
        voided=live.voided_at is not None,
        same_inputs=live.inputs_hash == inputs_hash(found),
        other_session_active=found.counts["other_active"],
        locks_intact=facts.clearance.locks_intact,
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
