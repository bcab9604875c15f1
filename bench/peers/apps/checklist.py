"""The 33 fields and 39 rules that every peer has, read from one file; see also checklist.js."""

import json
import operator
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

TOLD = json.loads((Path(__file__).parent.parent / "checklist.json").read_text())
FIELDS, RULES = TOLD["fields"], TOLD["rules"]
LEVELS = ("note", "hold", "stop")
OUTCOMES = ("clear", "clear", "held", "stopped")
SECRET, DSN, DATABASE = (os.environ[f"PEER_{name}"] for name in ("SECRET", "DSN", "DATABASE"))
HOST, USER = os.environ["PEER_HOST"], os.environ["PEER_USER"]
CONNECTIONS = 8  # of each process, as in the house
IS = {"=": operator.eq, ">": operator.gt, "<": operator.lt, ">=": operator.ge}
NEVER = 1e9


def decide(
    answers: dict[str, Any],
    patient: Any,
    plan: Any,
    session: Any,
    last: Any,
    holds: Any,
    harms: Any,
) -> tuple[str, list[dict[str, str]]]:
    """Ask every rule, and give the outcome with what was found."""
    now = datetime.now(UTC)
    doses = [row.dosed_at for row in last if row.dosed_at]
    seen = {
        "is_untreated": patient.hypertension and not answers["pressure_pill_taken"],
        "consent_hours": _hours(patient.consent_until, now),
        "plan_hours": _hours(plan.until, now),
        "weight_change": abs(answers["weight_kg"] - patient.weight_kg) / patient.weight_kg,
        "hours_since_dose": _hours(now, max(doses)) if doses else NEVER,
        "holds": len(holds),
        "harms": len(harms),
        "worst_harm": max((harm.severity for harm in harms), default=0),
        "reading_hours": _hours(now, answers["measured_at"]),
    }
    rows = {"patient": patient, "plan": plan, "session": session}

    def value(of: Any) -> Any:
        if not isinstance(of, str):
            return of
        where, _, name = of.partition(".")
        if where in rows:
            return getattr(rows[where], name)
        return answers[name] if where == "answers" else seen[name]

    found = [
        {"code": code, "level": level}
        for code, level, left, is_, right in RULES
        if IS[is_](value(left), value(right))
    ]
    worst = max((LEVELS.index(one["level"]) + 1 for one in found), default=0)
    return OUTCOMES[worst], found


def is_alarm(told: dict[str, Any], plan: Any) -> bool:
    """Say whether a reading calls somebody."""
    return (
        told["systolic"] > plan.systolic_limit + 20 or told["oxygen"] < 92 or told["sedation"] < 3
    )


def written(answers: dict[str, Any]) -> dict[str, Any]:
    """Write instants as text, for JSON."""
    return {k: v.isoformat() if isinstance(v, datetime) else v for k, v in answers.items()}


def _hours(later: datetime, earlier: datetime) -> float:
    return (later - earlier).total_seconds() / 3600
