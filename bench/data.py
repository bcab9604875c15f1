"""How is a database of a size filled: a crowd that is only there, and patients who are real?"""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import psycopg

from bench import copying, pattern
from bench.copying import Numbers
from bench.evenings import MOST_SESSIONS, Course
from bench.ground import Ground
from bench.pattern import GROUP, Pattern
from models.platform.database import new_engine
from tests.clock import HandClock
from workflows.platform.runtime import Runtime, take_keys
from workflows.platform.settings import Settings

# How much history each of a crowd has: sessions, and rows of each table at most. Less where there
# are more people, for the time and the disk; whoever the load is about has all of it.
HISTORY = {1_000: (4, 1_000), 10_000: (4, 1_000), 100_000: (2, 4), 1_000_000: (1, 1)}
NAMES = {"1k": 1_000, "10k": 10_000, "100k": 100_000, "1m": 1_000_000}
AT_A_TIME, AT_ONCE = 20_000, 2
ROOM = 14  # bits for the copies that are made in one second


@dataclass(frozen=True, slots=True)
class Size:
    """How many patients, and what the database of them is called."""

    name: str
    patients: int
    past_sessions: int
    rows_of_a_table: int

    @classmethod
    def named(cls, name: str) -> "Size":
        """Read 1k, 10k, 100k, 1m or a plain number."""
        patients = NAMES.get(name) or int(name)
        least = min((n for n in HISTORY if n >= patients), default=max(HISTORY))
        return cls(name, patients, *HISTORY[least])

    @property
    def database(self) -> str:
        """Name the database."""
        return f"vigil_{self.name}"


class Scratch:
    """A database of its own in which the courses are lived that all others are copies of."""

    def __init__(self, ground: Ground, settings: Settings, connection: psycopg.Connection) -> None:
        """Take what `scratch` has opened."""
        self._connection = connection
        self._engine = new_engine(ground.url(SCRATCH))
        self._settings = settings

    def lived(self, now: datetime, sessions: int, until: str) -> Pattern:
        """Live a course up to now, and give the rows it left."""
        clock = HandClock(now)
        before = pattern.seen(self._connection)
        course = Course(Runtime(self._engine, clock, self._settings), clock, sessions)
        return pattern.take(self._connection, before, course.live(until=until))

    def close(self) -> None:
        """Let go of the connections."""
        self._engine.dispose()


SCRATCH = "vigil_scratch"


@contextmanager
def scratch(ground: Ground, settings: Settings) -> Iterator[Scratch]:
    """Open a fresh scratch database under the keys of the house that will serve the copies."""
    take_keys(settings)
    ground.copy_empty(SCRATCH)
    with ground.connect(SCRATCH) as connection:
        connection.autocommit = True
        opened = Scratch(ground, settings, connection)
        try:
            yield opened
        finally:
            opened.close()


def fill(ground: Ground, size: Size, opened: Scratch, now: datetime) -> float:
    """Make the database of a size, unless it is there, and say how many seconds that took."""
    if ground.has(size.database):
        return 0.0
    begun = time.monotonic()
    lived = opened.lived(now, size.past_sessions + 1, "closed")
    crowd = pattern.thinned(lived, size.rows_of_a_table)
    half_made = f"{size.database}_new"
    ground.copy_empty(half_made)
    with ThreadPoolExecutor(AT_ONCE) as several:
        parts = several.map(partial(_copy, ground, half_made, crowd), _parts(size.patients))
        list(parts)  # a mistake in any of them is raised here
    with ground.as_superuser(half_made) as connection:
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
    ground.cluster.sql(f"ALTER DATABASE {half_made} RENAME TO {size.database}")
    return time.monotonic() - begun


def _parts(patients: int) -> Iterator[Numbers]:
    """Divide a crowd into parts of whole groups, so that no two copy the same staff."""
    for before in range(0, patients, AT_A_TIME):
        yield Numbers(GROUP + before, min(AT_A_TIME, patients - before), is_crowd=True)


def _copy(ground: Ground, database: str, crowd: Pattern, numbers: Numbers) -> int:
    with ground.as_superuser(database) as connection:
        connection.autocommit = True
        return copying.copy(connection, crowd, numbers)


def add_real(ground: Ground, database: str, lived: Pattern, count: int) -> Numbers:
    """Add patients whose values really open, under numbers that no earlier run has used."""
    first = (int(time.time()) << ROOM) // GROUP * GROUP
    numbers = Numbers(first, count, is_crowd=False)
    with ground.as_superuser(database) as connection:
        connection.autocommit = True
        copying.copy(connection, lived, numbers)
    return numbers


def evening(opened: Scratch, now: datetime, until: str, sessions: int = MOST_SESSIONS) -> Pattern:
    """Live the course of somebody whose evening is now."""
    return opened.lived(now, sessions, until)
