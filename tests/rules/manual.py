"""What does the manual of the clinical rules say? `python -m tests.rules.manual` writes it."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from rules import gates
from rules.core import Rule, rules_in
from rules.dose.emergencies import TEXTS
from rules.intake.interactions import INTERACTIONS
from rules.intake.medicines import INGREDIENTS
from rules.limits import NUMBERS, UNSIGNED
from rules.remedies import WHO

FILE = Path(__file__).parents[2] / "docs" / "clinical-rules.md"
_TIGHTER = {"up": "higher", "down": "lower", "fewer": "fewer", None: "fixed"}


def manual() -> str:
    """Give the whole manual as one page."""
    return "\n".join((*_opening(), *_rules(), *_interactions(), *_emergencies(), *_limits())) + "\n"


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
        yield from _table(
            (*columns, "What helps", "Who acts", "Source"), map(_rule, rules_in(topic))
        )


def _rule(rule: Rule) -> tuple[str, ...]:
    moments = ", ".join((point.name or "").lower().replace("_", " ") for point in rule.at)
    helper = WHO[rule.code].replace("_", " ")
    words = (rule.says, rule.clinician, rule.remedy, helper, rule.cite)
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
    yield f"{len(NUMBERS)} numbers; {len(UNSIGNED)} of them are marked (P): they wait for the"
    yield "medical director's signature on a parameter sheet. A sheet may only move a number in the"
    yield "direction that is tighter, from the loosest value allowed, which holds without a sheet,"
    yield "to the tightest one that is no slip of the pen."
    yield ""
    rows = (
        (
            number.topic,
            f"`{number.name}`",
            number.write(number.loosest),
            number.write(number.about.tightest) if number.way else "",
            number.about.unit,
            _TIGHTER[number.way.value if number.way else None],
            number.about.source,
            "(P)" if number.about.unsigned else "",
        )
        for number in NUMBERS
    )
    heads = ("Topic", "Number", "Loosest", "Tightest", "Unit", "Tighter is", "Source", "Signed")
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


if __name__ == "__main__":
    FILE.write_text(manual(), encoding="utf-8")
