"""Which test verifies which requirement of ASVS 5.0.0? `python -m tests.asvs` prints it.

The marks are read from the source, so that the report needs no test run; `make test` is what runs
them. With `--open` only what nobody verifies is shown.
"""

import argparse
import sys
import tomllib
from typing import Any

from tests.marked import ROOT, tests_marked

FILE = ROOT / "docs" / "security" / "asvs.toml"


def promised() -> dict[str, Any]:
    """Read the requirements, what is not applicable, and what is open."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def verified_by() -> dict[str, list[str]]:
    """Give the marked tests of each id."""
    return tests_marked("asvs")


def in_order(requirement: str) -> tuple[int, ...]:
    """Sort 10.4.5 behind 9.2.3."""
    return tuple(map(int, requirement.split(".")))


def _told(requirement: str, told: dict[str, Any], tests: dict[str, list[str]]) -> str:
    if requirement in tests:
        return "\n".join(f"        {test}" for test in tests[requirement])
    if requirement in told["not_applicable"]:
        given = told["not_applicable"][requirement]
        return f"        not applicable: {given['why']} ({given['signed']})"
    return f"        open: {told['open'].get(requirement, 'no test says so')}"


def main() -> int:
    """Print the report; the end is 0 only when nothing is open."""
    parser = argparse.ArgumentParser(prog="python -m tests.asvs", description=__doc__)
    parser.add_argument("--open", action="store_true", help="only what nobody verifies")
    only_open = parser.parse_args().open
    told, tests = promised(), verified_by()
    wanted = sorted(told["requirements"], key=in_order)
    left = [one for one in wanted if one not in tests and one not in told["not_applicable"]]
    for one in left if only_open else wanted:
        print(f"{one:7} {told['requirements'][one]}\n{_told(one, told, tests)}")
    signed = len(told["not_applicable"])
    print(f"{len(wanted)} requirements: {len(wanted) - len(left) - signed} verified by tests,")
    print(f"{signed} not applicable, {len(left)} open")
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
