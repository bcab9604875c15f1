"""When does the application hear of a request? When all of its body is here, and not before.

A thread works on one request at a time, and there are few. If it were the thread that waited for
the body, four slow senders would keep everybody else out, and the call for help among them. So the
event loop waits, for any number of senders and each for a limited time; a thread is asked only for
what is here. What came too slowly, or broke off, is marked as partial: a command is refused then,
and of a call for help what came is kept.

What is urgent has threads of its own: a look, a reading, a call for help never waits behind a
report, however many reports there are.
"""

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol

BODY_SECONDS = 10.0
THREADS = 4
PARTIAL = "vigil.body_is_partial"
_PLAIN = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}

Headers = list[tuple[str, str]]
Environ = dict[str, Any]
WsgiApp = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


class Wire(Protocol):
    """What the server gives us for one request: pieces of its body, and a way to answer."""

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Give the body, piece by piece."""

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None:
        """Answer, once."""


class Door:
    """An application for threads behind a server of events (RSGI, as Granian speaks it)."""

    def __init__(
        self,
        app: WsgiApp,
        *,
        most_bytes: int,
        urgent: Callable[[Environ], bool],
        body_seconds: float = BODY_SECONDS,
    ) -> None:
        """Take the application, the largest body it reads, what is urgent, and a body's time."""
        self._app = app
        self._most_bytes = most_bytes
        self._body_seconds = body_seconds
        self._urgent = urgent
        self._lanes = {
            is_urgent: ThreadPoolExecutor(THREADS, thread_name_prefix=name)
            for is_urgent, name in ((False, "request"), (True, "urgent"))
        }

    async def __rsgi__(self, scope: Any, wire: Wire) -> None:
        """Wait for the body, let a thread work, and answer."""
        environ = environ_of(scope)
        body, whole = await self._body_in_time(environ, wire)
        environ |= {"wsgi.input": io.BytesIO(body), PARTIAL: not whole}
        chunked = environ.pop("HTTP_TRANSFER_ENCODING", None)  # the chunks are one piece now
        if chunked or not whole:
            environ["CONTENT_LENGTH"] = str(len(body))
        lane = self._lanes[self._urgent(environ)]
        loop = asyncio.get_running_loop()
        status, headers, answer = await loop.run_in_executor(lane, self._work, environ)
        wire.response_bytes(status, headers, answer)

    async def _body_in_time(self, environ: Environ, wire: Wire) -> tuple[bytes, bool]:
        """Give what came of the body, and whether that is all of it, or more than is read."""
        got = bytearray()
        try:
            await asyncio.wait_for(self._fill(got, wire), self._body_seconds)
        except TimeoutError:
            return bytes(got), False
        told = environ.get("CONTENT_LENGTH", "")
        broke_off = told.isdecimal() and len(got) < min(int(told), self._most_bytes + 1)
        return bytes(got), not broke_off

    async def _fill(self, got: bytearray, wire: Wire) -> None:
        """Read the body, and of one that is too large just enough to know that it is."""
        async for piece in wire:
            got += piece
            if len(got) > self._most_bytes:
                del got[self._most_bytes + 1 :]
                return

    def _work(self, environ: Environ) -> tuple[int, Headers, bytes]:
        told: list[tuple[str, Headers]] = []

        def start(status: str, headers: Headers, _failed: object = None) -> None:
            told.append((status, headers))

        answer = self._app(environ, start)
        try:
            body = b"".join(answer)
        finally:
            if (close := getattr(answer, "close", None)) is not None:
                close()
        status, headers = told[-1]
        return int(status[:3]), [(name.lower(), value) for name, value in headers], body


def environ_of(scope: Any) -> Environ:
    """Say of a request what PEP 3333 asks for."""
    host, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": _as_latin(scope.path),
        "QUERY_STRING": _as_latin(scope.query_string),
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    if scope.authority:
        environ["HTTP_HOST"] = scope.authority
    for name in set(scope.headers.keys()):
        key = _PLAIN.get(name) or "HTTP_" + name.upper().replace("-", "_")
        environ[key] = ("; " if name == "cookie" else ",").join(scope.headers.get_all(name))
    return environ


def _as_latin(text: str) -> str:
    """Put text into the form that PEP 3333 has for bytes."""
    return text.encode("utf-8", "surrogateescape").decode("latin-1")
