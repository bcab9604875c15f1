"""How much was taken, when whoever reported the dose could not say?"""

from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import aliased

from models.dose.dose_sessions import DoseSession
from models.dose.predose import DoseTaken
from rules.limits import LIMITS


def taken_mg_hundredths() -> ColumnElement[Any]:
    """Give a dose as told, else as planned for its session, else the most allowed; never zero."""
    session = aliased(DoseSession)
    planned = (
        select(session.dose_mg_hundredths)
        .where(session.id == DoseTaken.dose_session_id)
        .correlate(DoseTaken)
        .scalar_subquery()
    )
    # No sheet here: for a dose that nobody can tell, the loosest cap is the worst it may have been.
    return func.coalesce(DoseTaken.dose_mg_hundredths, planned, LIMITS.dose_mg_max * 100)
