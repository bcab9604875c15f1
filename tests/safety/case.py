"""What can harm somebody, what holds it, and which test would turn red without it?

The hazards are typed in `docs/safety/hazards.toml`. Each control names how to take it away: a piece
of one file and what to put there instead. `python -m tests.safety` takes each one away in a copy of
the tree and sees its tests fail; what it saw is kept under a digest of control, piece and tests, so
that a control that changed has to be seen again.
"""

import ast
import hashlib
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
HAZARDS = ROOT / "docs" / "safety" / "hazards.toml"
CASE = ROOT / "docs" / "safety" / "safety-case.json"
KINDS = ("design", "protective", "information")


@dataclass(frozen=True, slots=True)
class Control:
    """One thing that holds a hazard, the tests that watch it, and how to take it away."""

    hazard: str
    number: int
    says: str
    kind: str
    tests: tuple[str, ...]
    file: str
    take: str
    put: str

    @property
    def id(self) -> str:
        """Name it within the case, such as H04.2."""
        return f"{self.hazard}.{self.number}"

    def digest(self) -> str:
        """Give the fingerprint of what was seen to fail: the control, the piece and the tests."""
        told = [self.says, self.file, self.take, self.put, *map(source_of, self.tests)]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def taken_from(self, root: Path) -> str:
        """Give the file without the control; it has to stand there exactly once."""
        text = (root / self.file).read_text(encoding="utf-8")
        if text.count(self.take) != 1:
            raise LookupError(
                f"{self.id}: {self.file} has {text.count(self.take)} times {self.take!r}"
            )
        return text.replace(self.take, self.put)


@dataclass(frozen=True, slots=True)
class Hazard:
    """What can harm somebody, how gravely and how likely before any control, and the aim."""

    id: str
    says: str
    severity: int
    likelihood_before: int
    aim: str
    owner: str
    controls: tuple[Control, ...]
    not_yet: tuple[str, ...]


def hazards() -> tuple[Hazard, ...]:
    """Read the typed hazards."""
    told = tomllib.loads(HAZARDS.read_text(encoding="utf-8"))
    return tuple(_hazard(row) for row in told["hazard"])


def controls() -> Iterator[Control]:
    """Give every control of every hazard."""
    for hazard in hazards():
        yield from hazard.controls


def source_of(test: str) -> str:
    """Give the source of a test by its node id, or refuse a test that is not there."""
    file, _, name = test.partition("::")
    text = (ROOT / file).read_text(encoding="utf-8")
    for node in ast.parse(text).body:
        if isinstance(node, ast.FunctionDef) and node.name == name:
            return ast.get_source_segment(text, node) or ""
    raise LookupError(f"there is no test {test}")


def record() -> dict[str, Any]:
    """Read what was seen, by control."""
    if not CASE.exists():
        return {}
    told = json.loads(CASE.read_text(encoding="utf-8"))
    return {control["id"]: control for hazard in told["hazards"] for control in hazard["controls"]}


def unproved(control: Control) -> bool:
    """Say whether the tests of this very control still have to be seen failing without it."""
    return bool(record().get(control.id, {}).get("digest") != control.digest())


def _hazard(row: dict[str, Any]) -> Hazard:
    listed = enumerate(row.get("control", ()), start=1)
    return Hazard(
        row["id"],
        row["says"],
        row["severity"],
        row["likelihood_before"],
        row["aim"],
        row["owner"],
        tuple(
            Control(
                row["id"],
                number,
                one["says"],
                one["kind"],
                tuple(one["tests"]),
                one["file"],
                one["take"],
                one["put"],
            )
            for number, one in listed
        ),
        tuple(row.get("not_yet", ())),
    )
