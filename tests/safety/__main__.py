"""Does each test fail when its control is taken away? `python -m tests.safety` goes and sees.

Each control is taken out of a copy of the tree and its tests are run there: they have to fail, and
not merely break. That they pass with the control in place is what every run of the suite says. With
`--all` every control is seen again, otherwise those that changed since they were last seen.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock

from tests.safety import page
from tests.safety.case import ROOT, Control, controls, record, unproved

FAILED = 1  # pytest's word for a run with failures, and not for one that could not begin
LEFT_OUT = (".venv", ".git", "var", "__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache")
LONGEST_SECONDS = 900
_WRITING = Lock()


def main() -> int:
    """Take each control away, see red, and write the case."""
    told = argparse.ArgumentParser(prog="python -m tests.safety")
    told.add_argument("--all", action="store_true", help="see every control again")
    told.add_argument("--only", nargs="*", default=[], help="only these, such as H04.2")
    told.add_argument("--at-once", type=int, default=2)
    said = told.parse_args()
    asked = [
        one
        for one in controls()
        if (one.id in said.only if said.only else said.all or unproved(one))
    ]
    if not asked:
        page.write(record())
    with ThreadPoolExecutor(said.at_once) as many:
        seen = list(many.map(see, asked))
    sys.stdout.write(f"{sum(seen)} of {len(asked)} seen to fail without their control\n")
    return 0 if all(seen) else 1


def see(control: Control) -> bool:
    """Take a control away, see red, and write that down at once."""
    red = fails_without(control)
    with _WRITING:
        sys.stdout.write(f"{control.id} {'red' if red else 'NOT RED'}: {control.says}\n")
        sys.stdout.flush()
        if red:
            today = datetime.now(UTC).date().isoformat()
            page.write(record() | {control.id: {"digest": control.digest(), "seen_on": today}})
    return red


def fails_without(control: Control) -> bool:
    """Run the tests of a control in a copy of the tree that lacks it; each of them has to fail."""
    with tempfile.TemporaryDirectory(prefix="without-") as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
        (copy / ".venv").symlink_to((ROOT / ".venv").resolve())
        (copy / control.file).write_text(control.taken_from(ROOT), encoding="utf-8")
        return all(_run(copy, [test]) == FAILED for test in control.tests)


def _run(root: Path, tests: Sequence[str]) -> int:
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-x", "-p", "no:cacheprovider", *tests],
        cwd=root,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=LONGEST_SECONDS,
        check=False,
    ).returncode


if __name__ == "__main__":
    sys.exit(main())
