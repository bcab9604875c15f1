"""Does every decision come out again as it was kept, from the facts that were kept with it?

Each is judged by the rule set that made it: the one in force here, an older one from its archive in
a fresh interpreter that sees nothing else of the house. What is told of a difference is the id of
the decision and the names of what differs, never what was seen.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from models.platform.decisions import GateDecision
from models.platform.encryption import SealBroken
from rules.gates import RULESET
from rules.terms import Outcome
from workflows.platform import verdicts
from workflows.platform.released import RELEASED, RuleSetUnknown, archive_of

PAGE = 200
# Only the archive and the installed libraries: neither the environment nor the checkout.
_ALONE = (
    "import runpy, sys; sys.path.insert(0, sys.argv[1]);"
    " runpy.run_path(sys.argv[2], run_name='__main__')"
)
_READ = tuple(
    getattr(GateDecision, name)
    for name in ("id", "ruleset", "point", "outcome", "suitability", "codes", "findings", "facts")
)
_RANK = {outcome.value: outcome.rank for outcome in Outcome}


@dataclass(frozen=True, slots=True)
class Replayed:
    """One decision judged again: what became of it, and by name what differs."""

    id: UUID
    ruleset: str
    point: str
    result: str
    differs: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """Say it in ids and codes."""
        return " ".join((self.result, str(self.id), self.ruleset, self.point, *self.differs))


class RuleSets:
    """The rule sets at hand; old ones are started when they are first asked, and ended together."""

    def __init__(self, folder: Path = RELEASED) -> None:
        """Take the folder of the archives."""
        self._folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._ending = ExitStack()

    def __enter__(self) -> "RuleSets":
        """Start nothing yet."""
        return self

    def __exit__(self, *_: object) -> None:
        """End every interpreter that was started."""
        self._ending.close()

    def verdict(self, ruleset: str, point: str, facts: Mapping[str, Any]) -> dict[str, Any]:
        """Let one rule set judge; raise `RuleSetUnknown` where there is no archive of it."""
        if ruleset == RULESET:
            return verdicts.verdict(point, facts)
        running = self._running.get(ruleset) or self._start(ruleset)
        if running.stdin is None or running.stdout is None:
            raise RuleSetUnknown(f"{ruleset}: its interpreter has no pipes")
        try:
            running.stdin.write(json.dumps({"point": point, "facts": facts}).encode() + b"\n")
            running.stdin.flush()
            told = json.loads(running.stdout.readline())
        except (OSError, ValueError):
            raise RuleSetUnknown(f"{ruleset}: its archive does not run") from None
        return dict(told)

    def _start(self, ruleset: str) -> subprocess.Popen[bytes]:
        archive = archive_of(ruleset, self._folder)
        command = (sys.executable, "-I", "-c", _ALONE, str(archive), verdicts.__file__)
        running = self._ending.enter_context(
            subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # what fails there may quote facts
                env={},
            )
        )
        self._running[ruleset] = running
        return running


def replay(connection: Connection, sets: RuleSets, other: str = "") -> Iterator[Replayed]:
    """Judge every kept decision again, oldest first, by its own rule set or by another."""
    for row in _kept(connection):
        yield _replayed(row, sets, other) if isinstance(row, Row) else row


def _kept(connection: Connection) -> Iterator[Row[Any] | Replayed]:
    """Read page by page, so that a long history needs no more memory than a short one."""
    last = UUID(int=0)
    ids = select(GateDecision.id).order_by(GateDecision.id).limit(PAGE)
    while page := connection.scalars(ids.where(GateDecision.id > last)).all():
        yield from _opened(connection, page)
        last = page[-1]


def _opened(connection: Connection, page: Sequence[UUID]) -> Iterator[Row[Any] | Replayed]:
    """Open what is sealed; where a page does not open, say of each row whether it does."""
    query = select(*_READ).order_by(GateDecision.id)
    try:
        yield from connection.execute(query.where(GateDecision.id.in_(page))).all()
    except (SealBroken, ValueError):
        if len(page) == 1:
            yield Replayed(page[0], "-", "-", "unreadable")
            return
        for one in page:
            yield from _opened(connection, [one])


def _replayed(row: Row[Any], sets: RuleSets, other: str) -> Replayed:
    try:
        again = sets.verdict(other or row.ruleset, row.point, row.facts)
    except RuleSetUnknown:
        return Replayed(row.id, row.ruleset, row.point, "unknown")
    if "error" in again:
        return Replayed(row.id, row.ruleset, row.point, "unreadable")
    if other:
        return _compared_with_another(row, again)
    differs = tuple(_differences(row, again))
    return Replayed(row.id, row.ruleset, row.point, "drift" if differs else "same", differs)


def _differences(row: Row[Any], again: Mapping[str, Any]) -> Iterator[str]:
    if row.outcome != again["outcome"]:
        yield "outcome"
    if row.suitability not in (None, again["suitability"]):
        yield "suitability"
    if list(row.codes) != again["codes"]:
        yield "codes"
    before = {finding["code"]: finding for finding in row.findings}
    for finding in again["findings"]:
        kept = before.get(finding["code"], {})
        for name in verdicts.COMPARED:
            if kept and kept.get(name) != finding[name]:
                yield f"{finding['code']}.{name}"


def _compared_with_another(row: Row[Any], again: Mapping[str, Any]) -> Replayed:
    """Say whom another rule set would have stopped or released, and by which codes."""
    before, after = _RANK[row.outcome], _RANK[again["outcome"]]
    result = "stopped" if after > before else "released" if after < before else "same"
    added = tuple(f"+{code}" for code in again["codes"] if code not in row.codes)
    gone = tuple(f"-{code}" for code in row.codes if code not in again["codes"])
    if result == "same" and (added or gone):
        result = "codes"
    return Replayed(row.id, row.ruleset, row.point, result, added + gone)
