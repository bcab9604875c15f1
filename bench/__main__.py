"""`make bench`: compare, side by side, on one PostgreSQL; print and keep ratios.

--sizes 1k,100k,1m     how many patients; made once, and kept under var/bench
--requests a,b         which hot requests (all of them)
--peers a,b            which others (all that are installed); `none` for the house alone
--rounds 6             turns of each; fewer than six are a look, not a comparison
--count 300            requests in a turn
--rate 0               requests a second of the open loop beside the closed one
--write                put the table into docs/performance.md
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

from bench import data, ground, rounds, table
from bench.contenders import Contender, House
from bench.data import Scratch, Size
from bench.floor import Floor
from bench.ground import HOME, Ground
from bench.hot import HOT, Crowd
from bench.house import Served, Told, serve
from bench.load import CONNECTIONS
from bench.pattern import GROUP
from bench.peers import agree, start
from bench.peers.start import KINDS, Peer
from bench.rounds import Plan, Turn
from workflows.platform.clock import SystemClock

RESULTS = HOME / "results"
WATCHED = 200  # patients who are watched at once; each is looked at many times
READ = 500  # patients whose pages are read


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for on the command line."""

    sizes: tuple[Size, ...]
    requests: tuple[str, ...]
    peers: tuple[str, ...]
    rounds: int
    count: int
    rate: float
    is_written: bool


def main(told: Sequence[str]) -> int:
    """Compare as the command line says."""
    wanted = _wanted(told)
    page: list[str] = []
    wrong = 0
    with ground.opened() as here:
        for size in wanted.sizes:
            found = list(_compared(here, size, wanted))
            _say("", f"{size.name} patients", *table.alone(found), "", *table.lines(found))
            _keep(wanted, size, found)
            page += ["", *table.section(size.name, wanted.rounds, found)]
            wrong += sum(turn.wrong for turn in found)
    if wanted.is_written:
        table.write(table.PAGE, page[1:])
    return int(wrong > 0)


def _compared(here: Ground, size: Size, wanted: Wanted) -> Iterator[Turn]:
    """Fill the database, start everybody, and play every request through."""
    settings = Told(here, size.database, 1, "smtp://127.0.0.1:25?from=a@vigil.example").settings()
    plan = Plan(
        wanted.requests, wanted.rounds, wanted.count, wanted.rate, CONNECTIONS, here.postmaster
    )
    with ExitStack() as stack:
        scratch = stack.enter_context(data.scratch(here, settings))
        _say(f"{size.name}: filled in {data.fill(here, size, scratch, _now()):.0f} s")
        served = stack.enter_context(serve(here, size.database))
        others = list(_others(here, size, wanted, stack))
        floor = Floor(here, size.patients) if others else None
        kept: dict[str, Crowd] = {}
        for what in wanted.requests:
            hot = HOT[what]
            if hot.spends or hot.stage not in kept:
                kept[hot.stage] = _crowd(here, size, scratch, served, what, plan)
            everybody: list[Contender] = [House({what: kept[hot.stage]}, size.database), *others]
            yield from _told(rounds.play(plan, everybody, what, floor))


def _others(here: Ground, size: Size, wanted: Wanted, stack: ExitStack) -> Iterator[Peer]:
    """Start the others that can be started, say who is left out, and see that they agree."""
    names = [name for name in KINDS if wanted.peers == ("all",) or name in wanted.peers]
    if names:
        start.fill(here, size.patients)
    running = []
    for name in names:
        if reason := start.why_not(here, name):
            _say(f"  {name} is left out: {reason}")
            continue
        try:
            running.append(stack.enter_context(start.run(here, name, size.patients)))
        except RuntimeError as problem:
            _say(f"  {name} is left out: {problem}")
    _say(f"  {agree.insist(running)} answers of {len(running)} others agree")
    yield from running


def _crowd(
    here: Ground, size: Size, scratch: Scratch, served: Served, what: str, plan: Plan
) -> Crowd:
    """Make the patients of one kind of request just before, for an evening does not keep."""
    hot = HOT[what]
    loops = 2 if plan.rate else 1
    spent = (plan.rounds * loops + 1) * plan.count + 1
    count = spent if hot.spends else WATCHED if hot.stage == "watched" else READ
    lived = data.evening(scratch, SystemClock().now(), hot.stage)
    numbers = data.add_real(here, size.database, lived, -(-count // GROUP) * GROUP)
    return Crowd(served, lived, numbers, _now)


def _now() -> datetime:
    return SystemClock().now()


def _told(turns: Iterator[Turn]) -> Iterator[Turn]:
    for turn in turns:
        _say(f"  {turn.what} {turn.who} round {turn.round} {turn.loop}: {turn.wrong} wrong")
        yield turn


def _keep(wanted: Wanted, size: Size, turns: list[Turn]) -> None:
    name = f"{_now():%Y%m%dT%H%M%S}-{size.name}"
    told = {"size": size.name, "rounds": wanted.rounds, "count": wanted.count}
    _say(f"kept in {table.keep(RESULTS, name, turns, told)}")


def _wanted(told: Sequence[str]) -> Wanted:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--sizes", default="1k")
    parser.add_argument("--requests", default=",".join(HOT))
    parser.add_argument("--peers", default="all")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--rate", type=float, default=0.0)
    parser.add_argument("--write", action="store_true")
    said = parser.parse_args(told)
    return Wanted(
        tuple(map(Size.named, said.sizes.split(","))),
        tuple(said.requests.split(",")),
        tuple(said.peers.split(",")),
        said.rounds,
        said.count,
        said.rate,
        said.write,
    )


def _say(*lines: str) -> None:
    for line in lines:
        print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
