"""How are the others started: two processes each, eight connections in each process?"""

import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jwt

from bench.ground import Ground
from bench.http import Answer, Request, answers
from bench.peers.answers import CALM
from bench.ports import a_free_port

FOLDER = Path(__file__).parent
APPS = FOLDER / "apps"
WORKERS = 2
THREADS = 8
START_SECONDS = 60
STOP_SECONDS = 20
CHECKLIST_WORKS_FROM = 6  # the number of tonight's session in fill.sql
ENTRIES = {10_000: 24, 100_000: 8, 1_000_000: 4}

WSGI, ASGI, NODE = "wsgi", "asgi", "node"
KINDS = {
    "bare": (WSGI, "bare:app"),
    "flask_naive": (WSGI, "flask_naive:app"),
    "litestar": (ASGI, "litestar_app:app"),
    "fastapi": (ASGI, "fastapi_app:app"),
    "drf": (WSGI, "drf_app:app"),
    "ninja": (WSGI, "ninja_app:app"),
    "fastify": (NODE, "fastify_app.js"),
}


@dataclass(frozen=True, slots=True)
class Peer:
    """One of the others, running."""

    name: str
    port: int
    pid: int
    token: str
    patients: int

    @property
    def database(self) -> str:
        """Name the database it asks."""
        return database_of(self.patients)

    def asked(self, what: str, count: int) -> Sequence[Request]:
        """Write out the corresponding requests; `bare` knows who you are, and nothing else."""
        if what not in ASKS or (self.name == "bare" and what != "me"):
            return ()
        headers = {"Authorization": f"Bearer {self.token}"}
        return [
            Request.of(*ASKS[what](1 + number * 7919 % self.patients, headers))
            for number in range(count)
        ]

    def is_right(self, what: str, answer: Answer) -> bool:
        """Say whether an answer is what it should be."""
        return answer.status == (201 if what in POSTS else 200) and NAMES[what] in answer.json()


def database_of(patients: int) -> str:
    """Name the database of the others for a size."""
    return f"peers_{patients}"


def fill(ground: Ground, patients: int) -> None:
    """Make the database of the others, unless it is there."""
    database = database_of(patients)
    if ground.has(database):
        return
    ground.cluster.drop_database(f"{database}_new")
    ground.cluster.sql(f"CREATE DATABASE {database}_new")
    entries = next((rows for most, rows in ENTRIES.items() if patients <= most), 4)
    with ground.as_superuser(f"{database}_new") as connection:
        connection.execute((FOLDER / "schema.sql").read_text().encode())
        filling = (FOLDER / "fill.sql").read_text()
        filling = filling.replace(":patients", str(patients)).replace(":entries", str(entries))
        connection.execute(filling.encode())
    ground.cluster.sql(f"ALTER DATABASE {database}_new RENAME TO {database}")


def why_not(ground: Ground, name: str) -> str | None:
    """Say why one of them cannot take part, if so."""
    kind, _ = KINDS[name]
    if kind == NODE:
        has = shutil.which("node") and (ground.folder / "node" / "node_modules").exists()
    else:
        has = (ground.folder / "venv" / "bin" / "granian").exists()
    return None if has else "it is not installed (`make bench-peers`)"


@contextlib.contextmanager
def run(ground: Ground, name: str, patients: int) -> Iterator[Peer]:
    """Start one of them, and stop it with all its processes."""
    port, secret = a_free_port(), secrets.token_hex(32)
    user, database = "postgres", database_of(patients)
    environ = {
        "PATH": os.environ["PATH"],
        "NODE_PATH": str(ground.folder / "node" / "node_modules"),
        "NODE_ENV": "production",
        "PEER_SECRET": secret,
        "PEER_HOST": str(ground.cluster.socket_dir),
        "PEER_USER": user,
        "PEER_DATABASE": database,
        "PEER_DSN": f"postgresql://{user}@/{database}?host={ground.cluster.socket_dir}",
        "PEER_PORT": str(port),
        "PEER_WORKERS": str(WORKERS),
    }
    log = ground.folder / f"{name}.log"
    with log.open("w") as said:
        started = subprocess.Popen(
            _command(ground, name, port),
            cwd=APPS,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            start_new_session=True,
        )
    try:
        _wait_for(started, port, log)
        yield Peer(name, port, started.pid, _token(secret), patients)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            started.wait(STOP_SECONDS)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(started.pid, signal.SIGKILL)


def _command(ground: Ground, name: str, port: int) -> list[str]:
    kind, what = KINDS[name]
    if kind == NODE:
        return ["node", what]
    threads = ["--blocking-threads", str(THREADS)] if kind == WSGI else []
    granian = [str(ground.folder / "venv" / "bin" / "granian"), "--interface", kind]
    where = ["--host", "127.0.0.1", "--port", str(port), "--log-level", "warning"]
    return [*granian, "--workers", str(WORKERS), *threads, *where, what]


def _wait_for(started: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers(port, "/v1/me"):
        if started.poll() is not None or time.monotonic() > deadline:
            message = f"it did not start: {log.read_text()[-300:]}"
            raise RuntimeError(message)
        time.sleep(0.1)


def _token(secret: str) -> str:
    claims = {"sub": "coach:1", "exp": int(time.time()) + 24 * 3600}
    return jwt.encode(claims, secret, "HS256")


Ask = tuple[str, str, dict[str, str], Any]


def _checklist(patient: int, headers: dict[str, str]) -> Ask:
    path = f"/v1/sessions/{patient * 10 + CHECKLIST_WORKS_FROM}/checklist"
    return "POST", path, headers, all_well(datetime.now(UTC))


def _checkin(patient: int, headers: dict[str, str]) -> Ask:
    path = f"/v1/sessions/{patient * 10 + CHECKLIST_WORKS_FROM}/checkins"
    read = {"systolic": 124, "diastolic": 79, "pulse": 70, "oxygen": 98, "sedation": 5}
    return "POST", path, headers, read


def _reads(path: str) -> Callable[[int, dict[str, str]], Ask]:
    return lambda n, headers: (
        "GET", path.format(patient=n, coach=1 + (n - 1) // 50), headers, None
    )  # fmt: skip


ASKS: dict[str, Callable[[int, dict[str, str]], Ask]] = {
    "checklist": _checklist,
    "vitals": _checkin,
    "look": _checkin,
    "timeline": _reads("/v1/patients/{patient}/timeline"),
    "caseload": _reads("/v1/coaches/{coach}/caseload"),
    "me": _reads("/v1/me"),
}
POSTS = ("checklist", "vitals", "look")
NAMES = {
    "checklist": "outcome",
    "vitals": "is_alarm",
    "look": "is_alarm",
    "timeline": "items",
    "caseload": "items",
    "me": "sub",
}


def all_well(now: datetime) -> dict[str, Any]:
    """Answer the 33 questions of the others; two notes are found, and nothing that stops."""
    return CALM | {"ate_at": now.isoformat(), "measured_at": now.isoformat()}
