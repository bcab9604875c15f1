"""Who receives webhooks in a test? A real server with a certificate, on this machine."""

import contextlib
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from workflows.platform import outgoing

SECONDS_BETWEEN_LETTERS = 0.2
FOR_EVER = 100_000


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate for these names that vouches for itself, and its key."""

    certificate: Path
    key: Path


@dataclass(frozen=True, slots=True)
class Got:
    """A request that came."""

    path: str
    headers: dict[str, str]
    body: bytes


class Receiver(ThreadingHTTPServer):
    """It answers in turn what `answers` says, and at last 200."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, made: Authority) -> None:
        """Listen on a port that is free."""
        super().__init__(("127.0.0.1", 0), _Answer)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(made.certificate, made.key)
        self.socket = context.wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )
        self.port = int(self.server_address[1])
        self.got: list[Got] = []
        self.answers: list[int] = []
        self.location = ""
        self.manner = ""
        self.connections = 0
        self.sent = 0

    def verify_request(self, *_: Any) -> bool:
        """Count who came, whatever they say next."""
        self.connections += 1
        return True

    def handle_error(self, *_: Any) -> None:
        """Be quiet about whoever hung up."""


class _Answer(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        told = {name.lower(): value for name, value in self.headers.items()}
        self.server.got.append(Got(self.path, told, body))
        if self.server.manner:
            getattr(self, f"_{self.server.manner}")()
            return
        self.send_response(self.server.answers.pop(0) if self.server.answers else 200)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Be quiet."""

    def _drips(self) -> None:
        for letter in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 200:
            self.wfile.write(bytes([letter]))
            time.sleep(SECONDS_BETWEEN_LETTERS)

    def _silent(self) -> None:
        time.sleep(SECONDS_BETWEEN_LETTERS * 20)

    def _endless(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
        with contextlib.suppress(OSError):
            for _ in range(FOR_EVER):
                self.server.sent += self.wfile.write(b"x" * 4096)


@contextmanager
def a_receiver(made: Authority) -> Iterator[Receiver]:
    """Serve for a while."""
    server = Receiver(made)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def a_believed_receiver(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *names: str
) -> Iterator[Receiver]:
    """Serve under these names for a while, and let the house believe the certificate."""
    made = authority(folder, *names)
    monkeypatch.setenv("SSL_CERT_FILE", str(made.certificate))
    outgoing.tls.cache_clear()
    with a_receiver(made) as server:
        yield server
    outgoing.tls.cache_clear()


def authority(folder: Path, *names: str) -> Authority:
    """Make a certificate for these names."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "A receiver of a test")])
    day = timedelta(days=1)
    at = datetime.now(UTC)
    written = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - day)
        .not_valid_after(at + day)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in names]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    made = Authority(folder / "receiver.pem", folder / "receiver.key")
    made.certificate.write_bytes(written.public_bytes(serialization.Encoding.PEM))
    made.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return made
