"""What does the file say that two people reviewed before a release: states, sites, texts?

It is the door for what must be there before anybody is served. Later renewals are proposed by one
person and confirmed by another through the API.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from rules.terms import PdmpScope
from workflows.intake.consent_texts import NAME, ConsentEdition

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """What was reviewed; nothing, where nobody reviewed anything."""

    law: Rows = ()
    federal: Rows = ()
    sites: Rows = ()
    texts: Sequence[ConsentEdition] = ()


@dataclass(frozen=True, slots=True)
class _Review:
    """Who reviewed, who confirmed, and when."""

    by: str
    confirmed_by: str
    on: date
    life: timedelta

    def source(self, row: Mapping[str, Any]) -> str:
        who = f"reviewed by {self.by} and confirmed by {self.confirmed_by} on {self.on}"
        return f"{_words(row, 'source')} ({who})"


def read(told: Mapping[str, Any], life: timedelta) -> Reviewed:
    """Read the file; whatever is missing or odd is an error, and nothing of it is used."""
    review = _review(told, life)
    return Reviewed(
        law=[_state(row, review) for row in told.get("jurisdictions", [])],
        federal=[_federal(row, review) for row in told.get("federal_authorities", [])],
        sites=[_site(row) for row in told.get("certified_sites", [])],
        texts=[_text(row) for row in told.get("consent_texts", [])],
    )


def _review(told: Mapping[str, Any], life: timedelta) -> _Review:
    by, confirmed_by = _words(told, "reviewed_by"), _words(told, "confirmed_by")
    if " ".join(by.casefold().split()) == " ".join(confirmed_by.casefold().split()):
        raise ValueError("reviewed_by and confirmed_by must be two people")
    return _Review(by, confirmed_by, date.fromisoformat(told["reviewed_on"]), life)


def _state(row: Mapping[str, Any], review: _Review) -> dict[str, Any]:
    expires = date.fromisoformat(row["review_expires_on"])
    if expires > review.on + review.life:
        raise ValueError(f"{row['state']}: a review holds at most {review.life.days} days")
    until, extra = row.get("valid_until"), row.get("extra_consent_text")
    return {
        "state": _words(row, "state"),
        "valid_from": date.fromisoformat(row["valid_from"]),
        "valid_until": None if until is None else date.fromisoformat(until),
        "enabled": _truth(row, "enabled"),
        "review_expires_on": expires,
        "counsel_reviewed_on": review.on,
        "in_person_required": _truth(row, "in_person_required"),
        "pdmp_scope": PdmpScope(row["pdmp_scope"]),
        "pdmp_hours": int(row["pdmp_hours"]),
        "sch3_days_supply_max": int(row["sch3_days_supply_max"]),
        "npp_prescriber_allowed": _truth(row, "npp_prescriber_allowed"),
        "compounding_ship_ok": _truth(row, "compounding_ship_ok"),
        "extra_consent_name": _words(extra, "name") if extra else None,
        "extra_consent_edition": int(extra["edition"]) if extra else None,
        "minor_age": int(row["minor_age"]),
        "source": review.source(row),
    }


def _federal(row: Mapping[str, Any], review: _Review) -> dict[str, Any]:
    return {
        "name": _words(row, "name"),
        "valid_from": date.fromisoformat(row["valid_from"]),
        "valid_through": date.fromisoformat(row["valid_through"]),
        "source": review.source(row),
    }


def _site(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": UUID(row["id"]),
        **{n: str(row[n]) for n in ("code", "name", "state", "time_zone", "rems_certificate")},
        "inpatient": _truth(row, "inpatient"),
        "certified_from": date.fromisoformat(row["certified_from"]),
        "certified_until": date.fromisoformat(row["certified_until"]),
    }


def _text(row: Mapping[str, Any]) -> ConsentEdition:
    """A text that a state adds; ours is not replaced by a file."""
    name = _words(row, "name")
    if name == NAME:
        raise ValueError(f"{NAME} is the text of the programme itself")
    begins = datetime.combine(date.fromisoformat(row["effective_from"]), time(), UTC)
    return ConsentEdition(
        name=name,
        edition=int(row["edition"]),
        language=_words(row, "language"),
        effective_from=begins,
        body=_words(row, "body"),
    )


def _words(row: Mapping[str, Any], name: str) -> str:
    said = row[name]
    if not isinstance(said, str) or not said.strip():
        raise ValueError(f"{name} must be said in words")
    return said.strip()


def _truth(row: Mapping[str, Any], name: str) -> bool:
    said = row[name]
    if not isinstance(said, bool):
        raise TypeError(f"{row.get('state') or row.get('code')}: {name} is true or false")
    return said
