"""How do database, server and worker start together, watch each other and stop in order?"""

import contextlib
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TextIO

import psycopg

from workflows.platform import prepared, processes
from workflows.platform.postgres import APP, OWNER, Cluster
from workflows.platform.postgres_place import PostgresRefused
from workflows.platform.settings import ROOT, Settings, SettingsRefused

PYTHON = (sys.executable, "-m")
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
STOP_TIMEOUT_SECONDS = 20
SERVER_START_TIMEOUT_SECONDS = 60


class CannotServe(Exception):
    """The service cannot start or go on; the message is one line."""


class AskedToStop(BaseException):
    """Somebody pressed Ctrl-C or the system sent a signal."""


@dataclass(frozen=True, slots=True)
class Child:
    """A process of ours and what people call it."""

    name: str
    process: subprocess.Popen[bytes]


class Supervisor:
    """Everything that `make run` starts, in the order in which it is stopped again."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings; nothing runs yet."""
        self.settings = settings
        self._environ = dict(os.environ)
        self._cluster: Cluster | None = None
        self._children: list[Child] = []

    def run(self) -> None:
        """Start everything and stay until somebody asks to stop or something dies."""
        with _only_one(self.settings.var_dir):
            try:
                _refuse_taken_port(self.settings)
                self._open_database()
                self._prepare()
                self._start_serving()
                self._watch()
            finally:
                _ignore_signals()
                self._stop()

    def _open_database(self) -> None:
        """Use the database we were told of, or start the embedded one."""
        told = {
            "DATABASE_URL": self.settings.database_url,
            "MIGRATION_DATABASE_URL": self.settings.migration_database_url,
        }
        if told["DATABASE_URL"]:
            for name, url in told.items():
                _refuse_wrong_database(name, url)
            self._environ |= told
            return
        self._cluster = cluster = Cluster.of_checkout(self.settings.var_dir)
        if cluster.holder():
            _say("an earlier run was killed and left its database running; stopping it first")
            cluster.stop_left_over()
        cluster.ensure_initialised()
        cluster.start()
        cluster.create_roles()
        cluster.create_database()
        self._environ |= {
            "DATABASE_URL": cluster.url(APP),
            "MIGRATION_DATABASE_URL": cluster.url(OWNER),
        }

    def _prepare(self) -> None:
        """Bring tables and reference data up to date, unless this very code did so before."""
        home = self._cluster.data_dir.parent if self._cluster else None
        if self._environ.get("MIGRATION_DATABASE_URL") and not (home and prepared.is_done(home)):
            self._finish("migrations", "alembic", "upgrade", "head")
            self._finish("reference data", "workflows.reference")
            if home:
                prepared.note_done(home)

    def _start_serving(self) -> None:
        """Start what runs for long and, in development, make accounts meanwhile."""
        self._environ.pop("MIGRATION_DATABASE_URL", None)  # nobody who serves may alter the tables
        self._start_server()
        if not self.settings.is_sandbox:  # there, what a worker does is done as the clock moves
            self._start("worker", "workflows.worker")
        if self._cluster and self.settings.archive_to:
            self._start("archive of the log", "workflows.wal_archive")
        if self.settings.environment in ("development", "sandbox"):
            self._finish("development accounts", "workflows.people.demo_accounts", shown=True)
        self._wait_for_server()
        url = self.settings.public_url
        _say(f"serving on {url} (documentation: /docs); Ctrl-C stops everything")

    def _start_server(self) -> None:
        settings = self.settings
        self._start(
            "server",
            *("granian", "--interface", "rsgi", "--no-ws", "--log-level", "warning"),
            *("--host", settings.host, "--port", str(settings.port)),
            *("--workers", str(max(1, settings.server_workers))),
            *("--workers-kill-timeout", str(STOP_TIMEOUT_SECONDS // 2), "wsgi:served"),
        )

    def _start(
        self, name: str, *module: str, out: TextIO | None = None, err: TextIO | None = None
    ) -> Child:
        process = subprocess.Popen(
            [*PYTHON, *module],
            cwd=ROOT,
            env=self._environ,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            start_new_session=True,
            preexec_fn=processes.die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - one thread
        )
        self._children.append(Child(name, process))
        return self._children[-1]

    def _finish(self, name: str, *module: str, shown: bool = False) -> None:
        """Run a step to its end; what it says goes to a file, and to people its last complaint."""
        log_file = self.settings.var_dir / f"{name.replace(' ', '-')}.log"
        with log_file.open("w") as log:
            child = self._start(name, *module, out=None if shown else log, err=log)
            status = child.process.wait()
        self._children.remove(child)
        if status != 0:
            told = log_file.read_text(errors="replace").strip().splitlines()
            raise CannotServe(
                f"{name} failed: {told[-1] if told else status} (all of it: {log_file})"
            )

    def _wait_for_server(self) -> None:
        deadline = time.monotonic() + SERVER_START_TIMEOUT_SECONDS
        while not _answers(self.settings.host, self.settings.port):
            self._refuse_dead()
            if time.monotonic() > deadline:
                raise CannotServe(f"the server does not answer on port {self.settings.port}.")
            time.sleep(0.05)

    def _watch(self) -> None:
        while True:
            self._refuse_dead()
            time.sleep(0.2)

    def _refuse_dead(self) -> None:
        for child in self._children:
            if (status := child.process.poll()) is not None:
                raise CannotServe(
                    f"the {child.name} ended by itself ({status}); stopping the rest."
                )
        if self._cluster and (status := self._cluster.exit_status()) is not None:
            raise CannotServe(f"the database ended by itself ({status}); stopping the rest.")

    def _stop(self) -> None:
        """Stop what asks before what answers: server, worker, database."""
        for child in self._children:
            _end(child)
        if self._cluster:
            self._cluster.stop()


def main() -> int:
    """Serve until asked to stop; say in one line why, if it cannot be."""
    for number in STOP_SIGNALS:
        signal.signal(number, _ask_to_stop)
    try:
        settings = Settings.from_env(need_database=False)
        Supervisor(settings).run()
    except AskedToStop:
        _say("stopped")
    except (SettingsRefused, PostgresRefused, CannotServe) as reason:
        _say(str(reason))
        return 1
    return 0


def _ask_to_stop(_number: int, _frame: FrameType | None) -> None:
    _ignore_signals()
    raise AskedToStop


def _ignore_signals() -> None:
    """A second Ctrl-C must not interrupt an orderly stop."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def _say(line: str) -> None:
    sys.stderr.write(f"vigil: {line}\n")
    sys.stderr.flush()


@contextlib.contextmanager
def _only_one(var_dir: Path) -> Iterator[None]:
    """Hold the lock of this checkout; the system lets go of it whatever becomes of us."""
    try:
        var_dir.mkdir(parents=True, exist_ok=True)
        lock = (var_dir / "serve.lock").open("a+")
    except OSError as reason:
        raise CannotServe(f"cannot write to {var_dir}: {reason.strerror}.") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            pid = lock.read().strip()
            raise CannotServe(f"already running from this folder (process {pid}).") from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _refuse_taken_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
            probe.listen()
        except OSError as reason:
            where = f"{settings.host} port {settings.port}"
            raise CannotServe(
                f"cannot serve on {where}: {reason.strerror}; VIGIL_PORT chooses another."
            ) from None


def _refuse_wrong_database(name: str, url: str) -> None:
    """Try the database before anything starts; the reason must not repeat the password."""
    if not url:
        return
    try:
        psycopg.connect(url.replace("+psycopg", "", 1), connect_timeout=5).close()
    except psycopg.OperationalError as reason:
        line = str(reason).strip().splitlines()[0]
        raise CannotServe(f"{name} does not lead to a database: {line}") from None
    except psycopg.Error:
        raise CannotServe(f"{name} is not a PostgreSQL URL.") from None


def _answers(host: str, port: int) -> bool:
    """Any HTTP answer, even a 404, means that the application is loaded."""
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/health")
        connection.getresponse().read()
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
    return True


def _end(child: Child) -> None:
    """Ask politely, wait, then end the whole family."""
    if child.process.poll() is None:
        child.process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.process.wait(STOP_TIMEOUT_SECONDS)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.process.pid, signal.SIGKILL)
    child.process.wait()


if __name__ == "__main__":
    sys.exit(main())
