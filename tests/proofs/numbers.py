"""Would the comparison notice a clinical number that is one step off?

`python -m tests.proofs.numbers --cases 100000` moves each number of the limits by one step, up and
down, and asks the rules again. The oracle has its own numbers, so the two must come apart.
"""

import argparse
import sys
from collections.abc import Iterator
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

from rules.limits import LIMITS, Limits
from tests.proofs.differential import rules_on
from tests.proofs.oracle import judge
from tests.proofs.random_facts import cases


def moved() -> Iterator[tuple[str, Limits]]:
    """Give the limits with one number one step off, and say which."""
    for one in fields(LIMITS):
        for step in (-1, 1):
            now = getattr(LIMITS, one.name)
            other = _beside(now, step)
            if other is not None:
                yield f"{one.name} {now} → {other}", replace(LIMITS, **{one.name: other})


def _beside(now: Any, step: int) -> Any:
    if isinstance(now, bool) or not isinstance(now, (int, timedelta)):
        return None
    return now + step if isinstance(now, int) else now + timedelta(seconds=step)


class _Watched:
    """The limits, and which of them somebody looked at."""

    def __init__(self, limits: Limits) -> None:
        self.limits, self.seen = limits, set[str]()

    def __getattr__(self, name: str) -> Any:
        self.seen.add(name)
        return getattr(self.limits, name)


def looked_at(number: int, seed: int) -> frozenset[str]:
    """Name the numbers that the gates look at."""
    watched = _Watched(LIMITS)
    for case in cases(number, seed):
        rules_on(case.point, replace(case.facts, limits=watched))
    return frozenset(watched.seen)


def unnoticed(number: int, seed: int, wanted: frozenset[str]) -> list[str]:
    """Name the moves after which rules and oracle still agree in every case."""
    open_ones = {name: one for name, one in moved() if name.split()[0] in wanted}
    for case in cases(number, seed):
        if not open_ones:
            break
        said = {
            code: seen for code, seen in judge(case.point, case.facts).items() if seen is not False
        }
        for name, limits in list(open_ones.items()):
            if rules_on(case.point, replace(case.facts, limits=limits))[0] != said:
                del open_ones[name]
    return list(open_ones)


def main() -> int:
    """Print the moves that nobody noticed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    wanted = looked_at(min(given.cases, 5_000), given.seed)
    left = unnoticed(given.cases, given.seed, wanted)
    print(f"{len(wanted)} numbers looked at, {len(left)} moves not noticed:")
    for name in left:
        print(f"  {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
