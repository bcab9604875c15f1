"""Is everybody who may not come in turned away alike, and slowed down without being locked out?"""

import argon2
import pytest
from sqlalchemy import func, select

from models.people.accounts import LoginSession, RefreshToken, UserAccount
from models.platform.trail import AuditEvent
from rules.terms import Role
from tests.clock import HandClock
from tests.factories.people import PASSWORD, an_account_with_password
from workflows.people import sign_in, stays
from workflows.people.sign_in import Device
from workflows.people.tries import FREE_TRIES, LONGEST_WAIT
from workflows.platform.actor import NOBODY, SYSTEM
from workflows.platform.errors import NotSignedIn
from workflows.platform.runtime import Runtime

EMAIL = "pat@example.org"


@pytest.fixture
def account(runtime: Runtime) -> UserAccount:
    """Give a patient who can log in."""
    with runtime.begin(SYSTEM) as work:
        cost = runtime.settings.password_cost
        return an_account_with_password(work.session, work.now, cost, Role.PATIENT, email=EMAIL)


def knock(runtime: Runtime, email: str = EMAIL, password: str = PASSWORD) -> stays.Try:
    with runtime.begin(NOBODY) as work:
        return sign_in.log_in(work, email, password, Device("phone", "k" * 20))


def fail(runtime: Runtime, times: int) -> None:
    for _ in range(times):
        assert knock(runtime, password="not this one at all").tokens is None


