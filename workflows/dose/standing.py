"""Where does the patient stand in the course tonight? The part of the facts that is older."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from rules.facts import AuthorityFacts, CourseFacts
from rules.limits import Limits
from workflows.dose import evening
from workflows.dose.gather import Gathered
from workflows.dose.instants import at, maybe_at
from workflows.intake import consent
from workflows.plan import authority, course_facts, law
from workflows.plan.course_facts import TakenRow, Trouble
from workflows.preparation.readiness import missing_items


def in_course(found: Gathered, now: datetime, limits: Limits) -> CourseFacts:
    """Give the course as an order sees it too, with what only the evening of a dose knows."""
    course = course_facts.course_from(
        found.patient,
        found.approval,
        found.plan,
        [_taken(row) for row in found.counts["doses"]],
        _trouble(found.counts),
        now=now,
        met_at=found.evaluation.held_at,
        limits=limits,
    )
    return replace(
        course,
        planned_local_date=evening.local_date(found, now),
        planned_dose_mg_hundredths=found.session.dose_mg_hundredths,
        prepared_at=maybe_at(found.counts["prepared_at"]),
        preparation_missing=_still_to_prepare(found),
        material_change=_material_change(found, before=course.material_change),
    )


def behind_it(found: Gathered, now: datetime) -> AuthorityFacts:
    """Say which law, licence, meeting and consent stand behind a dose where the patient is now."""
    today, state = evening.local_date(found, now), found.session.patient_state
    here, counts, met = found.jurisdiction, found.counts, found.evaluation
    papers = counts["credentials"]
    extra = consent.to_state_text(counts["consent_texts"], here)
    return AuthorityFacts(
        state=state or None,
        state_enabled=law.is_open(here, today),
        prescriber_licensed=bool(_held(papers, "licence", today, state)),
        dea_registered=bool(_held(papers, "dea", today)),
        dea_in_state=bool(_held(papers, "dea", today, state)),
        in_person_evaluated=met.modality == "in_person",
        in_person_required=here.in_person_required if here else None,
        pdmp_checked_at=met.pdmp_checked_at,
        consent_signed=counts["consent_signed"] and extra.signed,
        consent_is_current=counts["consent_current"] and extra.is_current,
        capacity=met.capacity,
        contact_at=met.held_at,
        law=law.named(here),
        prescriber_is_physician=authority.is_physician(
            [paper["profession"] for paper in _held(papers, "licence", today, state)]
        ),
        npp_prescriber_allowed=here.npp_prescriber_allowed if here else None,
    )


def _held(
    rows: list[dict[str, Any]], kind: str, today: date, state: str | None = None
) -> list[dict[str, Any]]:
    return [
        row
        for row in rows
        if row["kind"] == kind
        and row["from"] <= today.isoformat() <= row["to"]
        and (row["revoked"] is None or today.isoformat() < row["revoked"])
        and (state is None or row["state"] == state)
    ]


def _taken(row: dict[str, Any]) -> TakenRow:
    return TakenRow(
        id=UUID(row["id"]),
        taken_at=at(row["at"]),
        dose_mg_hundredths=row["mg"],
        local_date=row["on"],
        dose_session_id=_maybe_id(row["session"]),
        reviewed_at=maybe_at(row["reviewed_at"]),
        followed_up_at=maybe_at(row["followed_up_at"]),
        plan_id=_maybe_id(row["plan"]),
    )


def _trouble(counts: dict[str, Any]) -> Trouble:
    codes = {row["code"] for row in counts["holds"]}
    return Trouble(counts["untriaged"], counts["serious"], tuple(sorted(codes)))


def _still_to_prepare(found: Gathered) -> tuple[str, ...]:
    counts = found.counts
    return missing_items(
        modules_passed={(row["module"], row["edition"]) for row in counts["modules"]},
        prepared_at=maybe_at(counts["prepared_at"]),
        rehearsed=counts["rehearsed"],
        home_checked=counts["home_checked"],
        sitter_trained=counts["sitter_trained"],
        consent_current=counts["consent_current"],
    )


def _material_change(found: Gathered, *, before: bool | None) -> bool | None:
    """What the record says, and what the patient says tonight; nothing said is not known."""
    if before:
        return before
    if found.check is None:
        return None
    day = evening.answers(found, "day")
    told = (day.get("medicines_changed"), day.get("health_changed"))
    if True not in told and not _is_about_the_newest_list(found, day):
        return None
    return True if True in told else None if None in told else False


def _is_about_the_newest_list(found: Gathered, day: dict[str, Any]) -> bool:
    """No change is said of one list: the one that was shown, and that is still the newest.

    Who names no list has attested none (protocol §3.3): the answer is kept, and nobody knows.
    """
    if found.check is None or found.intake is None or found.intake.submitted_at is None:
        return False
    shown = day.get("medicines_list_number")
    said_since = found.check.submitted_at >= found.intake.submitted_at
    return said_since and shown == found.intake.number


def _maybe_id(text: str | None) -> UUID | None:
    return None if text is None else UUID(text)
