"""Would every decision of the gates come out again? Run as `python -m workflows.replay`.

It reads and never writes; the reader's role is enough, with the keys that open what is sealed.
`--with 2026.11.2` says instead what that rule set would have decided, `--current` what the one in
force would have. Ids and codes are printed, and nothing that was seen. It ends with 1 when a
decision drifted, could not be read, or was made by a rule set that nobody kept.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence

from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from models.platform.database import new_engine
from rules.gates import RULESET
from workflows.platform.released import RuleSetUnknown, archive_of
from workflows.platform.replaying import RuleSets, replay
from workflows.platform.runtime import take_keys
from workflows.platform.settings import Settings, SettingsRefused

FAILED = ("drift", "unreadable", "unknown")
QUIET = "same"
READ_ONLY = text("SET default_transaction_read_only = on")  # the database itself refuses to write


def told(connection: Connection, other: str = "") -> Counter[str]:
    """Replay everything, say what is not the same, and count."""
    counts: Counter[str] = Counter()
    with RuleSets() as sets:
        for one in replay(connection, sets, other):
            counts[one.result] += 1
            if one.result != QUIET:
                sys.stdout.write(f"{one.line}\n")
    names = sorted(set(counts) | {QUIET} | (set() if other else set(FAILED)))
    said = ", ".join(f"{counts[name]} {name}" for name in names)
    sys.stdout.write(f"{counts.total()} decisions: {said}\n")
    return counts


def main(arguments: Sequence[str] | None = None) -> int:
    """Replay what is in the database of the environment."""
    asked = _asked(arguments)
    other = RULESET if asked.current else asked.other
    try:
        if other and other != RULESET:
            archive_of(other)
        settings = Settings.from_env()
        take_keys(settings)
        counts = _read(settings.database_url, other)
    except (RuleSetUnknown, SettingsRefused) as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    except SQLAlchemyError as failed:
        sys.stderr.write(f"the database cannot be read ({type(failed).__name__})\n")
        return 1
    return 1 if any(counts[name] for name in FAILED) else 0


def _read(url: str, other: str) -> Counter[str]:
    engine = new_engine(url, pool_size=1)
    try:
        with engine.connect() as opened:
            connection = opened.execution_options(isolation_level="AUTOCOMMIT")
            connection.execute(READ_ONLY)
            return told(connection, other)
    finally:
        engine.dispose()


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m workflows.replay", description=__doc__)
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--with", dest="other", default="", metavar="RULESET")
    which.add_argument("--current", action="store_true", help=f"the same as --with {RULESET}")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
