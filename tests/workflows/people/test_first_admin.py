"""Can a new house be opened by whoever runs it, once, and by nobody afterwards?"""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from models.people.accounts import UserAccount
from models.platform.trail import AuditEvent
from rules.terms import Role
from tests.factories.people import a_user
from workflows.people import first_admin, invitations, stays
from workflows.platform.actor import NOBODY, SYSTEM
from workflows.platform.errors import NotFound, RecordForbids
from workflows.platform.runtime import Runtime
from workflows.platform.settings import ROOT

EMAIL, PASSWORD = "ada@clinic.example", "a lamp beside the harbour wall"


def accept(runtime: Runtime, token: str) -> UserAccount:
    with runtime.begin(NOBODY) as work:
        return invitations.accept(work, token, PASSWORD)


def test_the_first_administrator_comes_in_by_the_token(runtime: Runtime) -> None:
    account = accept(runtime, first_admin.ask_in(runtime, EMAIL, "Ada").token)
    with runtime.begin(SYSTEM) as work:
        assert stays.roles_of(work, account.id) == {Role.ADMIN}
        traces = select(AuditEvent.stream).where(AuditEvent.action == "invitation.issued")
        assert work.session.scalars(traces).all() == ["house"]


# The command stayed in a script, and the script was a door.
def test_while_somebody_administers_the_house_nobody_else_is_asked_in(runtime: Runtime) -> None:
    accept(runtime, first_admin.ask_in(runtime, EMAIL, "Ada").token)
    with pytest.raises(RecordForbids) as refused:
        first_admin.ask_in(runtime, "eve@elsewhere.example", "Eve")
    assert refused.value.code == "admin_exists"


def test_a_second_token_makes_the_first_useless(runtime: Runtime) -> None:
    older = first_admin.ask_in(runtime, EMAIL, "Ada")
    newer = first_admin.ask_in(runtime, EMAIL, "Ada")
    with pytest.raises(NotFound):
        accept(runtime, older.token)
    assert accept(runtime, newer.token).email == EMAIL


# Two people ran it on the evening of the opening, and an hour later one of the keys still worked.
def test_a_token_of_the_house_is_no_good_once_somebody_administers_it(runtime: Runtime) -> None:
    waiting = first_admin.ask_in(runtime, EMAIL, "Ada")
    with runtime.begin(SYSTEM) as work:
        a_user(work.session, work.now, Role.ADMIN)
    with pytest.raises(NotFound):
        accept(runtime, waiting.token)


def test_a_house_whose_only_administrator_is_shut_out_can_be_opened(runtime: Runtime) -> None:
    with runtime.begin(SYSTEM) as work:
        a_user(work.session, work.now, Role.ADMIN).disabled_at = work.now
    assert first_admin.ask_in(runtime, EMAIL, "Ada").token


@pytest.mark.parametrize("wrong", [["--email", "ada"], ["--email", EMAIL, "--name", " "], []])
def test_what_is_no_address_is_asked_for_again(wrong: list[str]) -> None:
    with pytest.raises(SystemExit):
        first_admin.main(wrong)


def test_the_command_prints_a_token_until_there_is_an_administrator(
    fresh_database: str, fresh_runtime: Runtime, tmp_path: Path
) -> None:
    told = {"VIGIL_ENV": "test", "DATABASE_URL": fresh_database, "VIGIL_VAR": str(tmp_path)}
    command = [sys.executable, "-m", "workflows.people.first_admin", "--email", EMAIL]

    def run() -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=ROOT, env=told, capture_output=True, text=True, check=False
        )

    first = run()
    assert (first.returncode, first.stderr) == (0, "")
    assert len(first.stdout.splitlines()[-1]) == 43
    assert EMAIL not in first.stdout
    with fresh_runtime.begin(SYSTEM) as work:
        a_user(work.session, work.now, Role.ADMIN)
    second = run()
    assert (second.returncode, second.stdout) == (1, "")
