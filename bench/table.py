"""What is told of a run: every turn in a file, and ratios in the documentation."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from bench import rounds
from bench.contenders import HOUSE
from bench.hot import HOT
from bench.rounds import Ratio, Turn
from workflows.platform.settings import ROOT

PAGE = ROOT / "docs" / "performance.md"
BEGIN = "<!-- written by `make bench`: from here -->"
END = "<!-- written by `make bench`: to here -->"
HEAD = (
    "| request | against | answers per second | CPU per request | p50 | p99 | memory |",
    "|---|---|---|---|---|---|---|",
)


def keep(folder: Path, name: str, turns: Sequence[Turn], told: dict[str, Any]) -> Path:
    """Write every turn down, with what was asked for and what was left out."""
    folder.mkdir(parents=True, exist_ok=True)
    place = folder / f"{name}.json"
    kept = told | {"turns": [turn.written() for turn in turns]}
    place.write_text(json.dumps(kept, indent=1) + "\n")
    return place


def section(size: str, count: int, turns: Sequence[Turn]) -> list[str]:
    """Write what the documentation tells of one size."""
    told = f"{count} rounds; the median of the ratios, and in brackets the least and the greatest."
    return [f"### {size} patients", "", told, "", *lines(turns)]


def lines(turns: Sequence[Turn]) -> list[str]:
    """Write the table: the house against each other one, in every loop."""
    found = list(HEAD)
    for what in dict.fromkeys(turn.what for turn in turns):
        for loop in dict.fromkeys(turn.loop for turn in turns):
            mine = [turn for turn in turns if (turn.what, turn.loop) == (what, loop)]
            others = dict.fromkeys(turn.who for turn in mine if turn.who != HOUSE)
            found += [_line(mine, what, loop, other) for other in others]
    return found


def _line(turns: Sequence[Turn], what: str, loop: str, other: str) -> str:
    says = HOT[what].says + (", open loop" if loop == "open" else "")
    kinds = ("rate", "cpu_ms", "p50_ms", "p99_ms", "memory_mb")
    cells = [_told(rounds.ratio(turns, HOUSE, other, kind)) for kind in kinds]
    return f"| {says} | {other} | {' | '.join(cells)} |"


def _told(ratio: Ratio | None) -> str:
    if ratio is None:
        return ""
    return f"{ratio.middle:.2f} [{ratio.least:.2f} to {ratio.most:.2f}]"


def alone(turns: Sequence[Turn]) -> Iterable[str]:
    """Say for the terminal what each one did; never for the documentation."""
    yield f"{'request':10} {'who':14} loop   wrong    /s   p50 ms   p99 ms  CPU ms (db)     MB"
    for what, who, loop in dict.fromkeys((t.what, t.who, t.loop) for t in turns):
        mine = [t for t in turns if (t.what, t.who, t.loop) == (what, who, loop)]
        wrong = sum(turn.wrong for turn in mine)
        rate, p50, p99, cpu, database, memory = (
            rounds.middle(mine, who, kind)
            for kind in ("rate", "p50_ms", "p99_ms", "cpu_ms", "database_ms", "memory_mb")
        )
        yield (
            f"{what:10} {who:14} {loop:6} {wrong:5} {rate:6.0f} {p50:8.1f} {p99:8.1f}"
            f" {cpu:7.2f} ({database:.2f}) {memory:6.0f}"
        )


def write(page: Path, under: Sequence[str]) -> None:
    """Put lines between the marks of the page, and touch nothing else of it."""
    before, begin, rest = page.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        message = f"{page} has lost the marks between which the table stands"
        raise ValueError(message)
    page.write_text("\n".join([before + BEGIN, "", *under, "", END + after]))
