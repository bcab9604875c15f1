"""How far off was the phone tonight, by every clock that the answers and the readings lean on?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from models.dose.dose_sessions import DoseSession
from models.dose.predose import PredoseCheck
from rules.dose.device_clock import claimed_skew_seconds, worst_of
from rules.terms import VitalPurpose
from workflows.dose.instants import at, maybe_at

_DECIDING = 2  # readings decide alone or in pairs


def skew_tonight(
    check: PredoseCheck, readings: Sequence[dict[str, Any]], session: DoseSession
) -> int | None:
    """Give the worst that was measured; one clock that was not compared makes it unknown."""
    device_at = maybe_at(check.answers.get("day", {}).get("device_at"))
    skews: list[int | None] = [check.answers.get("clock_skew_seconds")]
    if device_at is not None:
        skews.append(claimed_skew_seconds(device_at, check.submitted_at))
    skews += [row["skew"] for row in _leaned_on(readings, session.check_in_opened_at)]
    return worst_of(skews)


def _leaned_on(readings: Sequence[dict[str, Any]], opened_at: datetime | None) -> list[Any]:
    """Give the readings whose time somebody's phone told: those that decide, and the newest."""
    before = [row for row in readings if row["purpose"] == VitalPurpose.PRE_DOSE]
    if opened_at is None or not before:
        return []
    deciding = [row for row in before if at(row["at"]) >= opened_at][-_DECIDING:]
    newest = max(before, key=lambda row: at(row["received"]))
    if newest not in deciding and at(newest["received"]) >= opened_at:
        deciding.append(newest)
    return [row for row in deciding if row["told_time"] or row["skew"] is not None]
