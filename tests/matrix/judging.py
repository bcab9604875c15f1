"""Did a cell come out as the policy says: status, what is shown, written and traced?"""

from collections.abc import Iterator
from typing import Any

from api.platform.spec import JSON
from rules.access import fields, policy
from rules.access.words import BROKEN_GLASS
from tests.matrix import cells
from tests.matrix.asking import Answered, Asking
from tests.matrix.canaries import WORDS, hidden_from
from tests.matrix.cells import STRANGER, Cell, Expected, State
from tests.matrix.people import WHO
from tests.matrix.requests import described, of_nobody, request_for, schemas

BREAK_GLASS = "break_glass"
REFUSED = {
    Expected.NOT_SIGNED_IN: (401, "not-signed-in"),
    Expected.NOT_PERMITTED: (403, "not-permitted"),
    Expected.NOT_FOUND: (404, "not-found"),
    Expected.ENDED: (409, "programme-ended"),
}
# Let in, an act may still be stopped: by the record, by an older version, by its own content.
GOES_ON = frozenset({200, 201, 202, 204, 409, 412, 422, 429})
# It tells what drugs there are, and of nobody who takes them.
THE_CATALOGUE = frozenset({"list_products", "resolve_product"})
# What an act asks for beside role and relation: the status and code with which it refuses.
ASKS_MORE = {
    "accept_invitation": (404, "invitation-not-good"),  # a token that opens something
    "accept_invitation_as_myself": (404, "invitation-not-good"),
    "confirm_law": (403, "not-permitted"),  # to be counsel of that state, unless a safety officer
    "confirm_second_factor": (404, "not-found"),  # one that was begun
    "hand_in_queue": (401, "queue-key-unknown"),  # a key that was given to a sign-in
    "explain_gate_decision": (409, "decision_too_old"),  # one of the rule set in force
    "hold_appointment": (403, "not-permitted"),  # to be its host
    "miss_appointment": (403, "not-permitted"),
    "open_video_room": (403, "not-permitted"),  # to be its host, or the patient
    "open_dispatch_packet": (404, "dispatch-code-not-good"),  # a code that was handed out
    "log_in": (401, "not-signed-in"),  # a password
    "prove_second_factor": (403, "no-second-factor"),  # one that was confirmed
    "refresh_tokens": (401, "not-signed-in"),  # a token that was issued
    "rehearse_parameter_sheet": (403, "medical-director-needed"),
    "sign_parameter_sheet": (403, "medical-director-needed"),  # to be appointed
}


# Where to look, for whoever has added an operation.
HINTS = {
    403: " Does its act ask for more than role and relation? Say so in ASKS_MORE of judging.py.",
    404: " Is it about a row that the world has not? Add it in rows.py, or correct its line.",
    422: " Record an example of its body, or say in SAYS or NAMED of requests.py what it needs.",
}


def faults(asking: Asking, cell: Cell) -> Iterator[str]:
    """Ask one cell and say everything that is not as it should be."""
    request = request_for(cell.operation, asking.world, cell.who)
    if cell.state is State.MISSING:
        request = of_nobody(request) or request
    who = None if cell.who == STRANGER else cell.who
    answer = asking.ask(request, who, cell.state.enrolment)
    wanted = cell.expected
    if not _asks_more(cell, wanted, answer):
        yield from _status(cell, wanted, answer)
        yield from _one_entry(cell, wanted, answer)
    if wanted in REFUSED:
        yield from _nothing_written(cell, answer)
    yield from _nothing_shown(cell, wanted, answer, asking.world.hers)
    for field in undescribed(answer_of(cell.operation, answer.status), answer.body):
        yield f"{cell}: answers with the field {field}, which the document has not"


def _asks_more(cell: Cell, wanted: Expected, answer: Answered) -> bool:
    """Say whether somebody who comes in was refused for what the act asks besides."""
    comes_in = wanted is Expected.LET_IN or cell.state is State.MISSING
    return comes_in and (answer.status, answer.code) == ASKS_MORE.get(cell.operation)


def filled(body: Any) -> Iterator[str]:
    """Give the name of every field of an answer that says something, however deep."""
    if isinstance(body, dict):
        for name, value in body.items():
            if value not in (None, "", [], {}):
                yield name
            yield from filled(value)
    elif isinstance(body, list):
        for value in body:
            yield from filled(value)


