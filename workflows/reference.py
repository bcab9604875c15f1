"""Which facts about drugs, sites and law does the owner load before anybody is served?

Run as `python -m workflows.reference`; running it again changes nothing that is the same.
Development and tests get a site and states that are plainly made up. Production gets no state and
no site but those of a reviewed file (VIGIL_JURISDICTIONS): a state that nobody reviewed stays shut.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import Connection, create_engine
from sqlalchemy.dialects.postgresql import insert

from models.intake.intake import ConsentText
from models.plan.catalogue import BlockedSubstance, CertifiedSite, FederalAuthority, Jurisdiction
from models.platform.base import Base
from rules.plan import aliases
from rules.terms import Molecule
from workflows.intake.consent_texts import CONSENT_TEXTS

Rows = Sequence[Mapping[str, Any]]

WITHOUT_PATIENTS = ("development", "test")
DEMO = "DEMONSTRATION ONLY: made up, reviewed by nobody"
DEMO_SITE_ID = UUID("00000000-0000-7000-8000-00000000d001")
DEMO_STATES = ("CA", "CO", "NY", "OR", "TX", "WA")
FAR_AWAY = date(2099, 12, 31)
REVIEW_LIFE = timedelta(days=180)

# Flexibilities for prescribing by telemedicine. Nothing later was found when this was written.
TELEMEDICINE = {
    "name": "telemedicine",
    "valid_from": date(2026, 1, 1),
    "valid_through": date(2026, 12, 31),
    "source": "90 FR 61301, Fourth Temporary Extension (FR Doc. 2025-24123)",
}


class ReferenceRefused(ValueError):
    """The reviewed file cannot be used; the message is one line."""


def load(connection: Connection, environment: str, reviewed: Path | None = None) -> dict[str, int]:
    """Bring every reference table up to date, as the owner; give the rows read for each."""
    law, sites = _demo() if environment in WITHOUT_PATIENTS else ((), ())
    if reviewed is not None:
        law, sites = read_reviewed(reviewed)
    wanted: dict[type[Base], Rows] = {
        BlockedSubstance: tuple(blocked_substances()),
        FederalAuthority: (TELEMEDICINE,),
        Jurisdiction: law,
        CertifiedSite: sites,
    }
    for model, rows in wanted.items():
        upsert(connection, model, rows)
    return {model.__tablename__: len(rows) for model, rows in wanted.items()} | {
        "consent_text": _consent_texts(connection)
    }


def upsert(connection: Connection, model: type[Base], rows: Rows) -> None:
    """Insert what is missing and correct what differs."""
    if not rows:
        return
    key = {column.key for column in model.__table__.primary_key}
    adding = insert(model).values([dict(row) for row in rows])
    changed = {name: adding.excluded[name] for name in rows[0] if name not in key}
    connection.execute(adding.on_conflict_do_update(index_elements=sorted(key), set_=changed))


def blocked_substances() -> Iterator[dict[str, str]]:
    """Copy the rulebook's codes and names of esketamine and its mirror image."""
    lists = (
        ("code", aliases.BLOCKED_PIECES),
        ("number", aliases.BLOCKED_NUMBERS),
        ("name", dict.fromkeys(aliases.ESKETAMINE_NAMES, Molecule.ESKETAMINE)),
        ("name", dict.fromkeys(aliases.ARKETAMINE_NAMES, Molecule.ARKETAMINE)),
        ("foreign_name", aliases.FOREIGN_NAMES),
    )
    for system, molecules in lists:
        for value, molecule in sorted(molecules.items()):
            esketamine = molecule is Molecule.ESKETAMINE
            code = "esketamine_home_prohibited" if esketamine else "enantiomer_not_allowed"
            yield {
                "system": system,
                "value": value,
                "molecule": molecule.value,
                "reason_code": code,
            }


