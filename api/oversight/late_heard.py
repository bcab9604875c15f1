"""What can be understood of an item that nobody vouches for yet? Enough to call somebody."""

from dataclasses import replace
from typing import Any

import marshmallow as ma
import orjson

from api.aftercare.follow_up import said_in
from api.dose.monitoring import look_in
from api.dose.vital_signs import measured_in
from api.oversight import late_kinds
from api.oversight.harm_words import understood
from api.oversight.late_reading import Read, kind_of
from rules.aftercare.next_day import NextDay
from rules.dose.offline import LateFact, may_arrive_late
from workflows.dose.late_items import Item
from workflows.dose.monitoring import Look
from workflows.dose.quarantine_alarms import Heard
from workflows.dose.vital_signs import Measured
from workflows.oversight.harm_reports import HarmReport


def heard_in(one: Read) -> Heard:
    """Read what an item says, whatever form it has; nothing in it can be wrong."""
    item = one.item
    fact = kind_of(item) if may_arrive_late(item.kind) else None
    report = _as_harm(item)
    ids = (item.subject_id, report.dose_session_id, report.office_session_id, report.patient_id)
    return Heard(fact, report, tuple(one for one in ids if one), _seen(fact, item))


def _as_harm(item: Item) -> HarmReport:
    said = item.content if isinstance(item.content, dict) else {"words": item.content}
    report = understood(orjson.dumps(said))
    return replace(
        report,
        dose_session_id=report.dose_session_id or item.subject_id,
        happened_at=report.happened_at or item.device_at,
        raw=report.raw | {"late_kind": item.kind, "late_item_id": str(item.id)},
    )


def _seen(fact: LateFact | None, item: Item) -> Look | Measured | NextDay | None:
    """Read what the rules can judge; what does not fit its form is judged by whoever looks."""
    if fact not in (LateFact.MONITOR_CHECK, LateFact.VITALS, LateFact.FOLLOW_UP):
        return None
    try:
        told: dict[str, Any] = late_kinds.read(late_kinds.KINDS[fact], item.content, item.device_at)
    except ma.ValidationError:
        return None
    if fact is LateFact.MONITOR_CHECK:
        return look_in(told)
    return measured_in(told, None) if fact is LateFact.VITALS else said_in(told).said
