"""Does every door to the dose stay closed to a coach, also those that are built later?"""

import re
from functools import cache
from typing import Any

import pytest

from api.app import documented_app
from api.platform.spec import JSON, document, operations
from tests.api.client import Client
from tests.stage import Stage

# What decides about a dose has one of these in its path; a coach may read, and stop.
DECIDES = frozenset(
    {
        *("dose-sessions", "doses-taken", "gate-decisions", "clearances", "clearance"),
        *("approvals", "evaluations", "eligibility", "overrides", "treatment-plans", "plans"),
        *("orders", "medication-orders", "shipments", "lots", "office-sessions", "desk"),
    }
)
STOPS = frozenset(
    {
        *("cancellation", "cancel", "hold", "holds", "emergency", "emergencies"),
        *("emergency-calls", "dispatch-links"),
    }
)
WORDS = ("UTC", "CO", "code", "someone@example.org", "+13035550100", "2026-11-23T10:00", "1")
SOME_ID = "01980000-0000-7000-8000-000000000000"


@cache
def whole() -> dict[str, Any]:
    """Give the document of the API as it is now."""
    return document(documented_app())


def doors() -> list[tuple[str, str]]:
    """Find every operation of the document that changes something about a dose."""
    found = []
    for path, method, _ in operations(whole()):
        parts = set(path.split("/"))
        if method != "get" and parts & DECIDES and not parts & STOPS:
            found.append((path, method))
    return sorted(found)


DOORS = doors()


def fitting(schema: dict[str, Any]) -> Any:
    """Make the smallest value that the document allows, so that no form keeps the door shut."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        return fitting(whole()["components"]["schemas"][name])
    for several in ("allOf", "anyOf", "oneOf"):
        if several in schema:
            return fitting(schema[several][0])
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    return _MAKERS[kind[0] if isinstance(kind, list) else kind](schema)


def _text(schema: dict[str, Any]) -> str:
    known = {"uuid": SOME_ID, "date": "2026-11-23", "date-time": "2026-11-23T10:00:00Z"}
    if schema.get("format") in known:
        return known[schema["format"]]
    if "pattern" in schema:
        return next(word for word in WORDS if re.search(schema["pattern"], word))
    return "x" * max(schema.get("minLength", 1), 1)


def _record(schema: dict[str, Any]) -> dict[str, Any]:
    parts = schema.get("properties", {})
    return {name: fitting(parts[name]) for name in schema.get("required", ()) if name in parts}


_MAKERS: dict[Any, Any] = {
    "string": _text,
    "integer": lambda schema: schema.get("minimum", 1),
    "number": lambda schema: schema.get("minimum", 1),
    "boolean": lambda _: True,
    "array": lambda schema: [fitting(schema["items"])] * schema.get("minItems", 0),
    "object": _record,
    None: lambda _: "unknown",
}


def body_of(path: str, method: str) -> Any:
    """Make a body for this operation, if it takes one."""
    content = whole()["paths"][path][method].get("requestBody", {}).get("content", {})
    return fitting(content[JSON]["schema"]) if JSON in content else None


def filled(path: str, stage: Stage) -> str:
    """Name the coach's own patient's records, so that only the permission keeps the door shut."""
    evening = stage.evening
    known = {
        "patient_id": evening.patient.id,
        "dose_session_id": evening.dose_session.id,
        "plan_id": evening.plan.id,
        "treatment_plan_id": evening.plan.id,
        "approval_id": evening.plan.approval_id,
    }
    return re.sub(r"{(\w+)}", lambda part: str(known.get(part[1], SOME_ID)), path)


def test_there_are_doors_to_try() -> None:
    tried = {path for path, _ in DOORS}
    assert len(DOORS) >= 8
    for word in ("start", "approvals", "treatment-plans", "predose-checks", "overrides"):
        assert any(word in path.split("/")[-1] for path in tried), word


@pytest.mark.parametrize(("path", "method"), DOORS)
def test_a_coach_changes_nothing_about_a_dose(
    coach: Client, stage: Stage, path: str, method: str
) -> None:
    sent = body_of(path, method)
    answer = coach.send(method.upper(), filled(path, stage), json=sent, key="door", version=1)
    assert answer.status_code in (403, 404), (path, answer.json)
    assert answer.json["code"] in ("not-permitted", "not-found")
