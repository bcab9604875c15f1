"""What in a queue of nobody we can name may mean danger? Somebody is called for it at once.

Silence is more dangerous than a false alarm: it stands in the register of harm as unverified, and a
person looks. It changes nothing else: no session moves, and no reading is judged by it.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from models.dose.quarantine import QuarantinedItem
from models.people.patients import Patient
from rules.aftercare.next_day import NextDay, next_day_alarms
from rules.dose.alarms import Observation, alarms
from rules.dose.offline import LateFact, calls_unverified, needs_review
from rules.facts import ReadingFact
from rules.limits import Limits
from rules.terms import SubjectKind, Urgency
from workflows.dose.monitoring import Look
from workflows.dose.vital_signs import Measured
from workflows.oversight import adverse_events, escalations, harm_reports
from workflows.oversight.harm_reports import HarmReport
from workflows.platform.work import Work

CALL = "quarantined_alarm"


@dataclass(frozen=True, slots=True)
class Heard:
    """What an item says, as far as it makes sense: `named` is whom or what it may be about."""

    fact: LateFact | None
    report: HarmReport = field(repr=False)
    named: tuple[UUID, ...] = ()
    seen: Look | Measured | NextDay | None = field(repr=False, default=None)


def sound(work: Work, row: QuarantinedItem, heard: Heard, patient: Patient | None) -> None:
    """Keep it as unverified harm where it may be some, and call a clinician (a step)."""
    if heard.fact is None:
        return
    alarming = calls_unverified(heard.fact) or is_alarming(heard, row, work.limits)
    if not alarming and not needs_review(heard.fact):
        return
    found = harm_reports.about(work, heard.report, patient, verified=False)
    event = adverse_events.keep(work, heard.report, found)
    row.adverse_event_id = event.id
    if alarming and not escalations.is_open(work, CALL, row.queue_id):
        escalations.raise_one(work, CALL, subject=(SubjectKind.QUARANTINED_QUEUE, row.queue_id))


def is_alarming(heard: Heard, row: QuarantinedItem, limits: Limits) -> bool:
    """Say whether the rules would call somebody for what was seen, measured or answered."""
    match heard.seen:
        case Look() as look:
            return any(one.urgency is not Urgency.RECHECK for one in alarms(_of(look), limits))
        case Measured() as measured:  # nobody is there to measure again
            return bool(alarms(_reading_of(measured, row), limits))
        case NextDay() as said:
            return any(alarm.holds or alarm.harm for alarm in next_day_alarms(said, limits))
        case _:
            return False


def _of(look: Look) -> Observation:
    """Give what was seen, without what went before it."""
    return Observation(
        moaas=look.moaas,
        respiratory_rate_per_minute=look.breaths_per_minute,
        symptoms=look.symptoms,
    )


def _reading_of(measured: Measured, row: QuarantinedItem) -> Observation:
    reading = ReadingFact(
        measured_at=measured.device_at or row.received_at,
        systolic_mmhg=measured.systolic_mmhg,
        diastolic_mmhg=measured.diastolic_mmhg,
        heart_rate_bpm=measured.heart_rate_bpm,
        spo2_percent=measured.spo2_percent,
        source=measured.source,
    )
    return Observation(reading=reading, symptoms=measured.symptoms, since_dose=timedelta(0))
