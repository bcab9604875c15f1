"""Which facts about drugs, sites and law does the owner load before anybody is served?

Run as `python -m workflows.reference`; running it again changes nothing that is the same.
Development, tests and sandboxes get a site and states that are plainly made up. Production gets no
state and no site but those of a reviewed file (VIGIL_JURISDICTIONS): a state that nobody reviewed
stays shut.
"""

import json
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import Connection, create_engine, exists, func, select
from sqlalchemy.dialects.postgresql import insert

from models.intake.intake import ConsentText
from models.plan.catalogue import BlockedSubstance, CertifiedSite
from models.plan.law import FederalAuthority, Jurisdiction
from models.platform.base import Base
from rules.limits import LIMITS
from rules.plan import aliases
from rules.terms import Molecule, PdmpScope
from workflows import reviewed_file
from workflows.intake.consent_texts import CONSENT_TEXTS, ConsentEdition
from workflows.reviewed_file import Reviewed, Rows

WITHOUT_PATIENTS = ("development", "test", "sandbox")
DEMO = "DEMONSTRATION ONLY: made up, reviewed by nobody"
DEMO_SITE_ID = UUID("00000000-0000-7000-8000-00000000d001")
DEMO_STATES = ("CA", "CO", "NY", "OR", "TX", "WA")
FAR_AWAY = date(2099, 12, 31)

# Flexibilities for prescribing by telemedicine. Nothing later was found when this was written.
TELEMEDICINE = {
    "name": "telemedicine",
    "valid_from": date(2026, 1, 1),
    "valid_through": date(2026, 12, 31),
    "source": "90 FR 61301, Fourth Temporary Extension (FR Doc. 2025-24123)",
}


KEYS: Mapping[type[Base], tuple[str, ...]] = {
    Jurisdiction: ("state", "valid_from"),
    FederalAuthority: ("name", "valid_from"),
}


class ReferenceRefused(ValueError):
    """The reviewed file cannot be used; the message is one line."""


def load(connection: Connection, environment: str, reviewed: Path | None = None) -> dict[str, int]:
    """Bring every reference table up to date, as the owner; give the rows read for each."""
    told = _demo() if environment in WITHOUT_PATIENTS else Reviewed()
    if reviewed is not None:
        told = read_reviewed(reviewed)
    upsert(connection, BlockedSubstance, substances := tuple(blocked_substances()))
    upsert(connection, CertifiedSite, told.sites)
    add_first(connection, FederalAuthority, TELEMEDICINE)
    add_revisions(connection, FederalAuthority, told.federal)
    add_revisions(connection, Jurisdiction, told.law)
    return {
        "blocked_substance": len(substances),
        "certified_site": len(told.sites),
        "federal_authority": 1 + len(told.federal),
        "jurisdiction": len(told.law),
        "consent_text": _consent_texts(connection, told.texts),
    }


def upsert(connection: Connection, model: type[Base], rows: Rows) -> None:
    """Insert what is missing and correct what differs."""
    if not rows:
        return
    key = {column.key for column in model.__table__.primary_key}
    adding = insert(model).values([dict(row) for row in rows])
    changed = {name: adding.excluded[name] for name in rows[0] if name not in key}
    connection.execute(adding.on_conflict_do_update(index_elements=sorted(key), set_=changed))


def add_first(connection: Connection, model: type[Base], row: Mapping[str, Any]) -> None:
    """Add what we ship ourselves, unless somebody has said something about it already."""
    connection.execute(insert(model).values(**row, revision=1).on_conflict_do_nothing())


def add_revisions(connection: Connection, model: type[Base], rows: Rows) -> None:
    """Add what was not said before, as the next revision; a row of law is never edited.

    A file that is loaded again says nothing new: it must not take back what two people have since
    renewed through the API.
    """
    table = model.__table__
    for row in rows:
        key = [table.c[name] == row[name] for name in KEYS[model]]
        same = [table.c[name].is_not_distinct_from(value) for name, value in row.items()]
        if connection.scalar(select(exists().where(*same))):
            continue
        last = connection.scalar(select(func.max(table.c.revision)).where(*key)) or 0
        connection.execute(insert(model).values(**row, revision=last + 1))


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


def read_reviewed(path: Path) -> Reviewed:
    """Read a file that one person reviewed and another confirmed, with the day of the review."""
    try:
        return reviewed_file.read(
            json.loads(path.read_text(encoding="utf-8")), LIMITS.state_review_life
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as reason:
        raise ReferenceRefused(f"{path}: not a reviewed file of states ({reason})") from None


def _demo() -> Reviewed:
    law = [
        {
            "state": state,
            "valid_from": date(2026, 1, 1),
            "enabled": True,
            "review_expires_on": FAR_AWAY,
            "in_person_required": False,
            "pdmp_scope": PdmpScope.EVERY_PRESCRIPTION,
            "pdmp_hours": 24,
            "sch3_days_supply_max": 90,
            "npp_prescriber_allowed": True,
            "compounding_ship_ok": True,
            "minor_age": 18,
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
    return Reviewed(law=law, sites=(site,))


def _consent_texts(connection: Connection, of_states: Sequence[ConsentEdition]) -> int:
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
        for text in (*CONSENT_TEXTS, *of_states)
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