def undescribed(schema: Any, body: Any) -> Iterator[str]:
    """Give every field of an answer that its schema does not name: nobody has looked at it."""
    known = _resolved(schema)
    if isinstance(body, dict) and "properties" in known:
        for name, value in body.items():
            if name not in known["properties"]:
                yield name
            yield from undescribed(known["properties"].get(name, {}), value)
    elif isinstance(body, list):
        for value in body:
            yield from undescribed(known.get("items", {}), value)


def _resolved(schema: Any) -> Any:
    """Follow references; of several, or of one and nothing, take the one that names fields."""
    while "$ref" in schema:
        schema = schemas()[schema["$ref"].rpartition("/")[2]]
    for joined in ("allOf", "anyOf", "oneOf"):
        named = [_resolved(one) for one in schema.get(joined, ())]
        schema = next((one for one in named if "properties" in one), schema)
    return schema


def answer_of(operation: str, status: int) -> Any:
    """Give the schema of what an operation answers when it goes well; of errors none."""
    answers = described()[operation][2]["responses"].get(str(status), {})
    return answers.get("content", {}).get(JSON, {}).get("schema", {})


def _status(cell: Cell, wanted: Expected, answer: Answered) -> Iterator[str]:
    told = (answer.status, answer.code)
    if wanted in REFUSED:
        if told != REFUSED[wanted]:
            yield f"{cell}: expected {wanted}, came {told}.{HINTS.get(answer.status, '')}"
    elif answer.status not in GOES_ON or (only_looks(cell) and answer.status != 200):
        yield f"{cell}: expected {wanted}, came {told}.{HINTS.get(answer.status, '')}"


def only_by_the_glass(cell: Cell) -> bool:
    """Say whether nothing but a broken glass lets this person in."""
    line, roles = policy.line_of(cell.operation), WHO.get(cell.who, {})
    near = [cells.near(line, cell.who, role, cell.state) for role in line.who.keys() & roles]
    return frozenset().union(*near) == {BROKEN_GLASS}


def only_looks(cell: Cell) -> bool:
    """Say whether this operation only looks."""
    return described()[cell.operation][0] == "get"


def _nothing_written(cell: Cell, answer: Answered) -> Iterator[str]:
    for table in answer.changed:
        yield f"{cell}: refused, and {table} is not what it was"


def _one_entry(cell: Cell, wanted: Expected, answer: Answered) -> Iterator[str]:
    entries = [(entry.outcome, entry.reason) for entry in answer.trail]
    if wanted is Expected.NOT_SIGNED_IN:
        if entries:
            yield f"{cell}: nobody is signed in, and the trail says {entries}"
    elif wanted not in REFUSED:
        yield from _one_of_the_act(cell, answer)
    elif entries != [("refused", REFUSED[wanted][1])]:
        yield f"{cell}: expected one refusal in the trail, found {entries}"


def _one_of_the_act(cell: Cell, answer: Answered) -> Iterator[str]:
    """A look leaves one entry that it was done; an act at least one; a refusal exactly one."""
    outcomes = [entry.outcome for entry in answer.trail]
    if policy.line_of(cell.operation).permission is None:
        return
    if answer.status < 300:
        right = outcomes.count("done") == 1 if only_looks(cell) else "done" in outcomes
        right = right and "refused" not in outcomes
    else:
        right = outcomes == ["refused"] or answer.status == 422
    if not right:
        yield f"{cell}: answered {answer.status}, and the trail says {outcomes}"
    yield from _marked(cell, answer)


def _marked(cell: Cell, answer: Answered) -> Iterator[str]:
    """Every look that only the broken glass allowed is marked in the trail, and no other is."""
    by_the_glass = only_by_the_glass(cell)
    for entry in answer.trail:
        if (entry.reason == BREAK_GLASS) is not by_the_glass:
            yield f"{cell}: {entry.action} has the reason {entry.reason!r} in the trail"


def _nothing_shown(
    cell: Cell, wanted: Expected, answer: Answered, hers: frozenset[str]
) -> Iterator[str]:
    if wanted is Expected.NARROWED and any(row in answer.text for row in hers):
        yield f"{cell}: a patient of others is on the list"
    roles = WHO.get(cell.who, {}).keys()
    hidden = set(WORDS) if wanted is not Expected.LET_IN else hidden_from(roles)
    about_somebody = policy.line_of(cell.operation).permission is not None
    if about_somebody and cell.operation not in THE_CATALOGUE:
        unseen = fields.hidden_from(WHO.get(cell.who, {}))
        for name in sorted(unseen.intersection(filled(answer.body))):
            yield f"{cell}: fills the field {name}, which none of their roles may see"
    for kind in sorted(hidden):
        if WORDS[kind].split()[0] in answer.text:
            yield f"{cell}: shows {kind}"
