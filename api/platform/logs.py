"""What may be written to the log about a request?

Only what is on the list below: never a body, a query, a path with ids, or the words of an error.
"""

import json
import logging
import sys
import traceback
from pathlib import Path
from time import perf_counter
from typing import Any

from flask import Flask, Response, g, request

LOGGER = logging.getLogger("vigil.requests")
ALLOWED = (
    "event",
    "request_id",
    "method",
    "route",
    "operation",
    "status",
    "code",
    "ms",
    "actor_id",
    "error",
    "where",
)
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
FRAMES_KEPT = 8


class JsonLines(logging.Formatter):
    """Writes the allowed parts of a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Leave out whatever is not on the list."""
        told = {name: getattr(record, name) for name in ALLOWED if hasattr(record, name)}
        stamp = {"time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"), "level": record.levelname}
        return json.dumps(stamp | told, separators=(",", ":"))


def install(app: Flask) -> None:
    """Write one line for each request of this app."""
    if not LOGGER.handlers:
        to_stdout = logging.StreamHandler(sys.stdout)
        to_stdout.setFormatter(JsonLines())
        LOGGER.addHandler(to_stdout)
        LOGGER.setLevel(logging.INFO)
    app.before_request(_start)
    app.after_request(_finish)


def note_code(code: str) -> None:
    """Remember the code of the problem for the line of this request."""
    g.problem_code = code


def note_failure(error: Exception) -> None:
    """Write where a mistake of ours happened, without what it said: that may be about a patient."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES_KEPT:]
    where = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    kind = type(error)
    told = {"error": f"{kind.__module__}.{kind.__qualname__}", "where": where}
    LOGGER.error("failed", extra={"event": "failed", **_who(), **told})


def _start() -> None:
    g.started = perf_counter()


def _finish(response: Response) -> Response:
    told: dict[str, Any] = {"event": "answered", "status": response.status_code}
    if started := g.get("started"):
        told["ms"] = round((perf_counter() - started) * 1000, 1)
    if code := g.get("problem_code"):
        told["code"] = code
    LOGGER.info("answered", extra=_who() | told)
    return response


def _who() -> dict[str, Any]:
    rule = request.url_rule
    told: dict[str, Any] = {
        "request_id": g.get("request_id", ""),
        "method": request.method if request.method in METHODS else "?",
        "route": rule.rule if rule else "",
    }
    if operation := g.get("operation"):
        told["operation"] = operation
    actor = g.get("actor")
    if actor is not None and actor.user_id is not None:
        told["actor_id"] = str(actor.user_id)
    return told
