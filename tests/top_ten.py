"""Which test shows which point of the API Security Top 10? `python -m tests.top_ten` prints it.

With `--open` only what nobody shows is printed. `make test` runs the tests that are named.
"""

import argparse
import sys
import tomllib
from typing import Any

from tests.marked import ROOT, tests_marked

FILE = ROOT / "docs" / "security" / "api-top-ten.toml"
BESIDES = ("open", "not_applicable")


def told() -> dict[str, Any]:
    """Read the risks, their points, and what is open or does not apply."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def points() -> dict[str, str]:
    """Give every point that a test has to show, in its words."""
    return {
        f"{risk}.{name}": words
        for risk, said in told().items()
        if risk not in BESIDES
        for name, words in said.items()
        if name != "risk"
    }


def shown_by() -> dict[str, list[str]]:
    """Give the marked tests of each point."""
    return tests_marked("api_top_ten")


def main() -> int:
    """Print the report; the end is 0 only when every point is shown and nothing is open."""
    parser = argparse.ArgumentParser(prog="python -m tests.top_ten", description=__doc__)
    parser.add_argument("--open", action="store_true", help="only what nobody shows")
    only_open = parser.parse_args().open
    shown, wanted = shown_by(), points()
    for point, words in wanted.items():
        if point not in shown or not only_open:
            print(point, words, *shown.get(point, ["no test says so"]), sep="\n        ")
    left = [point for point in wanted if point not in shown]
    for point, why in told()["open"].items():
        print(point, f"open: {why}", sep="\n        ")
    print(f"{len(wanted) - len(left)} of {len(wanted)} points shown, {len(told()['open'])} open")
    return 1 if left or told()["open"] else 0


if __name__ == "__main__":
    sys.exit(main())
