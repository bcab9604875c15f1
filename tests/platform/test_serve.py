"""Does the whole service start, stop and fail as one, and never leave anything running?"""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.throwaway import ROOT
from workflows.platform.processes import is_alive

# Stand-ins for what the supervisor starts: it must not matter what they are.
STAND_INS = {
    "wsgi.py": """
import os
async def served(scope, wire):
    wire.response_bytes(200, [], b"owner" if "MIGRATION_DATABASE_URL" in os.environ else b"here")
""",
    "workflows/worker.py": """
import os, pathlib, signal, sys
signal.signal(signal.SIGTERM, lambda *_: sys.exit(print("the worker stopped", flush=True)))
pathlib.Path("worker.new").write_text(str(os.getpid()))
pathlib.Path("worker.new").rename("worker.pid")
while True:
    signal.pause()
""",
    "alembic/__init__.py": "",
    "alembic/__main__.py": "print('migrated')",
    "workflows/reference.py": "print('reference data loaded')",
    "workflows/people/demo_accounts.py": "print('accounts made')",
}


@pytest.fixture
def port() -> int:
    """Give a port that is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def checkout(open_folder: Path) -> Path:
    """Give a checkout whose application, worker and migrations are stand-ins."""
    checkout = open_folder / uuid.uuid4().hex
    shutil.copytree(ROOT / "workflows" / "platform", checkout / "workflows" / "platform")
    shutil.copytree(ROOT / "rules", checkout / "rules", ignore=shutil.ignore_patterns("*.zip"))
    for name, text in STAND_INS.items():
        (checkout / name).parent.mkdir(exist_ok=True)
        (checkout / name).write_text(text)
    return checkout


@pytest.fixture
def environ(checkout: Path, port: int) -> dict[str, str]:
    """Give the environment of a developer who has set nothing but the port."""
    told = {name: os.environ[name] for name in ("PATH", "PG_BIN") if name in os.environ}
    return told | {"VIGIL_PORT": str(port), "VIGIL_VAR": str(checkout / "var")}


def command() -> list[str]:
    return [sys.executable, "-m", "workflows.platform.serve"]


@pytest.fixture
def service(
    checkout: Path, environ: dict[str, str], fresh_database: str, port: int
) -> Iterator[subprocess.Popen[str]]:
    """Give the running service on a database that we were told of."""
    with subprocess.Popen(
        command(),
        cwd=checkout,
        env=environ | {"DATABASE_URL": fresh_database},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        wait_until_it_answers(process, port)
        wait_until_it_works(checkout)
        yield process
        process.terminate()


def wait_until_it_answers(process: subprocess.Popen[str], port: int) -> None:
    for _ in range(300):
        assert process.poll() is None, process.communicate()
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5) as answer:
                assert answer.read() == b"here"
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("the service does not answer")


def wait_until_it_works(checkout: Path) -> None:
    """The server may answer before the worker beside it has begun."""
    for _ in range(300):
        if (checkout / "worker.pid").exists():
            return
        time.sleep(0.05)
    pytest.fail("the worker does not work")


def refused_start(checkout: Path, environ: dict[str, str]) -> str:
    """Run a start that must fail, and return its one line."""
    done = subprocess.run(
        command(),
        cwd=checkout,
        env=environ,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 1
    lines = done.stderr.splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def worker_pid(checkout: Path) -> int:
    return int((checkout / "worker.pid").read_text())


def test_a_taken_port_is_refused_before_anything_starts(checkout, environ, port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        line = refused_start(checkout, environ)
    assert line.startswith(f"vigil: cannot serve on 127.0.0.1 port {port}: ")
    assert not (checkout / "var" / "postgres").exists()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        pytest.param(
            "postgresql://u:hunter2@127.0.0.1:1/x", "does not lead to a database", id="nobody"
        ),
        pytest.param(
            "postgresql://u:hunter2@127.0.0.1:port/x", "does not lead", id="port in words"
        ),
        pytest.param("mysql://u:hunter2@127.0.0.1/x", "must begin with postgresql://", id="MySQL"),
    ],
)
def test_a_wrong_database_url_is_refused_without_its_password(checkout, environ, url, reason):
    line = refused_start(checkout, environ | {"DATABASE_URL": url})
    assert line.startswith("vigil: DATABASE_URL ")
    assert reason in line
    assert "hunter2" not in line


def test_an_unwritable_var_is_refused(checkout, environ):
    line = refused_start(checkout, environ | {"VIGIL_VAR": "/dev/null/var"})
    assert line.endswith("Not a directory.")


def test_a_second_start_from_the_same_folder_is_refused(checkout, environ):
    (checkout / "var").mkdir()
    with (checkout / "var" / "serve.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        lock.write("4711")
        lock.flush()
        line = refused_start(checkout, environ)
    assert line == "vigil: already running from this folder (process 4711)."


def test_a_lock_file_without_its_holder_does_not_matter(checkout, environ, service):
    assert service.poll() is None


def test_a_failed_step_is_told_by_its_last_line(checkout, environ, fresh_database):
    (checkout / "alembic" / "__main__.py").write_text("raise SystemExit('no such revision')")
    line = refused_start(checkout, environ | {"DATABASE_URL": fresh_database})
    assert line.startswith("vigil: migrations failed: no such revision (all of it: ")


def test_asked_to_stop_it_stops_everything_and_is_content(checkout, service):
    service.send_signal(signal.SIGINT)
    told, _ = service.communicate(timeout=30)
    assert service.returncode == 0
    assert told.splitlines()[-2:] == ["the worker stopped", "vigil: stopped"]
    assert not is_alive(worker_pid(checkout))


def test_a_dead_worker_brings_the_rest_down(checkout, service, port):
    os.kill(worker_pid(checkout), signal.SIGKILL)
    told, _ = service.communicate(timeout=30)
    assert service.returncode == 1
    assert "vigil: the worker ended by itself (-9); stopping the rest." in told
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=5)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux ends orphans")
def test_a_killed_supervisor_takes_its_children_along(checkout, service):
    service.kill()
    told, _ = service.communicate(
        timeout=30
    )  # returns when the last of them has let go of the pipe
    assert "the worker stopped" in told


def test_it_starts_and_stops_a_database_of_its_own(checkout, environ, port):
    pid, status, told = start_and_stop(checkout, environ, port)
    assert (status, is_alive(pid)) == (0, False)
    assert "accounts made" in told


def test_a_second_start_prepares_again_only_what_changed(checkout, environ, port):
    start_and_stop(checkout, environ, port)
    log = checkout / "var" / "migrations.log"
    log.unlink()
    start_and_stop(checkout, environ, port)
    assert not log.exists()
    (checkout / "workflows/reference.py").write_text("print('more of it')")
    start_and_stop(checkout, environ, port)
    assert log.exists()


def start_and_stop(checkout: Path, environ: dict[str, str], port: int) -> tuple[int, int, str]:
    """Start with the embedded database and stop; tell its process id, our status and the words."""
    with subprocess.Popen(
        command(), cwd=checkout, env=environ, stdout=subprocess.PIPE, text=True
    ) as process:
        wait_until_it_answers(process, port)
        pid = int((checkout / "var/postgres/data/postmaster.pid").read_text().split()[0])
        process.terminate()
        told, _ = process.communicate(timeout=30)
    return pid, process.returncode, told