@pytest.fixture
def hashes_compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note the price of every hash that the library compares with."""
    seen: list[str] = []
    verify = argon2.PasswordHasher.verify

    def noted(self: argon2.PasswordHasher, kept: str, password: str) -> bool:
        seen.append(kept.split("$")[3])
        return verify(self, kept, password)

    monkeypatch.setattr(argon2.PasswordHasher, "verify", noted)
    return seen


@pytest.mark.asvs("16.3.1")
def test_the_right_password_opens_a_session(runtime: Runtime, account: UserAccount) -> None:
    tokens = knock(runtime, email="P.at+phone@Example.org").granted()

    with runtime.begin(SYSTEM) as work:
        login = work.session.scalars(select(LoginSession)).one()
        kept = work.session.scalars(select(RefreshToken)).one()
        done = work.session.scalars(
            select(AuditEvent.action).where(AuditEvent.actor_id == account.id)
        ).all()
    assert (tokens.user_id, tokens.login_id) == (account.id, login.id)
    assert (login.device, login.device_key) == ("phone", "k" * 20)
    assert kept.token_hash == stays.token_hash(tokens.refresh_token)
    assert len(tokens.refresh_token) >= 43
    assert set(done) == {"login.opened", "login.tried"}


@pytest.mark.api_top_ten("API2.enumeration")
@pytest.mark.asvs("6.3.8")
def test_neither_answer_nor_work_tells_why_nobody_came_in(
    runtime: Runtime, account: UserAccount, hashes_compared: list[str]
) -> None:
    answers = [
        knock(runtime, email="nobody@example.org"),
        knock(runtime, password="not this one at all"),
    ]
    with runtime.begin(SYSTEM) as work:
        work.session.scalars(select(UserAccount)).one().disabled_at = work.now
    answers.append(knock(runtime))
    fail(runtime, FREE_TRIES)
    answers.append(knock(runtime))

    refusals = []
    for answer in answers:
        with pytest.raises(NotSignedIn) as refused:
            answer.granted()
        refusals.append((refused.value.code, refused.value.detail, dict(refused.value.more)))
    assert len({str(refusal) for refusal in refusals}) == 1
    assert len(hashes_compared) == 4 + FREE_TRIES
    assert len(set(hashes_compared)) == 1


@pytest.mark.asvs("16.3.1")
def test_why_is_kept_for_the_office(runtime: Runtime, account: UserAccount) -> None:
    knock(runtime, email="nobody@example.org")
    knock(runtime, password="not this one at all")

    with runtime.begin(SYSTEM) as work:
        reasons = work.session.execute(
            select(AuditEvent.reason, AuditEvent.actor_id)
            .where(AuditEvent.action == "login.failed")
            .order_by(AuditEvent.reason)
        ).all()
    assert reasons == [("unknown", None), ("wrong_password", account.id)]


@pytest.mark.api_top_ten("API2.guessing")
@pytest.mark.asvs("6.3.1")
def test_after_five_failures_even_the_right_password_waits(
    runtime: Runtime, account: UserAccount, clock: HandClock
) -> None:
    fail(runtime, FREE_TRIES)

    assert knock(runtime).tokens is None
    clock.advance(seconds=31)
    assert knock(runtime).tokens is not None


def test_the_wait_grows_and_ends(runtime: Runtime, account: UserAccount, clock: HandClock) -> None:
    waits = []
    for _ in range(FREE_TRIES + 8):
        fail(runtime, 1)
        with runtime.begin(SYSTEM) as work:
            until = work.session.scalars(select(UserAccount.throttled_until)).one()
        waits.append((until - clock.now()).total_seconds() if until else 0)
        clock.set(until or clock.now())

    assert waits[: FREE_TRIES + 3] == [0, 0, 0, 0, 30, 60, 120, 240]
    assert waits[-1] == LONGEST_WAIT.total_seconds()
    assert knock(runtime).tokens is not None


def test_tries_during_the_wait_do_not_lengthen_it(
    runtime: Runtime, account: UserAccount, clock: HandClock
) -> None:
    fail(runtime, FREE_TRIES + 20)

    clock.advance(seconds=30)
    assert knock(runtime).tokens is not None


def test_success_forgets_the_failures(runtime: Runtime, account: UserAccount) -> None:
    fail(runtime, FREE_TRIES - 1)
    knock(runtime).granted()

    fail(runtime, FREE_TRIES - 1)
    assert knock(runtime).tokens is not None


@pytest.mark.parametrize(
    ("roles", "idle_hours", "longest_hours"),
    [
        ((Role.PATIENT,), 30 * 24, 90 * 24),
        ((Role.SITTER, Role.PATIENT), 30 * 24, 90 * 24),
        ((Role.PRESCRIBER,), 0.5, 12),
        ((Role.PATIENT, Role.COACH), 0.5, 12),
        ((Role.ADMIN,), 0.5, 12),
    ],
)
def test_staff_stay_shorter_than_patients(
    runtime: Runtime, roles: tuple[Role, ...], idle_hours: float, longest_hours: float
) -> None:
    with runtime.begin(SYSTEM) as work:
        cost = runtime.settings.password_cost
        an_account_with_password(work.session, work.now, cost, *roles, email=EMAIL)
    knock(runtime).granted()

    with runtime.begin(SYSTEM) as work:
        login = work.session.scalars(select(LoginSession)).one()
        assert (login.idle_expires_at - work.now).total_seconds() == idle_hours * 3600
        assert (login.expires_at - work.now).total_seconds() == longest_hours * 3600


def test_an_invited_person_without_a_password_cannot_log_in(runtime: Runtime) -> None:
    with runtime.begin(SYSTEM) as work:
        cost = runtime.settings.password_cost
        user = an_account_with_password(work.session, work.now, cost, email=EMAIL)
        user.password_hash = None

    assert knock(runtime, password="the password of nobody at all").tokens is None
    with runtime.begin(SYSTEM) as work:
        assert work.session.scalar(select(func.count()).select_from(LoginSession)) == 0


@pytest.mark.asvs("6.2.10")
def test_a_password_of_ten_years_opens_as_on_the_first_day(
    runtime: Runtime, account: UserAccount, clock: HandClock
) -> None:
    clock.advance(days=3652)
    assert knock(runtime).granted().user_id == account.id
