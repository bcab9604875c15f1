"""Does an invitation open one door, once, for the person it was meant for?"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from models.people.accounts import Invitation, RoleGrant, UserAccount
from rules.terms import Role
from tests.clock import HandClock
from tests.factories.people import PASSWORD, a_user, the_actor
from workflows.people import invitations, sign_in, stays
from workflows.people.sign_in import Device
from workflows.platform.actor import NOBODY, SYSTEM, Actor
from workflows.platform.errors import InvalidContent, NotFound, NotPermitted, RecordForbids
from workflows.platform.runtime import Runtime
from workflows.staff import accounts

EMAIL = "coach@example.org"


@pytest.fixture
def admin(runtime: Runtime) -> Actor:
    """Give somebody of the office."""
    return an_admin(runtime)


def an_admin(runtime: Runtime) -> Actor:
    with runtime.begin(SYSTEM) as work:
        return the_actor(a_user(work.session, work.now, Role.ADMIN), Role.ADMIN)


def invite(runtime: Runtime, admin: Actor, role: Role = Role.COACH, email: str = EMAIL) -> str:
    with runtime.begin(admin) as work:
        return invitations.invite(work, email, "Cora Coach", role).token


def accept(runtime: Runtime, token: str, password: str = PASSWORD) -> UserAccount:
    with runtime.begin(NOBODY) as work:
        return invitations.accept(work, token, password)


def test_an_invited_person_comes_in_with_the_role(runtime: Runtime, admin: Actor) -> None:
    account = accept(runtime, invite(runtime, admin))

    with runtime.begin(NOBODY) as work:
        tokens = sign_in.log_in(work, EMAIL, PASSWORD, Device()).granted()
    assert (tokens.user_id, tokens.roles) == (account.id, frozenset({Role.COACH}))
    assert account.display_name == "Cora Coach"


@pytest.mark.asvs("6.4.1", "11.5.1")
def test_only_the_hash_of_a_long_key_is_kept(runtime: Runtime, admin: Actor) -> None:
    token = invite(runtime, admin)

    with runtime.begin(SYSTEM) as work:
        kept = work.session.scalars(select(Invitation)).one()
    assert len(token) >= 43
    assert kept.token_hash == stays.token_hash(token)


@pytest.mark.asvs("6.4.1")
@pytest.mark.parametrize("days", [7, 400])
def test_a_key_is_good_for_a_week(
    runtime: Runtime, admin: Actor, clock: HandClock, days: int
) -> None:
    token = invite(runtime, admin)
    clock.advance(days=days)

    with pytest.raises(NotFound):
        accept(runtime, token)


@pytest.mark.asvs("6.4.1")
def test_a_key_opens_once(runtime: Runtime, admin: Actor) -> None:
    token = invite(runtime, admin)
    accept(runtime, token)

    with pytest.raises(NotFound):
        accept(runtime, token)


def test_two_hands_on_one_key_make_one_account(fresh_runtime: Runtime) -> None:
    token = invite(fresh_runtime, an_admin(fresh_runtime))
    barrier = Barrier(4)

    def turn(_: int) -> bool:
        barrier.wait()
        try:
            accept(fresh_runtime, token)
        except (NotFound, RecordForbids):
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(turn, range(4))) == [False, False, False, True]


@pytest.mark.api_top_ten("API6.accounts")
def test_a_guessed_key_opens_nothing(runtime: Runtime, admin: Actor) -> None:
    invite(runtime, admin)

    with pytest.raises(NotFound):
        accept(runtime, "x" * 43)


def test_a_weak_password_leaves_the_key_good(runtime: Runtime, admin: Actor) -> None:
    token = invite(runtime, admin)
    with pytest.raises(InvalidContent):
        accept(runtime, token, "short")

    assert accept(runtime, token).email == EMAIL


def test_an_address_has_one_account(runtime: Runtime, admin: Actor) -> None:
    accept(runtime, invite(runtime, admin))
    second = invite(runtime, admin, email="c.oach+2@example.org")

    with pytest.raises(RecordForbids) as refused:
        accept(runtime, second)
    assert refused.value.code == "account_exists"


def test_somebody_with_an_account_takes_one_more_role(runtime: Runtime, admin: Actor) -> None:
    account = accept(runtime, invite(runtime, admin, Role.PATIENT))
    token = invite(runtime, admin, Role.COACH)

    with runtime.begin(the_actor(account, Role.PATIENT)) as work:
        invitations.accept_as_myself(work, token)
    with runtime.begin(SYSTEM) as work:
        assert stays.roles_of(work, account.id) == {Role.PATIENT, Role.COACH}


def test_a_found_key_gives_a_stranger_no_role(runtime: Runtime, admin: Actor) -> None:
    token = invite(runtime, admin, Role.ADMIN)
    with runtime.begin(SYSTEM) as work:
        finder = a_user(work.session, work.now, Role.PATIENT)

    with pytest.raises(NotFound), runtime.begin(the_actor(finder, Role.PATIENT)) as work:
        invitations.accept_as_myself(work, token)


@pytest.mark.parametrize("role", [Role.SITTER, Role.SYSTEM])
def test_the_office_invites_neither_sitters_nor_machines(
    runtime: Runtime, admin: Actor, role: Role
) -> None:
    with pytest.raises(InvalidContent):
        invite(runtime, admin, role)


@pytest.mark.api_top_ten("API6.accounts")
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_nobody_else_invites(runtime: Runtime, role: Role) -> None:
    with runtime.begin(SYSTEM) as work:
        user = a_user(work.session, work.now, role)

    with pytest.raises(NotPermitted):
        invite(runtime, the_actor(user, role))


def test_keys_handed_out_by_a_disabled_person_are_void(runtime: Runtime, admin: Actor) -> None:
    other = an_admin(runtime)
    token = invite(runtime, other)
    with runtime.begin(admin) as work:
        assert other.user_id is not None
        accounts.disable_person(work, other.user_id)

    with pytest.raises(NotFound):
        accept(runtime, token)


def test_the_office_sees_who_came_in(runtime: Runtime, admin: Actor, clock: HandClock) -> None:
    account = accept(runtime, invite(runtime, admin))
    clock.advance(minutes=1)
    invite(runtime, admin, email="later@example.org")

    with runtime.begin(admin) as work:
        newest, older = invitations.open_invitations(work)
        rest = invitations.open_invitations(work, after=(newest.invited_at, newest.id))
    assert (newest.accepted_by, older.accepted_by) == (None, account.id)
    assert [row.id for row in rest] == [older.id]


def test_an_unknown_person_holds_no_role_by_accident(runtime: Runtime, admin: Actor) -> None:
    invite(runtime, admin)

    with runtime.begin(SYSTEM) as work:
        roles = work.session.scalars(select(RoleGrant.role)).all()
    assert roles == [Role.ADMIN]
