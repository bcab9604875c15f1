"""Does a role carry exactly the acts that its line in the table names?"""

from rules.access.policy import ROLES, may
from rules.permissions import Permission
from rules.terms import Role


def test_every_kind_of_act_belongs_to_somebody() -> None:
    assert {permission for permission in Permission if not ROLES.get(permission)} == set()


def test_absent_means_nobody() -> None:
    assert not may(frozenset(), Permission.REPORT_HARM)
    assert not may(frozenset({Role.COACH}), Permission.RELEASE_HOLD)


def test_one_of_several_roles_is_enough() -> None:
    assert may(frozenset({Role.COACH, Role.PRESCRIBER}), Permission.RELEASE_HOLD)


def test_only_a_prescriber_decides_overrides_orders_and_lets_go() -> None:
    clinical = (
        Permission.DECIDE_ELIGIBILITY,
        Permission.OVERRIDE_HOLD,
        Permission.WRITE_PLAN,
        Permission.ORDER_MEDICATION,
        Permission.RELEASE_HOLD,
    )
    assert {ROLES[permission] for permission in clinical} == {frozenset({Role.PRESCRIBER})}


def test_an_admin_has_no_clinical_act() -> None:
    of_admin = {permission for permission, roles in ROLES.items() if Role.ADMIN in roles}
    clinical = {
        permission
        for permission in Permission
        if any(word in permission for word in ("intake", "decision", "note", "vitals", "dose"))
    }
    assert of_admin & clinical == set()


def test_anyone_can_stop_and_anyone_can_report_harm() -> None:
    people = frozenset(Role) - {Role.SYSTEM, Role.ADMIN}
    assert people <= ROLES[Permission.PLACE_HOLD]
    assert people <= ROLES[Permission.REPORT_HARM]
