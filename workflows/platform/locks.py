"""Are the locks that keep esketamine in the office still on the database?

A superuser or the owner of the tables can always take a lock off; that cannot be prevented, so it
is detected: what PostgreSQL says about its own constraints, triggers and catalogue is compared with
the list committed beside this file. When anything is missing, no clearance is given, and facts are
kept as before. After a migration that changes a lock on purpose:
`python -m workflows.platform.locks --write`.
"""

import argparse
import hashlib
import json
import logging
import os
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import TextClause, create_engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from workflows.platform import jobs
from workflows.platform.work import Runtime, Work

EXPECTED = Path(__file__).with_name("locks.json")
LOOK_AGAIN_AFTER = timedelta(hours=1)
EVERY_HOUR = "0 * * * *"
log = logging.getLogger(__name__)

_TABLES = (
    "'product', 'product_setting', 'treatment_plan', 'medication_order', 'shipment',"
    " 'dose_session', 'office_session'"
)
_ON_THEM = (
    f"= ANY (SELECT oid FROM pg_class WHERE relname IN ({_TABLES})"  # noqa: S608 - ours
    " AND relnamespace = 'public'::regnamespace)"
)
_AROUND_ONE = re.compile(r"(?<!\w)\(('[^']*'|\w+|ARRAY\[[^\]]*\])\)")
_WHAT = "('product_id', 'molecule', 'route', 'setting')"

_CONSTRAINTS = text(
    f"""
    SELECT CAST(CAST(k.conrelid AS regclass) AS text) || '.' || k.conname,
        pg_get_constraintdef(k.oid) || CASE WHEN k.convalidated THEN '' ELSE ' NOT VALID' END
    FROM pg_constraint k WHERE k.conrelid {_ON_THEM} AND k.contype IN ('c', 'f')
        AND EXISTS (SELECT 1 FROM pg_attribute a WHERE a.attrelid = k.conrelid
            AND a.attnum = ANY (k.conkey) AND a.attname IN {_WHAT})
    """  # noqa: S608 - every word of it is ours
)
_COLUMNS = text(
    f"""
    SELECT CAST(CAST(a.attrelid AS regclass) AS text) || '.' || a.attname,
        format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN '' ELSE ' NULL' END
    FROM pg_attribute a WHERE a.attrelid {_ON_THEM} AND a.attname IN {_WHAT} AND a.attnum > 0
    """  # noqa: S608 - every word of it is ours
)
_TRIGGERS = text(
    f"""
    SELECT CAST(CAST(t.tgrelid AS regclass) AS text) || '.' || t.tgname,
        pg_get_triggerdef(t.oid) || ' ' || CAST(t.tgenabled AS text),
        p.prosrc || CAST(p.prosecdef AS text) || coalesce(CAST(p.proconfig AS text), '')
    FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid
    WHERE t.tgrelid {_ON_THEM} AND NOT t.tgisinternal
    """  # noqa: S608 - every word of it is ours
)
_CATALOGUE = text(
    "SELECT p.code, concat_ws(' ', p.molecule, p.route, p.form, p.strength_mg_hundredths,"
    " p.ingredient_rxcui, string_agg(s.setting, '+' ORDER BY s.setting))"
    " FROM product p LEFT JOIN product_setting s ON s.product_id = p.id GROUP BY p.id"
)
# Things of which there must be none, each with what is wrong when there is one.
_NONE_OF: Mapping[str, TextClause] = {
    "a foreign key is switched off": text(
        f"SELECT 1 FROM pg_trigger t WHERE t.tgrelid {_ON_THEM} AND t.tgisinternal"  # noqa: S608
        " AND t.tgenabled <> 'O'"
    ),
    "triggers are switched off for this connection": text(
        "SELECT 1 WHERE current_setting('session_replication_role') <> 'origin'"
    ),
    "a rule rewrites writes": text(
        f"SELECT 1 FROM pg_rewrite r WHERE r.ev_class {_ON_THEM}"  # noqa: S608
    ),
    "the run-time role may write the catalogue": text(
        "SELECT 1 FROM pg_roles WHERE rolname = 'vigil_runtime' AND ("
        "has_table_privilege('vigil_runtime', 'product', 'INSERT, UPDATE, DELETE, TRUNCATE') OR"
        " has_table_privilege('vigil_runtime', 'product_setting',"
        " 'INSERT, UPDATE, DELETE, TRUNCATE'))"
    ),
    "the allow-table lets esketamine out of the office": text(
        "SELECT 1 FROM product_setting s JOIN product p ON p.id = s.product_id"
        " WHERE 'esketamine' IN (p.molecule, s.molecule) AND s.setting <> 'certified_site'"
    ),
} | {
    f"a row of {table} puts esketamine outside a certified site": text(
        f"SELECT 1 FROM {table} r JOIN product p ON p.id = r.product_id"  # noqa: S608
        " WHERE 'esketamine' IN (p.molecule, r.molecule) AND r.setting <> 'certified_site' LIMIT 1"
    )
    for table in ("treatment_plan", "medication_order", "shipment", "dose_session")
}


