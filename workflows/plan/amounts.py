"""How much was taken, when whoever reported the dose could not say?"""

from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from models.dose.dose_sessions import DoseSession
from models.dose.predose import DoseTaken
from rules.limits import LIMITS


def taken_mg_hundredths() -> ColumnElement[Any]:
    """Give a dose as told, else as planned for its session; outside a session it stays unknown."""
    session = aliased(DoseSession)
    planned = (
        select(session.dose_mg_hundredths)
        .where(session.id == DoseTaken.dose_session_id)
        .correlate(DoseTaken)
        .scalar_subquery()
    )
    return func.coalesce(DoseTaken.dose_mg_hundredths, planned)


def units_of(mg_hundredths: int | None, strength: int) -> int:
    """Count the tablets of a dose; of one that nobody knows, as many as a dose may have at most.

    At most by the code, not by the sheet: what was taken may be older than the sheet, and too few
    tablets counted as taken would hide that some are missing.
    """
    return -(-(mg_hundredths or LIMITS.dose_mg_max * 100) // strength)
