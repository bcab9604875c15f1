"""Does anything that somebody may send, to any operation, break us?"""

from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

from api.platform import spec
from models.people.accounts import RoleGrant, UserAccount
from models.platform.database import new_sessions
from rules.terms import Role
from tests.api.client import Client
from tests.api.conftest import token_for
from workflows.platform.runtime import Runtime

HOSTILE: list[Any] = [
    None,
    True,
    -1,
    0,
    1.5,
    10**17,
    "",
    "a",
    "\0",
    "x" * 5000,
    "2026-11-23",
    "9999-12-31T23:59:59Z",
    "01900000-0000-7000-8000-000000000000",
    [],
    [None],
    [{}],
    {},
    {"a": {"a": []}},
]


@pytest.fixture
def everybody(app: Flask, runtime: Runtime, person: UserAccount) -> Client:
    """Give somebody with every role, so that nothing is refused for want of one."""
    with new_sessions(runtime.bind)() as session:
        session.add_all(
            RoleGrant(user_id=person.id, role=role, granted_at=person.created_at)
            for role in Role
            if role not in (Role.COACH, Role.SYSTEM)
        )
        session.commit()
    return Client(app, token_for(runtime, person.id))


def filled(document: dict[str, Any], operation: dict[str, Any], value: Any) -> Any:
    """Give a body with this value in every field of the first level."""
    content = operation.get("requestBody", {}).get("content", {}).get(spec.JSON)
    if content is None or "$ref" not in content["schema"]:
        return None
    schema = document["components"]["schemas"][content["schema"]["$ref"].split("/")[-1]]
    return dict.fromkeys(schema["properties"], value)


@pytest.mark.asvs("1.2.4")
@pytest.mark.parametrize("value", HOSTILE, ids=[repr(value)[:12] for value in HOSTILE])
def test_no_value_in_any_field_of_any_operation_breaks_us(
    app: Flask, everybody: Client, value: Any
) -> None:
    document = spec.document(app)
    broken = []
    for path, method, operation in spec.operations(document):
        if operation["operationId"] in ("fail", "log_out"):
            continue
        body = filled(document, operation, value)
        full = "/".join(str(uuid4()) if part[:1] == "{" else part for part in path.split("/"))
        answer = everybody.send(method.upper(), full, json=body, key=str(uuid4()), version=1)
        if answer.status_code >= 500:
            broken.append((operation["operationId"], answer.json))
    assert broken == []


@pytest.mark.asvs("1.2.4")
@pytest.mark.parametrize("value", ["", "%00", "%ff", "-1", "9" * 40, "a" * 500, "2026-11-23", "[]"])
def test_no_value_in_any_query_breaks_us(app: Flask, everybody: Client, value: str) -> None:
    document = spec.document(app)
    broken = []
    for path, method, operation in spec.operations(document):
        names = [
            told["name"] for told in operation.get("parameters", ()) if told.get("in") == "query"
        ]
        full = "/".join(str(uuid4()) if part[:1] == "{" else part for part in path.split("/"))
        for name in names:
            answer = everybody.send(method.upper(), f"{full}?{name}={value}")
            if answer.status_code >= 500:
                broken.append((operation["operationId"], name, answer.json))
    assert broken == []
