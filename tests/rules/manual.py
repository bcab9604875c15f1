"""What does the manual of the clinical rules say? `python -m tests.rules.manual` writes it."""

from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from rules import gates
from rules.core import Rule, rules_in
from rules.dose.emergencies import TEXTS
from rules.intake.instruments import QUESTIONNAIRES
from rules.intake.interactions import INTERACTIONS
from rules.intake.medicines import INGREDIENTS
from rules.limits import LIMITS, NUMBERS, UNSIGNED
from rules.limits.telling import told
from rules.open_points import OPEN_POINTS
from rules.oversight.adverse_events import NARANJO_POINTS, SIGNAL_IN_WORDS
from rules.oversight.expected import REFERENCE
from rules.remedies import WHO
from tests.rules.rows import Row
from tests.rules.tables import all_rows

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docs" / "clinical-rules.md"
_TIGHTER = {"up": "higher", "down": "lower", "fewer": "fewer", None: "fixed"}


def manual() -> str:
    """Give the whole manual as one page."""
    parts = (_opening, _rules, _interactions, _instruments, _harm, _emergencies, _limits, _open)
    return "\n".join(line for part in (*parts, _signatures) for line in part()) + "\n"


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
    yield "- Numbers in texts are the loosest ones; people are told those of the sheet in force."
    yield "- **(P)** marks what no outside authority sets: it waits for the medical director."


def _rules() -> Iterator[str]:
    for topic in gates._TOPICS:
        yield from ("", f"## {_title(topic.__name__)}", "", _first_line(topic.__doc__), "")
        columns = ("Code", "Force", "Asked at", "The patient reads", "The clinician reads")
        heads = (*columns, "What helps", "Who acts", "For example", "Source")
        yield from table(heads, map(_rule, rules_in(topic)))


def _rule(rule: Rule) -> tuple[str, ...]:
    moments = ", ".join((point.name or "").lower().replace("_", " ") for point in rule.at)
    helper = WHO[rule.code].replace("_", " ")
    texts = (told(text, LIMITS) for text in (rule.says, rule.clinician, rule.remedy))
    words = (*texts, helper, _example(rule), rule.cite)
    return (f"`{rule.code}`", rule.force.value, moments, *words)


def _example(rule: Rule) -> str:
    """Give what the rule found in its own test rows: not met, met, and nobody knows."""
    told = []
    for answer, words in ((False, "not met"), (True, "met"), (None, "not known")):
        row = next((one for one in _rows_of(rule) if one.met is answer), None)
        if row is not None:
            check = row.check()
            limit = f" (limit: {check.limit})" if check.limit and answer is False else ""
            told.append(f"*{words}*: {check.observed or 'no fact'}{limit}")
    return "<br>".join(told)


def _rows_of(rule: Rule) -> list[Row]:
    return _rows_by_rule().get(id(rule), [])


@cache
def _rows_by_rule() -> dict[int, list[Row]]:
    """Look each rule up once: asking every row for every rule would take seconds."""
    found: dict[int, list[Row]] = {}
    for row in all_rows():
        found.setdefault(id(row.rule()), []).append(row)
    return found


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
    yield from table(("Class", "Action", "Effect", "Ingredients", "Source"), rows)


def _instruments() -> Iterator[str]:
    yield from ("", "## Questionnaires", "")
    yield "An item without an answer makes a score incomplete; it never counts as zero."
    yield ""
    rows = (
        (
            name.value,
            str(len(shape.items)),
            f"{shape.lowest} to {shape.highest}" if shape.highest > 1 else "yes or no",
            ", ".join(
                f"{band.replace('_', ' ')} from {start}"
                for band, start in shape.bands_under(LIMITS)
            ),
            "ours or free to ship" if shape.wording_may_ship else "with a licence only",
            shape.total_loinc or "",
        )
        for name, shape in QUESTIONNAIRES.items()
    )
    yield from table(("Name", "Items", "Answers", "Bands", "Wording", "LOINC of the total"), rows)


def _harm() -> Iterator[str]:
    yield from ("", "## Harm", "")
    yield "Serious is whoever meets one criterion; severity never decides it. Always reviewed as"
    signals = told("; ".join(SIGNAL_IN_WORDS.values()), LIMITS)
    yield f"serious: {signals}."
    yield ""
    points = ((str(n), f"{yes:+}", f"{no:+}") for n, (yes, no) in NARANJO_POINTS.items())
    yield from table(("Question of the Naranjo scale", "Yes", "No"), points)
    yield ""
    rows = (
        (
            term.value.replace("_", " "),
            "no" if known.unlisted else "special situation" if known.special else "yes",
            "any time"
            if known.within is None
            else f"up to {known.within.total_seconds() / 3600:g} h",
            "yes" if known.always_serious else "",
            known.cite,
        )
        for term, known in REFERENCE.items()
    )
    heads = ("Harm", "Expected", "After a dose", "Always reviewed as serious", "Source")
    yield from table(heads, rows)


def _emergencies() -> Iterator[str]:
    yield from ("", "## Instructions in an emergency", "", "Given in the answer to the report.", "")
    rows = (
        (f"`{code}`", told(text, LIMITS), ", ".join(call))
        for code, (text, call) in TEXTS["en"].items()
    )
    yield from table(("Code", "Text", "Call"), rows)


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
    yield from table(heads, rows)


def _open() -> Iterator[str]:
    yield from ("", "## Open points", "", "What is not settled, and what holds until it is.", "")
    rows = (
        (
            point.id,
            point.asks,
            point.because,
            point.until_then,
            ", ".join(f"`{name}`" for name in (*point.codes, *point.numbers)),
        )
        for point in OPEN_POINTS
    )
    yield from table(("Point", "Question", "Why open", "Until then", "Held by"), rows)


def _signatures() -> Iterator[str]:
    yield from ("", "## Signatures", "")
    yield f"Rule set `{gates.RULESET}`, as archived in `rules/released/`. Signed by nobody yet: a"
    yield "signature is given on a parameter sheet, with name, role, time and second factor."


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> Iterator[str]:
    """Write a table, line by line."""
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
