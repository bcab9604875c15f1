"""What is measured at a site of ours, and what does it call for?"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from models.dose.dose_sessions import VitalSigns
from models.dose.office_sessions import OfficeSession
from models.platform.base import new_id
from rules.dose.alarms import Alarm, Observation, alarms
from rules.dose.readings import is_plausible
from rules.facts import ReadingFact
from rules.permissions import Permission
from rules.terms import Symptom, Urgency, VitalPurpose, VitalSource
from workflows.dose import moments, office_facts
from workflows.platform import access
from workflows.platform.work import Work, record


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficeReading:
    """One reading by the staff, with what they see; `device_at` says when, if it was earlier."""

    systolic_mmhg: int | None = None
    diastolic_mmhg: int | None = None
    heart_rate_bpm: int | None = None
    spo2_percent: int | None = None
    symptoms: frozenset[Symptom] = frozenset()
    device_at: datetime | None = None


@record(permit=Permission.RUN_OFFICE_SESSION, audit="office_session.vitals_recorded", once=True)
def record_vitals(work: Work, office_session_id: UUID, taken: OfficeReading) -> VitalSigns:
    """Keep one reading taken at the site, also one that no body can give; then the rules look."""
    session = access.office_session(work, office_session_id, lock=True)
    told = ReadingFact(
        measured_at=moments.happened_at(work, taken.device_at),
        systolic_mmhg=taken.systolic_mmhg,
        diastolic_mmhg=taken.diastolic_mmhg,
        heart_rate_bpm=taken.heart_rate_bpm,
        spo2_percent=taken.spo2_percent,
        source=VitalSource.DEVICE,
    )
    found = _alarms(work, session, told, taken.symptoms)
    row = VitalSigns(
        id=new_id(),
        patient_id=session.patient_id,
        office_session_id=session.id,
        purpose=VitalPurpose.OFFICE,
        systolic_mmhg=told.systolic_mmhg,
        diastolic_mmhg=told.diastolic_mmhg,
        heart_rate_bpm=told.heart_rate_bpm,
        spo2_percent=told.spo2_percent,
        source=told.source,
        measured_at=told.measured_at,
        device_at=taken.device_at,
        received_at=work.now,
        plausible=is_plausible(told, None, work.limits),
        alarm_codes=[alarm.code for alarm in found],
        urgency=found[0].urgency if found else None,
        recorded_by=work.actor.person,
    )
    work.session.add(row)
    return row


def _alarms(
    work: Work, session: OfficeSession, told: ReadingFact, symptoms: frozenset[Symptom]
) -> tuple[Alarm, ...]:
    """Before the dose the gate judges; what threatens life is said at any time."""
    dosed_at = session.first_device_at
    earlier = office_facts.readings_of(work, session)
    seen = Observation(
        reading=told,
        earlier=tuple(r for r in earlier if dosed_at and dosed_at <= r.measured_at),
        symptoms=symptoms,
        since_dose=timedelta(0) if dosed_at is None else told.measured_at - dosed_at,
    )
    found = alarms(seen, work.limits)
    if dosed_at is None:
        return tuple(alarm for alarm in found if alarm.urgency is Urgency.EMERGENCY_SERVICES)
    return found
