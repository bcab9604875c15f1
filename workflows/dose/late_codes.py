"""What has to be done now because of what a phone brought late? By the codes of the texts."""

from typing import Any

from rules.dose.emergencies import codes_for_harm
from workflows.oversight.harm_reports import kept_signals


def to_be_told(fact: Any) -> list[str]:
    """Give the codes of what has to be done now because of a fact."""
    if fact.__tablename__ == "adverse_event":
        return codes_for_harm(kept_signals(fact))
    if fact.__tablename__ == "emergency_call":
        return [fact.code]
    return list(getattr(fact, "alarm_codes", None) or ())
