"""Does anybody learn, or do, anything with the rows of a patient who is not theirs?

Asked of every operation, without a word about it here: what is sent comes from the document. The
time of an answer is compared by what is asked of the database, statement by statement: seconds on a
busy machine tell nothing, and what differs in the work differs there.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from rules.access import policy
from tests.matrix import cells, judging
from tests.matrix.asking import Answered, Asking, Request
from tests.matrix.cells import Cell, Expected, State
from tests.matrix.people import WHO
from tests.matrix.requests import (
    CODES,
    IN_PATHS,
    NAMED,
    NOBODYS,
    described,
    ids_in_the_body,
    names_a_row,
    of_nobody,
    request_for,
)

ANY_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NUMBER = re.compile(r"sa_savepoint_\d+")
NAMES_ROWS = [one for one in sorted(policy.BY_OPERATION) if names_a_row(one)]
# Two conditions that are true of no version and of every version.
CONDITIONS = (("If-Match", '"99"'), ("If-None-Match", "*"))
# A header that asks for another method than that of the request, in the three ways there are.
OVERRIDES = ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override")
# An id in a body that leads to nobody's record, and why.
NO_RECORD = {
    "device_id": "how a phone calls itself; each person has their own",
    "challenge_id": "what a device was asked to sign; tests/api/people/test_passkeys.py",
    "site_id": "a clinic, which everybody may look up",
    "user_id": "an account: whoever names one runs the office",
    "owner_id": "an account, as above; it is asked itself before anything comes of it",
    "prescriber_id": "a colleague at the site; tests/workflows/dose/test_office_sessions.py",
    "observer_id": "a colleague at the site; tests/workflows/dose/test_office_sessions.py",
}
# What stops before the named row is looked up; nothing is told all the same.
STOPPED_BEFORE = {
    "open_check_in": (409, "wrong-state"),  # it is open already
    "triage_adverse_event": (409, "report_has_patient"),  # whose harm it is, is known
}
BODIES = [
    (operation, field)
    for operation in sorted(policy.BY_OPERATION)
    for field in ids_in_the_body(operation)
    if field not in NO_RECORD
]


@pytest.mark.asvs("8.2.2")
@pytest.mark.api_top_ten("API1.same_answer", "API1.conditions", "API1.same_work")
@pytest.mark.parametrize("operation", NAMES_ROWS)
def test_what_is_not_theirs_is_answered_as_what_is_not_there(
    asking: Asking, operation: str
) -> None:
    for cell in outsiders(operation):
        request = request_for(operation, asking.world, cell.who)
        request = replace(request, versioned=False, headers=CONDITIONS)
        with said_to_the_database(asking) as of_the_foreign:
            foreign = asking.ask(request, cell.who)
        with said_to_the_database(asking) as of_the_missing:
            missing = asking.ask(of_nobody(request) or request, cell.who)
        assert (foreign.status, "ETag" in foreign.headers) == (404, False), cell
        assert seen(foreign) == seen(missing), cell
        assert of_the_foreign == of_the_missing, cell


@pytest.mark.asvs("8.2.2")
@pytest.mark.api_top_ten("API1.id_in_body")
@pytest.mark.parametrize(("operation", "field"), BODIES)
def test_a_row_of_others_named_in_a_body_is_not_there(
    asking: Asking, operation: str, field: str
) -> None:
    asked = 0
    for who in comes_in(operation):
        request = request_for(operation, asking.world, who)
        row = field if field in asking.world.others else NAMED[operation][field]
        foreign = asking.ask(naming(request, field, asking.world.others[row]), who)
        missing = asking.ask(naming(request, field, NOBODYS), who)
        told = (foreign.status, foreign.code)
        assert told == STOPPED_BEFORE.get(operation, (404, "not-found")), who
        assert seen(foreign) == seen(missing), who
        assert foreign.changed == (), who
        assert [entry.outcome for entry in foreign.trail if entry.outcome != "refused"] == []
        asked += 1
    assert asked


@pytest.mark.api_top_ten("API1.foreign_parent")
def test_a_row_below_the_wrong_patient_is_not_there(asking: Asking) -> None:
    below = [one for one in NAMES_ROWS if len(rows_in_the_path(one)) > 1]
    assert below == ["end_care_team_membership"], "one more: see that it is asked below"
    for operation in below:
        for part in rows_in_the_path(operation):
            for who in comes_in(operation):
                request = request_for(operation, asking.world, who)
                mixed = with_in_the_path(request, part, asking.world.others[part])
                answer = asking.ask(mixed, who)
                assert (answer.status, answer.changed) == (404, ()), (part, who)


@pytest.mark.asvs("8.2.2", "8.4.1")
@pytest.mark.api_top_ten("API1.lists")
@pytest.mark.parametrize("operation", [one for one in sorted(described()) if "list" in one])
def test_a_list_of_ones_own_holds_no_row_of_others(asking: Asking, operation: str) -> None:
    line = policy.line_of(operation)
    if line.permission is None or not cells.about_a_patient(line):
        return
    whole = (("limit", "100"),) if "limit" in queries_of(operation) else ()
    others = {str(row) for row in asking.world.others.values()}
    for who in comes_in(operation):
        answer = asking.ask(replace(request_for(operation, asking.world, who), query=whole), who)
        assert answer.status == 200, who
        assert [row for row in others if row in answer.text] == [], who


# Some frameworks take a header for the method: a reader could write with it.
@pytest.mark.asvs("4.1.4")
@pytest.mark.api_top_ten("API5.override")
def test_no_header_turns_a_look_into_an_act(asking: Asking) -> None:
    for operation, (method, _, _) in described().items():
        request = request_for(operation, asking.world, "nobody")
        other = "GET" if method.upper() != "GET" else "DELETE"
        told = tuple((name, other) for name in OVERRIDES)
        plain, overridden = (
            asking.ask(one, "nobody") for one in (request, replace(request, headers=told))
        )
        came = [(one.status, one.code, one.trail, one.changed) for one in (plain, overridden)]
        assert came[0] == came[1], operation


@contextmanager
def said_to_the_database(asking: Asking) -> Iterator[list[str]]:
    """Collect what is asked of the database meanwhile, in the world as it stands."""
    said: list[str] = []
    asking.stand(None)

    def heard(*call: Any) -> None:
        said.append(NUMBER.sub("savepoint", call[2]))

    event.listen(asking.connection, "before_cursor_execute", heard)
    try:
        yield said
    finally:
        event.remove(asking.connection, "before_cursor_execute", heard)


def outsiders(operation: str) -> Iterator[Cell]:
    """Give one of each role who has it and no relation to the patient."""
    known = {
        frozenset(WHO[cell.who]): cell
        for cell in cells.cells_of(operation)
        if cell.state is State.THERE and cell.expected is Expected.NOT_FOUND
    }
    yield from known.values()


def comes_in(operation: str) -> Iterator[str]:
    """Give everybody whom the line lets in for a reason, and not behind the glass."""
    for cell in cells.cells_of(operation):
        let_in = cell.state is State.THERE and cell.expected is Expected.LET_IN
        if let_in and cell.who in WHO and not judging.only_by_the_glass(cell):
            yield cell.who


def seen(answer: Answered) -> tuple[Any, ...]:
    """Give all that somebody outside sees, without the ids of this very request."""
    headers = {name: ANY_ID.sub("-", value) for name, value in answer.headers.items()}
    return answer.status, ANY_ID.sub("-", answer.text), headers


def naming(request: Request, field: str, row: UUID) -> Request:
    """Name this row in the body."""
    return replace(request, body={**(request.body or {}), field: str(row)})


def rows_in_the_path(operation: str) -> list[str]:
    """Give the names of the rows that a path names."""
    return [part for part in IN_PATHS.findall(described()[operation][1]) if part not in CODES]


def with_in_the_path(request: Request, part: str, row: UUID) -> Request:
    """Put another row into one place of the path."""
    wanted = described()[request.operation][1].split("/").index(f"{{{part}}}")
    path = request.path.split("/")
    path[wanted] = str(row)
    return replace(request, path="/".join(path))


def queries_of(operation: str) -> set[str]:
    """Give the names of what a query may say."""
    return {one.get("name", "") for one in described()[operation][2].get("parameters", ())}
