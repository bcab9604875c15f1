"""Has this very code already prepared this very database, so that a start need not do it again?"""

import hashlib
from pathlib import Path

from workflows.platform.settings import ROOT

WHAT_PREPARES = ("migrations", "models", "rules", "workflows")


def is_done(database_home: Path) -> bool:
    """Tell whether the steps ran to their end with the code as it is now."""
    try:
        return _note(database_home).read_text() == _fingerprint()
    except FileNotFoundError:
        return False


def note_done(database_home: Path) -> None:
    """Remember it beside the data, so that both come and go together."""
    _note(database_home).write_text(_fingerprint())


def _note(database_home: Path) -> Path:
    return database_home / "prepared"


def _fingerprint() -> str:
    files = sorted(file for folder in WHAT_PREPARES for file in (ROOT / folder).rglob("*.py"))
    told = hashlib.sha256()
    for file in files:
        told.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return told.hexdigest()
