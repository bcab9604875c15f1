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
    "pdmp_hours": 12,
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


def _file(folder: Path, **over: object) -> Path:
    told = {
        "reviewed_by": "A. Counsel",
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
        connection.execute(text("DELETE FROM jurisdiction"))
        assert reference.load(connection, "production")["jurisdiction"] == 0
        assert reference.load(connection, "prod")["certified_site"] == 0
        reviewed = reference.load(connection, "production", _file(tmp_path))
        source = connection.scalar(text("SELECT source FROM jurisdiction"))
    engine.dispose()
    throwaway.drop(name)
    assert reviewed["jurisdiction"] == 1
    assert source == "Counsel's memo (reviewed by A. Counsel on 2026-11-01)"


def test_demonstration_rows_say_that_they_are_made_up(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        sources = connection.execute("SELECT DISTINCT source FROM jurisdiction").fetchall()
    assert sources == [(reference.DEMO,)]


@pytest.mark.parametrize(
    "over",
    [
        {"reviewed_by": " "},
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
