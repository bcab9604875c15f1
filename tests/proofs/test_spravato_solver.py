"""Is there any state, reached in any way, with esketamine outside a certified site? Z3 finds none.

The constraints are read from the text that PostgreSQL is given. A proof that would also hold for a
wrong world says nothing: the same solver finds the states that must be possible, and finds the harm
as soon as one constraint is taken away.
"""

from itertools import pairwise, product

import psycopg
import pytest
import z3
from psycopg import sql

from models.plan.catalogue import (
    ESKETAMINE_IS_FOR_CERTIFIED_SITES,
    HOME_IS_FOR_RACEMIC_KETAMINE_BY_MOUTH,
)
from rules.terms import Molecule, OfficeState, Route, SessionState, Setting
from tests.proofs.sql_meaning import NULL, meaning
from tests.proofs.world import (
    MOLECULES,
    ROUTES,
    SETTINGS,
    Locks,
    World,
    checks,
    started,
    step,
)

BOTH = (HOME_IS_FOR_RACEMIC_KETAMINE_BY_MOUTH, ESKETAMINE_IS_FOR_CERTIFIED_SITES)
TABLES = (
    "product_setting",
    "treatment_plan",
    "medication_order",
    "shipment",
    "dose_session",
    "office_session",
)
ROWS = [
    dict(zip(("molecule", "route", "setting"), row, strict=True))
    for row in product([NULL, *Molecule], [NULL, *Route], [NULL, *Setting])
]


def found(*claims: z3.BoolRef) -> z3.ModelRef | None:
    """Give a world in which all of this is true, if there is one."""
    solver = z3.Solver()
    solver.add(*claims)
    answer = solver.check()
    assert answer != z3.unknown
    return solver.model() if answer == z3.sat else None


def path(length: int, locks: Locks) -> tuple[list[World], list[z3.BoolRef]]:
    """Give so many moments after the beginning, each following from the one before."""
    worlds = [World.named(str(moment)) for moment in range(length + 1)]
    steps = [step(before, after, locks) for before, after in pairwise(worlds)]
    return worlds, [started(worlds[0]), *steps]


# -- the text means to the solver what it means to PostgreSQL


@pytest.mark.parametrize("text", BOTH)
def test_the_solver_reads_a_constraint_as_postgresql_does(
    app_connection: psycopg.Connection, text: str
) -> None:
    said = _by_postgresql(app_connection, text)
    assert [_by_the_solver(text, row) for row in ROWS] == said
    assert set(said) == {True, False, None}


@pytest.mark.parametrize("table", TABLES)
def test_the_constraints_on_the_tables_say_what_the_text_says(
    app_connection: psycopg.Connection, table: str
) -> None:
    for name, text in zip(("home_formulary", "esketamine_in_office"), BOTH, strict=True):
        live = app_connection.execute(
            "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint"
            " WHERE conrelid = CAST(%s AS regclass) AND conname = %s AND convalidated",
            (table, f"ck_{table}_{name}"),
        ).fetchone()
        assert live is not None
        assert _by_postgresql(app_connection, live[0]) == _by_postgresql(app_connection, text)


@pytest.mark.parametrize("table", TABLES)
def test_product_and_place_are_never_null(app_connection: psycopg.Connection, table: str) -> None:
    columns = app_connection.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = CAST(%s AS regclass) AND attnotnull"
        " AND attname IN ('molecule', 'route', 'setting')",
        (table,),
    ).fetchall()
    assert len(columns) == 3


@pytest.mark.parametrize(
    "text",
    [
        "molecule LIKE 'esk%'",
        "NOT molecule = 'esketamine'",
        "molecule = 'a' OR",
        "molecule = x",
        "",
    ],
)
def test_what_the_translation_does_not_know_it_refuses(text: str) -> None:
    with pytest.raises((ValueError, KeyError)):
        meaning(text, World.named("x").columns)


# -- the proof


def test_no_step_leads_out_of_the_office() -> None:
    """The invariant holds at the beginning, and every step keeps it: so it holds for ever."""
    before, after = World.named("before"), World.named("after")
    assert found(started(before), before.esketamine_outside) is None
    safe = z3.Not(before.esketamine_outside)
    assert found(safe, step(before, after, checks(*BOTH)), after.esketamine_outside) is None


