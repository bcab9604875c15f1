"""Is another system set up by the office and the owner together, over HTTP, and watched there?"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from api.platform import spec
from rules.terms import Role
from tests.api.client import Client
from tests.api.conftest import ClientFor
from tests.factories import people
from tests.factories.dose import Evening
from tests.races import told
from tests.receiver import Receiver, a_believed_receiver
from tests.stage import Stage
from tests.workflows.oversight.hooks import permissive, verified
from workflows.oversight import webhook_delivery
from workflows.platform.runtime import Runtime


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with a_believed_receiver(tmp_path, monkeypatch, "localhost") as server:
        yield server


@pytest.fixture
def office(stage: Stage, fresh_client_for: ClientFor) -> Client:
    admin = stage.given(lambda rows: people.a_user(rows, stage.clock.now(), Role.ADMIN))
    return fresh_client_for(admin.id)


@pytest.fixture
def coach(made: Evening, fresh_client_for: ClientFor) -> Client:
    return fresh_client_for(made.coach.id)


def wanted(made: Evening, **over: Any) -> dict[str, Any]:
    asked = {"url": "https://hooks.example.org/vigil", "kinds": ["hold.placed"]}
    return {**asked, "owner_id": str(made.coach.id), **over}


def test_set_up_agreed_to_and_withdrawn(office: Client, coach: Client, made: Evening) -> None:
    set_up = office.post("/webhooks", wanted(made))
    assert (set_up.status_code, set_up.json["agreed_at"]) == (201, None)
    assert "whsk_" not in set_up.text
    path = f"/webhooks/{set_up.json['id']}"
    assert [one["id"] for one in coach.get("/me/webhooks").json] == [set_up.json["id"]]
    assert coach.post(f"{path}/agreement").json["agreed_at"]
    assert office.post(f"{path}/keys").status_code == 201
    assert [len(one["keys"]) for one in office.get("/webhooks").json] == [2]
    assert told(office.post(f"{path}/keys")) == (409, "key_still_changing")
    assert [one["url"] for one in office.get("/webhooks").json] == [wanted(made)["url"]]
    assert office.post(f"{path}/end").json["end_reason"] == "asked"
    assert coach.post(f"{path}/withdrawal").json["end_reason"] == "asked"
    assert told(office.post(f"{path}/keys")) == (409, "webhook_ended")


@dataclass(frozen=True, slots=True)
class Told:
    """An endpoint that was told once, with its path."""

    path: str
    id: str
    keys: list[str]


@pytest.fixture
def endpoint(
    office: Client, coach: Client, made: Evening, receiver: Receiver, runtime: Runtime
) -> Told:
    permissive(runtime)
    url = f"https://localhost:{receiver.port}/in"
    set_up = office.post("/webhooks", wanted(made, url=url)).json
    path = f"/webhooks/{set_up['id']}"
    coach.post(f"{path}/agreement")
    (listed,) = office.get("/webhooks").json
    return Told(path, set_up["id"], [one["public_key"] for one in listed["keys"]])


def test_what_a_patient_does_is_told_and_logged_without_their_words(
    endpoint: Told, office: Client, made: Evening, receiver: Receiver, client_for: ClientFor,
    runtime: Runtime,
) -> None:  # fmt: skip
    patient = client_for(made.patient.user_id)
    patient.post(f"/patients/{made.patient.id}/holds", {"words": "Not this week."})
    tells(runtime, endpoint.id)
    (got,) = receiver.got
    assert b"Not this week" not in got.body
    assert verified(got, *endpoint.keys) == 1
    document = json.loads(spec.DOCUMENT.read_text(encoding="utf-8"))
    described = document["webhooks"]["event"]["post"]["requestBody"]["content"]["application/json"]
    jsonschema.validate(json.loads(got.body), described["schema"])
    log = office.get(f"{endpoint.path}/deliveries")
    (entry,) = log.json["items"]
    assert (entry["kind"], entry["state"]) == ("hold.placed", "delivered")
    assert [one["status"] for one in entry["attempts"]] == [200]
    assert str(made.patient.id) not in log.text


def test_a_range_is_sent_again(
    endpoint: Told, office: Client, made: Evening, receiver: Receiver, client_for: ClientFor,
    runtime: Runtime,
) -> None:  # fmt: skip
    patient = client_for(made.patient.user_id)
    patient.post(f"/patients/{made.patient.id}/holds", {"words": "Not this week."})
    tells(runtime, endpoint.id)
    now = runtime.clock.now()
    span = {"since": now.isoformat(), "until": (now + timedelta(hours=1)).isoformat()}
    sent_again = office.post(f"{endpoint.path}/redeliveries", span)
    assert (sent_again.status_code, sent_again.json) == (201, {"count": 1, "more": False})
    tells(runtime, endpoint.id)
    assert len({one.headers["webhook-id"] for one in receiver.got}) == 1
    assert len(receiver.got) == 2
    back = {"since": span["until"], "until": span["since"]}
    assert office.post(f"{endpoint.path}/redeliveries", back).status_code == 422
    office.post(f"{endpoint.path}/end")
    after_the_end = office.post(f"{endpoint.path}/redeliveries", span)
    assert told(after_the_end) == (409, "webhook_without_rights")


def tells(runtime: Runtime, webhook_id: str) -> None:
    webhook_delivery.pick_events(runtime)
    webhook_delivery.tell_endpoint(runtime, webhook_id)


@pytest.mark.api_top_ten("API7.webhook_addresses")
@pytest.mark.parametrize(
    "url",
    [
        *("http://hooks.example.org/", "https://127.0.0.1/", "https://169.254.169.254/latest"),
        *("https://[::ffff:10.0.0.1]/", "https://me:word@hooks.example.org/", "x", "https://"),
    ],
)
def test_an_address_that_leads_inside_is_refused(office: Client, made: Evening, url: str) -> None:
    refused = office.post("/webhooks", wanted(made, url=url))
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["url"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"kinds": ["no.such"]},
        {"kinds": "hold.placed"},
        {"owner_id": "me"},
        {"secret": "sesame"},
        {"url": None},
    ],
)
def test_what_is_written_wrong_is_refused(
    office: Client, made: Evening, wrong: dict[str, Any]
) -> None:
    assert office.post("/webhooks", wanted(made, **wrong)).status_code == 422


def test_only_staff_who_follow_patients_lend_their_rights(
    office: Client, made: Evening, stage: Stage
) -> None:
    other = stage.given(lambda rows: people.a_user(rows, stage.clock.now(), Role.ADMIN))
    for owner_id in (made.patient.user_id, made.sitter.user_id, other.id):
        refused = office.post("/webhooks", wanted(made, owner_id=str(owner_id)))
        assert told(refused) == (409, "owner_may_not_lend")
    nobody = office.post("/webhooks", wanted(made, owner_id=str(made.patient.id)))
    assert nobody.status_code == 404


@pytest.mark.asvs("8.2.1")
def test_an_owner_agrees_for_themselves_and_here(
    office: Client, coach: Client, made: Evening, client_for: ClientFor, fresh_client_for: ClientFor
) -> None:
    path = f"/webhooks/{office.post('/webhooks', wanted(made)).json['id']}"
    assert office.post(f"{path}/agreement").status_code == 403
    for act in ("agreement", "withdrawal"):
        assert fresh_client_for(made.prescriber.id).post(f"{path}/{act}").status_code == 404
    assert fresh_client_for(made.prescriber.id).get("/me/webhooks").json == []
    stale = client_for(made.coach.id).post(f"{path}/agreement")
    assert told(stale) == (403, "fresh-factor-needed")
    assert coach.post(f"{path}/agreement").status_code == 201
    assert coach.post(f"{path}/end").status_code == 403
    assert coach.get("/webhooks").status_code == 403


def test_setting_up_and_new_keys_ask_that_their_person_is_here(
    client_for: ClientFor, stage: Stage, made: Evening
) -> None:
    admin = stage.given(lambda rows: people.a_user(rows, stage.clock.now(), Role.ADMIN))
    stale = client_for(admin.id)
    assert told(stale.post("/webhooks", wanted(made))) == (403, "fresh-factor-needed")
