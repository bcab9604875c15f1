"""Do the served map, the document and the access policy name the same doors, and the same keys?"""

import json
from dataclasses import replace

import pytest

from api.app import documented_app
from api.platform import admission, spec
from rules.access import policy
from rules.access.policy import PolicyBroken
from rules.permissions import Permission
from tests.house.source import declared, files
from tests.house.test_declared import done_by_the_house, promises
from tests.matrix.cells import FACTS
from workflows.platform.work import command


@pytest.mark.api_top_ten("API5.only_by_command", "API9.three_ways")
@pytest.mark.asvs("8.1.1", "8.1.2", "8.2.1")
def test_served_map_document_and_policy_name_the_same_operations() -> None:
    served = {operation.id for operation in admission.served(documented_app())}
    document = json.loads(spec.DOCUMENT.read_text(encoding="utf-8"))
    documented = {operation["operationId"] for _, _, operation in spec.operations(document)}
    assert served == documented == set(policy.BY_OPERATION)


# An operation that was added in a hurry, and that nobody had said anything about.
@pytest.mark.asvs("8.2.1")
def test_nothing_starts_while_an_operation_has_no_line(monkeypatch: pytest.MonkeyPatch) -> None:
    left = {name: line for name, line in policy.BY_OPERATION.items() if name != "start_dose"}
    monkeypatch.setattr(policy, "BY_OPERATION", left)
    with pytest.raises(PolicyBroken, match=r'line\("start_dose", May'):
        documented_app()


@pytest.mark.asvs("8.2.1")
def test_nothing_starts_while_a_line_has_no_operation(monkeypatch: pytest.MonkeyPatch) -> None:
    line = policy.line_of("start_dose")
    monkeypatch.setattr(policy, "BY_OPERATION", policy.BY_OPERATION | {"start_two_doses": line})
    with pytest.raises(PolicyBroken, match="start_two_doses: a line of the access policy, and no"):
        documented_app()


@pytest.mark.asvs("8.2.1")
def test_nothing_starts_while_view_and_line_differ_on_strangers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    opened = {"start_dose": replace(policy.line_of("start_dose"), public=True)}
    monkeypatch.setattr(policy, "BY_OPERATION", policy.BY_OPERATION | opened)
    with pytest.raises(PolicyBroken, match="start_dose: the access policy says it is public"):
        documented_app()


# Jobs and commands reach an act by no address, so the act itself has to be in the policy.
@pytest.mark.asvs("8.2.1", "8.3.1")
def test_no_act_is_declared_that_no_line_names(monkeypatch: pytest.MonkeyPatch) -> None:
    roles = {kind: who for kind, who in policy.ROLES.items() if kind is not Permission.START_DOSE}
    monkeypatch.setattr("workflows.platform.work.ROLES", roles)
    with pytest.raises(PolicyBroken, match="no line of rules/access names start_dose"):

        @command(permit=Permission.START_DOSE, audit="dose.taken_unseen")
        def unseen(work: object) -> None:
            """Start a dose that no line allows."""


# A line that names one permission while its act asks for another is a line about nothing.
@pytest.mark.asvs("8.1.1", "8.3.1")
def test_every_act_asks_for_the_permission_of_its_operations_line() -> None:
    differ = [
        f"{operation}: its act {act.name} asks for {act.permit}; write May.{act.permit.name} in"
        f" its line of rules/access, or change the act"
        for operation, _, acts in promises()
        for act in acts[:1]
        if act.permit is not policy.line_of(operation).permission
    ]
    assert differ == []


def test_only_an_operation_without_an_act_is_open_to_whoever_is_signed_in() -> None:
    without = {operation for operation, _, acts in promises() if not acts}
    assert {line.operation for line in policy.LINES if line.permission is None} == without


@pytest.mark.asvs("8.1.2")
def test_what_ends_with_the_programme_is_a_command_of_that_very_operation() -> None:
    acts = {operation: acts[0] for operation, _, acts in promises() if acts}
    wrong = [
        f'{line.operation}: closes="{line.closes}", and its act is the {acts[line.operation].kind}'
        f' "{acts[line.operation].audit}"'
        for line in policy.LINES
        if line.closes
        if (acts[line.operation].audit, acts[line.operation].kind) != (line.closes, "command")
    ]
    assert wrong == []


# What is told of somebody who is said to have died is kept: the record may be wrong.
def test_the_matrix_knows_what_is_a_fact() -> None:
    kinds = {operation: acts[0].kind for operation, _, acts in promises() if acts}
    assert {operation for operation, kind in kinds.items() if kind == "record"} == FACTS


def test_what_the_house_does_by_itself_is_named_in_the_policy() -> None:
    alone = set(done_by_the_house()) - {act.name for _, _, acts in promises() for act in acts}
    assert {declared()[name].permit for name in alone} <= set(policy.OF_THE_HOUSE)


# Acting for somebody else is a master key, and there is one lock for it (decision 0038).
def test_one_place_alone_acts_for_somebody_else() -> None:
    words = ("entered_by=", "vouched_for=")
    named = {
        file.module for file in files("api", "workflows") for word in words if word in file.text
    }
    assert named == {"workflows.dose.quarantine_decisions"}
