"""Which test carries which mark? Read from the source, so that a report needs no test run."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]


def tests_marked(name: str) -> dict[str, list[str]]:
    """Give, for each argument of `@pytest.mark.<name>(...)`, the tests that carry it."""
    found = defaultdict(list)
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for told in _marks(node, name):
                    found[told].append(f"{path.relative_to(ROOT)}::{node.name}")
    return dict(found)


def _marks(test: ast.FunctionDef, name: str) -> Iterator[str]:
    for mark in test.decorator_list:
        if isinstance(mark, ast.Call) and ast.unparse(mark.func) == f"pytest.mark.{name}":
            yield from (ast.literal_eval(argument) for argument in mark.args)
