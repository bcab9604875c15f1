"""Does every operation that only a sandbox has answer everybody as the policy says?"""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from api.platform import admission
from models.platform.database import new_sessions
from rules.access import sandbox
from rules.access.words import Line
from rules.terms import Role
from tests.api.client import Client
from tests.api.conftest import ClientFor
from tests.factories.people import a_user
from workflows.platform.runtime import Runtime
from workflows.platform.sandbox_clock import STARTS

# Each is done with as little as it can be: what is asked for here is who may.
BODIES: dict[str, dict[str, Any]] = {
    "move_sandbox_clock": {"by_seconds": 0},
    "play_sandbox_course": {"incidents": []},
}


@pytest.mark.parametrize("line", sandbox.LINES, ids=lambda line: line.operation)
def test_everybody_is_answered_as_the_policy_of_a_sandbox_says(
    app: Flask,
    runtime: Runtime,
    client_for: ClientFor,
    monkeypatch: pytest.MonkeyPatch,
    line: Line,
) -> None:
    monkeypatch.setattr("workflows.sandbox.courses.MOST_STEPS", 1)
    with new_sessions(runtime.bind)() as session:
        roles = [role for role in Role if role is not Role.SYSTEM]
        people = {role: a_user(session, STARTS - timedelta(days=1), role).id for role in roles}
        session.commit()
    answered = {role: _asks(app, client_for(user_id), line) for role, user_id in people.items()}
    assert answered == {role: 200 if role in line.who else 403 for role in roles}
    assert _asks(app, Client(app), line) == 401
    assert runtime.clock.now() == STARTS


def _asks(app: Flask, client: Client, line: Line) -> int:
    [(endpoint, method)] = [
        (endpoint, method)
        for endpoint, method, operation in admission.placed(app)
        if operation.id == line.operation
    ]
    [rule] = app.url_map.iter_rules(endpoint)
    return client.send(method, rule.rule, json=BODIES.get(line.operation)).status_code
