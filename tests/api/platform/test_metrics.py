"""Does an operator see what waits, and nobody else anything; and is nobody's id in it?"""

import base64
import os
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy.orm import Session

from api.app import create_app
from models.oversight.holds import Escalation
from models.platform.base import new_id
from models.platform.database import new_engine, new_sessions
from models.platform.trail import Heartbeat, Notification
from rules.terms import SubjectKind
from tests.api.client import Client
from tests.api.conftest import token_for
from tests.clock import HandClock
from tests.factories import people
from workflows.platform import jobs, sweep
from workflows.platform.runtime import Runtime
from workflows.platform.settings import Settings, SettingsRefused

TOKEN = base64.b64encode(bytes(range(32))).decode()
LABELS = {"operation", "status", "le", "part", "state", "what"}
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}|@|/v1")


@pytest.fixture
def watched(fresh_runtime: Runtime, monkeypatch: pytest.MonkeyPatch) -> Runtime:
    """Give a house of its own that tells a Prometheus."""
    told = replace(fresh_runtime.settings, metrics_token=TOKEN)
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(told.var_dir / "metrics"))
    return Runtime(fresh_runtime.bind, fresh_runtime.clock, told)


def scraped(client: Client) -> dict[str, float]:
    """Read every figure, by name and labels."""
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return {
        " ".join((sample.name, *sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


@pytest.mark.asvs("13.4.5")
def test_without_a_token_in_the_settings_there_is_no_such_page(anonymous: Client) -> None:
    assert anonymous.get("/metrics").status_code == 404


@pytest.mark.asvs("13.4.5")
@pytest.mark.parametrize("sent", ["", "x" * 44, TOKEN[:-1]])
def test_nobody_else_reads_the_figures(watched: Runtime, sent: str) -> None:
    answer = Client(create_app(watched), sent).get("/metrics")
    assert (answer.status_code, answer.json["code"]) == (401, "not-signed-in")


def test_a_token_that_somebody_typed_is_refused() -> None:
    with pytest.raises(SettingsRefused, match="VIGIL_METRICS_TOKEN"):
        Settings.from_env({"VIGIL_ENV": "test", "VIGIL_METRICS_TOKEN": "metrics"})


def test_what_waits_is_counted_with_its_age(watched: Runtime, clock: HandClock) -> None:
    with new_sessions(watched.bind)() as session:
        _leave_waiting(session, clock)
    clock.advance(minutes=10)
    found = scraped(Client(create_app(watched), TOKEN))

    assert found["vigil_waiting escalations"] == 1
    assert found["vigil_waiting_oldest_seconds escalations"] == 600
    assert found["vigil_waiting messages"] == 1
    assert found["vigil_escalations_answered"] == 1
    assert found["vigil_time_to_human_mean_seconds"] == 90
    assert found["vigil_jobs todo"] == 1
    assert found["vigil_sweep_lag_seconds"] == 600
    assert (found["vigil_part_up database"], found["vigil_part_up sweep"]) == (1, 0)


def _leave_waiting(session: Session, clock: HandClock) -> None:
    user = people.a_user(session, clock.now())
    session.add(Heartbeat(name=sweep.NAME, beat_at=clock.now()))
    session.add(Notification(id=new_id(), user_id=user.id, template="x", created_at=clock.now()))
    for answered in (None, clock.now() + timedelta(seconds=90)):
        session.add(
            Escalation(
                id=new_id(),
                code="code",
                subject_type=SubjectKind.PATIENT,
                subject_id=new_id(),
                opened_at=clock.now(),
                climbed_at=clock.now(),
                acknowledged_at=answered,
                acknowledged_by=user.id if answered else None,
            )
        )
    jobs.defer(session, "deliver_notification", notification_id=str(user.id))
    session.commit()


@pytest.mark.asvs("16.2.5")
def test_requests_are_counted_by_operation_and_no_label_says_who(watched: Runtime) -> None:
    with new_sessions(watched.bind)() as session:
        user = people.a_user(session, watched.clock.now())
        session.commit()
    app = create_app(watched)
    client = Client(app, token_for(watched, user.id))
    before = scraped(Client(app, TOKEN)).get("vigil_requests_total read_me 200", 0)
    client.get("/me")
    client.get(f"/patients/{user.id}?name=canary4711")
    client.get(f"/nothing/{user.id}")
    prometheus = Client(app, TOKEN)
    assert scraped(prometheus)["vigil_requests_total read_me 200"] == before + 1

    told = prometheus.get("/metrics").text
    assert not ID.search(told)
    assert "canary4711" not in told
    families = text_string_to_metric_families(told)
    assert {name for one in families for s in one.samples for name in s.labels} <= LABELS


# A second process of the server counted for itself, and every other scrape lost half of the night.
def test_all_processes_of_the_machine_count_together(watched: Runtime) -> None:
    app = create_app(watched)
    first = scraped(Client(app, TOKEN)).get("vigil_requests_total none 200", 0)
    if (child := os.fork()) == 0:  # pragma: no cover - in another process
        Client(app, TOKEN).get("/health")
        os._exit(0)
    os.waitpid(child, 0)
    assert scraped(Client(app, TOKEN))["vigil_requests_total none 200"] >= first + 2


def test_without_a_database_the_page_says_which_part_is_missing(watched: Runtime) -> None:
    away = new_engine("postgresql://nobody@/none?host=/nowhere")
    app = create_app(Runtime(away, watched.clock, watched.settings))
    client = Client(app, TOKEN)
    client.audited = False
    found = scraped(client)
    assert found["vigil_part_up database"] == 0
    assert not [name for name in found if name.startswith(("vigil_jobs", "vigil_waiting"))]