def read_reviewed(path: Path) -> tuple[Rows, Rows]:
    """Read states and sites from a file that somebody signed, with the day of the review."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        reviewed_on = date.fromisoformat(told["reviewed_on"])
        by = str(told["reviewed_by"]).strip()
        law = [_state(row, by, reviewed_on) for row in told.get("jurisdictions", [])]
        sites = [_site(row) for row in told.get("certified_sites", [])]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as reason:
        raise ReferenceRefused(f"{path}: not a reviewed file of states ({reason})") from None
    if not by:
        raise ReferenceRefused(f"{path}: reviewed_by must name who answers for it")
    return law, sites


def _state(row: Mapping[str, Any], reviewed_by: str, reviewed_on: date) -> dict[str, Any]:
    expires = date.fromisoformat(row["review_expires_on"])
    if expires > reviewed_on + REVIEW_LIFE:
        raise ValueError(f"{row['state']}: a review holds at most {REVIEW_LIFE.days} days")
    if not isinstance(row["enabled"], bool) or not isinstance(row["in_person_required"], bool):
        raise TypeError(f"{row['state']}: enabled and in_person_required are true or false")
    return {
        "state": str(row["state"]),
        "valid_from": date.fromisoformat(row["valid_from"]),
        "enabled": row["enabled"],
        "review_expires_on": expires,
        "in_person_required": row["in_person_required"],
        "pdmp_hours": int(row["pdmp_hours"]),
        "source": f"{row['source']} (reviewed by {reviewed_by} on {reviewed_on})",
    }


def _site(row: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(row["inpatient"], bool):
        raise TypeError("inpatient is true or false")
    return {
        "id": UUID(row["id"]),
        **{n: str(row[n]) for n in ("code", "name", "state", "time_zone", "rems_certificate")},
        "inpatient": row["inpatient"],
        "certified_from": date.fromisoformat(row["certified_from"]),
        "certified_until": date.fromisoformat(row["certified_until"]),
    }


def _demo() -> tuple[Rows, Rows]:
    law = [
        {
            "state": state,
            "valid_from": date(2026, 1, 1),
            "enabled": True,
            "review_expires_on": FAR_AWAY,
            "in_person_required": False,
            "pdmp_hours": 24,
            "source": DEMO,
        }
        for state in DEMO_STATES
    ]
    site = {
        "id": DEMO_SITE_ID,
        "code": "demo-site",
        "name": "Demonstration site (not a real clinic)",
        "state": "CO",
        "time_zone": "America/Denver",
        "inpatient": False,
        "rems_certificate": "DEMONSTRATION",
        "certified_from": date(2026, 1, 1),
        "certified_until": FAR_AWAY,
    }
    return law, (site,)


def _consent_texts(connection: Connection) -> int:
    """A published text never changes, so an edition that is there stays as it is."""
    rows = [
        {
            "id": uuid5(NAMESPACE_URL, f"consent/{text.name}/{text.language}/{text.edition}"),
            "name": text.name,
            "edition": text.edition,
            "language": text.language,
            "body": text.body,
            "sha256": text.sha256,
            "effective_from": text.effective_from,
        }
        for text in CONSENT_TEXTS
    ]
    connection.execute(insert(ConsentText).values(rows).on_conflict_do_nothing())
    return len(rows)


def main() -> int:
    """Load as the owner of the tables, or say in one line why not."""
    url = os.environ.get("MIGRATION_DATABASE_URL") or os.environ.get("DATABASE_URL", "")
    file = os.environ.get("VIGIL_JURISDICTIONS", "").strip()
    environment = os.environ.get("VIGIL_ENV", "").strip() or "development"
    engine = create_engine(url)
    try:
        with engine.begin() as connection:
            load(connection, environment, Path(file) if file else None)
    except ReferenceRefused as refused:
        sys.stderr.write(f"{refused}\n")
        return 1
    finally:
        engine.dispose()
    return 0


if __name__ == "__main__":
    sys.exit(main())
