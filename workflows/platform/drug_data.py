"""Which release of medicine data does this installation judge by, and how old is it?

The ids are part of the rules. A deployment says with a file (VIGIL_DRUG_DATA) that somebody has
compared them with a newer release; an id that means something else there is refused at the start.
"""

import json
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from rules.intake.ingredients import BY_RXCUI, DATED, RELEASE

DEMO = "DEMONSTRATION ONLY: taken for today's"
LONGEST_FILE = 10_000_000  # bytes


class DrugDataRefused(ValueError):
    """The file cannot be used; the message is one line."""


class DrugData(NamedTuple):
    """One release of medicine data and its date."""

    release: str
    dated: date


def in_force(deployed: DrugData | None, today: date, *, production: bool) -> DrugData:
    """Give what was deployed, or what came with the rules; a demonstration has it fresh."""
    if deployed is not None:
        return deployed
    return DrugData(RELEASE, DATED) if production else DrugData(f"{DEMO} {RELEASE}", today)


def read(path: Path) -> DrugData:
    """Read the file of a newer release, and compare every id of ours with it."""
    try:
        if path.stat().st_size > LONGEST_FILE:
            raise DrugDataRefused("is too large")
        told = json.loads(path.read_text(encoding="utf-8"))
        found = DrugData(str(told["release"]).strip(), date.fromisoformat(told["dated"]))
        ids, by = told["ingredients"], str(told["reviewed_by"]).strip()
        _refuse_other_meanings(ids)
    except (OSError, KeyError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, DrugDataRefused):
            raise
        raise DrugDataRefused(
            "cannot be read as release, dated, reviewed_by, ingredients"
        ) from None
    if not found.release or not by:
        raise DrugDataRefused("says neither which release nor who reviewed it")
    return found


def _refuse_other_meanings(ids: dict[str, Any]) -> None:
    """Every id of ours must be there with the same ingredient; one that is gone is not the same."""
    for rxcui, name in BY_RXCUI.items():
        if str(ids.get(rxcui, "")).strip().lower() != name:
            raise DrugDataRefused(f"does not give {rxcui} as {name}")
