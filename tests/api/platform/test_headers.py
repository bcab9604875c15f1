"""Does every answer carry what protects it, and the log only what it may?"""

import json
import logging
from dataclasses import replace

import pytest
from flask import Flask

from api.app import create_app
from api.platform.logs import ALLOWED, LOGGER, JsonLines
from tests.api.client import Client
from tests.api.platform.probe import Failing
from workflows.platform.runtime import Runtime

PATHS = ["/probe/me", "/health", "/docs", "/openapi.json", "/nowhere", "/v1/probe/nobody"]


@pytest.mark.api_top_ten("API8.headers")
@pytest.mark.asvs("3.4.4", "3.4.6", "14.2.2", "14.3.2")
@pytest.mark.parametrize("path", PATHS)
def test_every_answer_is_protected(anonymous: Client, path: str) -> None:
    headers = anonymous.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "Server" not in headers
    assert "Set-Cookie" not in headers


@pytest.mark.api_top_ten("API8.headers")
@pytest.mark.asvs("16.5.4")
def test_a_mistake_of_ours_is_protected_too(app: Flask) -> None:
    Failing.error = ZeroDivisionError()
    answer = Client(app).get("/probe/failing")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (500, "no-store")


@pytest.mark.parametrize(("url", "expected"), [("https://v.example", True), ("http://v", False)])
def test_only_an_https_address_asks_for_https_for_ever(
    runtime: Runtime, url: str, *, expected: bool
) -> None:
    runtime.settings = replace(runtime.settings, public_url=url)
    headers = Client(create_app(runtime)).get("/health").headers
    assert ("Strict-Transport-Security" in headers) is expected


def test_a_request_id_is_given(anonymous: Client) -> None:
    first, second = (anonymous.get("/health").headers["X-Request-Id"] for _ in range(2))
    assert first != second
    assert len(first) == 36


def test_a_sane_request_id_is_kept(anonymous: Client) -> None:
    sent = {"X-Request-Id": "0123456789abcdef-1"}
    assert anonymous.get("/health", headers=sent).headers["X-Request-Id"] == "0123456789abcdef-1"


@pytest.mark.asvs("16.4.1")
@pytest.mark.parametrize("sent", ["short", "a" * 65, "with blank 123", "Zoë-12345678", "a=b;c<d>e"])
def test_an_odd_request_id_is_not_repeated(anonymous: Client, sent: str) -> None:
    answer = anonymous.get("/health", headers={"X-Request-Id": sent})
    assert answer.headers["X-Request-Id"] != sent


def test_an_edit_says_which_version_it_edits(client: Client) -> None:
    path = "/probe/01a20081-8191-7366-b803-507855ca3e78"
    read = client.get(path)
    assert read.headers["ETag"] == '"3"'
    assert client.delete(path, version=3).status_code == 200
    assert client.delete(path, version=2).status_code == 412
    missing = client.delete(path)
    assert (missing.status_code, missing.json["code"]) == (428, "version-required")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("*", 428),
        ('W/"3"', 412),
        ('"3", "4"', 412),
        ("3", 412),
        ('"x"', 412),
        ('"' + "9" * 99, 412),
    ],
)
def test_only_the_very_version_matches(client: Client, sent: str, status: int) -> None:
    path = "/probe/01a20081-8191-7366-b803-507855ca3e78"
    assert client.delete(path, headers={"If-Match": sent}).status_code == status


@pytest.mark.asvs("16.2.5")
def test_the_log_holds_nothing_of_body_query_or_path(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    canary = "canary4711"
    with caplog.at_level(logging.INFO, LOGGER.name):
        client.post("/probe", {"text": canary, canary: canary})
        client.get(f"/probe?text={canary}")
        client.get(f"/{canary}")
        client.send(canary, "/probe")
    lines = [JsonLines().format(record) for record in caplog.records]
    assert len(lines) == 4
    assert canary not in "".join(lines)


@pytest.mark.asvs("16.2.1", "16.4.1")
def test_a_line_of_the_log_is_json_of_the_allowed_parts(
    client: Client, user_id: object, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, LOGGER.name):
        client.get("/probe/01a20081-8191-7366-b803-507855ca3e78")
    told = json.loads(JsonLines().format(caplog.records[-1]))
    assert set(told) <= {"time", "level", *ALLOWED}
    assert told["route"] == "/v1/probe/<uuid:probe_id>"
    assert (told["operation"], told["status"]) == ("read_probe", 200)
    assert told["actor_id"] == str(user_id)
