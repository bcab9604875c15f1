"""Does the matrix notice when a guard is gone? Take each away, one at a time, and see it turn red.

`python -m tests.matrix.guards` takes all of them away; `--every N` every Nth. A guard is what one
act asks of its role, what one act asks of the relation to the patient, each condition behind a
relation, and each look at a sign-in. A guard whose loss nobody notices ends the run with 1.
"""

import argparse
import logging
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from typing import Any
from unittest import mock

from sqlalchemy import Engine, event, true

from models.platform.fixed import Fixed
from rules.access import policy
from rules.access.words import OWN, Relation
from rules.permissions import Permission
from tests.matrix import cells, judging
from tests.matrix.asking import Asking, opened
from tests.matrix.cells import Cell, Expected, State
from tests.throwaway import Throwaway
from workflows.platform import access, relations, trail, work
from workflows.platform.runtime import take_keys
from workflows.platform.settings import Settings

AnyCall = Callable[..., Any]
_DISABLED = r"user_account\.disabled_at(?=[,\s])"
_IS_ME = r"\.user_id = \$\d+(::UUID)?"
_ROLES = r"care_team_member\.role IN \((?:[^()]|\([^()]*\))*\)"
_REMOVED = r"sitter\.state != \$\d+(::VARCHAR)?"
# One condition of a statement each: how it is written, and who is kept out by it, of what.
CONDITIONS: dict[str, tuple[str, str, str]] = {
    "disabled accounts": (_DISABLED, cells.DISABLED, "read_patient"),
    "roles that ended": (
        r"role_grant\.ended_at IS NULL",
        "coach without the role now",
        "read_patient",
    ),
    "who left the team": (
        r"care_team_member\.ended_at IS NULL",
        "coach who left the team",
        "read_patient",
    ),
    "the role on the team": (_ROLES, "two hats", "sign_plan"),
    "whose caseload": ("care_team_member" + _IS_ME, "coach elsewhere", "read_caseload"),
    "whose desk": ("care_team_member" + _IS_ME, "prescriber elsewhere", "read_desk"),
    "who left the site": (
        r"site_staff\.ended_at IS NULL",
        "staff who left the site",
        "read_office_session",
    ),
    "staff of which site": ("site_staff" + _IS_ME, "staff of another site", "read_office_session"),
    "whose place": ("sitter" + _IS_ME, "sitter of another session", "send_contact_code"),
    "places listed": ("sitter" + _IS_ME, "sitter of another session", "list_my_sitter_places"),
    "a sitter taken off": (_REMOVED, "sitter taken off", "read_dose_session"),
    "shifts cancelled": (
        r"on_call_shift\.cancelled_at IS NULL",
        "prescriber elsewhere",
        "acknowledge_escalation",
    ),
    "who is on call": (
        "on_call_shift" + _IS_ME,
        "prescriber who left the team",
        "acknowledge_escalation",
    ),
    "a look that is over": (
        r"break_glass\.ends_at > \$\d+(::[A-Z ]+)?",
        "prescriber whose look is over",
        "read_patient",
    ),
    "a glass that was closed": (
        r"break_glass\.ended_at IS NULL",
        "officer who closed the glass again",
        "read_patient",
    ),
    "whose look": ("break_glass" + _IS_ME, "prescriber elsewhere", "end_break_glass"),
}
INSTEAD = {_DISABLED: "NULL::timestamptz AS disabled_at"}
# Acts whose own statement asks; the relation is taken away there (see CONDITIONS). Who follows
# their own changes names nobody, and is asked twice (`access.own_patient`): one keeps all out.
ASKS_ITSELF = {
    *(Permission.READ_CASELOAD, Permission.TRAIN_AS_SITTER, Permission.BREAK_GLASS),
    Permission.FOLLOW_CHANGES,
}


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard: how it is taken away, and which cells look at it."""

    name: str
    gone: Callable[[], AbstractContextManager[Any]]
    looks: tuple[Cell, ...]


def nothing_gone() -> AbstractContextManager[Any]:
    """Leave every guard where it is."""
    return nullcontext()


def all_guards() -> Iterator[Guard]:
    """Give every guard with the cells that should turn red without it."""
    for permission in sorted(policy.ROLES):
        yield from _of_the_role(permission)
        yield from _of_the_relation(permission)
    for relation in (*Relation,):
        yield from _of_one_relation(relation)
    yield from _of_the_programme()
    yield from _of_the_sign_in()
    yield from _of_the_statements()
    yield from _of_the_mark()


def noticed(asking: Asking, guard: Guard) -> Cell | None:
    """Give the first cell that turns red without this guard."""
    with guard.gone(), _asked_anew():
        for cell in guard.looks:
            if next(judging.faults(asking, cell), None) is not None:
                return cell
    return None


@contextmanager
def _asked_anew() -> Iterator[None]:
    """Let no statement be used that was put together when all guards stood, nor one from now."""
    for one in Fixed.every:
        one.forget()
    try:
        yield
    finally:
        for one in Fixed.every:
            one.forget()


def _of_the_role(permission: Permission) -> Iterator[Guard]:
    looks = tuple(_cells(permission, Expected.NOT_PERMITTED))
    real = work.may

    def may(roles: Any, asked: Permission) -> bool:
        return asked is permission or real(roles, asked)

    if looks:
        yield Guard(f"role of {permission}", lambda: mock.patch.object(work, "may", may), looks)


def _of_the_relation(permission: Permission) -> Iterator[Guard]:
    looks = tuple(_cells(permission, Expected.NOT_FOUND, Expected.NARROWED))
    if looks and permission not in ASKS_ITSELF:
        yield Guard(f"relation of {permission}", lambda: _open_for(permission), looks)


def _of_one_relation(relation: Relation) -> Iterator[Guard]:
    """Let one condition always hold, for whomever the policy gives the relation."""
    conditions: dict[Relation, str] = {
        Relation.OWN: "is_own",
        Relation.TEAM: "cares",
        Relation.ON_CALL: "covers",
        Relation.SITS: "sits_in",
        Relation.SITE: "treated_at_my_site",
        Relation.BROKEN_GLASS: "broke_the_glass",
    }
    if relation not in conditions:
        return
    name, real = conditions[relation], getattr(relations, conditions[relation])

    def always(act: Any) -> Any:
        return true() if relations.acting_by(act, relation) else real(act)

    looks = tuple(
        cell
        for cell in cells.all_cells()
        if cell.state is State.THERE
        and cell.expected in (Expected.NOT_FOUND, Expected.NARROWED)
        and any(relation in near for near in policy.line_of(cell.operation).who.values())
    )
    yield Guard(f"condition {name}", lambda: _patched({name: always}), looks)


def _of_the_programme() -> Iterator[Guard]:
    for line in policy.LINES:
        if line.closes:
            looks = tuple(
                cell for cell in cells.cells_of(line.operation) if cell.expected is Expected.ENDED
            )
            left = policy.CLOSED_WITH_THE_PROGRAMME - {line.closes}
            if looks:
                yield Guard(f"end of the programme, {line.operation}", _without(left), looks)
    dead = tuple(
        cell
        for cell in cells.all_cells()
        if cell.state is State.DECEASED
        and cell.who == "patient"
        and cell.expected is Expected.NOT_FOUND
    )
    yield Guard("an account outlives its owner", lambda: _patched({"is_own": _own_for_ever}), dead)


def _of_the_sign_in() -> Iterator[Guard]:
    strangers = tuple(cell for cell in cells.all_cells() if cell.who == cells.STRANGER)
    yield Guard("sign-in", _nobody_signs_in, strangers)


def _of_the_statements() -> Iterator[Guard]:
    for name, (condition, who, operation) in CONDITIONS.items():
        looks = tuple(cell for cell in cells.cells_of(operation) if cell.who == who)
        yield Guard(name, partial(_never_asked, condition), looks)


def _of_the_mark() -> Iterator[Guard]:
    """Let a look behind the glass leave a trail like any other."""
    looks = tuple(cell for cell in cells.all_cells() if judging.only_by_the_glass(cell))
    yield Guard(
        "the mark of a broken glass", lambda: mock.patch.object(trail, "BREAK_GLASS", ""), looks
    )


def _cells(permission: Permission, *wanted: Expected) -> Iterator[Cell]:
    for line in policy.LINES:
        if line.permission is permission and not line.public:
            yield from (
                cell
                for cell in cells.cells_of(line.operation)
                if cell.state is State.THERE and cell.expected in wanted
            )


@contextmanager
def _open_for(permission: Permission) -> Iterator[None]:
    """Let every condition hold while an act asks for this permission."""

    def opened_up(real: AnyCall) -> AnyCall:
        return lambda act, *more: true() if act.permit is permission else real(act, *more)

    names = ("is_own", "sits_in", "works_at", "covers")
    with _patched({name: opened_up(getattr(relations, name)) for name in names}):
        yield


@contextmanager
def _patched(changes: dict[str, AnyCall]) -> Iterator[None]:
    """Replace conditions wherever they are known by name."""
    patches = [
        mock.patch.object(place, name, changed)
        for name, changed in changes.items()
        for place in (relations, access)
        if hasattr(place, name)
    ]
    for patch in patches:
        patch.start()
    try:
        yield
    finally:
        for patch in patches:
            patch.stop()


def _without(left: frozenset[str]) -> Callable[[], AbstractContextManager[Any]]:
    return lambda: mock.patch.object(policy, "CLOSED_WITH_THE_PROGRAMME", left)


def _own_for_ever(act: Any) -> Any:
    from models.people.patients import Patient

    mine = Patient.user_id == act.actor.user_id
    return mine if relations.acting_by(act, OWN) else ~true()


def _nobody_signs_in() -> AbstractContextManager[Any]:
    from api.platform import identity

    return mock.patch.object(identity, "sign_in", return_value=None)


@contextmanager
def _never_asked(condition: str) -> Iterator[None]:
    """Take one condition out of every statement, just before the database reads it.

    What stands in it is still named: a value that a statement has no place for is refused.
    """
    told = INSTEAD.get(condition)

    def rewritten(*call: Any) -> tuple[str, Any]:
        return re.sub(condition, told or (lambda one: f" (true OR {one[0]}) "), call[2]), call[3]

    event.listen(Engine, "before_cursor_execute", rewritten, retval=True)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", rewritten)


def main(arguments: list[str] | None = None) -> int:
    """Take the guards away and say which nobody missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1, help="only every so many guards")
    parser.add_argument("--only", default="", help="only guards whose name holds this")
    told = parser.parse_args(arguments)
    logging.disable(logging.CRITICAL)
    chosen = [one for one in all_guards() if told.only in one.name][:: told.every]
    missed = 0
    with _ready() as asking:
        for guard in chosen:
            cell = noticed(asking, guard)
            missed += cell is None
            said = f"noticed by: {cell}" if cell else f"NOT NOTICED by {len(guard.looks)} cells"
            sys.stdout.write(f"{guard.name}: {said}\n")
            sys.stdout.flush()
    sys.stdout.write(f"{len(chosen)} guards taken away, {missed} not noticed\n")
    return 1 if missed else 0


@contextmanager
def _ready() -> Iterator[Asking]:
    throwaway = Throwaway.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            told = {"VIGIL_ENV": "test", "VIGIL_VAR": folder, "DATABASE_URL": "postgresql://"}
            settings = Settings.from_env(told)
            take_keys(settings)
            with opened(throwaway, settings) as asking:
                yield asking
    finally:
        throwaway.stop()


if __name__ == "__main__":
    sys.exit(main())
