"""What does each rule say it saw, and against which limit? `python -m tests.proofs.words` keeps it.

A decision keeps these words, and a clinician reads them years later. They are kept here for every
row of every table, so that a changed word is seen in a review.
"""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.rules.rows import Row
from tests.rules.tables import all_rows

FILE = Path(__file__).with_name("words.json")


def said() -> dict[str, str]:
    """Give what is observed and what is the limit, for every row."""
    found = {}
    for row in all_rows():
        check = row.check()
        found[name_of(row)] = f"{check.observed} | {check.limit}"
    return dict(sorted(found.items()))


def name_of(row: Row) -> str:
    """Name a row by its code, its moment and what is changed; values go into a short print."""
    moment = row.point.name if row.point else "any moment"
    values = ",".join(f"{path}={_written(value)}" for path, value in sorted(row.change.items()))
    print_of = hashlib.sha256(values.encode()).hexdigest()[:8]
    return f"{row.code} {moment} {' '.join(sorted(row.change))} {print_of}"


def differences() -> list[str]:
    """Name every row that says something else than what is kept; a new row is kept later."""
    kept, now = json.loads(FILE.read_text(encoding="utf-8")), said()
    return [name for name, words in now.items() if kept.get(name, words) != words]


def _written(value: Any) -> str:
    if isinstance(value, set | frozenset):
        return repr(sorted(map(repr, value)))
    if isinstance(value, Mapping):
        return repr(sorted((key, repr(each)) for key, each in value.items()))
    return repr(value)


if __name__ == "__main__":
    FILE.write_text(json.dumps(said(), indent=0, ensure_ascii=False) + "\n", encoding="utf-8")
