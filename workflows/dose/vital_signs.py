"""What does the cuff say? Every reading is kept as it came, and the rules say which ones count."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, select

from models.dose.dose_sessions import DoseSession, VitalSigns
from models.platform.base import new_id
from models.platform.fixed import Place, fixed
from rules.dose.alarms import Alarm, Observation, alarms
from rules.dose.monitoring import vitals_due_120, vitals_window_40
from rules.dose.readings import is_plausible
from rules.facts import ReadingFact
from rules.permissions import Permission
from rules.terms import DeadlineKind, Role, Symptom, Urgency, VitalPurpose, VitalSource
from workflows.dose import alarms as bells
from workflows.dose import device_clock, moments
from workflows.dose.device_clock import ClockReading
from workflows.people import safety_version
from workflows.platform import access, calls, deadlines
from workflows.platform.work import Work, reading, record

AFTER_DOSE = (VitalPurpose.DURING, VitalPurpose.RELEASE)
ANSWERED_BY_READING = ("home_bp_40min_missing", "vitals_120min_missing", "recheck_missing")


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One reading as the cuff or a person told it."""

    source: VitalSource
    systolic_mmhg: int | None = None
    diastolic_mmhg: int | None = None
    heart_rate_bpm: int | None = None
    spo2_percent: int | None = None
    cuff_serial: str = ""
    symptoms: frozenset[Symptom] = frozenset()
    device_at: datetime | None = None
    for_release: bool = False
    clock: ClockReading | None = None


@record(permit=Permission.RECORD_VITALS, audit="vital_signs.recorded", once=True)
def record_vitals(work: Work, dose_session_id: UUID, measured: Measured) -> VitalSigns:
    """Keep a reading, also one that no body can give; it is flagged, and alarms all the same."""
    dose_session = access.dose_session(work, dose_session_id, lock=True)
    at = moments.happened_at(work, measured.device_at)
    purpose = _purpose(dose_session, measured, at)
    told = _told(measured, at)
    all_before = _of_session.rows(work.session, dose_session_id=dose_session.id)
    before = [bells.fact_of(row) for (row,) in all_before if _is_like(row, purpose)]
    since = [bells.fact_of(row) for (row,) in all_before if _is_since_dose(row, at)]
    found = _alarms(work, dose_session, told, measured, tuple(since))
    row = VitalSigns(
        id=new_id(),
        patient_id=dose_session.patient_id,
        dose_session_id=dose_session.id,
        purpose=purpose,
        systolic_mmhg=told.systolic_mmhg,
        diastolic_mmhg=told.diastolic_mmhg,
        heart_rate_bpm=told.heart_rate_bpm,
        spo2_percent=told.spo2_percent,
        source=told.source,
        cuff_serial=measured.cuff_serial,
        measured_at=at,
        device_at=measured.device_at,
        clock_skew_seconds=device_clock.measured_skew(work, measured.clock),
        received_at=work.now,
        plausible=is_plausible(told, before[-1] if before else None, work.limits),
        alarm_codes=[alarm.code for alarm in found],
        urgency=found[0].urgency if found else None,
        recorded_by=work.actor.person,
    )
    work.session.add(row)
    work.session.flush()
    _follow(work, dose_session, row, found)
    return row


@reading(permit=Permission.READ_DOSE_SESSION, audit="vital_signs.read")
def read_vitals(work: Work, dose_session_id: UUID) -> list[VitalSigns]:
    """Read every reading of this session, in order."""
    dose_session = access.dose_session(work, dose_session_id)
    query = select(VitalSigns).where(VitalSigns.dose_session_id == dose_session.id)
    return list(work.session.scalars(query.order_by(VitalSigns.measured_at, VitalSigns.id)))


def since_dose(
    work: Work, dose_session: DoseSession, until: datetime | None = None
) -> tuple[ReadingFact, ...]:
    """Give the readings since the dose, oldest first."""
    rows = _of_session.rows(work.session, dose_session_id=dose_session.id)
    return tuple(bells.fact_of(row) for (row,) in rows if _is_since_dose(row, until or work.now))


@fixed
def _of_session(*, dose_session_id: Place) -> Select[VitalSigns]:
    """Every reading of a session, oldest first; a session has few."""
    mine = select(VitalSigns).select_from(VitalSigns)
    mine = mine.where(VitalSigns.dose_session_id == dose_session_id)
    return mine.order_by(VitalSigns.measured_at, VitalSigns.id)


def _is_since_dose(row: VitalSigns, until: datetime) -> bool:
    return row.purpose in AFTER_DOSE and row.measured_at <= until


def _is_like(row: VitalSigns, purpose: VitalPurpose) -> bool:
    """Say whether a reading can be compared with one of this purpose."""
    same = AFTER_DOSE if purpose in AFTER_DOSE else (purpose,)
    return row.plausible and row.purpose in same


def _purpose(dose_session: DoseSession, measured: Measured, at: datetime) -> VitalPurpose:
    """The record knows better than the phone whether there was a dose before this reading."""
    if dose_session.dosed_at is None or at < dose_session.dosed_at:
        return VitalPurpose.PRE_DOSE
    return VitalPurpose.RELEASE if measured.for_release else VitalPurpose.DURING


def _told(measured: Measured, at: datetime) -> ReadingFact:
    return ReadingFact(
        measured_at=at,
        systolic_mmhg=measured.systolic_mmhg,
        diastolic_mmhg=measured.diastolic_mmhg,
        heart_rate_bpm=measured.heart_rate_bpm,
        spo2_percent=measured.spo2_percent,
        source=measured.source,
    )


def _alarms(
    work: Work,
    dose_session: DoseSession,
    told: ReadingFact,
    measured: Measured,
    earlier: tuple[ReadingFact, ...],
) -> tuple[Alarm, ...]:
    """Before a dose the gate judges the pressure; what threatens life is called at any time."""
    dosed_at = dose_session.dosed_at
    seen = Observation(
        reading=told,
        earlier=earlier,
        symptoms=measured.symptoms,
        since_dose=timedelta(0) if dosed_at is None else told.measured_at - dosed_at,
    )
    found = alarms(seen, work.limits)
    if dosed_at is None:
        return tuple(alarm for alarm in found if alarm.urgency is Urgency.EMERGENCY_SERVICES)
    return found


def _follow(
    work: Work, dose_session: DoseSession, row: VitalSigns, found: tuple[Alarm, ...]
) -> None:
    """Strike off what this reading answers, then call for what it alarms about."""
    if row.purpose is VitalPurpose.PRE_DOSE:
        safety_version.rise(work, dose_session.patient_id)
    elif row.plausible and row.systolic_mmhg is not None and row.diastolic_mmhg is not None:
        _settle(work, dose_session, row)
    bells.sound(work, dose_session, found)


def _settle(work: Work, dose_session: DoseSession, row: VitalSigns) -> None:
    dosed_at, at = dose_session.dosed_at or row.measured_at, row.measured_at
    deadlines.settle(work, dose_session.id, DeadlineKind.VITALS_RECHECK)
    if vitals_window_40(dosed_at, work.limits).holds(at):
        deadlines.settle(work, dose_session.id, DeadlineKind.VITALS_40_MINUTES)
    if at >= vitals_due_120(dose_session.last_part_at or dosed_at, work.limits):
        deadlines.settle(work, dose_session.id, DeadlineKind.VITALS_120_MINUTES)
    current = at >= work.now - work.limits.check_every
    if Role.SITTER in work.actor.roles and current:
        calls.answered(work, dose_session.id, *ANSWERED_BY_READING)
