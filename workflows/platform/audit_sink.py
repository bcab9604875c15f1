"""Where do checkpoints go, so that whoever holds this host cannot take them back?

`VIGIL_AUDIT_SINK` is a folder of another machine that is mounted here, or an https:// address that
takes a PUT for each file. Neither is ever asked to replace a file.
"""

import urllib.request
from base64 import b64encode
from pathlib import Path
from urllib.error import URLError
from urllib.parse import unquote, urlsplit, urlunsplit

from workflows.platform import written_once

SUFFIX = ".checkpoint"
SECONDS = 20
KEPT_ALREADY = 412


class NotTaken(Exception):
    """The checkpoint did not get there; the queue tries again, ever later."""


def name_of(number: int) -> str:
    """Name the file of a checkpoint; names sort as numbers do."""
    return f"{number:010}{SUFFIX}"


def put(sink: str, number: int, content: str) -> None:
    """Hand one checkpoint over; the same one twice is fine, another one under its name is not."""
    if urlsplit(sink).scheme:
        _send(sink, name_of(number), content.encode())
    else:
        _write(Path(sink), name_of(number), content.encode())


def _write(folder: Path, name: str, content: bytes) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not written_once.write(folder / name, content):
            _refuse_another(folder / name, content)
    except OSError as reason:
        raise NotTaken(type(reason).__name__) from None


def _refuse_another(kept: Path, content: bytes) -> None:
    if kept.read_bytes() != content:
        raise NotTaken("another checkpoint stands there under this number")


def _send(sink: str, name: str, content: bytes) -> None:
    parts = urlsplit(sink)
    host = parts.netloc.rpartition("@")[2]
    address = urlunsplit((parts.scheme, host, f"{parts.path.rstrip('/')}/{name}", parts.query, ""))
    headers = {"Content-Type": "text/plain; charset=utf-8", "If-None-Match": "*"}
    if parts.username is not None:
        said = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers["Authorization"] = f"Basic {b64encode(said.encode()).decode()}"
    request = urllib.request.Request(address, content, headers, method="PUT")  # noqa: S310 - settings allow no other scheme
    try:
        with urllib.request.urlopen(request, timeout=SECONDS):  # noqa: S310 - as above
            return
    except URLError as reason:
        if getattr(reason, "code", None) != KEPT_ALREADY:
            raise NotTaken(type(reason).__name__) from None
    except OSError as reason:
        raise NotTaken(type(reason).__name__) from None
