"""How does a test start the server that we ship on an application of its own?"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from workflows.platform.settings import ROOT


@contextmanager
def shipped_server(
    folder: Path, source: str, environ: Mapping[str, str] = os.environ
) -> Iterator[int]:
    """Write a module with a `served` in it, serve it as `make run` does, and give the port."""
    started, port = start_server(folder, source, environ)
    try:
        yield port
    finally:
        started.terminate()
        started.wait(30)


def start_server(
    folder: Path, source: str, environ: Mapping[str, str]
) -> tuple[subprocess.Popen[bytes], int]:
    """Start it, and give its process and its port when it listens."""
    (folder / "shown.py").write_text(source)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        free = int(probe.getsockname()[1])
    told = ("--interface", "rsgi", "--no-ws", "--host", "127.0.0.1", "--port", str(free))
    started = subprocess.Popen(
        [sys.executable, "-m", "granian", *told, "--log-level", "error", "shown:served"],
        cwd=folder,
        env={**environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
    )
    try:
        _wait_for(free)
    except BaseException:
        started.kill()
        raise
    return started, free


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"nothing listens on port {port}")
