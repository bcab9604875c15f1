"""How does an old rule set stay runnable, and how do we know that nobody touched it?

Each rule set is kept whole in `rules/released/<rule set>.zip`: the package `rules` as it was, not
compressed, sorted and with one fixed time, so that the same sources always make the same bytes.
`index.json` beside the archives holds their fingerprints. `make rules-archive`, or
`python -m workflows.platform.released`, writes the archive of the rule set in force again; that of
a rule set that was in force before is never written again.
"""

import hashlib
import io
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from rules.gates import RULESET

SOURCES = Path(__file__).resolve().parents[2] / "rules"
RELEASED = SOURCES / "released"
INDEX = "index.json"
_NO_TIME = (1980, 1, 1, 0, 0, 0)  # the first that a zip can hold
_UNIX, _PLAIN_FILE = 3, 0o100644 << 16


class RuleSetUnknown(LookupError):
    """There is no archive of this rule set, or it is not the one that was kept."""


def pack(sources: Path = SOURCES) -> bytes:
    """Make the archive of a package of rules; the same sources give the same bytes."""
    made = io.BytesIO()
    with ZipFile(made, "w", ZIP_STORED) as archive:
        for name, content in sorted(_files(sources).items()):
            entry = ZipInfo(name, _NO_TIME)
            entry.create_system, entry.external_attr = _UNIX, _PLAIN_FILE
            archive.writestr(entry, content)
    return made.getvalue()


def index(folder: Path = RELEASED) -> dict[str, str]:
    """Give the fingerprint of every archive by the name of its rule set."""
    kept: dict[str, str] = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    return kept


def archive_of(ruleset: str, folder: Path = RELEASED) -> Path:
    """Find the archive of a rule set, and refuse one that is missing or was changed."""
    expected = index(folder).get(ruleset)
    if expected is None:
        raise RuleSetUnknown(f"{ruleset}: there is no archive of this rule set")
    path = folder / f"{ruleset}.zip"
    if not path.is_file() or fingerprint(path.read_bytes()) != expected:
        raise RuleSetUnknown(f"{ruleset}: its archive is missing or was changed")
    return path


def keep(ruleset: str, packed: bytes, folder: Path = RELEASED) -> None:
    """Write one archive and its fingerprint."""
    (folder / f"{ruleset}.zip").write_bytes(packed)
    known = index(folder) if (folder / INDEX).is_file() else {}
    known[ruleset] = fingerprint(packed)
    written = json.dumps(known, indent=2, sort_keys=True) + "\n"
    (folder / INDEX).write_text(written, encoding="utf-8")


def fingerprint(packed: bytes) -> str:
    """Give the SHA-256 of an archive."""
    return hashlib.sha256(packed).hexdigest()


def _files(sources: Path) -> Mapping[str, bytes]:
    """Give every file of the package by its name in the archive, less archives and leavings."""
    return {
        f"rules/{path.relative_to(sources).as_posix()}": path.read_bytes()
        for path in sources.rglob("*")
        if path.is_file() and not _left_out(path.relative_to(sources))
    }


def _left_out(path: Path) -> bool:
    return path.parts[0] == RELEASED.name or "__pycache__" in path.parts


if __name__ == "__main__":
    keep(RULESET, pack())
    sys.stdout.write(f"rules/released/{RULESET}.zip\n")
