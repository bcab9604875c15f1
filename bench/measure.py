"""What did it cost? CPU time of processes and their children, and the memory that is theirs alone.

Read from /proc of Linux: the scheduler's own count of nanoseconds, which is finer than ticks.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
NANOSECONDS = 1e9
TICKS = os.sysconf("SC_CLK_TCK")
PARENT, REAPED = 1, slice(13, 15)  # fields of /proc/PID/stat after the name


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds of CPU of a server and of the database beside it."""

    server: float
    database: float

    def __sub__(self, before: "Cost") -> "Cost":
        """Give what was spent since."""
        return Cost(self.server - before.server, self.database - before.database)


def spent(server: int, postmaster: int, database: str) -> Cost:
    """Read what both have spent until now, with everything that descends from them.

    Of PostgreSQL: the connections to one database, and what writes for everybody. Who works in
    another database meanwhile, or tidies up there, is not this one's cost.
    """
    working = (pid for pid in family(postmaster) if _works_for(pid, database))
    return Cost(_seconds(family(server)), _seconds(working))


def spent_and_gone(postmaster: int, database: str) -> Cost:
    """Read the same where connections are closed before anybody looks: pgbench's."""
    return Cost(0.0, spent(0, postmaster, database).database + _reaped(postmaster))


def family(first: int) -> list[int]:
    """Give a process and all that descend from it; none for number nought."""
    children: dict[int, list[int]] = {}
    for place in PROC.iterdir():
        if place.name.isdigit() and (told := _stat(int(place.name))):
            children.setdefault(int(told[PARENT]), []).append(int(place.name))
    found = [first] if first else []
    for one in found:
        found.extend(children.get(one, ()))
    return found


def own_megabytes(server: int) -> float:
    """Give the memory of a family, what is shared counted in parts (PSS)."""
    return sum(_pss_kilobytes(pid) for pid in family(server)) / 1024


def _works_for(pid: int, database: str) -> bool:
    """A connection's title is `postgres: role database [local] ...`, of others what they do."""
    try:
        title = (PROC / str(pid) / "cmdline").read_bytes().rstrip(b"\0 ").decode()
    except OSError:
        return False
    words = title.split()
    if not title.startswith("postgres: ") or "autovacuum" in title:
        return False
    return len(words) > 2 and words[2] == database if "[local]" in title else True


def _seconds(pids: Iterable[int]) -> float:
    total = 0
    for pid in pids:
        try:
            threads = list((PROC / str(pid) / "task").iterdir())
            total += sum(int((t / "schedstat").read_text().split()[0]) for t in threads)
        except (OSError, IndexError):
            continue  # it ended meanwhile
    return total / NANOSECONDS


def _reaped(pid: int) -> float:
    """Give what children spent that have ended: connections that were closed."""
    told = _stat(pid)
    return sum(map(int, told[REAPED])) / TICKS if told else 0.0


def _pss_kilobytes(pid: int) -> int:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _stat(pid: int) -> list[str]:
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
