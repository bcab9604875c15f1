"""When does a message wait that can? While a dose works, and while its reader wants quiet.

It is asked when the message would go out, not when it is written. What cannot wait is not asked.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.dose.dose_sessions import WATCHED_STATES, DoseSession
from models.dose.office_sessions import WATCHED_AT_SITE, OfficeSession
from models.people.accounts import UserAccount
from models.people.patients import Patient
from models.platform.messages import MessagePreference

DOSE, QUIET_HOURS = "dose", "quiet_hours"
Whose = UUID | InstrumentedAttribute[UUID | None]


@dataclass(frozen=True, slots=True)
class Wait:
    """Why a message waits, and before when it need not be looked at again."""

    reason: str
    not_before: datetime


def why_wait(session: Session, user_id: UUID | None, now: datetime) -> Wait | None:
    """Say why this person is not to be told now of what can wait, if there is a reason."""
    if user_id is None:
        return None
    if session.scalar(select(is_watched(user_id))):
        return Wait(DOSE, now)
    until = _quiet_until(session, user_id, now)
    return None if until is None else Wait(QUIET_HOURS, until)


def is_watched(whose: Whose) -> ColumnElement[bool]:
    """Give the condition that a dose works in this person, or that they sit with somebody."""
    theirs = select(Patient.id).where(Patient.user_id == whose)
    at_home = exists().where(
        DoseSession.state.in_(WATCHED_STATES),
        or_(DoseSession.sitter_user_id == whose, DoseSession.patient_id.in_(theirs)),
    )
    at_a_site = exists().where(
        and_(OfficeSession.state.in_(WATCHED_AT_SITE), OfficeSession.patient_id.in_(theirs))
    )
    return or_(at_home, at_a_site)


def zone_of(session: Session, user_id: UUID) -> str | None:
    """Say in which time zone somebody lives, by their record, or as they told us."""
    of_patient = select(Patient.time_zone).where(Patient.user_id == user_id).limit(1)
    as_told = select(UserAccount.time_zone).where(UserAccount.id == user_id)
    return session.scalar(of_patient) or session.scalar(as_told)


def quiet_ends(now: datetime, zone: str, from_minute: int, until_minute: int) -> datetime | None:
    """Say when the quiet of now ends, by the clock on the wall there; none if it is not quiet."""
    local = now.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    over_midnight = from_minute > until_minute
    after, before = minute >= from_minute, minute < until_minute
    if not ((after or before) if over_midnight else (after and before)):
        return None
    day = local.date() + timedelta(days=1 if over_midnight and after else 0)
    hour, minutes = divmod(until_minute, 60)
    ends = datetime(day.year, day.month, day.day, hour, minutes, tzinfo=local.tzinfo)
    # An hour that comes twice ends with its second turn; one that is jumped over ends after it.
    return max(ends.replace(fold=fold).astimezone(UTC) for fold in (0, 1))


def _quiet_until(session: Session, user_id: UUID, now: datetime) -> datetime | None:
    wants = session.scalars(
        select(MessagePreference).where(MessagePreference.user_id == user_id)
    ).first()
    zone = zone_of(session, user_id)
    if wants is None or wants.quiet_from_minute is None or zone is None:
        return None
    return quiet_ends(now, zone, wants.quiet_from_minute, wants.quiet_until_minute or 0)