def what_is_wrong(session: Session) -> tuple[str, ...]:
    """Name every lock that is missing or not as committed; empty means that all hold."""
    expected: dict[str, str] = json.loads(EXPECTED.read_text(encoding="utf-8"))
    found = dict(fingerprint(session))
    missing = [f"missing: {name}" for name in expected if name not in found]
    changed = [f"changed: {n}" for n in expected if found.get(n, expected[n]) != expected[n]]
    extra = [f"unknown: {n}" for n in found if n not in expected and not _only_stricter(n)]
    broken = [wrong for wrong, query in _NONE_OF.items() if session.execute(query).first()]
    return tuple(sorted(missing + changed + extra + broken))


def locks_intact(session: Session) -> bool:
    """Say whether every lock holds."""
    return not what_is_wrong(session)


def fingerprint(session: Session) -> Iterator[tuple[str, str]]:
    """Give every lock by name, written the same way whatever the version of PostgreSQL."""
    for name, definition in session.execute(_CONSTRAINTS):
        yield f"constraint {name}", _plain(definition)
    for name, kind in session.execute(_COLUMNS):
        yield f"column {name}", kind
    for name, definition, source in session.execute(_TRIGGERS):
        told = hashlib.sha256(" ".join(source.split()).encode()).hexdigest()
        yield f"trigger {name}", f"{_plain(definition)} {told[:32]}"
    for code, content in session.execute(_CATALOGUE):
        yield f"product {code}", content


def look(runtime: Runtime) -> tuple[str, ...]:
    """Look at the locks now and note in the running house whether they hold."""
    runtime.locks_checked_at = runtime.clock.now()
    try:
        with Session(runtime.bind) as session:
            wrong = what_is_wrong(session)
    except SQLAlchemyError:
        wrong = ("the database cannot be asked",)
    runtime.locks_intact = not wrong
    return wrong


@jobs.job("look_at_locks", priority=jobs.BEFORE_OTHERS, every=EVERY_HOUR)
def look_every_hour(runtime: Runtime) -> None:
    """Look without being asked, and say loudly what is missing."""
    for wrong in look(runtime):
        log.error("a safety lock is not as it should be: %s", wrong)


def intact_lately(runtime: Runtime) -> bool:
    """Say whether the locks hold; look again when the last look is an hour old, or was bad."""
    checked_at = runtime.locks_checked_at
    if checked_at is not None:
        old = runtime.clock.now() - checked_at >= LOOK_AGAIN_AFTER
        if old or not runtime.locks_intact:
            look(runtime)
    return runtime.locks_intact


def still_intact(work: Work) -> bool:
    """Say for a dose whether the locks hold."""
    return intact_lately(work.runtime)


def _only_stricter(name: str) -> bool:
    return name.startswith("constraint ")


def _plain(definition: str) -> str:
    """Take off casts, spare spaces, and brackets around one word or list: a dump moves them.

    All other brackets stay, because they say what belongs together.
    """
    without_casts = re.sub(r"::[a-z ]+(\(\d+\))?(\[\])?", "", definition)
    plain = " ".join(without_casts.replace("public.", "").split())
    while (barer := _AROUND_ONE.sub(r"\1", plain)) != plain:
        plain = barer
    return plain


def main(arguments: list[str] | None = None) -> int:
    """Print what is wrong, or write the locks found as the ones expected from now on."""
    parser = argparse.ArgumentParser(prog="python -m workflows.platform.locks", description=__doc__)
    parser.add_argument("--write", action="store_true", help="expect from now on what is there")
    write: Any = parser.parse_args(arguments).write
    engine = create_engine(os.environ["DATABASE_URL"])
    with Session(engine) as session:
        if write:
            found = json.dumps(dict(sorted(fingerprint(session))), indent=1)
            EXPECTED.write_text(f"{found}\n", encoding="utf-8")
        wrong = what_is_wrong(session)
    engine.dispose()
    sys.stderr.writelines(f"{line}\n" for line in wrong)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
