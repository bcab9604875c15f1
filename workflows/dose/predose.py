"""Is the patient ready for this one dose? The fresh answers, the sitter's word, the decision."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from models.dose.dose_sessions import DoseSession
from models.dose.predose import Clearance, PredoseCheck, SitterAttestation
from models.intake.intake import Assessment
from models.platform.base import new_id
from models.platform.decisions import GateDecision
from rules.core import Point
from rules.intake.instruments import QUESTIONNAIRES
from rules.intake.outcomes import score
from rules.limits import Limits
from rules.permissions import Permission
from rules.terms import (
    DeadlineKind,
    Instrument,
    Outcome,
    Role,
    SessionState,
    SubjectKind,
    SuicideRisk,
)
from workflows.dose import assemble, device_clock, watch
from workflows.dose.device_clock import ClockReading
from workflows.intake import crisis, intake_facts
from workflows.people import clearances
from workflows.platform import access, deadlines, gatekeeping, local_time, notifications
from workflows.platform.errors import NotFound, NotNow
from workflows.platform.work import Work, command, reading

QUESTIONNAIRE = "predose-2026-11"
ANSWERABLE = (SessionState.CHECKIN_OPEN, SessionState.BLOCKED)


@dataclass(frozen=True, slots=True)
class PredoseAnswers:
    """What the patient answered tonight; what is missing was not answered."""

    day: dict[str, Any]
    home: dict[str, Any]
    suicide_screen: dict[str, Any]
    clock: ClockReading | None = None


@command(permit=Permission.ATTEST_AS_SITTER, audit="predose.sitter_attested", once=True)
def attest(work: Work, dose_session_id: UUID, answers: dict[str, Any]) -> SitterAttestation:
    """Keep the sitter's own word for this session, from the sitter's own sign-in."""
    dose_session = access.dose_session(work, dose_session_id, lock=True)
    if dose_session.sitter_user_id != work.actor.user_id or dose_session.sitter_id is None:
        raise NotFound
    if dose_session.state not in (*ANSWERABLE, SessionState.CLEARED):
        raise NotNow(dose_session.state)
    attestation = SitterAttestation(
        id=new_id(),
        patient_id=dose_session.patient_id,
        dose_session_id=dose_session.id,
        sitter_id=dose_session.sitter_id,
        login_id=work.actor.login_id or UUID(int=0),
        answers=answers,
        attested_at=work.now,
    )
    work.session.add(attestation)
    return attestation


@command(permit=Permission.SUBMIT_PREDOSE_CHECK, audit="predose.decided", once=True)
def submit_check(work: Work, dose_session_id: UUID, answers: PredoseAnswers) -> GateDecision:
    """Keep the answers, ask the gate, keep its decision; a clearance only if it is clear."""
    dose_session = access.dose_session(work, dose_session_id, lock=True)
    if dose_session.state not in ANSWERABLE:
        raise NotNow(dose_session.state, allowed=ANSWERABLE)
    _keep_answers(work, dose_session, answers)
    _keep_suicide_screen(work, dose_session, answers.suicide_screen)
    found = assemble.whole_session(work, dose_session.id)
    if intake_facts.answers_item_9(found.answered):
        deadlines.settle(work, found.patient.id, DeadlineKind.RISK_REVIEW)
    facts = assemble.facts_at(work, found, Point.CHECK_IN)
    judged = gatekeeping.judge(
        work,
        Point.CHECK_IN,
        facts,
        (SubjectKind.DOSE_SESSION, dose_session.id),
        inputs=assemble.inputs_hash(found),
    )
    if judged.decision.outcome is Outcome.CLEAR:
        _issue_clearance(work, found, judged.kept, facts.limits)
        dose_session.state = SessionState.CLEARED
    else:
        dose_session.state = SessionState.BLOCKED
        notifications.tell_care_team(
            work,
            Role.PRESCRIBER,
            "dose_blocked",
            subject=(SubjectKind.DOSE_SESSION, dose_session.id),
        )
    return judged.kept


@reading(permit=Permission.READ_DECISION, audit="predose.decision_read")
def read_decision(work: Work, decision_id: UUID) -> GateDecision:
    """Read one decision of the gates again, with every reason."""
    return access.record(work, GateDecision, decision_id)


@reading(permit=Permission.READ_CLINICAL_DECISION, audit="predose.decision_read")
def read_clinical_decision(work: Work, decision_id: UUID) -> GateDecision:
    """Read one decision in the words of the clinic."""
    return access.record(work, GateDecision, decision_id)


@reading(permit=Permission.READ_DECISION, audit="predose.clearance_read")
def read_clearance(work: Work, dose_session_id: UUID) -> Clearance:
    """Read the clearance that is open for this session, if there is one."""
    dose_session = access.dose_session(work, dose_session_id)
    found = work.session.scalar(
        select(Clearance).where(
            Clearance.dose_session_id == dose_session.id,
            clearances.is_live(),
            Clearance.expires_at >= work.now,
            Clearance.epoch == func.epoch_in_force(),
        )
    )
    if found is None:
        raise NotFound
    return found


def _keep_answers(work: Work, dose_session: DoseSession, answers: PredoseAnswers) -> PredoseCheck:
    check = PredoseCheck(
        id=new_id(),
        patient_id=dose_session.patient_id,
        dose_session_id=dose_session.id,
        questionnaire=QUESTIONNAIRE,
        answers={
            "day": _written(answers.day, dose_session.time_zone),
            "home": answers.home,
            "clock_skew_seconds": device_clock.measured_skew(work, answers.clock),
        },
        submitted_by=work.actor.person,
        submitted_at=work.now,
    )
    work.session.add(check)
    return check


def _written(day: dict[str, Any], zone: str) -> dict[str, Any]:
    """Write the answers down with their instants; an hour that came twice is the later one."""
    written = dict(day)
    for name, told in day.items():
        if isinstance(told, datetime):
            instant = local_time.when_told(told, zone, field=f"day.{name}")
            written[name] = instant.isoformat()
    return written


def _keep_suicide_screen(work: Work, dose_session: DoseSession, answers: dict[str, Any]) -> None:
    """Keep tonight's screen with its triage; a high risk holds every dose and calls a human now."""
    result = score(Instrument.CSSRS, answers, work.limits)
    screen = Assessment(
        id=new_id(),
        patient_id=dose_session.patient_id,
        instrument=Instrument.CSSRS,
        instrument_version=QUESTIONNAIRES[Instrument.CSSRS].edition,
        answers=answers,
        complete=result.complete,
        result={"total": None, "band": result.band, "alarms": list(result.alarms)},
        taken_at=work.now,
        recorded_by=work.actor.person,
        dose_session_id=dose_session.id,
    )
    work.session.add(screen)
    if result.band == SuicideRisk.HIGH:
        work.session.flush()
        patient = access.patient(work, dose_session.patient_id)
        crisis.respond(work, patient, (SubjectKind.ASSESSMENT, screen.id))


def _issue_clearance(
    work: Work, found: assemble.Gathered, decision: GateDecision, limits: Limits
) -> None:
    dose_session = found.session
    if dose_session.lot_id is None or dose_session.sitter_id is None:
        message = "the gate cleared a dose without a lot or a sitter"
        raise AssertionError(message)
    clearance = Clearance(
        id=new_id(),
        patient_id=dose_session.patient_id,
        dose_session_id=dose_session.id,
        decision_id=decision.id,
        lot_id=dose_session.lot_id,
        dose_mg_hundredths=dose_session.dose_mg_hundredths,
        sitter_id=dose_session.sitter_id,
        inputs_hash=decision.inputs_hash,
        safety_version=found.patient.safety_version,
        epoch=found.counts["epoch"],
        issued_at=work.now,
        expires_at=work.now + limits.clearance_life,
    )
    decision.clearance_id = clearance.id  # before the decision is written: it never changes
    work.session.add(clearance)
    watch.expect_dose(work, dose_session, clearance.expires_at)
