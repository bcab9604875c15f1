"""Is every refusal told with its status, its code and nothing about anybody?"""

import inspect
import logging
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException, ImATeapot, ServiceUnavailable

from api.platform.problems import STATUS, kinds, status_of
from rules.core import Check, Decision, Finding, Point, Rule
from rules.terms import Force, Outcome
from tests.api.client import Client
from tests.api.platform.probe import Failing
from tests.clock import START
from workflows.platform import errors
from workflows.platform.constraints import refusal_for

CANARY = "canary4711"
ROWS: list[tuple[Exception, int, str, str]] = [
    (errors.NotSignedIn(), 401, "not-signed-in", "not-signed-in"),
    (errors.NotPermitted(), 403, "not-permitted", "not-permitted"),
    (errors.NotFound(), 404, "not-found", "not-found"),
    (errors.RecordForbids(), 409, "record-forbids", "record-forbids"),
    (errors.RecordForbids(code="slot_taken"), 409, "record-forbids", "slot_taken"),
    (errors.NotNow("submitted"), 409, "wrong-state", "wrong-state"),
    (errors.AlreadyUnderWay(), 409, "try-again", "try-again"),
    (errors.ChangedSinceRead(), 412, "changed-since-read", "changed-since-read"),
    (errors.InvalidContent(errors={"x": ["No."]}), 422, "invalid-request", "invalid-request"),
    (errors.KeyReused(), 422, "idempotency-key-reused", "idempotency-key-reused"),
    (errors.TooManyTries(START + timedelta(seconds=90)), 429, "too-many-tries", "too-many-tries"),
    (errors.Unavailable(), 503, "unavailable", "unavailable"),
    (ServiceUnavailable(CANARY), 503, "unavailable", "unavailable"),
    (ImATeapot(CANARY), 418, "http-418", "http-418"),
    (ValueError(CANARY), 500, "internal-error", "internal-error"),
    (KeyError(CANARY), 500, "internal-error", "internal-error"),
    (RecursionError(CANARY), 500, "internal-error", "internal-error"),
    (OperationalError(CANARY, {CANARY: CANARY}, ValueError(CANARY)), 500, *["internal-error"] * 2),
]


def raising(app: Flask, error: Exception) -> Any:
    """Ask for something that ends like this."""
    Failing.error = error
    return Client(app).get("/probe/failing")


@pytest.mark.asvs("4.1.1")
@pytest.mark.parametrize(
    ("error", "status", "kind", "code"), ROWS, ids=[f"{row[1]} {row[3]}" for row in ROWS]
)
@pytest.mark.asvs("16.5.1")
def test_a_refusal_has_its_status_type_and_code(
    app: Flask, error: Exception, status: int, kind: str, code: str
) -> None:
    answer = raising(app, error)
    told = answer.json
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert (told["status"], told["type"], told["code"]) == (status, f"/problems/{kind}", code)
    assert told["request_id"] == answer.headers["X-Request-Id"]
    assert told["title"]
    assert CANARY not in answer.text


@pytest.mark.parametrize("kind", sorted(kinds()))
def test_every_type_of_problem_says_what_it_means(anonymous: Client, kind: str) -> None:
    told = anonymous.get(f"/problems/{kind}").json
    assert told["type"] == f"/problems/{kind}"
    assert told["status"] >= 400
    assert told["title"].endswith(".")


def test_a_type_of_problem_that_nobody_knows_is_not_found(anonymous: Client) -> None:
    assert anonymous.get("/problems/none").status_code == 404


def test_every_refusal_of_the_house_stands_in_the_table() -> None:
    refusals = [
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.Refusal)
    ]
    direct = [kind for kind in refusals if kind.__bases__ == (errors.Refusal,)]
    assert {kind.__name__ for kind in direct if kind not in STATUS} == set()
    assert all(400 <= status_of(kind) < 600 for kind in refusals)


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        (errors.TooManyTries(START + timedelta(seconds=89.2)), "90"),
        (errors.TooManyTries(START - timedelta(seconds=5)), "1"),
        (errors.AlreadyUnderWay(), "1"),
        (errors.Unavailable(), "1"),
    ],
)
def test_what_may_be_tried_again_says_so_and_when(
    app: Flask, error: Exception, seconds: str
) -> None:
    answer = raising(app, error)
    assert (answer.json["retryable"], answer.headers["Retry-After"]) == (True, seconds)


