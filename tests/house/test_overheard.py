"""Would the suite notice that something said came out? Each way out is tried with a leak in it."""

import logging
from typing import Any

import pytest
from procrastinate.jobs import JobDeferrer
from sqlalchemy import Connection, text

from tests import overheard
from tests.overheard import Overheard, free_text, written

SAID = "my zanthoquil came back"
LOGGER = logging.getLogger("tests.leaking")


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> Overheard:
    """Give a listener of this test alone, to whom the word was said."""
    alone = Overheard()
    monkeypatch.setattr(overheard, "HEARD", alone)
    alone.says({"words": SAID})
    return alone


class Answer:
    """What a view answered."""

    def __init__(self, status: int, body: str = "", **headers: str) -> None:
        """Take it as it is."""
        self.status_code, self.headers, self.body = status, headers, body

    def get_data(self, *, as_text: bool) -> str:
        """Give the body."""
        return self.body if as_text else ""


@pytest.mark.asvs("14.2.1", "16.2.5")
@pytest.mark.parametrize(
    "leak",
    [
        lambda: LOGGER.warning("kept %s", SAID),
        lambda: LOGGER.warning("kept", extra={"told": {"words": SAID}}),
    ],
    ids=["its words", "what it carries"],
)
def test_a_log_line_that_repeats_it_is_heard(listening: Overheard, leak: Any) -> None:
    logging.getLogger().addHandler(listening)
    try:
        leak()
    finally:
        logging.getLogger().removeHandler(listening)
    assert [told.partition(" ")[2].partition(" holds")[0] for told in listening.leaks()] == ["log"]


def test_the_text_of_an_error_in_a_log_is_heard(listening: Overheard) -> None:
    logging.getLogger().addHandler(listening)
    try:
        int(SAID)
    except ValueError:
        LOGGER.exception("failed")
    finally:
        logging.getLogger().removeHandler(listening)
    assert listening.leaks()


def test_an_answer_that_refuses_and_repeats_it_is_heard(listening: Overheard) -> None:
    listening.answered(Answer(200, SAID))
    assert listening.leaks() == []
    listening.answered(Answer(422, SAID))
    assert len(listening.leaks()) == 1


def test_a_header_that_repeats_it_is_heard(listening: Overheard) -> None:
    listening.answered(Answer(201, Location=f"/v1/{SAID}"))
    assert len(listening.leaks()) == 1


def test_a_row_of_the_trail_that_repeats_it_is_heard(
    listening: Overheard, connection: Connection
) -> None:
    row = text("INSERT INTO audit_event SELECT * FROM audit_event WHERE reason = :reason")
    with connection.begin_nested() as point:
        connection.execute(row, {"reason": SAID})
        point.rollback()
    assert len(listening.leaks()) == 1


def test_a_job_that_carries_it_is_heard(
    listening: Overheard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(overheard, "_defer", lambda *_, **__: 1)
    JobDeferrer.defer(object(), words=SAID)  # type: ignore[arg-type]
    assert len(listening.leaks()) == 1


def test_what_somebody_typed_is_free_text_and_a_code_is_not() -> None:
    body = {
        "words": SAID,
        "kind": "other_reason",
        "email": "zan@example.org",
        "password": "unspeakable",
        "deep": [{"more": "two words"}],
        "at": "2026-11-23T17:00:00Z",
    }
    assert set(free_text(body)) == {SAID, "zan@example.org", "unspeakable", "two words"}


def test_a_body_of_bytes_is_read_too() -> None:
    assert written(b'{"words": "two words"}') == {"words": "two words"}
    assert written(b"no json here") == "no json here"
    assert written(None) is None
