"""Does nobody who sends slowly keep others out, and is only what is whole given to a thread?"""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from api.platform.door import THREADS
from tests.platform.shipped import shipped_server

BODY_SECONDS = 3.0
MOST_BYTES = 100
SHOWS = f"""
import json
import time
from pathlib import Path
from flask import Flask, request
from api.platform import parser
from api.platform.door import Door

app = Flask("shown", static_folder=None)
app.config["MAX_CONTENT_LENGTH"] = {MOST_BYTES}
HERE = Path(__file__).parent

@app.route("/<path:path>", methods=["GET", "POST"])
def show(path):
    parser.refuse_partial(request)
    if path == "report":
        time.sleep({BODY_SECONDS})
    body = request.get_data()
    with (HERE / "heard").open("a") as heard:
        heard.write(path + "\\n")
    names = ("QUERY_STRING", "REMOTE_ADDR", "HTTP_X_A", "HTTP_COOKIE", "CONTENT_LENGTH")
    told = {{name: request.environ.get(name) for name in names}}
    return told | {{"path": path, "body": body.decode(), "args": request.args.to_dict()}}

served = Door(
    app,
    most_bytes={MOST_BYTES},
    urgent=lambda environ: environ["PATH_INFO"] == "/emergency",
    body_seconds={BODY_SECONDS},
)
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shown")


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    with shipped_server(folder, SHOWS) as free:
        yield free


def line_to(port: int, sent: bytes) -> socket.socket:
    line = socket.create_connection(("127.0.0.1", port), timeout=30)
    line.sendall(sent)
    return line


def asked(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> Any:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as line:
        line.request(method, path, body, headers)
        answer = line.getresponse()
        return answer.status, answer.read()


def head(path: str, length: int) -> bytes:
    return b"POST %s HTTP/1.1\r\nHost: h\r\nContent-Length: %d\r\n\r\n" % (path.encode(), length)


@pytest.mark.api_top_ten("API4.slow_body")
def test_slow_senders_keep_nobody_out_and_are_told_so(port: int, folder: Path) -> None:
    slow = [line_to(port, head(f"/slow/{n}", 50) + b"x") for n in range(4 * THREADS)]
    began = time.monotonic()
    status, _ = asked(port, "POST", "/emergency", b"{}")
    assert (status, time.monotonic() - began < BODY_SECONDS) == (200, True)
    for line in slow:
        assert line.recv(65536).startswith(b"HTTP/1.1 408 ")
        line.close()
    assert "slow" not in (folder / "heard").read_text()


@pytest.mark.api_top_ten("API4.lanes")
def test_a_call_for_help_waits_behind_no_report(port: int) -> None:
    reports = [line_to(port, head("/report", 2) + b"{}") for _ in range(4 * THREADS)]
    began = time.monotonic()
    status, _ = asked(port, "POST", "/emergency", b"{}")
    assert (status, time.monotonic() - began < BODY_SECONDS) == (200, True)
    for line in reports:
        line.close()


def test_what_breaks_off_is_never_half_heard(port: int, folder: Path) -> None:
    line_to(port, head("/broken", 50) + b'{"dose": 1}').close()
    asked(port, "POST", "/whole", b"{}")
    assert "broken" not in (folder / "heard").read_text()


@pytest.mark.parametrize("length", [MOST_BYTES, MOST_BYTES + 1])
def test_a_body_is_as_large_as_it_may_be(port: int, length: int) -> None:
    status, _ = asked(port, "POST", "/large", b"x" * length)
    assert status == (200 if length <= MOST_BYTES else 413)


@pytest.mark.parametrize("length", [MOST_BYTES, MOST_BYTES + 1])
def test_a_body_in_chunks_is_as_large_as_it_may_be(port: int, length: int) -> None:
    start = b"POST /chunks HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"
    with line_to(port, start + b"%x\r\n%s\r\n0\r\n\r\n" % (length, b"x" * length)) as line:
        answer = b"HTTP/1.1 200 " if length <= MOST_BYTES else b"HTTP/1.1 413 "
        assert line.recv(65536).startswith(answer)


def test_addresses_and_headers_arrive_as_they_were_sent(port: int) -> None:
    sent = (
        b"GET /a%20b/%C3%A9?x=%20y&z=%C3%A9 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n"
        b"X-A: one\r\nX-A: two\r\nCookie: a=1\r\nCookie: b=2\r\n\r\n"
    )
    with line_to(port, sent) as line:
        got = b"".join(iter(lambda: line.recv(65536), b""))
    told = json.loads(got.partition(b"\r\n\r\n")[2])
    assert told["path"] == "a b/é"
    assert told["args"] == {"x": " y", "z": "é"}
    assert (told["HTTP_X_A"], told["HTTP_COOKIE"]) == ("one,two", "a=1; b=2")
    assert told["REMOTE_ADDR"] == "127.0.0.1"


@pytest.mark.parametrize(
    "line",
    [
        b"GET /a?z=\xff\xfe HTTP/1.1\r\n",
        b"GET /\xff HTTP/1.1\r\n",
        b"GET /%FF HTTP/1.1\r\n",
        b"GET /a HTTP/1.1\r\nX-A: \xff\xfe\r\n",
        b"GET http://other/a HTTP/1.1\r\n",
        b"POST /a HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n",
    ],
)
def test_hostile_bytes_are_answered_and_never_with_a_mistake_of_ours(
    port: int, line: bytes
) -> None:
    with line_to(port, line + b"Host: h\r\nConnection: close\r\n\r\n") as sent:
        got = sent.recv(65536)
    assert got.startswith(b"HTTP/1.1 ")
    assert not got.startswith(b"HTTP/1.1 5")
