"""What does the manual of the clinical rules say? `python -m tests.rules.manual` writes it."""

import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path

from rules import gates
from rules.core import Rule, rules_in
from rules.dose.emergencies import TEXTS
from rules.intake.interactions import INTERACTIONS
from rules.intake.medicines import INGREDIENTS
from rules.limits import LIMITS, Limits, direction

FILE = Path(__file__).parents[2] / "docs" / "clinical-rules.md"
_EXTERNAL = re.compile(r"label|REMS|CFR|published|practice|cut-off")
_TIGHTER = {"up": "higher", "down": "lower", "fewer": "fewer", None: "fixed"}
_UNITS = {
    "mmhg": "mmHg",
    "bpm": "per minute",
    "percent": "%",
    "hundredths": "mg / 100",
    "tenths": "kg/m² / 10",
    "respiratory_rate": "per minute",
    "mg_per_kg": "mg/kg",
    "mg": "mg",
    "years": "years",
    "days": "days",
    "minutes": "minutes",
    "months": "months",
    "sessions": "sessions",
    "doses": "doses",
}


@dataclass(frozen=True)
class Limit:
    """One number of the programme, and whether it waits for a signature."""

    name: str
    topic: str
    source: str
    unsigned: bool


def manual() -> str:
    """Give the whole manual as one page."""
    return "\n".join((*_opening(), *_rules(), *_interactions(), *_emergencies(), *_limits())) + "\n"


def limits_in_source() -> list[Limit]:
    """Read the topics and sources beside the numbers; without another source it is unsigned."""
    topic, found = "the person", []
    for line in inspect.getsource(Limits).splitlines():
        if heading := re.match(r"    # (.+)$", line):
            topic = heading[1]
        field = re.match(r"    (?P<name>\w+): .*?(?:  # (?P<note>.+))?$", line)
        if field and field["name"] in {known.name for known in fields(Limits)}:
            found.append(_limit(field["name"], topic, field["note"] or ""))
    return found


def _limit(name: str, topic: str, note: str) -> Limit:
    """Say who sets a number; where neither the line nor its topic names a source, it is P."""
    own = note if _EXTERNAL.search(note) else topic if _EXTERNAL.search(topic) else ""
    unsigned = bool(re.search(r"\bP\b", note)) or not own
    remark = "" if note == "P" else note
    source = remark or ("programme protocol" if unsigned else own)
    return Limit(name, re.split(r": all P| \(", topic)[0], source, unsigned)


def _opening() -> Iterator[str]:
    count = len({rule.code for rule in gates.RULES})
    yield "# Clinical rules"
    yield ""
    yield (
        f"Rule set `{gates.RULESET}`, {count} reason codes. Generated from `rules/` by "
        "`make rules-manual`; a test fails when this page is stale. Do not edit it by hand."
    )
    yield ""
    yield "- **hard**: nobody passes it. **soft**: a prescriber may, one at a time, with a reason."
    yield "- **advisory**: shown and kept, stops nothing. Unknown stops wherever it is asked."
    yield "- **(P)** marks what no outside authority sets: it waits for the medical director."


def _rules() -> Iterator[str]:
    for topic in gates._TOPICS:
        yield from ("", f"## {_title(topic.__name__)}", "", _first_line(topic.__doc__), "")
        columns = ("Code", "Force", "Asked at", "The patient reads", "The clinician reads")
        yield from _table((*columns, "What helps", "Source"), map(_rule, rules_in(topic)))


def _rule(rule: Rule) -> tuple[str, ...]:
    moments = ", ".join((point.name or "").lower().replace("_", " ") for point in rule.at)
    words = (rule.says, rule.clinician, rule.remedy, rule.cite)
    return (f"`{rule.code}`", rule.force.value, moments, *words)


def _interactions() -> Iterator[str]:
    yield from ("", "## Medicines by class", "", "An unknown name stops until it is mapped.", "")
    rows = (
        (
            found.kind.value.replace("_", " "),
            found.action.value,
            found.effect,
            ", ".join(name for name, kind in INGREDIENTS.items() if kind is found.kind),
            found.cite,
        )
        for found in INTERACTIONS.values()
    )
    yield from _table(("Class", "Action", "Effect", "Ingredients", "Source"), rows)


def _emergencies() -> Iterator[str]:
    yield from ("", "## Instructions in an emergency", "", "Given in the answer to the report.", "")
    rows = ((f"`{code}`", text, ", ".join(call)) for code, (text, call) in TEXTS["en"].items())
    yield from _table(("Code", "Text", "Call"), rows)


def _limits() -> Iterator[str]:
    yield from ("", "## Numbers", "")
    yield "A programme may only move a number in the direction that is tighter; the page shows the"
    yield "loosest value allowed."
    yield ""
    rows = (
        (
            limit.topic,
            f"`{limit.name}`",
            _value(getattr(LIMITS, limit.name)),
            _unit(limit.name),
            _tighter(limit.name),
            limit.source,
            "unsigned (P)" if limit.unsigned else "outside source",
        )
        for limit in limits_in_source()
    )
    heads = ("Topic", "Limit", "Value", "Unit", "Tighter", "Source", "Signed")
    yield from _table(heads, rows)


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    names = tuple(heads)
    yield _line(names)
    yield _line("---" for _ in names)
    yield from map(_line, rows)


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _title(module: str) -> str:
    return module.rpartition(".")[2].replace("_", " ").capitalize()


def _first_line(text: str | None) -> str:
    return (text or "").strip().splitlines()[0]


def _value(value: object) -> str:
    if isinstance(value, timedelta):
        minutes = int(value.total_seconds() // 60)
        return f"{minutes // 60} h" if minutes % 60 == 0 else f"{minutes} min"
    if isinstance(value, frozenset | tuple):
        return ", ".join(sorted(map(str, value)))
    return str(value)


def _unit(name: str) -> str:
    if isinstance(getattr(LIMITS, name), timedelta):
        return "time"
    return next((unit for word, unit in _UNITS.items() if re.search(rf"{word}(_|$)", name)), "")


def _tighter(name: str) -> str:
    way = direction(name)
    return _TIGHTER[way.value if way else None]


if __name__ == "__main__":
    FILE.write_text(manual(), encoding="utf-8")
