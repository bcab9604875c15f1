"""From which day does the clock of a report run, and by which day is it filed outside?

Day zero is the day on which anybody of the house, or the house itself, first knew, by the calendar
of the patient; a report about nobody known counts by the calendar that is last to change its day.
"""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from models.oversight.adverse_events import AdverseEvent
from models.people.patients import Patient
from rules.limits import Limits
from rules.oversight.adverse_events import external_report_due_on
from rules.terms import Seriousness

_LAST_TO_CHANGE = "Etc/GMT+12"


def start(
    event: AdverseEvent,
    patient: Patient | None,
    criteria: Mapping[Seriousness, bool | None],
    limits: Limits,
) -> None:
    """Start the clock on the day the report came in (a step)."""
    zone = ZoneInfo(patient.time_zone if patient else _LAST_TO_CHANGE)
    event.day_zero = event.aware_at.astimezone(zone).date()
    event.file_by = external_report_due_on(event.day_zero, criteria, limits)


def judged(
    event: AdverseEvent, criteria: Mapping[Seriousness, bool | None], limits: Limits
) -> None:
    """Move the last day with what a clinician finds; day zero never moves (a step)."""
    if event.day_zero is not None:
        event.file_by = external_report_due_on(event.day_zero, criteria, limits)
