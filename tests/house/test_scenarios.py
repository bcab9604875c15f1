"""Is every acceptance scenario of the clinical safety officer told, by its number?"""

import ast
import re

from tests.house.source import ROOT

# The numbers of the list as it was handed over; it has gaps, and it is not complete.
NUMBERS = frozenset((1, 2, 3, 5, 6, 7, 8, 10, 12, 14, 16, 18, 19, 21, 22, 23, 25))
FOLDER = ROOT / "tests/journeys/scenarios"


def told() -> dict[int, list[ast.FunctionDef]]:
    """Give the tests of each number."""
    found: dict[int, list[ast.FunctionDef]] = {}
    for path in sorted(FOLDER.glob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and (
                match := re.match(r"test_scenario_(\d\d)_\w+", node.name)
            ):
                found.setdefault(int(match.group(1)), []).append(node)
    return found


def test_every_scenario_has_a_test_of_its_number() -> None:
    assert set(told()) == NUMBERS


def test_no_scenario_is_skipped_and_each_asserts_something() -> None:
    for tests in told().values():
        for test in tests:
            marks = ast.dump(ast.Module(body=list(test.decorator_list), type_ignores=[]))
            assert "skip" not in marks
            assert "xfail" not in marks
            said = ast.unparse(test)
            assert "assert " in said or "refused(" in said, test.name
