"""Does anything that a test said come out where nobody may hear it? Asked after every test.

Whatever the clients of the suite send as free text is remembered while a test runs: sentences,
addresses, passwords, tokens. Every line of every log, every answer that refuses, every header, and
whatever goes into the trail, the jobs and the messages is listened to meanwhile. What was said and
is overheard fails the test in which it happened. `tests/matrix/test_canaries.py` sees to it that
every field of the API has been said something.
"""

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

from procrastinate.jobs import JobDeferrer
from sqlalchemy import Engine, event

# Shorter words stand in our own sentences too.
FEWEST_LETTERS = 8
SECRETS = ("password", "token", "secret", "signature")
SECRET_CODES = ("code", "recovery_code")
# A code that we publish is no code that somebody was given, and neither is a date.
_OUR_WORD = re.compile("[a-z]+(_[a-z0-9]+)+|[0-9]{4}-[0-9]{2}-[0-9]{2}")
# What is written about an act, and read by people who are nobody's clinicians.
WRITTEN = ("INSERT INTO audit_event", "INSERT INTO notification", "INSERT INTO event ")
REFUSED = 400


class Overheard(logging.Handler):
    """What was said in one test, and what was heard of it."""

    def __init__(self) -> None:
        """Hear nothing yet."""
        super().__init__(logging.NOTSET)
        self.said: set[str] = set()
        self.heard: list[tuple[str, str]] = []

    def begin(self) -> None:
        """Forget the test before."""
        self.said.clear()
        self.heard.clear()

    def says(self, body: Any) -> None:
        """Remember the free text of a request."""
        self.said.update(free_text(body))

    def hears(self, place: str, text: str) -> None:
        """Keep what came out somewhere."""
        self.heard.append((place, text))

    def answered(self, answer: Any) -> None:
        """Listen to the headers of an answer, and to all of it when it refuses."""
        self.hears("a header", str(answer.headers))
        if answer.status_code >= REFUSED:
            self.hears("an error", answer.get_data(as_text=True))

    def emit(self, record: logging.LogRecord) -> None:
        """Listen to a line of a log, with everything that it carries."""
        told = [record.getMessage(), str(vars(record))]
        if record.exc_info:
            told.append(logging.Formatter().formatException(record.exc_info))
        self.hears("a log", "\n".join(told))

    def leaks(self) -> list[str]:
        """Say where something was heard that was said; what was said is not said again here."""
        return sorted(
            {
                f"{place} holds what a request said: {text.find(word)} letters in"
                for place, text in self.heard
                for word in self.said
                if word in text or written_as_json(word) in text
            }
        )


def free_text(body: Any, name: str = "") -> Iterator[str]:
    """Give every string of a body that somebody could have typed."""
    if isinstance(body, dict):
        for key, value in body.items():
            yield from free_text(value, key)
    elif isinstance(body, list):
        for value in body:
            yield from free_text(value, name)
    elif isinstance(body, str) and len(body) >= FEWEST_LETTERS:
        secret = name in SECRET_CODES or any(word in name for word in SECRETS)
        secret = secret and not _OUR_WORD.fullmatch(body)
        typed = " " in body.strip() or "@" in body or secret
        if typed:
            yield body


def written(data: Any) -> Any:
    """Read a body that was sent as bytes, as far as it can be read."""
    if not isinstance(data, bytes | str):
        return None
    text = data.decode(errors="replace") if isinstance(data, bytes) else data
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def written_as_json(word: str) -> str:
    """Give a text as a line of JSON holds it."""
    return json.dumps(word)[1:-1]


HEARD = Overheard()


def listen() -> None:
    """Listen to every log, every statement and every job, from now on."""
    logging.getLogger().addHandler(HEARD)
    event.listen(Engine, "before_cursor_execute", _to_the_database)
    JobDeferrer.defer = _handed_in


def _to_the_database(*call: Any) -> None:
    statement, values = call[2], call[3]
    if statement.startswith(WRITTEN):
        HEARD.hears("the trail or a message", str(values))


_defer = JobDeferrer.defer


def _handed_in(self: JobDeferrer, **ids: Any) -> int:
    HEARD.hears("a job", str(ids))
    return _defer(self, **ids)
