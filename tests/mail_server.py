"""What does a message look like when it really arrives? A small mail server, on its own port."""

import asyncio
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class MailServer:
    """A real SMTP server that keeps what it gets; it can be full, or keep a letter waiting."""

    def __init__(self) -> None:
        """Choose a free port and take everything at once."""
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.letters: list[EmailMessage] = []
        self.full = False
        self.keeps_waiting = False
        self.reached = threading.Event()

    @property
    def url(self) -> str:
        """Give the address that a setting would name."""
        return f"smtp://127.0.0.1:{self.port}?from=care@vigil.example"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name for it
        """Take a letter, after a while or never."""
        self.reached.set()
        while self.keeps_waiting:
            await asyncio.sleep(0.05)
        if self.full:
            return "452 no room"
        self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"


@contextmanager
def a_mail_server() -> Iterator[MailServer]:
    """Run a mail server until the block ends."""
    box = MailServer()
    server = Controller(box, hostname="127.0.0.1", port=box.port)
    server.start()
    try:
        yield box
    finally:
        box.keeps_waiting = False
        server.stop()
