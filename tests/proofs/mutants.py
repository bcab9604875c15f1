"""Which mutants of `rules/` are there? Each is one small mistake in one place."""

import ast
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

from tests.proofs.operators import OPERATORS

ROOT = Path(__file__).parents[2]
# Words without a decision in them: nothing in them can be wrong but the words.
ONLY_WORDS = {
    "rules/terms.py": "the vocabulary; the migrations and the tables hold the same words",
    "rules/citations.py": "names of sources, shown and never compared",
}
Span = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True)
class Mutant:
    """One mistake: the file, the operator and which of its places."""

    file: str
    operator: str
    occurrence: int
    line: int
    text: str

    @property
    def module(self) -> str:
        """The name by which the file is imported."""
        return module_of(self.file)

    @property
    def name(self) -> str:
        """A name that stays while the line, and its place among equal lines, stays."""
        line = hashlib.sha256(self.text.strip().encode()).hexdigest()[:10]
        return f"{self.file}:{line}:{self.operator}"

    def source(self) -> str:
        """Give the file with the mistake in it."""
        mutated = mutate_code(source_of(self.file), OPERATORS[self.operator], self.occurrence)
        if mutated is None:
            raise LookupError(f"{self.name}: there is no such place")
        return str(mutated)


def module_of(file: str) -> str:
    """Give the name by which a file is imported."""
    return file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


@cache
def source_of(file: str) -> str:
    """Read a file as it is."""
    return (ROOT / file).read_text(encoding="utf-8")


def files() -> list[str]:
    """Give every file of the rules that can be wrong."""
    found = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "rules").rglob("*.py"))
    return [file for file in found if file not in ONLY_WORDS and source_of(file).count("\n") > 1]


def mutants_of(file: str) -> Iterator[Mutant]:
    """Give every mutant of one file, in the order of its lines."""
    source = source_of(file)
    lines, skipped = source.splitlines(), _skipped(source)
    nodes = list(ast_nodes(get_ast(source)))
    for name, operator in OPERATORS.items():
        occurrence = -1
        for node in nodes:
            for start, _end in operator.mutation_positions(node):
                occurrence += 1
                star = "Mul" in name and node.parent.type != "term"  # `*` before an argument
                if not star and not any(first <= start < last for first, last in skipped):
                    yield Mutant(file, name, occurrence, start[0], lines[start[0] - 1])


def _skipped(source: str) -> list[Span]:
    """Give the places where a change means nothing when the program runs: types and docstrings."""
    spans: list[Span] = []
    for node in ast.walk(ast.parse(source)):
        spans.extend(_span(part) for part in _types(node) if part is not None)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            spans.append(_span(node))
    return spans


def _types(node: ast.AST) -> Iterator[ast.expr | None]:
    if isinstance(node, ast.FunctionDef):
        yield node.returns
    elif isinstance(node, ast.arg):
        yield node.annotation
    elif isinstance(node, ast.AnnAssign):
        yield None if _says_the_direction(node) else node.annotation
    elif isinstance(node, ast.Assign) and _is_a_type(node.value):
        yield node.value


def _says_the_direction(node: ast.AnnAssign) -> bool:
    """In `Limits`, the type of a number says which way is tighter."""
    named = re.compile("AtLeast|AtMost").search
    return bool(named(ast.unparse(node.annotation)))


def _is_a_type(value: Any) -> bool:
    """`Read = Callable[...]` and `Told = Mapping[...]` are names of types."""
    named = isinstance(value, ast.Subscript) and isinstance(value.value, ast.Name)
    return named and value.value.id in ("Callable", "Mapping", "tuple")


def _span(node: Any) -> Span:
    return (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)
