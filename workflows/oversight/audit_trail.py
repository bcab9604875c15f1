"""Who looked at this record or changed it, and has nobody touched the trail itself?"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session

from models.people.accounts import UserAccount
from models.platform.trail import AuditEvent, AuditHead
from rules.permissions import Permission
from rules.terms import Role
from workflows.oversight import audit_words
from workflows.platform import access, trail
from workflows.platform.work import Work, reading

PAGE = 50
AT_ONCE = 500
SEPARATOR = "\x1f"
Place = tuple[datetime, UUID]


@dataclass(frozen=True, slots=True)
class Look:
    """One entry in words that a patient understands."""

    id: UUID
    at: datetime
    who: str
    roles: tuple[Role, ...]
    what: str
    action: str
    outcome: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Whether a chain of the trail is whole; `broken_at` is the first entry that is not."""

    stream: str
    entries: int
    intact: bool
    broken_at: int | None


@reading(permit=Permission.READ_AUDIT, audit="audit_trail.read")
def read(work: Work, patient_id: UUID, after: Place | None = None, most: int = PAGE) -> list[Look]:
    """Read who did what in this record, newest first."""
    patient = access.patient(work, patient_id)
    rows = work.session.execute(_entries(patient.id, after, most))
    return [_look(entry, name) for entry, name in rows]


@reading(permit=Permission.READ_AUDIT, audit="audit_trail.verified")
def verify(work: Work, patient_id: UUID) -> Chain:
    """Recompute the chain of a patient's record, entry by entry."""
    patient = access.patient(work, patient_id)
    return verify_chain(work.session, trail.stream_of(work, patient.id))


def verify_chain(session: Session, stream: str) -> Chain:
    """Recompute every hash of one stream from its rows, as the database wrote them."""
    query = select(AuditEvent).where(AuditEvent.stream == stream).order_by(AuditEvent.seq)
    rows = session.scalars(query.execution_options(yield_per=AT_ONCE, populate_existing=True))
    entries, last, broken_at = _walk(rows)
    head = session.execute(
        select(AuditHead.seq, AuditHead.hash).where(AuditHead.stream == stream)
    ).one_or_none()
    if broken_at is None and (head or (0, b"")) != (entries, last):
        broken_at = entries + 1
    return Chain(stream, entries, broken_at is None, broken_at)


def text_of(entry: AuditEvent) -> str:
    """Write an entry as the database hashes it; a change of this changes every chain."""
    recorded_at = entry.recorded_at.astimezone(UTC)
    parts = (
        entry.stream,
        entry.seq,
        f"{recorded_at:%Y-%m-%dT%H:%M:%S.%f}Z",
        entry.actor_id or "",
        entry.actor_roles,
        entry.login_id or "",
        entry.action,
        entry.object_type,
        entry.object_id,
        entry.patient_id or "",
        entry.outcome,
        entry.reason,
        entry.request_id,
        entry.id,
    )
    return SEPARATOR.join(str(part) for part in parts)


def _walk(rows: Iterable[AuditEvent]) -> tuple[int, bytes, int | None]:
    """Follow the links; nothing may be missing, changed or out of order."""
    entries, last, broken_at = 0, b"", None
    for row in rows:
        entries += 1
        expected = hashlib.sha256(last + text_of(row).encode()).digest()
        whole = (row.seq, row.prev_hash, row.hash) == (entries, last, expected)
        if not whole and broken_at is None:
            broken_at = entries
        last = row.hash
    return entries, last, broken_at


def _entries(patient_id: UUID, after: Place | None, most: int) -> Select[AuditEvent, str]:
    query = (
        select(AuditEvent, UserAccount.display_name)
        .outerjoin(UserAccount, UserAccount.id == AuditEvent.actor_id)
        .where(AuditEvent.patient_id == patient_id)
        .order_by(AuditEvent.recorded_at.desc(), AuditEvent.id.desc())
        .limit(most + 1)
    )
    if after is None:
        return query
    return query.where(tuple_(AuditEvent.recorded_at, AuditEvent.id) < tuple_(*after))


def _look(entry: AuditEvent, name: str | None) -> Look:
    roles = tuple(Role(role) for role in entry.actor_roles.split(",") if role)
    return Look(
        id=entry.id,
        at=entry.recorded_at,
        who=name or audit_words.NOBODY,
        roles=roles,
        what=audit_words.what(entry.action, entry.outcome),
        action=entry.action,
        outcome=entry.outcome,
    )
