"""What does the page of the access policy say? `python -m tests.rules.access_page` writes it.

A line of `rules/access` that becomes wider, or falls away, changes the page: whoever signs reads
the difference there, and a test fails until somebody has written the page again.
"""

import json
import re
from collections.abc import Iterator, Mapping

from rules.access import (
    aftercare,
    dose,
    fields,
    impaired,
    intake,
    oversight,
    people,
    plan,
    policy,
    preparation,
    words,
)
from rules.access.words import Line, Relation
from rules.terms import Role
from tests.rules.manual import ROOT, table

FILE = ROOT / "docs" / "security" / "access.md"
ROOMS = (people, intake, plan, preparation, dose, aftercare, oversight)
PEOPLE = tuple(role for role in Role if role is not Role.SYSTEM)
# One relation, the word that is written for it, and what it means.
_MEANING = re.compile(r'^    [A-Z_]+ = "(?P<word>[a-z_]+)"  # (?P<means>.+)$', re.M)
_METHODS = ("get", "post", "put", "patch", "delete")


def page() -> str:
    """Give the whole policy as one page."""
    parts = (_opening, _relations, _operations, _emergency, _ends, _dosed, _house, _of_a_role)
    return "\n".join(told for part in (*parts, _fields, _signatures) for told in part()) + "\n"


def _opening() -> Iterator[str]:
    open_to_all = sum(line.public for line in policy.LINES)
    signed_in = sum(line.everybody for line in policy.LINES)
    yield from ("# Who may do what", "")
    yield (
        f"{len(policy.LINES)} operations, {len(policy.ROLES)} kinds of act. {open_to_all} are open"
        f" to strangers, {signed_in} to whoever is signed in. Generated from `rules/access/` by"
        " `make access-page`; a test fails when this page is stale. Do not edit it by hand."
    )
    yield ""
    yield "- A role opens nothing by itself: it needs one of the relations that stand beside it."
    yield "- Whoever has none of the roles of a line gets 403. What outsiders with the role get is"
    yield "  either 404, the same as for what does not exist, or a list that leaves it out."
    yield "- An operation without a line does not start. What no line says is refused."
    yield "- **closes**: refused with 409 once the patient has withdrawn or died; facts are kept."
    yield "- `make test ARGS=tests/matrix` asks every operation as everybody, in every state."


def _relations() -> Iterator[str]:
    yield from ("", "## Relations", "", "How somebody stands to the patient. What is over is none.")
    yield ""
    means = meanings()
    rows = (
        (
            one.value.replace("_", " "),
            means[one],
            ", ".join(_named(role) for role in Role if _has(role, one)),
        )
        for one in Relation
    )
    yield from table(("Relation", "It is told of me that", "Counts for"), rows)


def meanings() -> Mapping[str, str]:
    """Give what a relation means, from the comment beside it: it is said there and nowhere else."""
    source = (ROOT / "rules" / "access" / "words.py").read_text(encoding="utf-8")
    return {found["word"]: found["means"] for found in _MEANING.finditer(source)}


def _has(role: Role, relation: Relation) -> bool:
    return any(who is role and relation in near for (_, who), near in policy.RELATIONS.items())


def _operations() -> Iterator[str]:
    addresses = _addresses()
    for room in ROOMS:
        name = room.__name__.rpartition(".")[2]
        yield from ("", f"## {name.capitalize()}", "")
        rows = (_row(line, addresses[line.operation]) for line in room.LINES)
        yield from table(("Operation", "Address", "Act", "Who", "Outsiders get", "Closes"), rows)


def _row(line: Line, address: str) -> tuple[str, ...]:
    kind = f"`{line.permission}`" if line.permission else ""
    closes = f"`{line.closes}`" if line.closes else ""
    return (f"`{line.operation}`", f"`{address}`", kind, _who(line), _outside(line), closes)


def _who(line: Line) -> str:
    if line.everybody:
        return "**whoever is signed in**"
    told = [f"{_named(role)}: {_near(near)}" for role, near in line.who.items()]
    if line.who.keys() == set(PEOPLE) and len(set(line.who.values())) == 1:
        told = [f"every role: {_near(line.who[PEOPLE[0]])}"]
    return "<br>".join([*(["**anybody, strangers too**"] if line.public else []), *told])


def _near(near: frozenset[Relation]) -> str:
    told = (one.value.replace("_", " ") for one in Relation if one in near)
    return " or ".join(told) or "never at this door"


def _outside(line: Line) -> str:
    if line.outside is words.NARROWED:
        return "a list without it"
    hides = any(near - {words.ANY, words.SELF} for near in line.who.values())
    return "404" if hides and not line.public else ""


def _addresses() -> dict[str, str]:
    document = json.loads((ROOT / "openapi" / "openapi.json").read_text(encoding="utf-8"))
    return {
        path[method]["operationId"]: f"{method.upper()} {address}"
        for address, path in document["paths"].items()
        for method in _METHODS
        if method in path
    }


def _emergency() -> Iterator[str]:
    yield from ("", "## Read in an emergency", "")
    yield "By who broke the glass for this patient. None of them changes anything."
    yield ""
    yield from (f"- `{kind}`" for kind in sorted(policy.EMERGENCY_READS))


def _ends() -> Iterator[str]:
    ended = ", ".join(sorted(policy.PROGRAMME_ENDED))
    yield from ("", "## Refused when the programme is over", "", f"The patient is: {ended}.", "")
    yield from (f"- `{act}`" for act in sorted(policy.CLOSED_WITH_THE_PROGRAMME))


def _dosed() -> Iterator[str]:
    yield from ("", "## While a dose may act", "")
    yield "From the dose to the morning, by the names of acts in the trail; what none says waits."
    for heading, acts in (
        ("A patient waits with", impaired.WAITS),
        ("Others wait with, for this patient", impaired.ABOUT_THEM),
        ("A patient does not wait with", impaired.PASSES),
    ):
        yield ""
        yield from table(
            (heading, "Because it is"), ((f"`{act}`", why) for act, why in acts.items())
        )


def _house() -> Iterator[str]:
    yield from ("", "## Done by the house itself", "", "At its rounds, and by no address.", "")
    yield from (f"- `{kind}`" for kind in policy.OF_THE_HOUSE)


def _of_a_role() -> Iterator[str]:
    yield from ("", "## What each role may do at all", "", "Every act of a role, at any door.", "")
    rows = (
        (_named(role), ", ".join(f"`{kind}`" for kind in sorted(policy.ROLES) if _may(role, kind)))
        for role in Role
    )
    yield from table(("Role", "Acts"), rows)


def _may(role: Role, kind: words.Permission) -> bool:
    return policy.may(frozenset({role}), kind)


def _fields() -> Iterator[str]:
    yield from ("", "## Fields that stay empty", "")
    yield "Whatever the operation, for somebody with no other role; every other field is shown."
    yield ""
    names = sorted(frozenset[str]().union(*fields.HIDDEN_FIELDS.values()))
    rows = (
        (f"`{name}`", *("empty" if name in fields.hidden_from({role}) else "" for role in PEOPLE))
        for name in names
    )
    yield from table(("Field", *map(_named, PEOPLE)), rows)


def _signatures() -> Iterator[str]:
    yield from ("", "## Signature", "")
    yield "Signed by nobody yet: this page waits for the security officer. What is signed is this"
    yield "text, and a change of it needs a new signature."


def _named(role: Role) -> str:
    return role.value.replace("_", " ")


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
