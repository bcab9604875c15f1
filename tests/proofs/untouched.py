"""Which modules of the rules can a mistake in one file not reach? They need not be read again."""

import ast
import importlib
import sys
from functools import cache

from tests.proofs.mutants import ROOT, module_of, source_of

OURS = ("api", "migrations", "models", "rules", "tests", "workflows")
# Holds no rule, and is what asks.
KEPT = ("tests", "tests.proofs")


def forget_all() -> None:
    """Forget every module that is ours, but what asks; libraries stay."""
    for name in list(sys.modules):
        asks = name in KEPT or name.startswith("tests.proofs.")
        if name.partition(".")[0] in OURS and not asks:
            del sys.modules[name]


def read_the_untouched(file: str) -> None:
    """Import, in place of every child, what never imports this file."""
    forget_all()
    for name in untouched(file):
        importlib.import_module(name)


def untouched(file: str) -> list[str]:
    """Give the modules of the rules from which no import leads to this file."""
    imports = {name: _imported(name) for name in _modules()}
    reached, wrong = set[str](), {module_of(file)}
    while wrong:
        reached |= wrong
        wrong = {name for name, found in imports.items() if found & reached} - reached
    return sorted(imports.keys() - reached)


@cache
def _modules() -> dict[str, str]:
    """Give the file of every module, by the name under which it is imported."""
    paths = (path.relative_to(ROOT).as_posix() for path in (ROOT / "rules").rglob("*.py"))
    return {module_of(path): path for path in paths}


@cache
def _imported(name: str) -> frozenset[str]:
    """Give the modules that are read with this one: what it names, and the packages around."""
    said = {name}
    for node in ast.walk(ast.parse(source_of(_modules()[name]))):
        if isinstance(node, ast.Import):
            said |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            said |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    around = {".".join(one.split(".")[:length]) for one in said for length in range(1, 9)}
    return frozenset((said | around) & _modules().keys() - {name})
