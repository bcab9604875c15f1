"""Does a word that was said in any field of any operation come out anywhere but to whom it belongs?

A word that nobody says by chance is planted in every free field of every operation, one at a time:
as somebody who may, so that it is kept, and as somebody who may not. Afterwards every table that
was written to, every line of a log, every header and every error is searched for it.
"""

import copy
import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from rules.access import policy
from tests.house.test_privacy import OUTSIDE, PLAIN
from tests.matrix import cells
from tests.matrix.asking import Answered, Asking
from tests.matrix.cells import STRANGER, Expected
from tests.matrix.requests import described, request_for, schemas
from tests.overheard import Overheard

CANARY = "quibblezorx"
A_SENTENCE = f"{CANARY}, and for that reason we talked about it at some length"
# What some fields have to look like to be taken.
SAYS = {
    "email": f"{CANARY}@example.org",
    **dict.fromkeys(("words", "rationale", "dose_rationale", "summary", "body"), A_SENTENCE),
    **dict.fromkeys(("harm_words", "end_condition", "deviation", "own_words"), A_SENTENCE),
    **dict.fromkeys(("password", "new_password"), A_SENTENCE),
}
# What says something by its form and is no free text: an id, a day, a code of a list, digits.
FORMS = {"uuid", "date", "date-time", "time"}
DEEPEST = 6
FEWEST_FIELDS = 90
# Tables with a readable column that takes what the office types: each reviewed in test_privacy.
READABLE = {name.partition(".")[0] for name in PLAIN[OUTSIDE].split()}
# The office keeps these about no patient: a law, a sheet of numbers, a paper of the staff.
ABOUT_NOBODY = {"law_proposal", "parameter_sheet", "law_confirmation", "parameters_in_force"}
Path = tuple[str | int, ...]


def fields_of(operation: str) -> list[Path]:
    """Give the place of every free field of a body."""
    asked = described()[operation][2].get("requestBody", {}).get("content", {})
    schema: Any = next((kind["schema"] for kind in asked.values()), {})
    return [path for path, told in leaves(schema, (), 0) if is_free(told)]


def leaves(schema: Any, path: Path, depth: int) -> Iterator[tuple[Path, Any]]:
    """Walk to every string of a schema."""
    if "$ref" in schema:
        schema = schemas()[schema["$ref"].rpartition("/")[2]]
    if depth > DEEPEST:
        return
    for joined in ("allOf", "anyOf", "oneOf"):
        for inner in schema.get(joined, ()):
            yield from leaves(inner, path, depth)
    for name, inner in schema.get("properties", {}).items():
        yield from leaves(inner, (*path, name), depth + 1)
    if "items" in schema:
        yield from leaves(schema["items"], (*path, 0), depth + 1)
    if "string" in schema.get("type", ""):
        yield path, schema


def is_free(schema: Any) -> bool:
    """Say whether somebody can type what they like there."""
    short = schema.get("maxLength", 1000) < len(CANARY)
    return not ("enum" in schema or schema.get("format") in FORMS or short)


def planted(body: Any, path: Path) -> Any:
    """Put the word into one place, and make the place where there is none."""
    place, rest = path[0], path[1:]
    inside = SAYS.get(str(place), CANARY)
    if isinstance(place, int):
        first = body[0] if isinstance(body, list) and body else None
        return [planted(first, rest) if rest else inside]
    made = dict(body) if isinstance(body, dict) else {}
    made[place] = planted(made.get(place), rest) if rest else inside
    return made


PLACES = [(name, path) for name in sorted(policy.BY_OPERATION) for path in fields_of(name)]


def test_there_are_many_fields_to_plant_in() -> None:
    assert len(PLACES) >= FEWEST_FIELDS


@pytest.mark.asvs("14.2.1", "16.2.5", "16.5.1")
@pytest.mark.parametrize("operation", sorted({name for name, _ in PLACES}))
def test_a_word_in_any_field_stays_where_it_belongs(asking: Asking, operation: str) -> None:
    for path in fields_of(operation):
        for who in (let_in(operation), "nobody"):
            answer, listening, tables = asked_with_the_word(asking, operation, path, who)
            assert listening.leaks() == [], (path, who)
            assert tables - READABLE - ABOUT_NOBODY == set(), (path, who)
            assert answer.status < 500, (path, who)


def test_a_word_that_is_kept_readable_would_be_found(asking: Asking) -> None:
    """The search can find: where a law comes from is about nobody, and not sealed."""
    who = let_in("propose_law")
    answer, _, tables = asked_with_the_word(asking, "propose_law", ("source",), who)
    assert (answer.status, tables) == (201, {"law_proposal"})


def test_a_word_in_a_log_would_be_heard(asking: Asking, monkeypatch: pytest.MonkeyPatch) -> None:
    from workflows.oversight import holds

    real = holds.place

    def leaking(work: Any, *told: Any, **more: Any) -> Any:
        logging.getLogger("vigil").warning("a hold: %s %s", told, more)
        return real(work, *told, **more)

    monkeypatch.setattr(holds, "place", leaking)
    path = ("words",)
    _, listening, _ = asked_with_the_word(asking, "place_hold", path, let_in("place_hold"))
    assert [told.partition(" holds")[0] for told in listening.leaks()] == ["a log"]


def asked_with_the_word(
    asking: Asking, operation: str, path: Path, who: str | None
) -> tuple[Answered, Overheard, set[str]]:
    """Send it, and give the answer, what was heard, and which tables can be read with the word."""
    request = request_for(operation, asking.world, who or "")
    request = replace(request, body=planted(copy.deepcopy(request.body), path))
    listening, root = Overheard(), logging.getLogger()
    listening.said.add(CANARY)
    level = root.level
    root.addHandler(listening)
    root.setLevel(logging.DEBUG)
    try:
        answer = asking.ask(request, who, search=CANARY)
    finally:
        root.setLevel(level)
        root.removeHandler(listening)
    listening.hears("a header", str(answer.headers))
    if answer.status >= 400:
        listening.hears("an error", answer.text)
    return answer, listening, set(answer.found)


def let_in(operation: str) -> str | None:
    """Give somebody who may."""
    known = (one.who for one in cells.cells_of(operation) if one.expected is Expected.LET_IN)
    who = next(known)
    return None if who == STRANGER else who
