"""Is this database the one that its clearances were given under, and does it know all that we know?

A restored or promoted database has lost the end of what happened: a clearance that was used then
looks unused. So clearances carry the number of an epoch, and the epoch carries the life of the
database it was made for (system identifier and timeline). The database itself gives and spends
clearances only in the epoch in force. A copy of the files that kept its identity is found out by
what was seen of it elsewhere: by our witness file, and by phones that have seen more.
"""

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from models.platform.epochs import ClearanceEpoch, EpochDoubt
from rules.permissions import Permission
from workflows.platform import written_once
from workflows.platform.actor import SYSTEM
from workflows.platform.errors import Refusal, RestoredSince
from workflows.platform.work import Runtime, Work, command

WITNESS = "database.seen"
_REACHED = text(
    "SELECT (SELECT max(number) FROM clearance_epoch), life_of_database(),"
    " pg_current_wal_flush_lsn() - '0/0'::pg_lsn, pg_current_wal_insert_lsn() - '0/0'::pg_lsn"
    " WHERE NOT pg_is_in_recovery()"
)
Why = Literal["behind_the_witness", "phone_ahead"]


@dataclass(frozen=True, slots=True)
class Seen:
    """How far a life of the database had come on its disk, in which epoch."""

    epoch: int
    life: str
    position: int


def in_force(session: Session) -> int | None:
    """Give the epoch in force, or none when nobody has confirmed this life of the database."""
    return session.scalar(select(func.epoch_in_force()))


def newest(session: Session) -> int:
    """Give the newest epoch, whether or not it is in force."""
    asked = select(func.max(ClearanceEpoch.number))
    return session.scalar(asked, execution_options={"autoflush": False}) or 0


def refuse_lost(epoch: int, now: int | None) -> None:
    """Refuse a clearance of an earlier life of the database; it may have been used since."""
    if now is not None and epoch != now:
        raise RestoredSince


def durable_until(session: Session, epoch: int) -> datetime | None:
    """Say until when everything of this epoch is surely in the record; none, if nobody knows."""
    return session.scalar(
        select(func.min(ClearanceEpoch.durable_until)).where(ClearanceEpoch.number > epoch)
    )


def begin_next(session: Session, now: datetime, until: datetime | None) -> ClearanceEpoch:
    """Begin an epoch for the database as it is now (a step); only the owner of the tables may."""
    row = ClearanceEpoch(
        number=newest(session) + 1,
        life=session.scalar(select(func.life_of_database())) or "",
        begun_at=now,
        durable_until=until,
    )
    session.add(row)
    session.flush()
    return row


def doubt(work: Work, why: Why) -> None:
    """Keep that somebody has seen more than this database knows (a step)."""
    noted = insert(EpochDoubt).values(epoch=newest(work.session), why=why, noted_at=work.now)
    work.session.execute(noted.on_conflict_do_nothing())


@command(permit=Permission.RUN_SWEEP, audit="epoch.compared")
def compare(work: Work) -> None:
    """Compare the database with what this machine has seen of it, at the start."""
    bear_witness(work)


def bear_witness(work: Work) -> None:
    """Write down outside of the database how far it has come; doubt one that is behind (a step)."""
    folder = work.runtime.settings.var_dir
    found = work.session.execute(_REACHED).first()
    if found is None:
        return
    epoch, life, on_disk, written = found
    seen = read_witness(folder)
    if seen is not None and is_behind(Seen(epoch, life, written), seen):
        doubt(work, "behind_the_witness")
        return
    _write_witness(folder, Seen(epoch, life, on_disk))


def is_behind(reached: Seen, seen: Seen) -> bool:
    """Say whether the same life of a database has come less far than it had."""
    same = (reached.epoch, reached.life) == (seen.epoch, seen.life)
    return same and reached.position < seen.position


def look(runtime: Runtime) -> None:
    """Compare once, at the start; a database that cannot be asked gives no clearance either."""
    with suppress(SQLAlchemyError, Refusal):
        with Session(runtime.bind) as session:
            session.execute(_REACHED)  # one that is away is asked for nothing more
        with runtime.begin(SYSTEM) as work:
            compare(work)


def read_witness(folder: Path) -> Seen | None:
    """Read what was seen; a witness that cannot be read has seen nothing."""
    try:
        told = json.loads((folder / WITNESS).read_text(encoding="ascii"))
        return Seen(int(told["epoch"]), str(told["life"]), int(told["position"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _write_witness(folder: Path, seen: Seen) -> None:
    """A full disk must not stop a sweep."""
    told = {"epoch": seen.epoch, "life": seen.life, "position": int(seen.position)}
    with suppress(OSError):
        written_once.write_over(folder / WITNESS, json.dumps(told).encode())
