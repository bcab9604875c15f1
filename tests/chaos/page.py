"""What came of the trials, written into docs/reliability.md by the run itself."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from tests.chaos.trials import Outcome

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reliability.md"
BEGIN, END = "<!-- written by `make chaos` -->", "<!-- end of what `make chaos` wrote -->"
HEAD = "| Trial | Shows | Tries | Broken promises | Figures | Seconds | Run on |"


class Row(NamedTuple):
    """One trial and what came of it."""

    name: str
    shows: str
    outcome: Outcome
    seconds: int


def line_of(row: Row) -> str:
    """Say in one line what came of a trial."""
    outcome = row.outcome
    if outcome.not_run:
        return f"{row.name}: not run, {outcome.not_run}"
    figures = ", ".join(f"{count} {name}" for name, count in outcome.figures.items())
    return f"{row.name}: {outcome.tries} tries, {len(outcome.broken)} broken promises; {figures}"


def write(rows: Sequence[Row]) -> None:
    """Put the new rows in the place of the old ones of the same name; the others stay."""
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    written, after = rest.split(END)
    lines = {line.split(" | ")[0]: line for line in written.splitlines() if line.startswith("| ")}
    lines = {name: line for name, line in lines.items() if line != HEAD}
    lines |= {f"| {row.name}": _line(row) for row in rows}
    table = "\n".join((HEAD, "|---|---|---|---|---|---|---|", *lines.values()))
    PAGE.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", encoding="utf-8")


def _line(row: Row) -> str:
    outcome, today = row.outcome, datetime.now(UTC).date().isoformat()
    figures = ", ".join(f"{count} {name}" for name, count in outcome.figures.items())
    tries = f"not run: {outcome.not_run}" if outcome.not_run else str(outcome.tries)
    broken = "" if outcome.not_run else str(len(outcome.broken))
    cells = (row.name, row.shows, tries, broken, figures, str(row.seconds), today)
    return f"| {' | '.join(cells)} |"
