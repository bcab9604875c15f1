"""How does a request look on the wire, and what came back?"""

import asyncio
import json
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

END = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Request:
    """A request that is written out before the time begins to run."""

    wire: bytes

    @classmethod
    def of(cls, method: str, path: str, headers: Mapping[str, str], body: Any = None) -> "Request":
        """Write one out, with a JSON body if there is one."""
        told = {"Host": "127.0.0.1", "Accept": "application/json", **headers}
        sent = b""
        if body is not None:
            sent = json.dumps(body).encode()
            told |= {"Content-Type": "application/json"}
        if body is not None or method == "POST":
            told |= {"Content-Length": str(len(sent))}
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {said}" for name, said in told.items())]
        return cls("\r\n".join(lines).encode() + END + sent)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes

    def json(self) -> Any:
        """Read the body."""
        return json.loads(self.body)


class Line:
    """One connection that is kept open; a server may close it between two requests."""

    def __init__(self, port: int) -> None:
        """Name where to; the connection is made when first needed."""
        self._port = port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def ask(self, request: Request) -> Answer:
        """Send one request and read the whole answer."""
        if self._writer is None or self._writer.is_closing() or self._at_end():
            await self._open()
        if self._reader is None or self._writer is None:
            raise ConnectionError(self._port)
        self._writer.write(request.wire)
        head = await self._reader.readuntil(END)
        status, length, is_kept = _read_head(head)
        if length is None:
            body = await _chunks(self._reader)
        else:
            body = await self._reader.readexactly(length)
        if not is_kept:
            self.close()
        return Answer(status, body)

    async def _open(self) -> None:
        self.close()
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port)
        self._writer.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def _at_end(self) -> bool:
        return self._reader is not None and self._reader.at_eof()

    def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


def _read_head(head: bytes) -> tuple[int, int | None, bool]:
    """Read status, length (none: in chunks) and whether the connection stays."""
    first, *lines = head[: -len(END)].split(b"\r\n")
    told = dict(line.lower().split(b":", 1) for line in lines)
    status = int(first.split(b" ", 2)[1])
    is_kept = told.get(b"connection", b"").strip() != b"close"
    if told.get(b"transfer-encoding", b"").strip() == b"chunked":
        return status, None, is_kept
    return status, int(told.get(b"content-length", b"0")), is_kept


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    parts = []
    while size := int((await reader.readline()).split(b";")[0], 16):
        parts.append((await reader.readexactly(size + 2))[:-2])
    await reader.readline()
    return b"".join(parts)


def answers(port: int, path: str) -> bool:
    """Say whether anything answers there."""
    try:
        asyncio.run(asyncio.wait_for(_once(port, path), 2))
    except (OSError, EOFError, TimeoutError):
        return False
    return True


async def _once(port: int, path: str) -> Answer:
    line = Line(port)
    try:
        return await line.ask(Request.of("GET", path, {}))
    finally:
        line.close()
