"""What can become of a row with a drug in it? A model of the states for a solver.

One row of any kind (plan, order, home session, office session) is created, moved and rewritten, by
whatever statement somebody may think of. What holds it are the constraints under test, and the
moves that `rules/states.py` allows; facts (a dose that was taken, an emergency) move a session as
they do in the rules, and are never refused.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import z3

from rules.states import MOVES, after_dose_taken, after_emergency
from rules.terms import Molecule, OfficeState, OrderState, PlanState, Route, SessionState, Setting
from tests.proofs.sql_meaning import NULL, Column, meaning

KINDS: tuple[type[StrEnum], ...] = (SessionState, OfficeState, PlanState, OrderState)
NOWHERE = "nowhere"


def _words(name: str, words: list[str]) -> tuple[z3.DatatypeSortRef, dict[str, z3.DatatypeRef]]:
    sort, values = z3.EnumSort(name, [f"{name}:{word}" for word in words])
    return sort, dict(zip(words, values, strict=True))


MOLECULE, MOLECULES = _words("molecule", [NULL, *Molecule])
ROUTE, ROUTES = _words("route", [NULL, *Route])
SETTING, SETTINGS = _words("setting", [NULL, *Setting])
STATE, STATES = _words(
    "state", [NOWHERE, *(f"{kind.__name__}.{state}" for kind in KINDS for state in kind)]
)
FIRST = (
    f"SessionState.{SessionState.SCHEDULED}",
    f"OfficeState.{OfficeState.SCHEDULED}",
    f"PlanState.{PlanState.DRAFT}",
    f"OrderState.{OrderState.ORDERED}",
)


@dataclass(frozen=True)
class World:
    """One row at one moment."""

    state: z3.DatatypeRef
    molecule: z3.DatatypeRef
    route: z3.DatatypeRef
    setting: z3.DatatypeRef

    @classmethod
    def named(cls, name: str) -> "World":
        """Make a row of which nothing is known yet."""
        return cls(
            z3.Const(f"state {name}", STATE),
            z3.Const(f"molecule {name}", MOLECULE),
            z3.Const(f"route {name}", ROUTE),
            z3.Const(f"setting {name}", SETTING),
        )

    @property
    def exists(self) -> z3.BoolRef:
        """There is a row."""
        return self.state != STATES[NOWHERE]

    @property
    def columns(self) -> dict[str, Column]:
        """The columns that constraints speak about."""
        return {
            "molecule": Column(self.molecule, MOLECULES),
            "route": Column(self.route, ROUTES),
            "setting": Column(self.setting, SETTINGS),
        }

    def satisfies(self, text: str) -> z3.BoolRef:
        """A CHECK with this text lets the row be."""
        return meaning(text, self.columns).passes

    def is_in(self, state: StrEnum) -> z3.BoolRef:
        """The row is in this state."""
        return self.state == STATES[f"{type(state).__name__}.{state}"]

    @property
    def esketamine_outside(self) -> z3.BoolRef:
        """Esketamine anywhere but at a certified site."""
        return z3.And(
            self.exists,
            self.molecule == MOLECULES[Molecule.ESKETAMINE],
            self.setting != SETTINGS[Setting.CERTIFIED_SITE],
        )

    @property
    def other_than_racemic_by_mouth_at_home(self) -> z3.BoolRef:
        """At home, and not racemic ketamine by mouth."""
        by_mouth = [ROUTES[route] for route in (Route.SUBLINGUAL, Route.BUCCAL, Route.ORAL)]
        racemic = z3.And(
            self.molecule == MOLECULES[Molecule.KETAMINE],
            z3.Or(*[self.route == route for route in by_mouth]),
        )
        return z3.And(self.exists, self.setting == SETTINGS[Setting.HOME], z3.Not(racemic))


Locks = Callable[[World], z3.BoolRef]


def checks(*texts: str) -> Locks:
    """Make the locks of a table: these CHECKs, and columns that may not be NULL."""

    def hold(row: World) -> z3.BoolRef:
        filled = [
            row.molecule != MOLECULES[NULL],
            row.route != ROUTES[NULL],
            row.setting != SETTINGS[NULL],
        ]
        return z3.And(*filled, *[row.satisfies(text) for text in texts])

    return hold


def step(before: World, after: World, locks: Locks) -> z3.BoolRef:
    """Everything that can happen to the row at once: PostgreSQL looks at each new version of it."""
    created = z3.And(z3.Not(before.exists), z3.Or(*[after.state == STATES[name] for name in FIRST]))
    return z3.And(z3.Or(created, _moved(before, after), _rewritten(before, after)), locks(after))


def started(row: World) -> z3.BoolRef:
    """Nothing has happened yet."""
    return z3.Not(row.exists)


def _moved(before: World, after: World) -> z3.BoolRef:
    return z3.Or(
        *[
            z3.And(before.is_in(state), after.is_in(following))
            for kind in KINDS
            for state in kind
            for following in _following(state)
        ]
    )


def _following(state: StrEnum) -> set[StrEnum]:
    allowed: set[StrEnum] = set(MOVES[type(state)][state])
    if isinstance(state, SessionState):  # facts are never refused
        allowed |= {after_dose_taken(state), after_emergency(state)}
    return allowed


def _rewritten(before: World, after: World) -> z3.BoolRef:
    # Any statement may try to change product and place in any state, also the last.
    return z3.And(before.exists, before.state == after.state)
