"""Can one request hide another from the server that is shipped? Asked on the wire, byte by byte."""

import socket
from collections.abc import Iterator

import pytest

from tests.platform.shipped import shipped_server

HIDDEN = b"GET /hidden HTTP/1.1\r\nHost: v.example\r\n\r\n"
SHOWN = b"POST /shown HTTP/1.1\r\nHost: v.example\r\n"
CHUNKED = b"Transfer-Encoding: chunked\r\n"
ECHO = """
from api.platform.door import Door

def app(environ, start):
    start("200 OK", [("Content-Type", "text/plain")])
    return [environ["PATH_INFO"].encode()]

served = Door(app, most_bytes=1000, urgent=lambda environ: False)
"""


def length(text: bytes, *, name: bytes = b"Content-Length") -> bytes:
    return name + b": %d\r\n" % len(text)


# What two servers in a row read differently: where the first request ends.
TRICKS = {
    "a length and chunks": SHOWN + length(b"0\r\n\r\n" + HIDDEN) + CHUNKED + b"\r\n0\r\n\r\n",
    "two lengths": SHOWN + b"Content-Length: 0\r\n" + length(HIDDEN) + b"\r\n",
    "a list of lengths": SHOWN + b"Content-Length: 0, %d\r\n\r\n" % len(HIDDEN),
    "a length with a sign": SHOWN + b"Content-Length: +0\r\n\r\n",
    "a length with a blank": SHOWN + length(HIDDEN, name=b"Content-Length ") + b"\r\n",
    "a length on a folded line": SHOWN
    + b"X: a\r\n Content-Length: 0\r\n"
    + length(HIDDEN)
    + b"\r\n",
    "an unknown coding": SHOWN + b"Transfer-Encoding: xchunked\r\n" + length(HIDDEN) + b"\r\n",
    "two codings": SHOWN + CHUNKED + b"Transfer-Encoding: identity\r\n\r\n0\r\n\r\n",
    "a chunk below nothing": SHOWN + CHUNKED + b"\r\n-1\r\n\r\n",
}


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """Start the server that is shipped on an application that says which path it was asked."""
    with shipped_server(tmp_path_factory.mktemp("echo"), ECHO) as free:
        yield free


def answered(port: int, sent: bytes) -> bytes:
    """Send bytes and read until the server closes, or has nothing more to say."""
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.settimeout(1)
        line.sendall(sent)
        got = b""
        try:
            while piece := line.recv(65536):
                got += piece
        except OSError:
            pass
        return got


def test_two_plain_requests_on_one_line_are_both_answered(port: int) -> None:
    got = answered(port, SHOWN + b"Content-Length: 0\r\n\r\n" + HIDDEN)
    assert b"/shown" in got
    assert b"/hidden" in got


@pytest.mark.api_top_ten("API8.smuggling")
@pytest.mark.asvs("4.2.1")
@pytest.mark.parametrize("trick", TRICKS)
def test_a_request_does_not_hide_another(port: int, trick: str) -> None:
    got = answered(port, TRICKS[trick] + HIDDEN)
    assert got.count(b"HTTP/1.1 ") == 1
    assert b"/hidden" not in got
