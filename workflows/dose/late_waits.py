"""What if the thing an item waits for never comes? Then it waits no longer, and says so itself."""

from typing import Any

from sqlalchemy import select

from models.dose.late_items import LateItem
from models.people.patients import Patient
from models.platform.trail import Deadline
from rules.dose.offline import Verdict
from rules.terms import DeadlineKind
from workflows.oversight import adverse_events, harm_reports
from workflows.oversight.harm_reports import HarmReport
from workflows.platform import sweep
from workflows.platform.work import Work

WAITED = "waited-too-long"


@sweep.missed(DeadlineKind.LATE_ITEM)
def waited_long_enough(work: Work, deadline: Deadline) -> None:
    """Take words that were to be added to a report that never came as a report of their own."""
    row = work.session.scalar(
        select(LateItem).where(LateItem.id == deadline.subject_id).with_for_update()
    )
    if row is None or row.verdict != Verdict.HELD:
        return
    whose = work.session.scalar(select(Patient.id).where(Patient.user_id == row.user_id))
    patient = harm_reports.locked(work, whose) if whose else None
    told = _told(row)
    event = adverse_events.keep(
        work, told, harm_reports.about(work, told, patient, verified=patient is not None)
    )
    row.verdict, row.code, row.settled_at = Verdict.APPLIED, WAITED, work.now
    row.result_type, row.result_id = event.__tablename__, event.id


def _told(row: LateItem) -> HarmReport:
    content: dict[str, Any] = row.content if isinstance(row.content, dict) else {}
    words = content.get("words")
    return HarmReport(
        own_words=words if isinstance(words, str) else None,
        happened_at=row.device_at,
        raw={**content, "late_item": str(row.id), "brought_by": str(row.user_id)},
    )
