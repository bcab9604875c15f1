"""Does every answer about patients stand in the trail, each of them, and every refusal too?

Asked after each request of each test of the API, so that no view can be forgotten.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from api.platform.request import EXTENSION
from models.people.patients import Patient
from models.platform.database import new_sessions
from models.platform.trail import AuditEvent
from tests.api.examples import operation_of

# A probe of a test, and who I am myself.
NO_RECORD = ("/v1/probe", "/v1/me")
NAMED = ("patient_id", "id")


def check(app: Flask, answer: TestResponse) -> None:
    """Compare one answer with what the trail says about it."""
    if answer.request.path.startswith(NO_RECORD):
        return
    if answer.request.method == "GET" and answer.status_code == 200:
        missing = shown(answer.get_json(silent=True)) & patients(app) - noted(app, answer)
        assert not missing, f"{answer.request.path} shows a patient whom the trail does not name"
    if answer.status_code == 403 and operation_of(app, answer):
        assert "refused" in outcomes(app, answer), f"{answer.request.path}: no trace of a refusal"


def shown(value: Any) -> set[UUID]:
    """Give every id in an answer that could be a patient's."""
    return set(_ids(value))


def _ids(value: Any, name: str = "") -> Iterator[UUID]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _ids(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _ids(inner, name)
    elif name in NAMED and isinstance(value, str) and len(value) == 36:
        yield UUID(value)


def patients(app: Flask) -> set[UUID]:
    """Give everybody who is a patient."""
    with new_sessions(app.extensions[EXTENSION].bind)() as session:
        return set(session.scalars(select(Patient.id)))


def noted(app: Flask, answer: TestResponse) -> set[UUID]:
    """Give whom the trail names for this request."""
    return {row.patient_id for row in _entries(app, answer) if row.patient_id}


def outcomes(app: Flask, answer: TestResponse) -> set[str]:
    """Give what came of the acts of this request."""
    return {row.outcome for row in _entries(app, answer)}


def _entries(app: Flask, answer: TestResponse) -> list[AuditEvent]:
    asked = AuditEvent.request_id == answer.headers.get("X-Request-Id", "")
    with new_sessions(app.extensions[EXTENSION].bind)() as session:
        return list(session.scalars(select(AuditEvent).where(asked)))
