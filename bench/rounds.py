"""How are they compared? Turn by turn, A B then B A, and what counts is the ratio in each round.

One machine is never as fast as it was a minute ago, so a rate says nothing. Two that ran one after
the other had the same minute.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Protocol

from bench import load, measure
from bench.contenders import Contender

MILLI = 1_000


@dataclass(frozen=True, slots=True)
class Turn:
    """What one contender did with one kind of request in one round."""

    what: str
    who: str
    round: int
    loop: str
    count: int
    wrong: int
    rate: float
    p50_ms: float
    p99_ms: float
    server_ms: float
    database_ms: float
    memory_mb: float

    @property
    def cpu_ms(self) -> float:
        """Give the CPU time of one request, server and database together."""
        return self.server_ms + self.database_ms

    def written(self) -> dict[str, Any]:
        """Give it for the file of results."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Ratio:
    """The median of the ratios of each round, and the least and the greatest of them."""

    middle: float
    least: float
    most: float


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked, how often, and how fast in the open loop (nought: no open loop)."""

    requests: tuple[str, ...]
    rounds: int
    count: int
    rate: float
    connections: int
    postmaster: int


class HasTurns(Protocol):
    """Somebody who is no server: the floor."""

    def has(self, what: str) -> bool:
        """Say whether it can do this."""

    def turn(self, plan: Plan, what: str, number: int) -> Turn:
        """Do it."""


def play(
    plan: Plan, contenders: Sequence[Contender], what: str, floor: HasTurns | None = None
) -> Iterator[Turn]:
    """Warm everybody up, then let each have its turn in every round, and the floor in between."""
    able = [one for one in contenders if one.asked(what, 1)]
    for one in able:
        _turn(plan, one, what, -1, "closed")
    for number in range(plan.rounds):
        for one in able if number % 2 == 0 else reversed(able):
            yield _turn(plan, one, what, number, "closed")
            if plan.rate:
                yield _turn(plan, one, what, number, "open")
        if floor is not None and floor.has(what):
            yield floor.turn(plan, what, number)


def _turn(plan: Plan, one: Contender, what: str, number: int, loop: str) -> Turn:
    asked = one.asked(what, plan.count)
    before = measure.spent(one.pid, plan.postmaster, one.database)
    if loop == "open":
        run = load.open_loop(one.port, asked, plan.rate, seed=number)
    else:
        run = load.closed(one.port, asked, plan.connections)
    cost = measure.spent(one.pid, plan.postmaster, one.database) - before
    right = sum(one.is_right(what, answer) for answer in run.answers)
    each = max(1, run.count)
    return Turn(
        what=what,
        who=one.name,
        round=number,
        loop=loop,
        count=len(asked),
        wrong=len(asked) - right,
        rate=run.rate,
        p50_ms=run.at(0.5),
        p99_ms=run.at(0.99),
        server_ms=MILLI * cost.server / each,
        database_ms=MILLI * cost.database / each,
        memory_mb=measure.own_megabytes(one.pid),
    )


def ratio(turns: Sequence[Turn], ours: str, theirs: str, of: str) -> Ratio | None:
    """Compare two in each round, by `rate`, `cpu_ms` or a latency."""
    mine = {turn.round: getattr(turn, of) for turn in turns if turn.who == ours}
    other = {turn.round: getattr(turn, of) for turn in turns if turn.who == theirs}
    found = [mine[n] / other[n] for n in mine if other.get(n)]
    return Ratio(median(found), min(found), max(found)) if found else None


def middle(turns: Sequence[Turn], who: str, of: str) -> float:
    """Give the median of what one contender did."""
    found = [getattr(turn, of) for turn in turns if turn.who == who]
    return median(found) if found else 0.0
