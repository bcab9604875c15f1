"""What does every test stand on: a migrated database, a savepoint each, a clock of its own?"""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from tests.clock import HandClock
from tests.overheard import HEARD, listen
from tests.throwaway import Throwaway
from workflows.platform.postgres import APP, OWNER
from workflows.platform.postgres_place import PostgresRefused
from workflows.platform.settings import Settings

if TYPE_CHECKING:
    from tests.races import House
    from workflows.platform.runtime import Runtime

CLUSTER = pytest.StashKey[Throwaway]()
ADDRESS = "vigil_cluster"


def pytest_configure() -> None:
    """Listen to everything that comes out, whatever is tested."""
    listen()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Forget what the test before has said."""
    HEARD.begin()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Iterator[None]:
    """Fail the test in which something came out that a request had said."""
    yield
    if leaks := HEARD.leaks():
        pytest.fail("\n".join(leaks), pytrace=False)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell each parallel worker where the one cluster is; start it for the first of them."""
    stash = node.config.stash
    if CLUSTER not in stash:
        stash[CLUSTER] = _started()
    node.workerinput[ADDRESS] = stash[CLUSTER].address()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the cluster in the process that started it."""
    if CLUSTER in config.stash:
        config.stash[CLUSTER].stop()


@pytest.fixture(scope="session")
def throwaway(request: pytest.FixtureRequest) -> Throwaway:
    """Give the cluster of this run; without parallel workers, start it when a test first asks."""
    config = request.config
    if address := getattr(config, "workerinput", {}).get(ADDRESS):
        return Throwaway.at(address)
    config.stash[CLUSTER] = _started()
    return config.stash[CLUSTER]


def _started() -> Throwaway:
    """Start the cluster, or end the run with the one line that says why not."""
    try:
        return Throwaway.start()
    except PostgresRefused as reason:
        pytest.exit(str(reason), returncode=1)


@pytest.fixture(scope="session")
def database(throwaway: Throwaway) -> Iterator[str]:
    """Give this worker's own database, shared by its tests; they leave no row in it."""
    name = throwaway.clone("shared")
    yield name
    throwaway.drop(name)


@pytest.fixture(scope="session")
def database_url(throwaway: Throwaway, database: str) -> str:
    """Give the URL that the application itself would use: the role that owns nothing."""
    return throwaway.cluster.url(APP, database)


@pytest.fixture(scope="session")
def engine(database_url: str) -> Iterator[Engine]:
    """Give the engine that the application itself would use."""
    from models.platform.database import new_engine

    engine = new_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    """Give one connection whose every change is taken back after the test."""
    with engine.connect() as connection:
        outer = connection.begin()
        yield connection
        outer.rollback()


@pytest.fixture
def clock() -> HandClock:
    """Give a clock that stands at 17:00 UTC on 23 November 2026."""
    return HandClock()


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Give the settings of a test run, with keys of its own in use."""
    from workflows.platform.runtime import take_keys

    var_dir = tmp_path_factory.mktemp("var")
    settings = Settings.from_env(
        {"VIGIL_ENV": "test", "VIGIL_VAR": str(var_dir), "DATABASE_URL": database_url}
    )
    take_keys(settings)
    return settings


@pytest.fixture
def runtime(connection: Connection, clock: HandClock, settings: Settings) -> "Runtime":
    """Give the runtime of the workflows, inside the test's own transaction."""
    from workflows.platform.runtime import Runtime

    return Runtime(connection, clock, settings)


@pytest.fixture
def session(runtime: "Runtime") -> Iterator[Session]:
    """Give a database session inside the test's own transaction."""
    from models.platform.database import new_sessions

    with new_sessions(runtime.bind)() as session:
        yield session


@pytest.fixture
def fresh_database(throwaway: Throwaway) -> Iterator[str]:
    """Give the URL of a database for this test alone, for races and journeys that really commit."""
    name = throwaway.clone()
    yield throwaway.cluster.url(APP, name)
    throwaway.drop(name)


@pytest.fixture
def fresh_runtime(fresh_database: str, clock: HandClock, settings: Settings) -> Iterator["Runtime"]:
    """Give a runtime that really commits, on a database for this test alone."""
    from models.platform.database import new_engine
    from workflows.platform.runtime import Runtime

    engine = new_engine(fresh_database)
    yield Runtime(engine, clock, replace(settings, database_url=fresh_database))
    engine.dispose()


@pytest.fixture
def house(fresh_database: str, settings: Settings, clock: HandClock) -> Iterator["House"]:
    """Give the whole application on a database of its own, for acts that really commit."""
    from tests.races import House

    opened = House.on(fresh_database, settings, clock)
    yield opened
    opened.engine.dispose()


@pytest.fixture
def app_connection(database_url: str) -> Iterator[psycopg.Connection]:
    """Give a raw connection of the run-time role, for attacks in SQL; rolled back."""
    with psycopg.connect(database_url) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def owner_connection(throwaway: Throwaway, database: str) -> Iterator[psycopg.Connection]:
    """Give a raw connection of the role that owns the tables; rolled back."""
    with psycopg.connect(throwaway.cluster.url(OWNER, database)) as connection:
        yield connection
        connection.rollback()
