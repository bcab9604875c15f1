"""What does the roster say? Who answers now, and until when somebody does without a gap."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Date, and_, cast, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from models.oversight.holds import OnCallShift
from models.people.accounts import Credential, RoleGrant, UserAccount
from rules.terms import Role

Moment = ColumnElement[datetime] | InstrumentedAttribute[datetime]


def cover_until(session: Session, at: datetime) -> datetime | None:
    """Say until when licensed clinicians answer without a gap from this instant on, if at all."""
    shifts = session.execute(
        select(OnCallShift.starts_at, OnCallShift.ends_at)
        .where(stands(), OnCallShift.ends_at > at)
        .order_by(OnCallShift.starts_at)
    )
    until: datetime | None = None
    for starts_at, ends_at in shifts:
        if starts_at > (until or at):
            break
        until = max(until or ends_at, ends_at)
    return until


def who_answers(session: Session, at: datetime) -> list[UUID]:
    """Give the licensed clinicians who are on call at this instant."""
    query = (
        select(OnCallShift.user_id)
        .where(stands(), OnCallShift.starts_at <= at, OnCallShift.ends_at > at)
        .order_by(OnCallShift.user_id)
    )
    return list(session.scalars(query))


def stands() -> ColumnElement[bool]:
    """A shift counts while it is not taken back and its clinician may practise throughout."""
    can_sign_in = exists().where(
        UserAccount.id == OnCallShift.user_id, UserAccount.disabled_at.is_(None)
    )
    may = licensed(OnCallShift.user_id, OnCallShift.starts_at, OnCallShift.ends_at)
    return and_(OnCallShift.cancelled_at.is_(None), can_sign_in, may)


def licensed(
    user_id: ColumnElement[UUID] | InstrumentedAttribute[UUID], starts_at: Moment, ends_at: Moment
) -> ColumnElement[bool]:
    """Somebody prescribes, under a licence that holds from the one moment to the other."""
    prescribes = exists().where(
        RoleGrant.user_id == user_id,
        RoleGrant.role == Role.PRESCRIBER,
        RoleGrant.ended_at.is_(None),
    )
    licensed = exists().where(
        Credential.user_id == user_id,
        Credential.kind == "licence",
        Credential.revoked_on.is_(None),
        Credential.valid_from <= cast(starts_at, Date),
        Credential.expires_on >= cast(ends_at, Date),
    )
    return and_(prescribes, licensed)
