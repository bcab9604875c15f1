"""Does every operation answer everybody, in every state, as the policy says?

A failing cell says what was expected and what came. When a line is missing, write it: the message
of `tests/house/test_access_policy.py` says which.
"""

import pytest

from rules.access import policy
from rules.access.words import Relation
from rules.terms import Role
from tests.matrix import cells, judging
from tests.matrix.asking import Asking
from tests.matrix.people import WHO

FEWEST_CELLS = 10_500


@pytest.mark.api_top_ten("API1.matrix", "API3.shown_fields", "API5.matrix")
@pytest.mark.asvs(
    "8.1.2", "8.2.1", "8.2.2", "8.2.3", "8.3.1", "8.3.2", "8.4.1", "14.2.6", "15.3.1", "16.3.2"
)
@pytest.mark.parametrize("operation", sorted(policy.BY_OPERATION))
def test_everybody_is_answered_as_the_policy_says(asking: Asking, operation: str) -> None:
    wrong = [fault for cell in cells.cells_of(operation) for fault in judging.faults(asking, cell)]
    assert wrong == []


def test_the_matrix_has_a_cell_for_every_operation_role_relation_and_state() -> None:
    every = list(cells.all_cells())
    assert len(set(every)) == len(every) >= FEWEST_CELLS
    assert {cell.operation for cell in every} == set(policy.BY_OPERATION)
    assert {role for roles in WHO.values() for role in roles} == set(Role) - {Role.SYSTEM}
    assert {cell.state for cell in every} == set(cells.State)
    assert {cell.expected for cell in every} == set(cells.Expected)


# A row that was dumped as it is: with the hash of a password in it.
@pytest.mark.asvs("15.3.1")
def test_a_field_that_nobody_described_is_seen() -> None:
    schema = judging.answer_of("list_patients", 200)
    page = {"items": [{"id": "1", "password_hash": "x"}], "next": None, "sum": 1}
    assert list(judging.undescribed(schema, page)) == ["password_hash", "sum"]


# A relation that the policy names and nobody of the matrix has is a promise that nobody tries.
def test_every_relation_that_the_policy_names_is_held_by_somebody() -> None:
    named = {
        (role, relation)
        for line in policy.LINES
        for role, near in line.who.items()
        for relation in near
    }
    held = {
        (role, relation)
        for roles in WHO.values()
        for role, near in roles.items()
        for relation in near
    }
    reported_by_others = {(role, Relation.REPORTED) for role in Role}
    assert named - held - reported_by_others == set()
