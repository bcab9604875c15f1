"""Is a field that is not the sender's to set refused, whoever sends it, and nothing written?"""

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.matrix import cells
from tests.matrix.asking import Asking
from tests.matrix.cells import STRANGER, Expected
from tests.matrix.requests import described, request_for, schemas

# What the house alone decides, in every word the house has for it.
NOBODYS_TO_SET = {
    "id": "00000000-0000-4000-8000-000000000001",
    "patient_id": "00000000-0000-4000-8000-000000000001",
    "user_id": "00000000-0000-4000-8000-000000000001",
    "state": "approved",
    "status": "approved",
    "enrolment": "course_active",
    "roles": ["admin"],
    "approved_by": "00000000-0000-4000-8000-000000000001",
    "signed_by": "00000000-0000-4000-8000-000000000001",
    "released_at": "2026-11-23T17:00:00+00:00",
    "product_id": "00000000-0000-4000-8000-000000000001",
    "setting": "home",
    "molecule": "ketamine",
    "version": 7,
    "safety_version": 7,
}


def properties_of(operation: str) -> set[str] | None:
    """Give the fields that an operation takes; none where it takes anything, or nothing."""
    schema: Any = described()[operation][2].get("requestBody", {}).get("content", {})
    schema = schema.get("application/json", {}).get("schema", {})
    while "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        schema = schemas()[name]
    return set(schema["properties"]) if "properties" in schema else None


def operations_with_fields() -> list[str]:
    """Give every operation that takes named fields."""
    return sorted(name for name in described() if properties_of(name) is not None)


@pytest.mark.api_top_ten("API3.foreign_fields")
@pytest.mark.asvs("8.2.3", "15.3.3")
@pytest.mark.parametrize("operation", operations_with_fields())
def test_a_foreign_field_is_refused_by_name_and_nothing_is_written(
    asking: Asking, operation: str
) -> None:
    taken = properties_of(operation) or set()
    foreign = {name: value for name, value in NOBODYS_TO_SET.items() if name not in taken}
    who = next(cell.who for cell in cells.cells_of(operation) if cell.expected is Expected.LET_IN)
    request = request_for(operation, asking.world, who)
    answer = asking.ask(
        replace(request, body={**request.body, **foreign}), None if who == STRANGER else who
    )
    told = json.loads(answer.text)
    assert (answer.status, answer.code) == (422, "invalid-request")
    assert set(foreign) <= set(told["errors"])
    assert [entry for entry in answer.trail if entry.outcome != "refused"] == []
