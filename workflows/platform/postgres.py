"""How does a private PostgreSQL start, stop and keep its data, with nothing but its binaries?"""

import contextlib
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from workflows.platform import processes
from workflows.platform.postgres_place import Account, Place, PostgresRefused, choose

SUPERUSER = "postgres"
DATABASE = "vigil"
OWNER, RUNTIME_GROUP, APP, READER = "vigil_owner", "vigil_runtime", "vigil_app", "vigil_reader"
ROLES = {
    OWNER: "LOGIN",
    RUNTIME_GROUP: "NOLOGIN",
    APP: f"LOGIN IN ROLE {RUNTIME_GROUP}",
    READER: "LOGIN",
}
START_TIMEOUT_SECONDS = 300
STOP_TIMEOUT_SECONDS = 60

# Row values in error details would put patient data into the log, so errors stay terse.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "max_connections": "100",
    "max_slot_wal_keep_size": "2GB",  # an archive that is away must not fill the disk of the data
}
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Cluster:
    """One PostgreSQL data directory and the server process we start on it."""

    def __init__(
        self, data_dir: Path, socket_dir: Path, bin_dir: Path, account: Account | None = None
    ) -> None:
        """Name the folders; nothing is touched yet."""
        self.data_dir, self.socket_dir, self.bin_dir = data_dir, socket_dir, bin_dir
        self.log_file = data_dir.with_name("postgres.log")
        self._account = account
        self._process: subprocess.Popen[bytes] | None = None

    @classmethod
    def at(cls, place: Place) -> "Cluster":
        """Build the cluster of a place that `choose` has found."""
        return cls(place.data_dir, place.socket_dir, place.bin_dir, place.account)

    @classmethod
    def of_checkout(cls, var_dir: Path) -> "Cluster":
        """Build the cluster that belongs to this checkout."""
        return cls.at(choose(var_dir))

    def ensure_initialised(self, *, durable: bool = True) -> None:
        """Create the data directory once; one half made by an interrupted start is made anew."""
        ours = self._major_version()
        if (self.data_dir / "PG_VERSION").exists():
            theirs = int((self.data_dir / "PG_VERSION").read_text())
            if theirs != ours:
                raise PostgresRefused(
                    f"{self.data_dir} was made by PostgreSQL {theirs}, but this is {ours}."
                )
            return
        unfinished = self.data_dir.with_name(f"{self.data_dir.name}.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        self._private_dir(unfinished)
        self._initdb(unfinished, ours, durable=durable)
        unfinished.rename(self.data_dir)

    def start(self, *, durable: bool = True, more: Mapping[str, str] | None = None) -> None:
        """Start the server and return when it accepts connections; `more` are settings of once."""
        if holder := self.holder():
            raise PostgresRefused(
                f"The database in {self.data_dir} is already running (process {holder})."
            )
        self._private_dir(self.socket_dir)
        self._clear_recycled_locks()
        settings = SETTINGS | {"unix_socket_directories": str(self.socket_dir)}
        settings |= dict(more or {}) | ({} if durable else NOT_DURABLE)
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        self.log_file.touch(mode=0o600)
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(
                [self.bin_dir / "postgres", "-D", self.data_dir, *options],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=processes.die_with_parent(signal.SIGINT),  # noqa: PLW1509 - one thread
                **self._as_account(),
            )
        self._wait_until_ready()

    def stop(self) -> None:
        """Shut down fast: open transactions roll back, committed ones are on disk."""
        if self._process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.send_signal(signal.SIGINT)
            self._process.wait(STOP_TIMEOUT_SECONDS)
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait()
        self._process = None

    def exit_status(self) -> int | None:
        """Return how the server ended, or None while it runs."""
        return self._process.poll() if self._process else None

    def holder(self) -> int | None:
        """Return the process id of a live server on this data directory."""
        pid = self._recorded_pid()
        return pid if pid and processes.works_in(pid, self.data_dir) else None

    def stop_left_over(self) -> None:
        """Shut down a server whose starter died without stopping it."""
        pid = self.holder()
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)
        deadline = time.monotonic() + STOP_TIMEOUT_SECONDS
        while self.holder():
            if time.monotonic() > deadline:
                raise PostgresRefused(
                    f"The database left over from an earlier run (process {pid}) does not stop."
                )
            time.sleep(0.02)

    def create_roles(self) -> None:
        """Create the roles that migrations and the application count on."""
        self.sql(
            *(
                f"DO $$ BEGIN CREATE ROLE {role} {kind};"
                " EXCEPTION WHEN duplicate_object THEN NULL; END $$"
                for role, kind in ROLES.items()
            )
        )

    def create_database(self, name: str = DATABASE) -> None:
        """Create a database of the migration role, with what only a superuser may add."""
        if name not in self.sql("SELECT datname FROM pg_database").split():
            self.sql(f"CREATE DATABASE {name} OWNER {OWNER}")
        self.sql(
            "SET client_min_messages = warning",
            "CREATE EXTENSION IF NOT EXISTS btree_gist",
            *_rights(name),
            database=name,
        )

    def copy_database(self, name: str, template: str) -> None:
        """Copy a database; its rights on the database itself have to be given anew."""
        self.sql(f"CREATE DATABASE {name} OWNER {OWNER} TEMPLATE {template}", *_rights(name))

    def drop_database(self, name: str) -> None:
        """Drop a database together with the connections to it."""
        self.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def sql(self, *statements: str, database: str = "postgres") -> str:
        """Run statements as superuser and return what they print."""
        commands = [part for statement in statements for part in ("-c", statement)]
        options = ["-XqAt", "-v", "ON_ERROR_STOP=1", "-h", str(self.socket_dir)]
        psql = self.bin_dir / "psql"
        return self._run([psql, *options, "-U", SUPERUSER, "-d", database, *commands]).strip()

    def hand_over(self, folder: Path) -> None:
        """Give a folder and all in it to the server's account, and close it to everybody else."""
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o700 if path.is_dir() else 0o600)
            if self._account:
                os.chown(path, self._account.uid, self._account.gid)

    def run(self, program: str, *options: str | Path) -> str:
        """Run one of PostgreSQL's own programs against this server as superuser."""
        return self._run([self.bin_dir / program, *options])

    def url(self, role: str = APP, database: str = DATABASE) -> str:
        """Return a connection URL that libpq and SQLAlchemy both understand."""
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket_dir))}"

    def _initdb(self, folder: Path, major: int, *, durable: bool) -> None:
        locale = ["--locale=C"]
        if major >= 17:
            locale += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options = ["--encoding=UTF8", *locale, "--data-checksums"]
        options += ["--auth-local=trust", "--auth-host=reject"]
        options += [] if durable else ["--no-sync"]
        program = self.bin_dir / "initdb"
        self._run([program, "-D", folder, "-U", SUPERUSER, *options], **self._as_account())

    def _run(self, command: Sequence[str | Path], **options: Any) -> str:
        options = {"env": _bare_environment(), "cwd": "/"} | options
        done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
        if done.returncode != 0:
            told = (done.stderr.strip() or done.stdout.strip() or str(done.returncode)).splitlines()
            reason = [line for line in told if "error" in line.lower() or "FATAL" in line] or told
            raise PostgresRefused(f"{Path(command[0]).name} failed: {reason[-1]}")
        return done.stdout

    def _as_account(self) -> dict[str, Any]:
        options: dict[str, Any] = {"env": _bare_environment(), "cwd": "/", "umask": 0o077}
        if self._account:
            options |= {"user": self._account.uid, "group": self._account.gid, "extra_groups": []}
        return options

    def _private_dir(self, folder: Path) -> None:
        """Make a folder only the server's account may enter; refuse one somebody else laid out."""
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700, parents=True)
            if self._account:
                os.chown(folder, self._account.uid, self._account.gid)
        found = folder.lstat()
        if folder.is_symlink() or found.st_uid != (
            self._account.uid if self._account else os.geteuid()
        ):
            raise PostgresRefused(f"{folder} belongs to another account; remove it first.")
        folder.chmod(0o700)

    def _major_version(self) -> int:
        told = self._run([self.bin_dir / "initdb", "--version"])
        found = re.search(r"\) (\d+)", told)
        if not found:
            raise PostgresRefused(f"{self.bin_dir}/initdb does not tell its version.")
        return int(found.group(1))

    def _recorded_pid(self) -> int | None:
        try:
            return int((self.data_dir / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None

    def _clear_recycled_locks(self) -> None:
        """Remove locks whose process id another program has now; PostgreSQL clears dead ones."""
        pid = self._recorded_pid()
        if pid and processes.is_alive(pid):
            (self.data_dir / "postmaster.pid").unlink()
        if not self.holder():
            for leftover in self.socket_dir.glob(".s.PGSQL.*"):
                leftover.unlink()

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while not self._is_ready():
            if self.exit_status() is not None or time.monotonic() > deadline:
                self.stop()
                raise PostgresRefused(f"PostgreSQL did not start: {self._last_log_line()}")
            time.sleep(0.01)

    def _is_ready(self) -> bool:
        """The eighth line of the lock file is how PostgreSQL's own pg_ctl knows."""
        try:
            lines = (self.data_dir / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        ours = self._process is not None and lines[0:1] == [str(self._process.pid)]
        return ours and len(lines) > 7 and lines[7].strip() == "ready"

    def _last_log_line(self) -> str:
        lines = self.log_file.read_text(errors="replace").splitlines()
        fatal = [line for line in lines if "FATAL" in line or "PANIC" in line]
        return (fatal or lines or ["no reason given"])[-1]


def _rights(database: str) -> tuple[str, str]:
    """Nobody may create temporary tables, which could hide the real ones."""
    return (
        f"REVOKE ALL ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {database} TO {RUNTIME_GROUP}, {READER}",
    )


def _bare_environment() -> dict[str, str]:
    """PG* variables and locales of the person at the terminal must not change the server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}
