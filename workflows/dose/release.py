"""May the watch end? The sitter asks, the gate answers, and nobody is let go against it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from models.dose.dose_sessions import DoseSession, ReleaseCheck, VitalSigns
from models.platform.base import new_id
from models.platform.decisions import GateDecision
from rules.core import Point
from rules.dose.alarms import Observation, alarms
from rules.dose.dose import no_driving_until
from rules.dose.monitoring import vitals_window_40
from rules.facts import Facts, ReadingFact, ReleaseFacts
from rules.intake.outcomes import state_check_worst
from rules.limits import Limits
from rules.permissions import Permission
from rules.states import may_move
from rules.terms import Outcome, SessionState, SubjectKind, Symptom, VitalPurpose
from workflows.dose import alarms as bells
from workflows.dose import emergencies, session_seen, watch
from workflows.plan import progress
from workflows.platform import access, deadlines, gatekeeping
from workflows.platform.errors import NotNow
from workflows.platform.work import Work, command, reading


@dataclass(frozen=True, slots=True, kw_only=True)
class LastLook:
    """How the person is when the sitter asks to let go; None was not answered."""

    moaas: int | None = None
    state_check: dict[str, int] | None = None
    oriented: bool | None = None
    walks_unaided: bool | None = None
    vomiting: bool | None = None
    distress: bool | None = None
    suicidal_thoughts: bool | None = None
    sitter_attests: bool | None = None


@dataclass(frozen=True, slots=True)
class ReleaseSeen:
    """A last look, what the gate said to it, and how the session stands now."""

    check: ReleaseCheck
    decision: GateDecision
    dose_session: DoseSession
    findings: list[dict[str, Any]]


@command(permit=Permission.RELEASE_SESSION, audit="release.decided", once=True)
def decide(work: Work, dose_session_id: UUID, look: LastLook) -> ReleaseCheck:
    """Ask the gate to end the watch; a no is kept too, and the watch goes on."""
    dose_session = access.dose_session(work, dose_session_id, lock=True)
    if not may_move(dose_session.state, SessionState.RELEASED):
        raise NotNow(dose_session.state, allowed=(SessionState.MONITORING,))
    _call_for_what_is_wrong(work, dose_session, look)
    facts = Facts(
        now=work.now,
        limits=work.limits,
        sheet=work.sheet,
        release=_facts(work, dose_session, look),
    )
    subject = (SubjectKind.DOSE_SESSION, dose_session.id)
    judged = gatekeeping.judge(work, Point.RELEASE, facts, subject)
    work.session.flush()
    check = ReleaseCheck(
        id=new_id(),
        patient_id=dose_session.patient_id,
        dose_session_id=dose_session.id,
        answers=_written(look),
        decision_id=judged.kept.id,
        checked_by=work.actor.person,
        checked_at=work.now,
    )
    work.session.add(check)
    if judged.decision.outcome is Outcome.CLEAR:
        _let_go(work, dose_session)
    return check


@reading(permit=Permission.READ_DOSE_SESSION, audit="release.read")
def read_one(work: Work, release_check_id: UUID) -> ReleaseSeen:
    """Read a last look with the gate's answer; why is not for whoever only coaches."""
    check = access.release_check(work, release_check_id)
    dose_session = access.dose_session(work, check.dose_session_id)
    decision = work.session.scalars(
        select(GateDecision).where(GateDecision.id == check.decision_id)
    ).one()
    told = session_seen.may_see_reasons(work, dose_session)
    return ReleaseSeen(check, decision, dose_session, decision.findings if told else [])


def _call_for_what_is_wrong(work: Work, dose_session: DoseSession, look: LastLook) -> None:
    """A last look alarms like any other one, whatever the gate says to it."""
    symptoms = {Symptom.SUICIDAL_INTENT} if look.suicidal_thoughts else set()
    seen = Observation(moaas=look.moaas, symptoms=frozenset(symptoms))
    bells.sound(work, dose_session, alarms(seen, work.limits))


def _let_go(work: Work, dose_session: DoseSession) -> None:
    dosed_at = dose_session.last_part_at or dose_session.dosed_at or work.now
    until = no_driving_until(dosed_at, ZoneInfo(dose_session.time_zone), work.limits)
    dose_session.state = SessionState.RELEASED
    dose_session.released_at = work.now
    dose_session.released_by = work.actor.user_id
    dose_session.no_driving_until = max(until, dose_session.no_driving_until or until)
    deadlines.settle(work, dose_session.id, *watch.WATCHING)
    progress.after_release(work, dose_session)


def _facts(work: Work, dose_session: DoseSession, look: LastLook) -> ReleaseFacts:
    readings = _readings(work, dose_session)
    before = [bells.fact_of(r) for r in readings if r.purpose is VitalPurpose.PRE_DOSE]
    after = [bells.fact_of(r) for r in readings if r.purpose is not VitalPurpose.PRE_DOSE]
    return ReleaseFacts(
        dose_taken_at=dose_session.last_part_at or dose_session.dosed_at,
        moaas=look.moaas,
        state_check_worst=state_check_worst(look.state_check or {}),
        oriented=look.oriented,
        walks_unaided=look.walks_unaided,
        vomiting=look.vomiting,
        distress=look.distress,
        suicidal_thoughts=look.suicidal_thoughts,
        sitter_attests=look.sitter_attests,
        baseline=before[-1] if before else None,
        at_40_minutes=_measured_at_the_peak(dose_session.dosed_at, after, work.limits),
        latest=after[-1] if after else None,
        previous=after[-2] if len(after) > 1 else None,
        emergency_open=emergencies.is_open(work, dose_session),
    )


def _readings(work: Work, dose_session: DoseSession) -> list[VitalSigns]:
    query = (
        select(VitalSigns)
        .where(
            VitalSigns.dose_session_id == dose_session.id,
            VitalSigns.plausible.is_(True),
            VitalSigns.systolic_mmhg.is_not(None),
            VitalSigns.diastolic_mmhg.is_not(None),
        )
        .order_by(VitalSigns.measured_at, VitalSigns.id)
    )
    return list(work.session.scalars(query))


def _measured_at_the_peak(
    dosed_at: datetime | None, readings: list[ReadingFact], limits: Limits
) -> bool | None:
    if dosed_at is None:
        return None
    window = vitals_window_40(dosed_at, limits)
    return any(window.holds(reading.measured_at) for reading in readings)


def _written(look: LastLook) -> dict[str, Any]:
    return {name: getattr(look, name) for name in LastLook.__dataclass_fields__}
