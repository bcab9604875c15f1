"""How is the person? What the sitter sees and taps is kept, whatever and whenever it is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from models.dose.dose_sessions import DoseSession, MonitoringCheck
from models.platform.base import new_id
from models.platform.trail import Deadline
from rules.dose.alarms import Alarm, Observation, alarms
from rules.permissions import Permission
from rules.terms import DeadlineKind, Deviation, Role, Symptom, Urgency
from workflows.dose import alarms as bells
from workflows.dose import moments, vital_signs, watch
from workflows.platform import access, calls, deadlines
from workflows.platform.work import Work, reading, record

BREATHS, STATE_CHECK, DEVIATION = "breaths_per_minute", "state_check", "deviation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What was seen at one look; what was not answered stays open."""

    moaas: int | None = None
    breaths_per_minute: int | None = None
    state_check: Mapping[str, int] = field(default_factory=dict)
    symptoms: frozenset[Symptom] = frozenset()
    device_at: datetime | None = None


@record(permit=Permission.RECORD_MONITORING, audit="monitoring.checked", once=True)
def record_check(work: Work, dose_session_id: UUID, look: Look) -> MonitoringCheck:
    """Keep one look at the person; what it alarms about is called in the same commit."""
    dose_session = access.dose_session(work, dose_session_id, lock=True)
    at = moments.happened_at(work, look.device_at)
    found = _alarms(work, dose_session, look, at)
    answers = {BREATHS: look.breaths_per_minute, STATE_CHECK: dict(look.state_check)}
    check = _keep(work, dose_session, look, at, answers, found)
    if Symptom.SITTER_LEFT not in look.symptoms:
        _settle(work, dose_session, at)
    return check


@record(permit=Permission.RECORD_MONITORING, audit="monitoring.sitter_left", once=True)
def record_sitter_left(
    work: Work, dose_session_id: UUID, device_at: datetime | None = None
) -> MonitoringCheck:
    """Keep that the sitter is gone; while nobody is there, no look counts as done."""
    dose_session = access.dose_session(work, dose_session_id, lock=True)
    look = Look(symptoms=frozenset({Symptom.SITTER_LEFT}), device_at=device_at)
    at = moments.happened_at(work, device_at)
    seen = Observation(symptoms=look.symptoms, since_dose=_since(dose_session, at))
    found = alarms(seen, work.limits)
    return _keep(work, dose_session, look, at, {}, found)


@record(permit=Permission.RECORD_MONITORING, audit="monitoring.deviation_told", once=True)
def record_deviation(
    work: Work,
    dose_session_id: UUID,
    deviation: Deviation,
    words: str | None = None,
    device_at: datetime | None = None,
) -> MonitoringCheck:
    """Keep that the dose went otherwise than planned; it is never made good on the same day."""
    dose_session = access.dose_session(work, dose_session_id, lock=True)
    code = "overdose_reported" if deviation is Deviation.TOOK_MORE else "administration_deviation"
    vomited = {Symptom.VOMITING} if deviation is Deviation.VOMITED else set()
    look = Look(symptoms=frozenset(vomited), device_at=device_at)
    found = (Alarm(code, Urgency.CLINICIAN),)
    at = moments.happened_at(work, device_at)
    answers = {DEVIATION: deviation, "words": words}
    if vomited:
        bells.open_harm_report(work, dose_session, [code])
    return _keep(work, dose_session, look, at, answers, found)


@reading(permit=Permission.READ_DOSE_SESSION, audit="monitoring.read")
def read_checks(work: Work, dose_session_id: UUID) -> list[MonitoringCheck]:
    """Read every look at the person in this session, in order."""
    dose_session = access.dose_session(work, dose_session_id)
    query = (
        select(MonitoringCheck)
        .where(MonitoringCheck.dose_session_id == dose_session.id)
        .order_by(MonitoringCheck.checked_at, MonitoringCheck.id)
    )
    return list(work.session.scalars(query))


@reading(permit=Permission.READ_DOSE_SESSION, audit="monitoring.duties_read")
def read_duties(work: Work, dose_session_id: UUID) -> list[Deadline]:
    """List what the sitter has to do in this session, and when, for the phone to remind."""
    dose_session = access.dose_session(work, dose_session_id)
    query = (
        select(Deadline)
        .where(Deadline.subject_id == dose_session.id, Deadline.kind.in_(watch.SITTER_DUTIES))
        .order_by(Deadline.due_at, Deadline.kind)
    )
    return list(work.session.scalars(query))


def _alarms(work: Work, dose_session: DoseSession, look: Look, at: datetime) -> tuple[Alarm, ...]:
    """A symptom is judged with the pressure at hand; a pressure alone was judged when it came."""
    readings = vital_signs.since_dose(work, dose_session, until=at) if look.symptoms else ()
    fresh = bool(readings) and at - readings[-1].measured_at <= work.limits.check_every
    found = alarms(
        Observation(
            reading=readings[-1] if fresh else None,
            earlier=readings[:-1],
            respiratory_rate_per_minute=look.breaths_per_minute,
            moaas=look.moaas,
            symptoms=look.symptoms,
            since_dose=_since(dose_session, at),
        ),
        work.limits,
    )
    return tuple(alarm for alarm in found if alarm.urgency is not Urgency.RECHECK)


def _since(dose_session: DoseSession, at: datetime) -> timedelta | None:
    return None if dose_session.dosed_at is None else at - dose_session.dosed_at


def _keep(
    work: Work,
    dose_session: DoseSession,
    look: Look,
    at: datetime,
    answers: dict[str, Any],
    found: tuple[Alarm, ...],
) -> MonitoringCheck:
    urgency = bells.sound(work, dose_session, found)
    check = MonitoringCheck(
        id=new_id(),
        patient_id=dose_session.patient_id,
        dose_session_id=dose_session.id,
        checked_at=at,
        device_at=look.device_at,
        received_at=work.now,
        moaas=look.moaas,
        answers=answers,
        symptoms=sorted(look.symptoms),
        alarm_codes=[alarm.code for alarm in found],
        urgency=urgency,
        recorded_by=work.actor.person,
    )
    work.session.add(check)
    return check


def _settle(work: Work, dose_session: DoseSession, at: datetime) -> None:
    """Strike off the looks this one answers; the sitter's own is also the answer to our calls."""
    in_time = at + work.limits.check_early
    deadlines.settle(work, dose_session.id, DeadlineKind.MONITOR_CHECK, up_to=in_time)
    current = at >= work.now - work.limits.check_every
    if Role.SITTER in work.actor.roles and current:
        calls.answered(work, dose_session.id, "monitor_check_missed")
