"""What was the end of every chain, so that nobody can cut one afterwards and be believed?

Every few minutes the ends of all chains are signed together, with the print of the checkpoint
before, and the note leaves the host. When an end has gone back meanwhile, nothing is signed: people
are called.
"""

import logging
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, insert, select, text
from sqlalchemy.dialects.postgresql import distinct_on

from models.platform.checkpoints import AuditCheckpoint, AuditCheckpointHead
from models.platform.trail import AuditHead
from rules.permissions import Permission
from rules.terms import SubjectKind
from workflows.oversight import checkpoint_notes, escalations
from workflows.oversight.checkpoint_notes import Head
from workflows.platform import audit_sink, jobs
from workflows.platform.actor import SYSTEM
from workflows.platform.errors import NotFound
from workflows.platform.signed_note import Signer
from workflows.platform.work import Runtime, Work, command, reading

EVERY = "*/5 * * * *"
AT_ONCE = 50
BROKEN, NOT_TAKEN = "audit_trail_broken", "audit_checkpoint_not_taken"
LATE = timedelta(hours=1)
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(hashtext('audit_checkpoint'))")
log = logging.getLogger(__name__)


@jobs.job("make_checkpoint", every=EVERY)
def make_checkpoint(runtime: Runtime) -> None:
    """Sign the ends of all chains; the note leaves the host in a job of its own."""
    with runtime.begin(SYSTEM) as work:
        make(work)


@jobs.job("deliver_checkpoints")
def deliver(runtime: Runtime) -> int:
    """Hand over what has not left the host, in order; say how many have."""
    with runtime.begin(SYSTEM) as work:
        waiting = read_waiting(work)
    for number, content in waiting:
        audit_sink.put(runtime.settings.audit_sink, number, content)
        with runtime.begin(SYSTEM) as work:
            note_taken(work, number)
    return len(waiting)


@command(permit=Permission.RUN_SWEEP, audit="audit_checkpoint.made")
def make(work: Work) -> AuditCheckpoint | None:
    """Sign where every chain ends now; nothing, and an alarm, when one of them has gone back."""
    work.session.execute(_ONE_AT_A_TIME)
    last = work.session.scalars(
        select(AuditCheckpoint).order_by(AuditCheckpoint.number.desc()).limit(1)
    ).first()
    number = last.number + 1 if last else 1
    now, before = _heads(work), _signed_heads(work)
    if any(_went_back(now.get(stream), head) for stream, head in before.items()):
        log.error("the trail was changed: no checkpoint %s", number)
        _call(work, BROKEN, number)
        return None
    if last is not None:
        _call_if_nobody_takes_them(work)
    made = _sign(work, number, now, before, last)
    work.enqueue("deliver_checkpoints")
    return made


@reading(permit=Permission.RUN_SWEEP, audit="audit_checkpoint.waiting_read")
def read_waiting(work: Work) -> list[tuple[int, str]]:
    """Give what has not left the host yet, first things first."""
    waiting = work.session.scalars(
        select(AuditCheckpoint)
        .where(AuditCheckpoint.delivered_at.is_(None))
        .order_by(AuditCheckpoint.number)
        .limit(AT_ONCE)
    )
    return [(one.number, f"{one.note}\n{moved_at(work, one.number)}") for one in waiting]


@command(permit=Permission.RUN_SWEEP, audit="audit_checkpoint.taken")
def note_taken(work: Work, number: int) -> AuditCheckpoint:
    """Keep that a checkpoint has left the host."""
    found = work.session.scalars(
        select(AuditCheckpoint).where(AuditCheckpoint.number == number).with_for_update()
    ).first()
    if found is None:
        raise NotFound
    found.delivered_at = found.delivered_at or work.now
    return found


def moved_at(work: Work, number: int) -> str:
    """Write which chains had moved at a checkpoint, as the world outside reads it."""
    rows = work.session.execute(
        select(AuditCheckpointHead.stream, AuditCheckpointHead.seq, AuditCheckpointHead.hash).where(
            AuditCheckpointHead.number == number
        )
    )
    return checkpoint_notes.lines(_by_mark({row.stream: Head(row.seq, row.hash) for row in rows}))


def _sign(
    work: Work,
    number: int,
    now: dict[str, Head],
    before: dict[str, Head],
    last: AuditCheckpoint | None,
) -> AuditCheckpoint:
    moved = {stream: head for stream, head in now.items() if before.get(stream) != head}
    previous = last.note.partition("\n\n")[0] + "\n" if last else ""
    told = checkpoint_notes.text_of(number, work.now, _by_mark(now), _by_mark(moved), previous)
    note = Signer.of(work.runtime.settings.audit_key).sign(told)
    made = AuditCheckpoint(number=number, made_at=work.now, note=note)
    work.session.add(made)
    work.session.flush()
    rows = [
        {"stream": stream, "number": number, "seq": head.seq, "hash": head.hash}
        for stream, head in moved.items()
    ]
    if rows:
        work.session.execute(insert(AuditCheckpointHead), rows)
    return made


def _heads(work: Work) -> dict[str, Head]:
    rows = work.session.execute(select(AuditHead.stream, AuditHead.seq, AuditHead.hash))
    return {row.stream: Head(row.seq, row.hash) for row in rows}


def _signed_heads(work: Work) -> dict[str, Head]:
    """Give the end of every chain as the last checkpoint that named it has it."""
    kept = AuditCheckpointHead
    newest = (
        select(kept.stream, kept.seq, kept.hash)
        .ext(distinct_on(kept.stream))
        .order_by(kept.stream, kept.number.desc())
    )
    return {row.stream: Head(row.seq, row.hash) for row in work.session.execute(newest)}


def _went_back(now: Head | None, before: Head) -> bool:
    return now is None or now.seq < before.seq or (now.seq == before.seq and now != before)


def _by_mark(heads: dict[str, Head]) -> dict[str, Head]:
    return {checkpoint_notes.mark(stream): head for stream, head in heads.items()}


def _call_if_nobody_takes_them(work: Work) -> None:
    oldest = work.session.execute(
        select(func.min(AuditCheckpoint.number), func.min(AuditCheckpoint.made_at)).where(
            AuditCheckpoint.delivered_at.is_(None)
        )
    ).one()
    if oldest[1] is not None and work.now - oldest[1] > LATE:
        _call(work, NOT_TAKEN, oldest[0])


def _call(work: Work, code: str, number: int) -> None:
    """Call people once for each thing that is wrong; the call climbs until somebody answers."""
    subject = UUID(int=number)
    if not escalations.was_raised(work, code, subject):
        escalations.raise_one(work, code, subject=(SubjectKind.AUDIT_CHECKPOINT, subject))
