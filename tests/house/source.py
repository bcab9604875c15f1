"""What does the source of the house say, read as a tree and never run?"""

import ast
import importlib
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from workflows.platform.work import DECLARED, Declared

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("api", "workflows", "models", "rules")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class File:
    """One file of source."""

    name: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Give its syntax tree."""
        return ast.parse(self.text)

    @property
    def module(self) -> str:
        """Give the name under which it is imported."""
        return self.name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def lines(self) -> int:
        """Count its lines."""
        return len(self.text.splitlines())

    @cached_property
    def functions(self) -> dict[str, Function]:
        """Give the functions of the module itself by name."""
        return {node.name: node for node in self.tree.body if isinstance(node, Function)}

    @cached_property
    def known(self) -> dict[str, str]:
        """Give what each name stands for, in full: `predose` is `workflows.dose.predose`."""
        found = {name: f"{self.module}.{name}" for name in self.functions}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                found |= {
                    alias.asname or alias.name: f"{node.module}.{alias.name}"
                    for alias in node.names
                }
            elif isinstance(node, ast.Import):
                found |= {alias.asname or alias.name: alias.name for alias in node.names}
        return found

    def calls(self, inside: ast.AST) -> Iterator[tuple[str, ast.Call]]:
        """Give every call below a node, with the full name of what is called where it is known."""
        for node in ast.walk(inside):
            if isinstance(node, ast.Call):
                first, *rest = dotted(node.func).split(".")
                yield ".".join((self.known.get(first, first), *rest)), node


def dotted(node: ast.AST) -> str:
    """Write `work.session.get` for the expression that says it; what is no name is `?`."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return f"{dotted(node.func)}()" if isinstance(node, ast.Call) else "?"


def files(*folders: str) -> list[File]:
    """Read every file of source below these folders."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return [_read(str(path.relative_to(ROOT)), path.stat().st_mtime_ns) for path in found]


@cache
def declared() -> dict[str, Declared]:
    """Import every workflow and give what each promises."""
    package = importlib.import_module("workflows")
    for module in pkgutil.walk_packages(package.__path__, "workflows."):
        importlib.import_module(module.name)
    return dict(DECLARED)


def takes_work(function: Function) -> bool:
    """Say whether a function is a workflow or a step: the first thing it takes is the work."""
    first = [*function.args.posonlyargs, *function.args.args][:1]
    return bool(first) and first[0].arg == "work"


@cache
def _read(name: str, _changed: int) -> File:
    return File(name, (ROOT / name).read_text(encoding="utf-8"))
