"""Is a service refused whose role could take a lock away?"""

from dataclasses import replace

import pytest
from sqlalchemy import create_engine

from tests.throwaway import Throwaway
from workflows.platform import safe_role
from workflows.platform.postgres import APP, OWNER
from workflows.platform.runtime import open_house
from workflows.platform.settings import Settings, SettingsRefused


def wrong(url: str) -> list[str]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        with engine.connect() as connection:
            return list(safe_role.what_is_wrong(connection))
    finally:
        engine.dispose()


def told(url: str) -> str:
    return " ".join(line for line in wrong(url) if "off" not in line)


def test_the_role_of_the_service_owns_nothing(throwaway: Throwaway, database: str) -> None:
    assert told(throwaway.cluster.url(APP, database)) == ""


@pytest.mark.api_top_ten("API8.database_role")
def test_the_owner_may_not_serve(throwaway: Throwaway, database: str) -> None:
    found = told(throwaway.cluster.url(OWNER, database))
    assert "the owner of the tables" in found
    assert "may make tables" in found


def test_a_superuser_may_not_serve(throwaway: Throwaway, database: str) -> None:
    found = told(throwaway.cluster.url("postgres", database))
    assert "a superuser" in found
    assert "make roles" in found


@pytest.mark.api_top_ten("API8.database_role")
def test_a_database_that_does_not_wait_for_its_disk_may_not_serve(
    throwaway: Throwaway, database: str
) -> None:
    """The one of the tests is such a database, on purpose."""
    found = wrong(throwaway.cluster.url(APP, database))
    assert any("fsync off" in line for line in found)


@pytest.mark.parametrize("name", ["fsync", "full_page_writes", "synchronous_commit"])
def test_each_setting_that_forgets_is_refused_by_name(
    name: str, throwaway: Throwaway, database: str
) -> None:
    found = wrong(throwaway.cluster.url(APP, database))
    assert f"DATABASE_URL must not lead to a database with {name} off" in found


# An operator once told a broken database to carry on, and never took that back.
@pytest.mark.parametrize("name", ["ignore_checksum_failure", "zero_damaged_pages"])
def test_a_database_that_passes_over_broken_pages_may_not_serve(
    name: str, throwaway: Throwaway
) -> None:
    database = throwaway.clone()
    throwaway.cluster.sql(f"ALTER DATABASE {database} SET {name} = on")
    found = wrong(throwaway.cluster.url(APP, database))
    throwaway.drop(database)
    assert f"DATABASE_URL must not lead to a database with {name} on" in found


def test_a_house_does_not_open_for_the_owner(
    throwaway: Throwaway, database: str, settings: Settings
) -> None:
    url = throwaway.cluster.url(OWNER, database)
    serving = replace(settings, database_url=url, environment="development")
    with pytest.raises(SettingsRefused, match=r"^DATABASE_URL must not [^\n]*$"):
        open_house(serving)


def test_a_database_that_is_not_there_yet_refuses_nobody(settings: Settings) -> None:
    away = replace(
        settings, database_url="postgresql://nobody@/none?host=/nowhere", environment="development"
    )
    house = open_house(away)
    house.bind.dispose()  # type: ignore[union-attr]
    assert not house.locks_intact