def test_no_step_brings_anything_home_but_racemic_ketamine_by_mouth() -> None:
    before, after = World.named("before"), World.named("after")
    safe = z3.Not(before.other_than_racemic_by_mouth_at_home)
    wrong = after.other_than_racemic_by_mouth_at_home
    assert found(started(before), before.other_than_racemic_by_mouth_at_home) is None
    assert found(safe, step(before, after, checks(*BOTH)), wrong) is None


def test_no_path_from_the_beginning_leads_out_of_the_office() -> None:
    """The same without induction: no path of twelve steps, longer than any life of a session."""
    worlds, steps = path(12, checks(*BOTH))
    assert found(*steps, z3.Or(*[world.esketamine_outside for world in worlds])) is None


# -- the proof is not empty


def test_esketamine_is_given_at_a_certified_site() -> None:
    worlds, steps = path(6, checks(*BOTH))
    model = found(
        *steps,
        worlds[-1].is_in(OfficeState.DISCHARGED),
        worlds[-1].molecule == MOLECULES[Molecule.ESKETAMINE],
    )
    assert model is not None
    assert model[worlds[-1].setting].eq(SETTINGS[Setting.CERTIFIED_SITE])


def test_racemic_ketamine_is_taken_at_home() -> None:
    worlds, steps = path(6, checks(*BOTH))
    at_home = worlds[-1].setting == SETTINGS[Setting.HOME]
    model = found(*steps, worlds[-1].is_in(SessionState.RELEASED), at_home)
    assert model is not None
    assert model[worlds[-1].molecule].eq(MOLECULES[Molecule.KETAMINE])


def test_without_the_constraint_on_esketamine_the_solver_finds_the_harm() -> None:
    before, after = World.named("before"), World.named("after")
    left = checks(HOME_IS_FOR_RACEMIC_KETAMINE_BY_MOUTH)
    model = found(started(before), step(before, after, left), after.esketamine_outside)
    assert model is not None
    assert model[after.setting].eq(SETTINGS[Setting.CLINIC])


def test_without_the_constraint_on_the_home_the_solver_finds_the_harm() -> None:
    before, after = World.named("before"), World.named("after")
    left = checks(ESKETAMINE_IS_FOR_CERTIFIED_SITES)
    wrong = after.other_than_racemic_by_mouth_at_home
    assert found(started(before), step(before, after, left), wrong) is not None
    assert found(started(before), step(before, after, left), after.esketamine_outside) is None


def test_without_both_a_session_with_esketamine_is_watched_at_home() -> None:
    worlds, steps = path(4, checks())
    last = worlds[-1]
    at_home = last.setting == SETTINGS[Setting.HOME]
    harm = (last.esketamine_outside, at_home, last.is_in(SessionState.MONITORING))
    assert found(*steps, *harm) is not None


def _by_the_solver(text: str, row: dict[str, str]) -> bool | None:
    world = World.named("row")
    values = (
        (world.molecule, MOLECULES[row["molecule"]]),
        (world.route, ROUTES[row["route"]]),
        (world.setting, SETTINGS[row["setting"]]),
    )
    said = meaning(text, world.columns)
    true, false = (
        z3.is_true(z3.simplify(z3.substitute(part, *values))) for part in (said.true, said.false)
    )
    assert not (true and false)
    return True if true else False if false else None


def _by_postgresql(connection: psycopg.Connection, text: str) -> list[bool | None]:
    query = (
        f"SELECT ({text}) FROM unnest(%(molecule)s::text[], %(route)s::text[], %(setting)s::text[])"
        " WITH ORDINALITY AS row (molecule, route, setting, place) ORDER BY place"
    )
    values = {
        name: [None if row[name] == NULL else row[name] for row in ROWS]
        for name in ("molecule", "route", "setting")
    }
    answers = connection.execute(sql.SQL(query), values).fetchall()  # type: ignore[arg-type]
    return [answer for (answer,) in answers]
