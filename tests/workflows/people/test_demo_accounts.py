"""Can a developer sign in as everybody, and is none of them anybody?"""

import subprocess
import sys
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import func, select, update

from models.oversight.holds import OnCallShift
from models.people.accounts import SecondFactor, UserAccount
from models.people.patients import Sitter
from rules.terms import Role
from tests.clock import HandClock
from workflows.people import demo_accounts, demo_factors, patients, sign_in, stays, who
from workflows.people.demo_accounts import PEOPLE
from workflows.people.demo_factors import DOMAIN
from workflows.people.sign_in import Device, Shown
from workflows.platform.actor import NOBODY, SYSTEM
from workflows.platform.runtime import Runtime
from workflows.platform.settings import ROOT

FIXED = "a demonstration for everybody"


def test_each_of_them_can_sign_in(runtime: Runtime) -> None:
    told = demo_accounts.make(runtime)

    assert set(told) == {person.email for person in PEOPLE}
    assert len(set(told.values())) == len(PEOPLE)
    for person in PEOPLE:
        given = signed_in(runtime, person.email, told[person.email])
        assert (given.roles, given.second_factor_missing) == ({person.role}, False)


def signed_in(runtime: Runtime, email: str, password: str) -> stays.Tokens:
    """Sign in with what the demo account's authenticator shows; a patient's code is not asked."""
    code = pyotp.TOTP(demo_factors.secret_of(email, password)).at(runtime.clock.now())
    with runtime.begin(NOBODY) as work:
        return sign_in.log_in(work, email, password, Device(), Shown(code)).granted()


def test_every_role_but_the_machines_is_there() -> None:
    assert {person.role for person in PEOPLE} == set(Role) - {Role.SYSTEM}
    assert all(person.name.startswith("Demo ") for person in PEOPLE)
    assert DOMAIN.endswith(".example")


def test_a_second_run_changes_nothing_and_tells_nothing(runtime: Runtime) -> None:
    demo_accounts.make(runtime)

    assert demo_accounts.make(runtime) == {}
    with runtime.begin(SYSTEM) as work:
        for table, number in ((UserAccount, len(PEOPLE)), (Sitter, 2), (OnCallShift, 1)):
            assert work.session.scalar(select(func.count()).select_from(table)) == number


def test_a_fixed_password_is_set_again_on_every_run(runtime: Runtime) -> None:
    demo_accounts.make(runtime)

    told = demo_accounts.make(runtime, FIXED)
    assert set(told.values()) == {FIXED}
    assert demo_accounts.make(runtime, FIXED) == {}
    assert not signed_in(runtime, f"coach@{DOMAIN}", FIXED).second_factor_missing


# Accounts that were made before staff needed a factor could not be used any more.
def test_a_fixed_password_brings_its_factor(runtime: Runtime) -> None:
    demo_accounts.make(runtime, FIXED)
    with runtime.begin(SYSTEM) as work:
        ended = {"ended_at": work.now, "end_reason": "test"}
        work.session.execute(update(SecondFactor).values(ended))
    demo_accounts.make(runtime, FIXED)
    assert not signed_in(runtime, f"admin@{DOMAIN}", FIXED).second_factor_missing


def test_the_code_of_now_is_printed_for_who_knows_the_password(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("VIGIL_VAR", str(tmp_path))
    monkeypatch.setenv(demo_factors.PASSWORD_SETTING, FIXED)
    assert demo_factors.main(["coach"]) == 0
    assert len(capsys.readouterr().out.strip()) == 6
    monkeypatch.delenv(demo_factors.PASSWORD_SETTING)
    assert demo_factors.main(["coach"]) == 1


def test_the_coach_sees_both_patients(runtime: Runtime) -> None:
    told = demo_accounts.make(runtime)
    email = f"coach@{DOMAIN}"
    given = signed_in(runtime, email, told[email])

    actor = who.actor_of(runtime, given.login_id, given.user_id, "")
    with runtime.begin(actor) as work:
        assert [seen.family_name for seen in patients.own_patients(work)] == ["One", "Two"]


def test_somebody_is_on_call_months_later(runtime: Runtime, clock: HandClock) -> None:
    demo_accounts.make(runtime)
    clock.advance(days=100)
    demo_accounts.make(runtime)

    with runtime.begin(SYSTEM) as work:
        ends_at = work.session.scalar(select(func.max(OnCallShift.ends_at)))
    assert ends_at is not None
    assert ends_at > clock.now()


def test_nothing_is_made_in_production(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {
        "VIGIL_ENV": "production",
        "DATABASE_URL": "postgresql://app@nowhere/vigil?sslmode=require",
        "MIGRATION_DATABASE_URL": "postgresql://owner@nowhere/vigil?sslmode=require",
        "VIGIL_PUBLIC_URL": "https://vigil.example",
        "VIGIL_TRUSTED_PROXIES": "1",
        "VIGIL_SMTP_URL": "smtps://mail.example",
        "VIGIL_TOKEN_KEYS": "qZ7mN3pX9vK2rT8wB5yL1cF6hJ0dS4gAeUiOxWnQzPk=",
        "VIGIL_PHI_KEYS": "1:Vt3Yb8Lq2Wn6Rj9Xk5Zp1Mc7Hd4Gf0Ss+Aa/BiCuDoE=",
        "VIGIL_AUDIT_KEY": "uB83oEOm92fnyU0QX0vTEoLz7MIGgLudCb2TRhz0yGM=",
        "VIGIL_AUDIT_SINK": "https://store.example/checkpoints",
        "VIGIL_PHI_INDEX_KEY": "k9Xw2Vt7Lq4Rn6Yj1Zb8Mp3Hc5Gd0Fs+Ea/TiUuOoWx=",
    }.items():
        monkeypatch.setenv(name, value)

    assert demo_accounts.main() == 1
    assert "production" in capsys.readouterr().err
    monkeypatch.setenv(demo_factors.PASSWORD_SETTING, FIXED)
    assert demo_factors.main(["coach"]) == 1


@pytest.mark.asvs("6.3.2")
def test_the_command_prints_the_passwords_once(fresh_database: str, tmp_path: Path) -> None:
    told = {"VIGIL_ENV": "test", "DATABASE_URL": fresh_database, "VIGIL_VAR": str(tmp_path)}
    command = [sys.executable, "-m", "workflows.people.demo_accounts"]
    first, second = (
        subprocess.run(
            command, cwd=ROOT, env=told, capture_output=True, text=True, check=True
        ).stdout
        for _ in range(2)
    )

    assert all(person.email in first for person in PEOPLE)
    assert DOMAIN not in second
