"""How does a bad line treat a request? A proxy that drops, cuts, delays, doubles and reorders.

It speaks plain HTTP/1.1, one request a connection, and knows nothing of what it carries.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Coroutine
from random import Random
from types import TracebackType

HOST = "127.0.0.1"
Fate = Callable[[bytes], Coroutine[None, None, bytes | None]]
LONGEST_S = 0.8
PATIENCE_S = 30.0


class BadLine:
    """A proxy before the server; each request meets a fate of its own."""

    def __init__(self, port: int, chance: Random) -> None:
        """Stand before the server on this port."""
        self._server_port, self.chance = port, chance
        self.fates: Counter[str] = Counter()
        self.half_bodies: Counter[str] = Counter()
        self._passed = asyncio.Condition()
        self._on_its_way: set[asyncio.Task[object]] = set()
        self._fates: tuple[Fate, ...] = (
            self.dropped,
            self.request_cut,
            self.answer_lost,
            self.answer_cut,
            self.delayed,
            self.doubled,
            self.reordered,
        )

    async def __aenter__(self) -> "BadLine":
        """Listen on a port of its own."""
        self._listening = await asyncio.start_server(self._serve, HOST, 0)
        self.port = int(self._listening.sockets[0].getsockname()[1])
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let everything arrive that is still on its way, and listen no more."""
        self._listening.close()
        while self._on_its_way:
            await asyncio.gather(*self._on_its_way, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            request = await read_message(reader)
            fate = self.chance.choice(self._fates) if self.chance.random() < 0.6 else self.passed
            self.fates[fate.__name__] += 1
            answer = await fate(request)
            if answer is not None:
                writer.write(answer)
                await writer.drain()
        writer.close()

    async def passed(self, request: bytes) -> bytes | None:
        """Do what a line is for."""
        answer = await self._asked(request)
        async with self._passed:
            self._passed.notify_all()
        return answer

    async def dropped(self, request: bytes) -> bytes | None:  # noqa: ARG002 - it goes nowhere
        """Never let it arrive."""
        return None

    async def request_cut(self, request: bytes) -> bytes | None:
        """Let a part of it arrive, and hang up."""
        cut = self.chance.randrange(1, len(request))
        if cut >= request.index(b"\r\n\r\n") + 4:
            self.half_bodies[request.split(b" ", 2)[1].decode()] += 1
        _, writer = await asyncio.open_connection(HOST, self._server_port)
        writer.write(request[:cut])
        await writer.drain()
        writer.close()
        return None

    async def answer_lost(self, request: bytes) -> bytes | None:
        """Let it arrive, and tell nobody what came of it."""
        self._in_the_background(self._asked(request))
        return None

    async def answer_cut(self, request: bytes) -> bytes | None:
        """Give only the beginning of the answer."""
        answer = await self._asked(request)
        return answer[: self.chance.randrange(1, len(answer))]

    async def delayed(self, request: bytes) -> bytes | None:
        """Let it arrive late; the phone may have given up and asked again."""
        await asyncio.sleep(self.chance.random() * LONGEST_S)
        return await self._asked(request)

    async def doubled(self, request: bytes) -> bytes | None:
        """Let it arrive twice at the same moment, and give one of the answers."""
        both = await asyncio.gather(self._asked(request), self._asked(request))
        return self.chance.choice(both)

    async def reordered(self, request: bytes) -> bytes | None:
        """Let it wait until something that was sent later has arrived before it."""
        with contextlib.suppress(TimeoutError):
            async with self._passed:
                await asyncio.wait_for(self._passed.wait(), LONGEST_S)
        return await self._asked(request)

    async def _asked(self, request: bytes) -> bytes:
        reader, writer = await asyncio.open_connection(HOST, self._server_port)
        try:
            writer.write(request)
            await writer.drain()
            return await asyncio.wait_for(read_message(reader), PATIENCE_S)
        finally:
            writer.close()

    def _in_the_background(self, going: Coroutine[None, None, object]) -> None:
        task = asyncio.create_task(going)
        self._on_its_way.add(task)
        task.add_done_callback(self._on_its_way.discard)


async def read_message(reader: asyncio.StreamReader) -> bytes:
    """Read one request or answer whole, by its length; what ends before raises."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        (
            int(line.partition(b":")[2])
            for line in head.split(b"\r\n")
            if line.lower().startswith(b"content-length:")
        ),
        0,
    )
    return head + await reader.readexactly(length)
