"""Does the patient's own cuff work in the patient's own hands?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from models.dose.dose_sessions import VitalSigns
from models.people.patients import Patient
from rules.dose.alarms import Observation, alarms
from rules.dose.readings import is_plausible
from rules.facts import ReadingFact
from rules.permissions import Permission
from rules.terms import Role, SubjectKind, VitalPurpose, VitalSource
from workflows.people import safety_version
from workflows.platform import access, notifications
from workflows.platform.work import Work, record


@dataclass(frozen=True, slots=True, kw_only=True)
class CuffReading:
    """One reading as the patient sends it."""

    systolic_mmhg: int
    diastolic_mmhg: int
    heart_rate_bpm: int
    source: VitalSource
    cuff_serial: str
    spo2_percent: int | None = None
    device_at: datetime | None = None


@record(permit=Permission.RECORD_REHEARSAL, audit="rehearsal.recorded", once=True)
def take(work: Work, patient_id: UUID, taken: CuffReading) -> VitalSigns:
    """Keep a practice reading; an implausible one is kept too and does not count."""
    patient = access.patient(work, patient_id, lock=True)
    safety_version.rise(work, patient.id)
    measured_at = _measured_at(taken.device_at, work.now)
    fact = _fact(taken, measured_at)
    found = alarms(Observation(reading=fact), work.limits)
    plausible = _in_time(taken.device_at, work.now + work.limits.clock_skew) and is_plausible(
        fact, _before(work, patient), work.limits
    )
    reading = VitalSigns(
        patient_id=patient.id,
        purpose=VitalPurpose.REHEARSAL,
        systolic_mmhg=taken.systolic_mmhg,
        diastolic_mmhg=taken.diastolic_mmhg,
        heart_rate_bpm=taken.heart_rate_bpm,
        spo2_percent=taken.spo2_percent,
        source=taken.source,
        cuff_serial=taken.cuff_serial,
        measured_at=measured_at,
        device_at=taken.device_at,
        received_at=work.now,
        plausible=plausible,
        alarm_codes=[alarm.code for alarm in found],
        recorded_by=work.actor.person,
    )
    work.session.add(reading)
    if found:
        _tell_team(work, patient.id)
    return reading


def _tell_team(work: Work, patient_id: UUID) -> None:
    for role in (Role.COACH, Role.PRESCRIBER):
        notifications.tell_care_team(
            work, role, "reading_needs_a_look", subject=(SubjectKind.PATIENT, patient_id)
        )


def _measured_at(device_at: datetime | None, now: datetime) -> datetime:
    """Believe the device about the past; the future is known to nobody."""
    return now if device_at is None or device_at > now else device_at


def _in_time(device_at: datetime | None, latest: datetime) -> bool:
    return device_at is None or device_at <= latest


def _fact(taken: CuffReading, measured_at: datetime) -> ReadingFact:
    return ReadingFact(
        measured_at=measured_at,
        systolic_mmhg=taken.systolic_mmhg,
        diastolic_mmhg=taken.diastolic_mmhg,
        heart_rate_bpm=taken.heart_rate_bpm,
        spo2_percent=taken.spo2_percent,
        source=taken.source,
    )


def _before(work: Work, patient: Patient) -> ReadingFact | None:
    last = work.session.scalars(
        select(VitalSigns)
        .where(VitalSigns.patient_id == patient.id, VitalSigns.purpose == VitalPurpose.REHEARSAL)
        .order_by(VitalSigns.received_at.desc(), VitalSigns.id.desc())
        .limit(1)
    ).first()
    if last is None:
        return None
    return ReadingFact(
        measured_at=last.measured_at,
        systolic_mmhg=last.systolic_mmhg,
        diastolic_mmhg=last.diastolic_mmhg,
        heart_rate_bpm=last.heart_rate_bpm,
    )
