"""How does one person speak to the running service? Over HTTP, with a sign-in of their own."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

PATIENCE_S = 30


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status_code: int
    json: Any


class Person:
    """Somebody with an e-mail address and a password, who signs in again when that is needed."""

    def __init__(self, url: str, email: str, password: str, code: Callable[[], str]) -> None:
        """Know the way, and what the authenticator shows; nobody is signed in yet."""
        self.url, self.email, self._password, self._code = url, email, password, code
        self._token = ""

    def sign_in(self, password: str | None = None) -> Reply:
        """Sign in and keep the token."""
        told = {"email": self.email, "password": password or self._password}
        told["code"] = self._code()
        reply = send(self.url, "POST", "/auth/log-in", told, {})
        if reply.status_code in (200, 201):
            self._token = reply.json["access_token"]
        return reply

    def get(self, path: str) -> Reply:
        """Read."""
        return self._send("GET", path, None, {})

    def post(
        self,
        path: str,
        json: Any = None,
        *,
        key: str | None = "fresh",
        version: int | None = None,
    ) -> Reply:
        """Do."""
        chosen = str(uuid4()) if key == "fresh" else key
        told = _match(version) | ({"Idempotency-Key": chosen} if chosen else {})
        return self._send("POST", path, json, told)

    def put(self, path: str, json: Any = None, *, version: int | None = None) -> Reply:
        """Replace."""
        return self._send("PUT", path, json, _match(version))

    def patch(self, path: str, json: Any = None, *, version: int | None = None) -> Reply:
        """Change."""
        return self._send("PATCH", path, json, _match(version))

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Reply:
        if not self._token:
            self.sign_in()
        reply = send(self.url, method, path, body, headers | self._bearer())
        if reply.status_code == 401:
            self.sign_in()
            reply = send(self.url, method, path, body, headers | self._bearer())
        return reply

    def _bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}


def send(url: str, method: str, path: str, body: Any, headers: dict[str, str]) -> Reply:
    """Send one request and give the answer, whatever its status."""
    data = None if body is None else json.dumps(body).encode()
    told = headers | ({"Content-Type": "application/json"} if data is not None else {})
    request = urllib.request.Request(f"{url}/v1{path}", data, told, method=method)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE_S) as answer:  # noqa: S310
            return Reply(answer.status, json.loads(answer.read() or b"null"))
    except urllib.error.HTTPError as refused:
        return Reply(refused.code, json.loads(refused.read() or b"null"))


def _match(version: int | None) -> dict[str, str]:
    return {} if version is None else {"If-Match": f'"{version}"'}
