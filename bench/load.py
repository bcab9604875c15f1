"""How long does an answer take when many ask at once?

Closed: so many connections, each asks again as soon as it is answered; that is how fast one can be.
Open: requests are due at times drawn beforehand, whether or not the server keeps up, and the time
counts from when a request was due, so that a server that stalls cannot hide who waited meanwhile.
"""

import asyncio
import random
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from bench.http import Answer, Line, Request

CONNECTIONS = 16
MOST_WAITING = 512  # connections of the open loop: as many as may wait at once


@dataclass(slots=True)
class Run:
    """What one run saw."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    failed: int = 0

    @property
    def count(self) -> int:
        """Count what was answered."""
        return len(self.waits)

    @property
    def rate(self) -> float:
        """Give the answers in a second."""
        return self.count / self.seconds if self.seconds else 0.0

    @property
    def bad(self) -> int:
        """Count what was not answered with a success."""
        return self.failed + sum(not 200 <= answer.status < 300 for answer in self.answers)

    def at(self, share: float) -> float:
        """Give the time within which this share was answered, in milliseconds."""
        ordered = sorted(self.waits)
        return 1_000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def closed(port: int, requests: Sequence[Request], connections: int = CONNECTIONS) -> Run:
    """Send all of them as fast as so many connections are answered."""
    return asyncio.run(_closed(port, requests, connections))


def open_loop(port: int, requests: Sequence[Request], rate: float, seed: int = 1) -> Run:
    """Send all of them at times drawn beforehand, so many a second on the average."""
    return asyncio.run(_open(port, requests, list(_due(len(requests), rate, seed))))


async def _closed(port: int, requests: Sequence[Request], connections: int) -> Run:
    run, waiting = Run(), iter(requests)
    lines = [Line(port) for _ in range(min(connections, len(requests)))]
    begun = time.perf_counter()
    await asyncio.gather(*(_keep_asking(line, waiting, run) for line in lines))
    run.seconds = time.perf_counter() - begun
    return run


async def _keep_asking(line: Line, waiting: Iterator[Request], run: Run) -> None:
    for request in waiting:
        await _ask(line, request, run, time.perf_counter())
    line.close()


async def _open(port: int, requests: Sequence[Request], due: Iterable[float]) -> Run:
    run, free = Run(), [Line(port) for _ in range(MOST_WAITING)]
    begun = time.perf_counter()
    asked: list[asyncio.Task[None]] = []
    for request, at in zip(requests, due, strict=True):
        if (early := begun + at - time.perf_counter()) > 0:
            await asyncio.sleep(early)
        asked.append(asyncio.create_task(_in_turn(free, request, run, begun + at)))
    await asyncio.gather(*asked)
    run.seconds = time.perf_counter() - begun
    for line in free:
        line.close()
    return run


async def _in_turn(free: list[Line], request: Request, run: Run, due: float) -> None:
    while not free:
        await asyncio.sleep(0.001)
    line = free.pop()
    await _ask(line, request, run, due)
    free.append(line)


async def _ask(line: Line, request: Request, run: Run, since: float) -> None:
    try:
        answer = await line.ask(request)
    except (OSError, EOFError, asyncio.IncompleteReadError):
        run.failed += 1
        line.close()
        return
    run.waits.append(time.perf_counter() - since)
    run.answers.append(answer)


def _due(count: int, rate: float, seed: int) -> Iterator[float]:
    """Draw the times of a Poisson process; the same ones for everybody who is compared."""
    drawn, at = random.Random(seed), 0.0  # noqa: S311 - no secret, and it must be repeatable
    for _ in range(count):
        at += drawn.expovariate(rate)
        yield at
