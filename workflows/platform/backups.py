"""How is our own PostgreSQL copied while it serves, and brought back to a moment of its past?

A backup is a base copy with the manifest that PostgreSQL writes, and the log of all changes since,
which `workflows.wal_archive` streams beside it. No key is in it: what is sealed stays sealed.
"""

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from workflows.platform.postgres import SUPERUSER, Cluster
from workflows.platform.postgres_place import PostgresRefused

WAL = "wal"
UNFINISHED = ".partial"
STAMP = "base-%Y%m%dT%H%M%SZ"
SLOT = "vigil_archive"
# A word that always fails: what is to be replayed already lies where the server looks next.
NO_OTHER_ARCHIVE = "false"


class BackupRefused(Exception):
    """There is nothing to copy, or nothing to bring back; the message is one line."""


@dataclass(frozen=True, slots=True)
class Base:
    """A whole copy of the data, and when it was finished by the clock of the database."""

    folder: Path
    finished_at: datetime


def take(cluster: Cluster, into: Path) -> Base:
    """Copy the running server into a new folder, and verify the copy against its manifest."""
    if cluster.holder() is None:
        raise BackupRefused(f"The database in {cluster.data_dir} is not running; start it first.")
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = into / "unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    cluster.run(
        "pg_basebackup",
        *("-h", str(cluster.socket_dir), "-U", SUPERUSER, "-D", unfinished),
        *("-X", "stream", "-c", "fast", "--manifest-checksums=SHA256"),
    )
    verify(cluster, unfinished)
    finished_at = _surely_past(cluster)
    folder = unfinished.rename(into / finished_at.strftime(STAMP))
    return Base(folder, finished_at)


def verify(cluster: Cluster, folder: Path) -> None:
    """Compare a copy, byte for byte, with what its manifest says of it."""
    cluster.run("pg_verifybackup", "-q", folder)


def newest(backups: Path, to: datetime | None) -> Base:
    """Find the newest finished copy from before a moment."""
    found = [
        Base(folder, datetime.strptime(folder.name, STAMP).replace(tzinfo=UTC))
        for folder in backups.glob("base-*")
    ]
    early = [one for one in found if to is None or one.finished_at <= to]
    if not early:
        raise BackupRefused(f"No backup in {backups} was finished before that moment.")
    return max(early, key=lambda one: one.finished_at)


def bring_back(cluster: Cluster, base: Base, to: datetime | None) -> None:
    """Fill an empty place with a copy, replay what followed up to the moment, and start it."""
    if cluster.data_dir.exists():
        raise BackupRefused(f"{cluster.data_dir} is there already; name another folder.")
    verify(cluster, base.folder)
    shutil.copytree(base.folder, cluster.data_dir)
    _lay_out_log(base.folder.parent / WAL, cluster.data_dir / "pg_wal")
    (cluster.data_dir / "recovery.signal").touch()
    cluster.hand_over(cluster.data_dir)
    target = {"recovery_target_time": to.isoformat()} if to else {}
    more = {
        "restore_command": NO_OTHER_ARCHIVE,
        "recovery_target_action": "promote",
        "hot_standby": "off",  # nobody reads before all of it was replayed
    }
    try:
        cluster.start(more=more | target)
    except PostgresRefused as refused:
        raise BackupRefused(f"The archive does not reach that moment ({refused}).") from None


def stream_log(cluster: Cluster, into: Path) -> list[str | Path]:
    """Give the command that streams every change, as it is made, into the archive."""
    folder = into / WAL
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    program = cluster.bin_dir / "pg_receivewal"
    where: list[str | Path] = ["-h", str(cluster.socket_dir), "-U", SUPERUSER, "--slot", SLOT]
    cluster.run("pg_receivewal", *where, "--create-slot", "--if-not-exists")
    return [program, *where, "-D", folder, "--synchronous"]


def _lay_out_log(archive: Path, place: Path) -> None:
    """Put the archived log where the server looks; the last piece is still being written."""
    for piece in sorted(archive.glob("*")) if archive.is_dir() else ():
        if piece.suffix == UNFINISHED and piece.with_suffix("").exists():
            continue
        shutil.copyfile(piece, place / piece.name.removesuffix(UNFINISHED))


def _surely_past(cluster: Cluster) -> datetime:
    """Give a moment after the copy, by the clock of the database, which tells whole seconds."""
    cluster.sql("CHECKPOINT")
    told = cluster.sql(
        "SELECT extract(epoch FROM checkpoint_time)::bigint FROM pg_control_checkpoint()"
    )
    return datetime.fromtimestamp(int(told) + 1, UTC)
