"""Do the rules and the oracle say the same about the same situation?

Short in the tests; long by `python -m tests.proofs.differential --cases 1000000 --processes 2`.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from rules.core import Point
from rules.facts import Facts
from rules.gates import RULES, evaluate
from tests.proofs.oracle import judge, outcome
from tests.proofs.oracle.registry import ASKED
from tests.proofs.oracle.three import Verdict
from tests.proofs.random_facts import Case, Change, build, cases

POINTS = {point.name: point for point in Point}
WORD = {True: "violated", False: "fine", None: "unknown"}
Seen = dict[str, Verdict]
SHARE = 10_000


@dataclass(frozen=True, slots=True)
class Disagreement:
    """One code, or the outcome, that both sides see differently."""

    case: Case
    code: str
    rules_say: str
    oracle_says: str

    def __str__(self) -> str:
        changes = "; ".join(f"{s}.{n}={value!r}" for s, n, value in self.case.changes)
        said = f"rules {self.rules_say}, oracle {self.oracle_says}"
        return f"{self.case.point} {self.code}: {said}: base {self.case.base} with {changes}"


def rules_on(point: str, facts: Facts) -> tuple[Seen, str]:
    """Ask the rules: what was violated or not known, and the outcome."""
    decision = evaluate(POINTS[point], facts)
    seen: Seen = {}
    for finding in decision.findings:
        met = None if finding.check.met is None else not finding.check.met
        if met is False:
            continue
        code = finding.rule.code
        seen[code] = seen.get(code, met) or met
    return seen, decision.outcome.value


def told_about() -> None:
    """Refuse to compare when the rules have a code that the oracle never heard of."""
    for code in sorted({rule.code for rule in RULES} - ASKED.keys()):
        raise AssertionError(
            f"the oracle has not been told about {code}: "
            "write its reading from the document in tests/proofs/oracle"
        )


def differences(case: Case, count: Counter[str] | None = None) -> list[Disagreement]:
    """Compare one case, code by code and as a whole."""
    ours = judge(case.point, case.facts)
    theirs, whole = rules_on(case.point, case.facts)
    found = []
    for code, verdict in ours.items():
        other = theirs.get(code, False)
        if count is not None:
            count[f"{code} oracle {WORD[verdict]}"] += 1
            count[f"{code} rules {WORD[other]}"] += 1
        if verdict is not other:
            found.append(Disagreement(case, code, WORD[other], WORD[verdict]))
    found += [
        Disagreement(case, code, WORD[theirs[code]], "not asked here")
        for code in theirs.keys() - ours.keys()
    ]
    worst = outcome(ours, case.overridden)
    if worst != whole:
        found.append(Disagreement(case, "outcome", whole, worst))
    return found


def _variant(case: Case, changes: Iterable[Change]) -> Case:
    kept = tuple(changes)
    facts = build(case.base, kept, case.overridden)
    return Case(case.point, facts, case.base, kept, case.overridden)


def shrink(found: Disagreement) -> Disagreement:
    """Take back every change without which both sides still disagree about the code."""
    smallest, at = found, 0
    while at < len(smallest.case.changes):
        changes = smallest.case.changes
        smaller = _variant(smallest.case, changes[:at] + changes[at + 1 :])
        still = [one for one in differences(smaller) if one.code == found.code]
        if still:
            smallest = still[0]
        else:
            at += 1
    return smallest


def compare(number: int, seed: int, count: Counter[str] | None = None) -> list[Disagreement]:
    """Compare as many random cases, and give what differs."""
    told_about()
    found: list[Disagreement] = []
    for case in cases(number, seed):
        found += differences(case, count)
    return found


def _share(task: tuple[int, int]) -> tuple[Counter[str], Counter[str], list[str]]:
    """Compare one share of the cases; runs in a process of its own."""
    number, seed = task
    count: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    shown = []
    for one in compare(number, seed, count):
        kind = f"{one.code}: rules {one.rules_say}, oracle {one.oracle_says}"
        if not kinds[kind]:
            shown.append(str(shrink(one)))
        kinds[kind] += 1
    return count, kinds, shown


def never_seen(count: Counter[str], at_least: int) -> list[str]:
    """Name what chance has hardly reached: a code that was never violated, or never unknown."""
    return [
        f"{code} {what}"
        for code in sorted(ASKED)
        for what in ("violated", "unknown")
        if min(_seen(count, code, what)) < at_least
    ]


def _seen(count: Counter[str], code: str, what: str) -> tuple[int, int]:
    return count[f"{code} rules {what}"], count[f"{code} oracle {what}"]


def _all_shares(number: int, seed: int, processes: int) -> tuple[int, Counter[str], Counter[str]]:
    """Compare in shares, print the first disagreement of each kind, and give what was counted."""
    tasks = [(SHARE, seed + at) for at in range(max(1, number // SHARE))]
    count: Counter[str] = Counter()
    kinds: Counter[str] = Counter()
    shown: set[str] = set()
    with ProcessPoolExecutor(processes) as pool:
        for part, differing, texts in pool.map(_share, tasks):
            count.update(part)
            kinds.update(differing)
            for text in texts:
                kind = " ".join(text.split()[1:2])
                if kind not in shown:
                    print("  " + text)
                shown.add(kind)
    return SHARE * len(tasks), count, kinds


def main() -> int:
    """Print agreement, what was seen how often, and the first disagreements, made small."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    number, count, kinds = _all_shares(given.cases, given.seed, given.processes)
    for code in sorted(ASKED):
        parts = (f"{word} {_seen(count, code, word)[0]}" for word in WORD.values())
        print(f"{code}: {', '.join(parts)}")
    seldom = never_seen(count, at_least=number // 10_000)
    print("seldom seen:", ", ".join(seldom) or "nothing")
    print(f"{number} cases, {kinds.total()} disagreements of {len(kinds)} kinds")
    for kind, times in kinds.most_common():
        print(f"  {times} x {kind}")
    return 1 if kinds or seldom else 0


if __name__ == "__main__":
    sys.exit(main())
