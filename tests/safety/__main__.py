"""Does each test fail when its control is taken away? `python -m tests.safety` goes and sees.

Each control is taken out of a copy of the tree and its tests are run there: they have to fail, and
not merely break. Then the same tests are run in the tree as it is, and have to pass. With `--all`
every control is seen again, otherwise those that changed since they were last seen.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

from tests.safety import page
from tests.safety.case import ROOT, Control, controls, record, unproved

FAILED, PASSED = 1, 0  # pytest's words for a run with failures, and for one without
LEFT_OUT = (".venv", ".git", "var", "__pycache__", ".mypy_cache", ".pytest_cache", ".ruff_cache")
LONGEST_SECONDS = 900


def main() -> int:
    """Take each control away, see red, see green again, and write the case."""
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
    with ThreadPoolExecutor(said.at_once) as many:
        seen = dict(zip([one.id for one in asked], many.map(fails_without, asked), strict=True))
    still_green = [name for name, red in seen.items() if not red]
    for name in still_green:
        sys.stdout.write(f"{name}: its tests do not fail without it\n")
    red = [one for one in asked if seen[one.id]]
    if red and not passes(ROOT, {test for one in red for test in one.tests}):
        sys.stdout.write("the tests do not pass with the controls in place\n")
        return 1
    today = datetime.now(UTC).date().isoformat()
    page.write(record() | {one.id: {"digest": one.digest(), "seen_on": today} for one in red})
    sys.stdout.write(f"{len(red)} of {len(asked)} seen to fail without their control\n")
    return 1 if still_green else 0


def fails_without(control: Control) -> bool:
    """Run the tests of a control in a copy of the tree that lacks it; each of them has to fail."""
    with tempfile.TemporaryDirectory(prefix="without-") as folder:
        copy = Path(folder) / "tree"
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
        (copy / ".venv").symlink_to((ROOT / ".venv").resolve())
        (copy / control.file).write_text(control.taken_from(ROOT), encoding="utf-8")
        red = all(_run(copy, [test]) == FAILED for test in control.tests)
    sys.stdout.write(f"{control.id} {'red' if red else 'NOT RED'}: {control.says}\n")
    sys.stdout.flush()
    return red


def passes(root: Path, tests: Iterable[str]) -> bool:
    """Run tests where every control is in place."""
    return _run(root, sorted(tests)) == PASSED


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
