"""Who looked at this record or changed it, and has nobody touched the trail itself?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Select, select, tuple_
from sqlalchemy.orm import Session

from models.oversight.break_glass import BreakGlass
from models.people.accounts import UserAccount
from models.platform.checkpoints import AuditCheckpointHead
from models.platform.trail import AuditEvent, AuditHead
from rules.permissions import Permission
from rules.terms import Role
from workflows.oversight import audit_words, chain_check
from workflows.oversight.chain_check import Found
from workflows.oversight.checkpoint_notes import Head
from workflows.platform import access, trail
from workflows.platform.work import Work, reading

PAGE = 50
AT_ONCE = 500
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
    why: str | None = None


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
    rows = work.session.execute(_entries(patient.id, after, most)).all()
    reasons = _reasons(work, patient.id)
    return [_look(entry, name, _why(entry, reasons)) for entry, name in rows]


@reading(permit=Permission.READ_AUDIT, audit="audit_trail.verified")
def verify(work: Work, patient_id: UUID) -> Chain:
    """Recompute the chain of a patient's record, entry by entry."""
    patient = access.patient(work, patient_id)
    return verify_chain(work.session, trail.stream_of(work, patient.id))


def verify_chain(session: Session, stream: str) -> Chain:
    """Recompute every hash of one stream from its rows, as the database wrote them."""
    query = select(AuditEvent).where(AuditEvent.stream == stream).order_by(AuditEvent.seq)
    rows = session.scalars(query.execution_options(yield_per=AT_ONCE, populate_existing=True))
    entries = 0

    def counted() -> Iterator[chain_check.Row]:
        nonlocal entries
        for entry in rows:
            entries += 1
            yield row_of(entry)

    found = chain_check.judge(stream, counted(), _head(session, stream), _signed(session, stream))
    return Chain(stream, entries, not found, _first(found, entries))


def row_of(entry: AuditEvent) -> chain_check.Row:
    """Give an entry as the database hashes it; a change of this changes every chain."""
    parts = [
        entry.stream,
        f"{entry.recorded_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z",
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
    ]
    if entry.object_digest is not None:
        parts.append(entry.object_digest)
    return chain_check.Row(entry.seq, [str(part) for part in parts], entry.prev_hash, entry.hash)


def _first(found: list[Found], entries: int) -> int | None:
    """Give the first place that is wrong; a chain that is gone is wrong from its first."""
    return min((one.at or entries + 1 for one in found), default=None)


def _head(session: Session, stream: str) -> Head | None:
    query = select(AuditHead.seq, AuditHead.hash).where(AuditHead.stream == stream)
    found = session.execute(query).one_or_none()
    return Head(found.seq, found.hash) if found else None


def _signed(session: Session, stream: str) -> dict[int, bytes]:
    """Give the ends of this chain that checkpoints have signed."""
    kept = AuditCheckpointHead
    rows = session.execute(select(kept.seq, kept.hash).where(kept.stream == stream))
    return {row.seq: row.hash for row in rows}


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


def _reasons(work: Work, patient_id: UUID) -> list[BreakGlass]:
    query = select(BreakGlass).where(BreakGlass.patient_id == patient_id)
    return list(work.session.scalars(query))


def _why(entry: AuditEvent, broken: list[BreakGlass]) -> str | None:
    """Say why somebody looked who has nothing to do with the patient, if this is such a look."""
    if entry.reason != trail.BREAK_GLASS and entry.action != "break_glass.begun":
        return None
    return next(
        (
            audit_words.WHY_GLASS[one.reason]
            for one in broken
            if one.user_id == entry.actor_id
            and one.began_at <= entry.recorded_at <= (one.ended_at or one.ends_at)
        ),
        None,
    )


def _look(entry: AuditEvent, name: str | None, why: str | None) -> Look:
    roles = tuple(Role(role) for role in entry.actor_roles.split(",") if role)
    return Look(
        id=entry.id,
        at=entry.recorded_at,
        who=name or audit_words.NOBODY,
        roles=roles,
        what=audit_words.what(entry.action, entry.outcome),
        action=entry.action,
        outcome=entry.outcome,
        why=why,
    )
