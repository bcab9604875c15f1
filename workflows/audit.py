"""Was the trail touched? Run as `python -m workflows.audit verify`; it reads and never writes.

It ends with 0 when everything is what was written, with 1 when something is not, and with 2 when
that cannot be said: no database, no key, or no checkpoint. `export FOLDER` writes the trail for a
reader that is not ours (docs/audit/README.md), `key` prints the line that checks our signatures.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from models.platform.database import new_engine
from workflows.oversight import audit_check, audit_export
from workflows.oversight.audit_check import Checked
from workflows.oversight.checkpoint_check import Files
from workflows.platform.audit_sink import SUFFIX
from workflows.platform.settings import Settings, SettingsRefused
from workflows.platform.signed_note import NoteRefused, Signer, read_key

WHOLE, TOUCHED, CANNOT_SAY = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what is asked with the database of the environment."""
    asked = _asked(arguments)
    try:
        settings = Settings.from_env(need_database=asked.what != "key")
        public_key = Signer.of(settings.audit_key).public_key
        if asked.what == "key":
            sys.stdout.write(f"{public_key}\n")
            return WHOLE
        with snapshot(settings.database_url) as connection:
            if asked.what == "export":
                return _export(connection, asked.folder)
            outside = read_files(asked.checkpoints or _folder_of(settings))
            keys = [line for line in asked.key if read_key(line)] or [public_key]
            checked = audit_check.check(connection, outside, keys, asked.stream)
    except (SettingsRefused, NoteRefused, OSError) as refused:
        sys.stderr.write(f"{refused}\n")
        return CANNOT_SAY
    except SQLAlchemyError as failed:
        sys.stderr.write(f"the database cannot be read ({type(failed).__name__})\n")
        return CANNOT_SAY
    _say(checked, as_json=asked.json)
    return verdict(checked)


def verdict(checked: Checked) -> int:
    """Say in a number what came of it; without a checkpoint a cut cannot be told from an end."""
    if checked.found:
        return TOUCHED
    return WHOLE if checked.checkpoints or not checked.entries else CANNOT_SAY


@contextmanager
def snapshot(url: str) -> Iterator[Connection]:
    """Connect to one moment of the database, which itself refuses to write."""
    engine = new_engine(url, pool_size=1)
    try:
        with engine.connect() as opened:
            yield opened.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
    finally:
        engine.dispose()


def read_files(folder: Path | None) -> Files:
    """Read the checkpoints that stand outside."""
    found = sorted(folder.glob(f"*{SUFFIX}")) if folder else []
    return {
        int(file.stem): file.read_text(encoding="utf-8") for file in found if file.stem.isdigit()
    }


def _folder_of(settings: Settings) -> Path | None:
    folder = Path(settings.audit_sink or ".")
    return folder if settings.audit_sink and folder.is_absolute() and folder.is_dir() else None


def _export(connection: Connection, folder: Path) -> int:
    written = audit_export.write(connection, folder)
    sys.stdout.write(f"{written} entries written\n")
    return WHOLE


def _say(checked: Checked, *, as_json: bool) -> None:
    counts = {
        "entries": checked.entries,
        "chains": checked.chains,
        "checkpoints": checked.checkpoints,
    }
    if as_json:
        found = [
            {"wrong": one.wrong, "where": one.where, "entry": one.at, "says": one.line}
            for one in checked.found
        ]
        sys.stdout.write(f"{json.dumps({**counts, 'found': found})}\n")
        return
    for one in checked.found:
        sys.stdout.write(f"{one.line}\n")
    told = ", ".join(f"{count} {name}" for name, count in counts.items())
    endings = {
        WHOLE: "nothing was touched",
        TOUCHED: f"{len(checked.found)} things are wrong",
        CANNOT_SAY: "no checkpoint vouches for them",
    }
    sys.stdout.write(f"{told}: {endings[verdict(checked)]}\n")


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m workflows.audit", description=__doc__)
    acts = parser.add_subparsers(dest="what", required=True)
    verify = acts.add_parser("verify", help="compare everything, and say what is wrong")
    verify.add_argument("--checkpoints", type=Path, help="the folder of checkpoints outside")
    verify.add_argument("--stream", default="", help="one chain alone, such as patient:<id>")
    verify.add_argument("--key", action="append", default=[], help="a public key to trust")
    verify.add_argument("--json", action="store_true", help="write the findings as JSON")
    export = acts.add_parser("export", help="write the trail for another reader")
    export.add_argument("folder", type=Path)
    acts.add_parser("key", help="print the public key")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
