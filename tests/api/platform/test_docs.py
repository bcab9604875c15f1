"""Can the API be read without the internet, and does the service say how it is?"""

import re
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from api.app import create_app
from models.platform.epochs import EpochDoubt
from models.platform.trail import Heartbeat
from tests.api.client import Client
from tests.clock import HandClock
from workflows.platform import readiness, sweep
from workflows.platform.runtime import Runtime


def test_the_page_loads_only_what_this_service_serves(anonymous: Client) -> None:
    page = anonymous.get("/docs")
    assert page.mimetype == "text/html"
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert len(loaded) == 5
    assert all(path.startswith("/") and not path.startswith("//") for path in loaded)
    assert {anonymous.get(path).status_code for path in loaded} == {200}


def test_the_page_runs_no_script_of_its_own(anonymous: Client) -> None:
    page = anonymous.get("/docs")
    assert re.findall(r"<script(?![^>]*src=)", page.text) == []
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert "http" not in page.headers["Content-Security-Policy"]


def test_the_page_starts_with_our_document_and_asks_nobody_to_check_it(anonymous: Client) -> None:
    start = anonymous.get("/docs/start.js").text
    assert 'url: "/openapi.json"' in start
    assert "validatorUrl: null" in start


@pytest.mark.asvs("13.4.5")
@pytest.mark.parametrize("name", ["swagger-ui.js", "index.html", "..%2f__init__.py", "VERSION"])
def test_no_other_file_is_given(anonymous: Client, name: str) -> None:
    assert anonymous.get(f"/docs/{name}").status_code == 404


def test_the_document_is_given(anonymous: Client) -> None:
    document = anonymous.get("/openapi.json").json
    assert document["openapi"] == "3.1.0"
    assert "/v1/probe" in document["paths"]


def test_the_process_says_that_it_is_alive(anonymous: Client) -> None:
    assert anonymous.get("/health").json == {"status": "alive"}


@pytest.fixture
def swept(runtime: Runtime) -> Runtime:
    """Give a house in which a sweep has just run."""
    with Session(runtime.bind, join_transaction_mode="create_savepoint") as session:
        session.add(Heartbeat(name=sweep.NAME, beat_at=runtime.clock.now()))
        session.commit()
    return runtime


def test_a_house_with_everything_in_place_is_ready(swept: Runtime, anonymous: Client) -> None:
    answer = anonymous.get("/ready")
    assert (answer.status_code, answer.json["status"]) == (200, "ready")


def test_a_house_that_nobody_sweeps_is_not_ready(
    swept: Runtime, clock: HandClock, anonymous: Client
) -> None:
    clock.advance(seconds=61)
    answer = anonymous.get("/ready")
    assert (answer.status_code, answer.json["checks"]["sweep"]) == (503, False)


def test_a_house_with_a_broken_lock_is_not_ready(swept: Runtime, anonymous: Client) -> None:
    swept.locks_intact = False
    answer = anonymous.get("/ready")
    assert (answer.status_code, answer.json["checks"]["locks"]) == (503, False)


def test_a_house_whose_epoch_is_doubted_is_not_ready(swept: Runtime, anonymous: Client) -> None:
    with Session(swept.bind, join_transaction_mode="create_savepoint") as session:
        session.add(EpochDoubt(epoch=1, why="phone_ahead", noted_at=swept.clock.now()))
        session.commit()
    answer = anonymous.get("/ready")
    assert (answer.status_code, answer.json["checks"]["epoch"]) == (503, False)


# A page that the disk spoilt was read for a year, because nobody had switched the check on.
def test_a_database_without_checksums_is_told_and_stops_nothing(
    swept: Runtime, anonymous: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "warnings" not in anonymous.get("/ready").json
    monkeypatch.setattr(readiness, "CHECKSUMS", "SELECT 'off'")
    answer = anonymous.get("/ready")
    assert (answer.status_code, answer.json["warnings"]) == (200, ["data_checksums"])


def test_a_database_that_does_not_wait_for_its_disk_is_not_ready(
    swept: Runtime, anonymous: Client
) -> None:
    kept = swept.settings  # the throwaway database of the tests is such a one
    swept.settings = replace(kept, environment="production")
    answer = anonymous.get("/ready")
    swept.settings = kept
    assert (answer.status_code, answer.json["checks"]["durability"]) == (503, False)


def test_a_house_at_another_migration_is_not_ready(
    swept: Runtime, anonymous: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "newest_migration", lambda: "9999")
    answer = anonymous.get("/ready")
    assert (answer.status_code, answer.json["checks"]["migrations"]) == (503, False)


@pytest.mark.asvs("16.5.2", "16.5.3")
def test_without_a_database_nothing_is_ready_and_nobody_is_signed_in(
    settings: object, clock: HandClock
) -> None:
    app = _app_without_database(settings, clock)
    answer = Client(app).get("/ready")
    assert (answer.status_code, set(answer.json["checks"].values())) == (503, {False})


def _app_without_database(settings: object, clock: HandClock) -> Flask:
    from models.platform.database import new_engine

    nowhere = new_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    return create_app(Runtime(nowhere, clock, settings))  # type: ignore[arg-type]
