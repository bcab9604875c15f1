"""Does the server start with good settings, and say in one line why not with bad ones?"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from workflows.platform.settings import ROOT


def load(tmp_path: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Load what the web server loads, in a process of its own."""
    told = {"PATH": os.environ["PATH"], "VIGIL_VAR": str(tmp_path)} | environ
    return subprocess.run(
        [sys.executable, "-c", "import wsgi; print(len(wsgi.app.blueprints))"],
        cwd=ROOT,
        env=told,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_application_loads_before_anybody_reaches_the_database(tmp_path: Path) -> None:
    done = load(tmp_path, VIGIL_ENV="test", DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing")
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 2


@pytest.mark.parametrize(
    "environ",
    [
        {"VIGIL_ENV": "test"},
        {"VIGIL_ENV": "staging"},
        {"VIGIL_ENV": "test", "DATABASE_URL": "sqlite:///house.db"},
        {"VIGIL_ENV": "production", "DATABASE_URL": "postgresql://app@db/vigil"},
    ],
)
def test_bad_settings_are_told_in_one_line(tmp_path: Path, environ: dict[str, str]) -> None:
    done = load(tmp_path, **environ)
    assert done.returncode == 1
    assert done.stderr.startswith("vigil: ")
    assert done.stderr.count("\n") == 1