def test_what_may_not_be_tried_again_says_so(app: Flask) -> None:
    answer = raising(app, errors.RecordForbids(code="slot_taken"))
    assert answer.json["retryable"] is False
    assert "Retry-After" not in answer.headers


def test_a_gates_refusal_tells_every_finding_worst_first(app: Flask) -> None:
    def finding(code: str, force: Force, *, met: bool | None) -> Finding:
        rule = Rule(code, force, Point.DOSE, "Says.", "Clinic.", "Remedy.", "S1", lambda _: check)
        check = Check(met, "168/96 mmHg", "<160 and <100")
        return Finding(rule, check, overridden=False)

    findings = (
        finding("bp_too_high", Force.HARD, met=False),
        finding("bp_elevated_review", Force.SOFT, met=False),
        finding("fasting_food", Force.HARD, met=True),
    )
    later = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)
    decision = Decision(Point.DOSE, "r", Outcome.STOP, findings)
    answer = raising(app, errors.HardStop(decision, retry_after={"bp_elevated_review": later}))
    assert [told["code"] for told in answer.json["findings"]] == [
        "bp_too_high",
        "bp_elevated_review",
    ]
    assert answer.json["findings"][0] == {
        "code": "bp_too_high",
        "force": "hard",
        "observed": "168/96 mmHg",
        "limit": "<160 and <100",
        "says": "Says.",
        "remedy": "Remedy.",
        "source": "S1",
        "put_right_by": "patient",
    }
    assert answer.json["findings"][1]["retry_after"] == later.isoformat()


def test_a_wrong_state_says_where_the_record_stands(app: Flask) -> None:
    told = raising(app, errors.NotNow("submitted", allowed=("amended",))).json
    assert (told["state"], told["allowed"]) == ("submitted", ["amended"])


@pytest.mark.asvs("16.5.1")
def test_what_the_document_does_not_know_stays_inside(app: Flask) -> None:
    assert CANARY not in raising(app, errors.RecordForbids(code="x", whose=CANARY)).text


def test_errors_are_told_by_the_path_of_their_field(app: Flask) -> None:
    nested = {"vitals": {0: {"systolic_mmhg": ["No."]}}, "_schema": ["Neither."]}
    told = raising(app, errors.InvalidContent(errors=nested)).json
    assert told["errors"] == {"vitals.0.systolic_mmhg": ["No."], "body": ["Neither."]}


@pytest.mark.api_top_ten("API5.methods")
@pytest.mark.asvs("4.1.4")
def test_a_method_that_is_not_there_says_which_are(client: Client) -> None:
    answer = client.patch("/probe", {})
    assert answer.status_code == 405
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS", "POST"}


def test_what_is_no_error_passes_as_it_is(app: Flask) -> None:
    class Unchanged(HTTPException):
        code = 304

    assert raising(app, Unchanged()).status_code == 304


@pytest.mark.api_top_ten("API8.no_traces")
@pytest.mark.asvs("16.5.1", "16.5.4")
def test_a_mistake_of_ours_is_logged_by_place_and_kind_and_never_by_its_words(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "vigil.requests"):
        raising(app, ValueError(CANARY))
    (line,) = (record for record in caplog.records if record.levelname == "ERROR")
    assert vars(line)["error"] == "builtins.ValueError"
    assert vars(line)["where"][-1].startswith("probe.py:")
    assert CANARY not in str(vars(line))


# A full disk was a mistake of ours, so the app said so and threw the reading away.
@pytest.mark.parametrize("state", ["08006", "25006", "25P03", "53100", "53300", "57P01", "58030"])
def test_a_database_that_cannot_write_is_unavailable_and_can_be_tried_again(state: str) -> None:
    said = type("Said", (psycopg.Error,), {"sqlstate": state})()
    refusal = refusal_for(DBAPIError(CANARY, {}, said))
    assert isinstance(refusal, errors.Unavailable)
