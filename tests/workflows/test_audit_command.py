"""Does the command say in plain words, and by its number, whether the trail was touched?"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.audited_house import VERIFIER, Audited, build
from tests.throwaway import Throwaway
from workflows import audit
from workflows.platform.postgres import READER
from workflows.platform.settings import Settings
from workflows.platform.signed_note import Signer

EDIT = "UPDATE audit_event SET outcome = 'read' WHERE stream = :stream AND seq = 7"


@pytest.fixture(scope="module")
def house(
    throwaway: Throwaway, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Audited:
    return build(throwaway, settings, tmp_path_factory.mktemp("commanded"))


@pytest.fixture
def ask(house: Audited, monkeypatch: pytest.MonkeyPatch):
    """Ask about a database as the role that only reads."""

    def asked(name: str, *arguments: str) -> int:
        monkeypatch.setenv("VIGIL_ENV", "test")
        monkeypatch.setenv("VIGIL_VAR", str(house.settings.var_dir))
        monkeypatch.setenv("DATABASE_URL", house.throwaway.cluster.url(READER, name))
        return audit.main(arguments)

    return asked


def test_it_says_that_nothing_was_touched(house: Audited, ask, capsys) -> None:
    assert ask(house.database, "verify", "--checkpoints", str(house.outside)) == 0
    assert "3 checkpoints: nothing was touched" in capsys.readouterr().out


def test_it_names_what_was(house: Audited, ask, capsys) -> None:
    with house.copied() as name:
        house.attacked(name, EDIT)
        assert ask(name, "verify", "--checkpoints", str(house.outside)) == 1
        said = capsys.readouterr().out
        assert f"{house.stream} entry 7: was changed after it was written" in said
        told = ("--json", "--stream", house.stream, "--checkpoints", str(house.outside))
        assert ask(name, "verify", *told) == 1
        found = json.loads(capsys.readouterr().out)["found"]
        assert [(one["wrong"], one["entry"]) for one in found] == [("changed", 7)], found


def test_without_a_checkpoint_it_cannot_say(house: Audited, ask, tmp_path: Path, capsys) -> None:
    with house.copied() as name:
        house.attacked(name, "DELETE FROM audit_checkpoint_head", "DELETE FROM audit_checkpoint")
        assert ask(name, "verify", "--checkpoints", str(tmp_path)) == 2
        assert "no checkpoint vouches for them" in capsys.readouterr().out


def test_a_database_that_is_away_is_no_clean_bill(ask, capsys) -> None:
    assert ask("nowhere", "verify") == 2
    assert "cannot be read" in capsys.readouterr().err


def test_another_key_is_not_trusted(house: Audited, ask, capsys) -> None:
    other = Signer.of(bytes(range(32))).public_key
    assert ask(house.database, "verify", "--key", other) == 1
    assert "checkpoint 1: was not signed by a key that is trusted" in capsys.readouterr().out
    assert ask(house.database, "verify", "--key", "no key") == 2
    assert "name+mark+key" in capsys.readouterr().err


def test_the_other_verifier_runs_by_itself(house: Audited, ask, tmp_path: Path, capsys) -> None:
    assert ask(house.database, "key") == 0
    key = capsys.readouterr().out.strip()
    with house.copied() as name:
        house.attacked(name, EDIT)
        for database, wanted in ((house.database, 0), (name, 1)):
            folder = tmp_path / database
            assert ask(database, "export", str(folder)) == 0
            done = subprocess.run(
                [sys.executable, "-I", VERIFIER, folder, "--outside", house.outside, "--key", key],
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == wanted, done.stderr
            assert bool(done.stdout) is bool(wanted)


def test_it_uses_nothing_of_ours() -> None:
    ours = ("vigil", "workflows", "models", "rules", "api", "tests")
    lines = VERIFIER.read_text(encoding="utf-8").splitlines()
    imported = [line for line in lines if line.startswith(("import ", "from "))]
    assert imported
    assert [line for line in imported if line.split()[1].partition(".")[0] in ours] == []
    assert len(lines) <= 200
