"""How does harm that is told in passing become a report of its own, in the same act?"""

from typing import Any
from uuid import UUID

from models.oversight.adverse_events import AdverseEvent
from rules.terms import HarmSignal
from workflows.oversight import adverse_events, harm_reports
from workflows.oversight.harm_reports import HarmReport
from workflows.platform import access
from workflows.platform.work import Work


def report(
    work: Work,
    patient_id: UUID,
    *,
    own_words: str | None,
    told: dict[str, Any],
    signals: tuple[HarmSignal, ...] = (),
    dose_session_id: UUID | None = None,
) -> AdverseEvent:
    """Write a report about the patient at hand, in the words it came in, and act on it."""
    patient = access.patient(work, patient_id, lock=True)
    found = HarmReport(
        own_words=own_words,
        signals=signals,
        patient_id=patient.id,
        dose_session_id=dose_session_id,
        raw=told,
    )
    about = harm_reports.about(work, found, patient, verified=True)
    return adverse_events.keep(work, found, about)
