"""How does a test speak to the API as one person?"""

from typing import Any
from uuid import uuid4

from flask import Flask
from werkzeug.test import TestResponse

from tests.api import audited
from tests.api.examples import record
from tests.overheard import HEARD, written

FRESH = "fresh"
OUTSIDE = (
    "/v1/",
    "/health",
    "/ready",
    "/metrics",
    "/docs",
    "/openapi.json",
    "/problems/",
    "/.well-known/",
)


class Client:
    """One person with one token; a POST carries a fresh Idempotency-Key unless told otherwise."""

    def __init__(self, app: Flask, token: str | None = None) -> None:
        """Speak to this app with this token, or without any."""
        self.app, self.token, self.audited = app, token, True
        self._client = app.test_client()

    def get(self, path: str, **sent: Any) -> TestResponse:
        """Read."""
        return self.send("GET", path, **sent)

    def post(
        self, path: str, json: Any = None, *, key: str | None = FRESH, **sent: Any
    ) -> TestResponse:
        """Do; `key=None` sends no Idempotency-Key."""
        return self.send("POST", path, json=json, key=key, **sent)

    def put(self, path: str, json: Any = None, **sent: Any) -> TestResponse:
        """Replace."""
        return self.send("PUT", path, json=json, **sent)

    def patch(self, path: str, json: Any = None, **sent: Any) -> TestResponse:
        """Change."""
        return self.send("PATCH", path, json=json, **sent)

    def delete(self, path: str, json: Any = None, **sent: Any) -> TestResponse:
        """End."""
        return self.send("DELETE", path, json=json, **sent)

    def send(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        key: str | None = None,
        version: int | None = None,
        headers: dict[str, str] | None = None,
        **more: Any,
    ) -> TestResponse:
        """Send one request; paths may leave out /v1."""
        told = dict(headers or {})
        if self.token is not None:
            told.setdefault("Authorization", f"Bearer {self.token}")
        if key is not None:
            told["Idempotency-Key"] = str(uuid4()) if key == FRESH else key
        if version is not None:
            told["If-Match"] = f'"{version}"'
        if json is not None:
            more["json"] = json
        HEARD.says([json, more.get("json"), written(more.get("data"))])
        full = path if path.startswith(OUTSIDE) else f"/v1{path}"
        answer = self._client.open(full, method=method, headers=told, **more)
        HEARD.answered(answer)
        record(self.app, answer, json)
        if self.audited:
            audited.check(self.app, answer)
        return answer
