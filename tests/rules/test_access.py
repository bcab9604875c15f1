"""Does the access policy say one thing about everything, and nothing where nothing is written?"""

from dataclasses import replace

import pytest

from rules.access import fields, policy
from rules.access.policy import PolicyBroken
from rules.access.words import ANY, HOUSE, OWN, SITS, Relation, Role, line, public, signed_in
from rules.permissions import Permission


def test_every_kind_of_act_is_named_by_some_line() -> None:
    assert set(policy.ROLES) == set(Permission)


def test_what_is_not_written_counts_for_nobody() -> None:
    assert policy.relations(Permission.START_DOSE, Role.COACH) == frozenset()
    assert policy.relations(Permission.START_DOSE, Role.PATIENT) == {OWN}


def test_relations_of_one_kind_of_act_come_from_all_of_its_doors() -> None:
    assert SITS in policy.relations(Permission.RAISE_EMERGENCY, Role.SITTER)
    assert policy.line_of("raise_emergency_for_patient").who[Role.SITTER] == frozenset()


def test_the_house_is_the_house_and_nobody_else_is() -> None:
    named = {role for (_, role), near in policy.RELATIONS.items() if HOUSE in near}
    assert named == {Role.SYSTEM}


def test_an_operation_without_a_line_is_told_which_line_to_write() -> None:
    with pytest.raises(PolicyBroken, match=r'line\("fly_home", May\.<PERMISSION>'):
        policy.line_of("fly_home")


@pytest.mark.parametrize(
    ("added", "says"),
    [
        (signed_in("read_me"), "read_me: two lines"),
        (replace(policy.line_of("take_booster"), operation="x", who={}), "x: names other roles"),
    ],
    ids=["an operation twice", "another cast for one kind of act"],
)
def test_a_policy_that_contradicts_itself_is_refused(added: policy.Line, says: str) -> None:
    with pytest.raises(PolicyBroken, match=says):
        policy.checked([*policy.LINES, added])


def test_a_line_says_who_comes_in() -> None:
    assert signed_in("read_me").everybody
    assert not public("log_in").everybody
    assert not line("read_desk", Permission.READ_DESK, {Role.PRESCRIBER: ANY}).everybody


# A sitter who may read a plan, an office that may read a note: found in a review, once.
@pytest.mark.parametrize(
    ("role", "word"),
    [
        (Role.SITTER, "plan"),
        (Role.SITTER, "note"),
        (Role.SITTER, "intake"),
        (Role.ADMIN, "note"),
        (Role.ADMIN, "intake"),
        (Role.ADMIN, "instrument"),
        (Role.ADMIN, "timeline"),
        (Role.COACH, "plan"),
        (Role.COACH, "decision"),
    ],
)
def test_some_things_are_never_theirs(role: Role, word: str) -> None:
    theirs = {kind for kind in policy.ROLES if role in policy.ROLES[kind]}
    assert {kind for kind in theirs if word in kind} == set()


def test_only_the_office_writes_without_reading() -> None:
    named = {role for (_, role), near in policy.RELATIONS.items() if Relation.OFFICE in near}
    assert named == {Role.ADMIN}


def test_of_two_roles_the_one_that_sees_more_counts() -> None:
    assert "rationale" in fields.hidden_from({Role.COACH})
    assert "rationale" not in fields.hidden_from({Role.COACH, Role.PRESCRIBER})
    assert fields.hidden_from(()) == frozenset()


def test_what_a_patient_said_in_confidence_reaches_no_sitter_and_no_office() -> None:
    for role in (Role.SITTER, Role.SITE_STAFF, Role.ADMIN):
        assert fields.HIDDEN_FIELDS[role] >= fields.IN_CONFIDENCE


def test_every_person_has_a_line_of_hidden_fields() -> None:
    assert set(fields.HIDDEN_FIELDS) == set(Role) - {Role.SYSTEM}


# Whoever moves the clock of a house ends licences and go-aheads: no part of a house of people.
def test_a_sandbox_adds_the_hand_on_its_clock_for_the_office_and_nothing_else() -> None:
    here = policy.IN_A_SANDBOX
    everywhere = {one.operation for one in policy.LINES}
    added_here = {"read_sandbox_clock", "move_sandbox_clock", "play_sandbox_course"}
    assert set(here) - everywhere == added_here
    assert everywhere <= set(here)
    for added in set(here) - everywhere:
        assert here[added].who == {Role.ADMIN: frozenset({ANY})}
        assert here[added].permission is Permission.MOVE_CLOCK
        assert not here[added].public
