"""What can harm somebody here, what holds it, and how do we know?"""

import json
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from rules.permissions import Permission
from workflows.platform.work import Work, reading

CASE = Path(__file__).parents[2] / "docs" / "safety" / "safety-case.json"


@reading(permit=Permission.READ_SAFETY_CASE, audit="safety_case.read")
def read(work: Work) -> dict[str, Any]:  # noqa: ARG001 - every act takes its work
    """Read the safety case that this release was built with."""
    return _built_in()


@cache
def _built_in() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(CASE.read_text(encoding="utf-8"))
    for hazard in told["hazards"]:
        for control in hazard["controls"]:
            seen = control["seen_on"]
            control["seen_on"] = date.fromisoformat(seen) if seen else None
    return told
