"""Is a refresh token spent once, forgiven one lost answer, and fatal when somebody else has it?"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from models.people.accounts import LoginSession, RefreshToken, UserAccount
from models.platform.trail import AuditEvent, Notification
from rules.terms import Role
from tests.clock import HandClock
from tests.factories.people import PASSWORD, a_user, an_account_with_password
from workflows.people import login_sessions, sign_in, stays, who
from workflows.people.sign_in import Device
from workflows.platform.actor import NOBODY, SYSTEM, Actor
from workflows.platform.errors import NotFound, NotSignedIn
from workflows.platform.runtime import Runtime
from workflows.staff import accounts


def signed_in(runtime: Runtime, *roles: Role, email: str = "pat@example.org") -> stays.Tokens:
    with runtime.begin(SYSTEM) as work:
        blind_known = work.session.scalar(select(func.count()).select_from(UserAccount))
        if not blind_known:
            cost = runtime.settings.password_cost
            roles = roles or (Role.PATIENT,)
            an_account_with_password(work.session, work.now, cost, *roles, email=email)
    with runtime.begin(NOBODY) as work:
        return sign_in.log_in(work, email, PASSWORD, Device()).granted()


def trade(runtime: Runtime, token: str) -> stays.Try:
    with runtime.begin(NOBODY) as work:
        return sign_in.refresh(work, token)


def is_signed_in(runtime: Runtime, tokens: stays.Tokens) -> bool:
    try:
        who.actor_of(runtime, tokens.login_id, tokens.user_id, "")
    except NotSignedIn:
        return False
    return True


@pytest.mark.asvs("10.4.5")
def test_every_use_gives_a_new_token(runtime: Runtime) -> None:
    first = signed_in(runtime)
    second = trade(runtime, first.refresh_token).granted()
    third = trade(runtime, second.refresh_token).granted()

    assert len({first.refresh_token, second.refresh_token, third.refresh_token}) == 3
    assert first.login_id == third.login_id


def test_only_hashes_of_tokens_are_kept_in_clear(runtime: Runtime) -> None:
    first = signed_in(runtime)
    second = trade(runtime, first.refresh_token).granted()

    with runtime.begin(SYSTEM) as work:
        rows = work.session.connection().exec_driver_sql("SELECT * FROM refresh_token").all()
    kept = " ".join(str(value) for row in rows for value in row)
    assert first.refresh_token not in kept
    assert second.refresh_token not in kept


def test_a_lost_answer_is_given_again(runtime: Runtime, clock: HandClock) -> None:
    first = signed_in(runtime)
    lost = trade(runtime, first.refresh_token).granted()
    clock.advance(seconds=60)

    again = trade(runtime, first.refresh_token).granted()

    assert again.refresh_token == lost.refresh_token
    assert trade(runtime, again.refresh_token).tokens is not None


def test_a_lost_answer_is_forgiven_for_a_minute_only(runtime: Runtime, clock: HandClock) -> None:
    first = signed_in(runtime)
    trade(runtime, first.refresh_token).granted()
    clock.advance(seconds=61)

    assert trade(runtime, first.refresh_token).tokens is None
    assert not is_signed_in(runtime, first)


@pytest.mark.asvs("10.4.5")
def test_a_token_whose_successor_was_used_ends_the_family(runtime: Runtime) -> None:
    first = signed_in(runtime)
    second = trade(runtime, first.refresh_token).granted()
    third = trade(runtime, second.refresh_token).granted()

    assert trade(runtime, first.refresh_token).tokens is None
    assert trade(runtime, third.refresh_token).tokens is None
    assert not is_signed_in(runtime, third)


def test_reuse_is_noted_and_told_to_the_owner(runtime: Runtime) -> None:
    first = signed_in(runtime)
    second = trade(runtime, first.refresh_token).granted()
    trade(runtime, second.refresh_token).granted()
    trade(runtime, first.refresh_token)

    with runtime.begin(SYSTEM) as work:
        login = work.session.scalars(select(LoginSession)).one()
        noted = work.session.scalars(
            select(AuditEvent.object_id).where(AuditEvent.action == "token.reused")
        ).all()
        told = work.session.scalars(select(Notification)).one()
    assert (login.revoke_reason, noted) == ("token_reused", [str(login.id)])
    assert (told.user_id, told.template) == (first.user_id, "signed_out_for_safety")


def test_another_device_is_not_ended_with_it(runtime: Runtime) -> None:
    stolen, other = signed_in(runtime), signed_in(runtime)
    second = trade(runtime, stolen.refresh_token).granted()
    trade(runtime, second.refresh_token).granted()
    trade(runtime, stolen.refresh_token)

    assert is_signed_in(runtime, other)
    assert trade(runtime, other.refresh_token).tokens is not None


def test_the_successor_is_unsealed_no_more_once_it_was_used(runtime: Runtime) -> None:
    first = signed_in(runtime)
    second = trade(runtime, first.refresh_token).granted()
    trade(runtime, second.refresh_token).granted()

    with runtime.begin(SYSTEM) as work:
        sealed = work.session.scalar(
            select(RefreshToken.successor_sealed).where(
                RefreshToken.token_hash == stays.token_hash(first.refresh_token)
            )
        )
    assert sealed is None


def test_a_token_nobody_gave_opens_nothing(runtime: Runtime) -> None:
    signed_in(runtime)

    assert trade(runtime, "x" * 43).tokens is None


@pytest.mark.asvs("7.3.2", "10.4.8")
@pytest.mark.parametrize(
    ("role", "step_minutes", "steps"),
    [(Role.PATIENT, 29 * 24 * 60, 3), (Role.COACH, 29, 24)],
)
def test_use_keeps_a_sign_in_alive_up_to_its_longest(
    runtime: Runtime, clock: HandClock, role: Role, step_minutes: int, steps: int
) -> None:
    tokens = signed_in(runtime, role)
    for _ in range(steps):
        clock.advance(minutes=step_minutes)
        tokens = trade(runtime, tokens.refresh_token).granted()

    clock.advance(minutes=step_minutes)
    assert trade(runtime, tokens.refresh_token).tokens is None


@pytest.mark.asvs("7.3.1")
@pytest.mark.parametrize(("role", "minutes"), [(Role.PATIENT, 30 * 24 * 60), (Role.COACH, 30)])
def test_a_sign_in_that_is_not_used_ends(
    runtime: Runtime, clock: HandClock, role: Role, minutes: int
) -> None:
    tokens = signed_in(runtime, role)
    clock.advance(minutes=minutes)

    assert trade(runtime, tokens.refresh_token).tokens is None
    assert not is_signed_in(runtime, tokens)


@pytest.mark.asvs("7.4.1")
def test_logging_out_ends_access_and_refresh_at_once(runtime: Runtime) -> None:
    tokens = signed_in(runtime)
    actor = who.actor_of(runtime, tokens.login_id, tokens.user_id, "")
    with runtime.begin(actor) as work:
        login_sessions.log_out(work)

    assert not is_signed_in(runtime, tokens)
    assert trade(runtime, tokens.refresh_token).tokens is None


@pytest.mark.asvs("7.5.2")
def test_ones_sessions_are_listed_without_those_that_ended(runtime: Runtime) -> None:
    first, second = signed_in(runtime), signed_in(runtime)
    actor = who.actor_of(runtime, first.login_id, first.user_id, "")
    with runtime.begin(actor) as work:
        login_sessions.end_session(work, second.login_id)

    with runtime.begin(actor) as work:
        assert [login.id for login in login_sessions.own_sessions(work)] == [first.login_id]
    assert not is_signed_in(runtime, second)


def test_somebody_elses_session_cannot_be_ended(runtime: Runtime) -> None:
    theirs = signed_in(runtime)
    with runtime.begin(SYSTEM) as work:
        other = a_user(work.session, work.now, Role.ADMIN)

    with (
        pytest.raises(NotFound),
        runtime.begin(Actor(other.id, frozenset({Role.ADMIN}))) as work,
    ):
        login_sessions.end_session(work, theirs.login_id)
    assert is_signed_in(runtime, theirs)


@pytest.mark.asvs("7.4.2")
def test_a_disabled_person_is_out_on_every_device(runtime: Runtime) -> None:
    first, second = signed_in(runtime), signed_in(runtime)
    with runtime.begin(SYSTEM) as work:
        admin = a_user(work.session, work.now, Role.ADMIN)
    with runtime.begin(Actor(admin.id, frozenset({Role.ADMIN}))) as work:
        accounts.disable_person(work, first.user_id)

    assert not is_signed_in(runtime, first)
    assert not is_signed_in(runtime, second)
    assert trade(runtime, second.refresh_token).tokens is None


def all_at_once(runtime: Runtime, tokens: list[str]) -> list[stays.Try]:
    """Trade from so many real connections in the same moment."""
    barrier = Barrier(len(tokens))

    def one(token: str) -> stays.Try:
        barrier.wait()
        return trade(runtime, token)

    with ThreadPoolExecutor(len(tokens)) as pool:
        return list(pool.map(one, tokens))


@pytest.mark.api_top_ten("API2.refresh_races")
def test_racing_twins_get_one_and_the_same_successor(fresh_runtime: Runtime) -> None:
    tokens = signed_in(fresh_runtime)

    answers = all_at_once(fresh_runtime, [tokens.refresh_token] * 6)

    assert len({answer.granted().refresh_token for answer in answers}) == 1
    with fresh_runtime.begin(SYSTEM) as work:
        assert work.session.scalar(select(func.count()).select_from(RefreshToken)) == 2


@pytest.mark.api_top_ten("API2.refresh_races")
def test_a_race_of_old_and_new_ends_the_family_or_is_one_retry(fresh_runtime: Runtime) -> None:
    first = signed_in(fresh_runtime)
    second = trade(fresh_runtime, first.refresh_token).granted()

    old, new = all_at_once(fresh_runtime, [first.refresh_token, second.refresh_token])

    if old.tokens is not None:
        assert old.tokens.refresh_token == second.refresh_token
        assert new.tokens is not None
    else:
        assert not is_signed_in(fresh_runtime, first)
    with fresh_runtime.begin(SYSTEM) as work:
        alive = select(func.count()).where(RefreshToken.spent_at.is_(None))
        assert work.session.scalar(alive) == 1


@pytest.mark.asvs("15.4.2")
def test_guessing_in_parallel_gains_nothing(fresh_runtime: Runtime) -> None:
    signed_in(fresh_runtime)
    barrier = Barrier(8)

    def guess(_: int) -> bool:
        barrier.wait()
        with fresh_runtime.begin(NOBODY) as work:
            tried = sign_in.log_in(work, "pat@example.org", "not this one at all", Device())
        return tried.tokens is None

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(guess, range(8)))
    with fresh_runtime.begin(SYSTEM) as work:
        account = work.session.scalars(select(UserAccount)).one()
    assert account.failed_logins == 5
    assert account.throttled_until is not None
