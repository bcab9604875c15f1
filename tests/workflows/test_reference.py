"""Is the reference data loaded as the owner, once, and never by the run-time role?"""

import json
from datetime import date
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from tests.throwaway import Throwaway
from workflows import reference
from workflows.platform.postgres import OWNER

STATE = {
    "state": "ME",
    "valid_from": "2026-11-01",
    "enabled": True,
    "review_expires_on": "2027-04-01",
    "in_person_required": False,
    "pdmp_scope": "every_prescription",
    "pdmp_hours": 12,
    "sch3_days_supply_max": 30,
    "npp_prescriber_allowed": False,
    "compounding_ship_ok": True,
    "minor_age": 18,
    "source": "Counsel's memo",
}
SITE = {
    "id": "00000000-0000-7000-8000-0000000000aa",
    "code": "portland",
    "name": "Portland",
    "state": "ME",
    "time_zone": "America/New_York",
    "inpatient": False,
    "rems_certificate": "R-1",
    "certified_from": "2026-01-01",
    "certified_until": "2026-12-31",
}
TEXT = {
    "name": "me_text",
    "edition": 1,
    "language": "en",
    "effective_from": "2026-11-01",
    "body": "In Maine you may also ask the board.",
}


def _file(folder: Path, **over: object) -> Path:
    told = {
        "reviewed_by": "A. Counsel",
        "confirmed_by": "B. Officer",
        "reviewed_on": "2026-11-01",
        "jurisdictions": [STATE],
        "certified_sites": [SITE],
    }
    path = folder / "states.json"
    path.write_text(json.dumps(told | over))
    return path


def _count(database_url: str, table: str) -> int:
    with psycopg.connect(database_url) as connection:
        row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
    return row[0] if row else 0


@pytest.mark.parametrize(
    "table", ["blocked_substance", "federal_authority", "jurisdiction", "certified_site"]
)
def test_the_template_carries_the_reference_data(database_url: str, table: str) -> None:
    assert _count(database_url, table) > 0


def test_loading_again_adds_nothing(throwaway: Throwaway) -> None:
    name = throwaway.clone()
    engine = create_engine(throwaway.cluster.url(OWNER, name).replace("://", "+psycopg://"))
    with engine.begin() as connection:
        before = connection.scalar(text("SELECT count(*) FROM blocked_substance"))
        reference.load(connection, "test")
        after = connection.scalar(text("SELECT count(*) FROM blocked_substance"))
    engine.dispose()
    throwaway.drop(name)
    assert before == after


def test_production_enables_no_state_and_no_site_by_itself(
    throwaway: Throwaway, tmp_path: Path
) -> None:
    name = throwaway.clone()
    engine = create_engine(throwaway.cluster.url(OWNER, name).replace("://", "+psycopg://"))
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE jurisdiction DISABLE TRIGGER never_changed"))
        connection.execute(text("DELETE FROM jurisdiction"))
        assert reference.load(connection, "production")["jurisdiction"] == 0
        assert reference.load(connection, "prod")["certified_site"] == 0
        reviewed = reference.load(connection, "production", _file(tmp_path))
        source = connection.scalar(text("SELECT source FROM jurisdiction"))
    engine.dispose()
    throwaway.drop(name)
    assert reviewed["jurisdiction"] == 1
    told = "reviewed by A. Counsel and confirmed by B. Officer on 2026-11-01"
    assert source == f"Counsel's memo ({told})"


def test_demonstration_rows_say_that_they_are_made_up(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        sources = connection.execute("SELECT DISTINCT source FROM jurisdiction").fetchall()
    assert sources == [(reference.DEMO,)]


@pytest.mark.parametrize(
    "over",
    [
        {"reviewed_by": " "},
        {"confirmed_by": " "},
        {"confirmed_by": None},
        {"confirmed_by": "a.  counsel"},
        {"jurisdictions": [STATE | {"npp_prescriber_allowed": None}]},
        {"jurisdictions": [STATE | {"pdmp_scope": "sometimes"}]},
        {"jurisdictions": [STATE | {"extra_consent_text": {"name": "me_text"}}]},
        {"federal_authorities": [{"name": "telemedicine", "valid_from": "2027-01-01"}]},
        {"consent_texts": [TEXT | {"name": "at_home_ketamine"}]},
        {"consent_texts": [TEXT | {"body": " "}]},
        {"reviewed_on": "last week"},
        {"jurisdictions": [STATE | {"review_expires_on": "2027-05-01"}]},
        {"jurisdictions": [STATE | {"enabled": "yes"}]},
        {"certified_sites": [SITE | {"inpatient": None}]},
        {"jurisdictions": [{"state": "ME"}]},
    ],
)
def test_a_file_that_is_not_a_review_is_refused(tmp_path: Path, over: dict[str, object]) -> None:
    with pytest.raises(reference.ReferenceRefused):
        reference.read_reviewed(_file(tmp_path, **over))


def test_a_missing_file_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(reference.ReferenceRefused) as refused:
        reference.read_reviewed(tmp_path / "nowhere.json")
    assert "\n" not in str(refused.value)


def test_the_telemedicine_authority_ends_with_2026() -> None:
    assert reference.TELEMEDICINE["valid_through"] == date(2026, 12, 31)


# A release that loaded the file of last spring again took back what was renewed in summer.
def test_the_same_file_says_nothing_new_and_another_adds_a_revision(
    throwaway: Throwaway, tmp_path: Path
) -> None:
    name = throwaway.clone()
    engine = create_engine(throwaway.cluster.url(OWNER, name).replace("://", "+psycopg://"))
    revisions = text("SELECT revision, pdmp_hours FROM jurisdiction WHERE state = 'ME' ORDER BY 1")
    with engine.begin() as connection:
        for hours in (12, 6, 12):
            file = _file(tmp_path, jurisdictions=[STATE | {"pdmp_hours": hours}])
            reference.load(connection, "production", file)
        found = [tuple(row) for row in connection.execute(revisions)]
    engine.dispose()
    throwaway.drop(name)
    assert found == [(1, 12), (2, 6)]


def test_a_file_extends_the_federal_authority_and_brings_the_text_of_a_state(
    throwaway: Throwaway, tmp_path: Path
) -> None:
    name = throwaway.clone()
    engine = create_engine(throwaway.cluster.url(OWNER, name).replace("://", "+psycopg://"))
    authority = {
        "name": "telemedicine",
        "valid_from": "2026-01-01",
        "valid_through": "2027-12-31",
        "source": "A notice",
    }
    with engine.begin() as connection:
        file = _file(tmp_path, federal_authorities=[authority], consent_texts=[TEXT])
        reference.load(connection, "production", file)
        reference.load(connection, "test")
        ends = text("SELECT revision, valid_through FROM federal_authority ORDER BY revision")
        found = [tuple(row) for row in connection.execute(ends)]
        texts = connection.scalar(text("SELECT body FROM consent_text WHERE name = 'me_text'"))
    engine.dispose()
    throwaway.drop(name)
    assert found == [(1, date(2026, 12, 31)), (2, date(2027, 12, 31))]
    assert texts == TEXT["body"]
