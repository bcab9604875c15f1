"""How does the house stand in a comparison? Started as `make run` starts it, with every promise."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.ground import Ground
from bench.http import answers
from bench.ports import a_free_port
from tests.mail_server import a_mail_server
from workflows.platform.postgres import OWNER
from workflows.platform.settings import ROOT, Settings

WORKERS = 2
START_SECONDS = 90
STOP_SECONDS = 60
KEYS = ("VIGIL_TOKEN_KEYS", "VIGIL_PHI_INDEX_KEY", "VIGIL_AUDIT_KEY", "VIGIL_METRICS_TOKEN")
# Behind a proxy that ends TLS, as in production; the load speaks as that proxy does.
AS_THE_PROXY = {"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https"}


@dataclass(frozen=True, slots=True)
class Told:
    """What the server is told: production, durable, behind a proxy, with keys of its own."""

    ground: Ground
    database: str
    port: int
    mail_url: str
    test_clock: Path | None = None

    def environ(self) -> dict[str, str]:
        """Write the environment; with a clock of a test it is no production any more."""
        folder = self.ground.folder / "house"
        told = {
            "VIGIL_ENV": "production" if self.test_clock is None else "test",
            "VIGIL_VAR": str(folder),
            "VIGIL_PORT": str(self.port),
            "VIGIL_SERVER_WORKERS": str(WORKERS if self.test_clock is None else 1),
            "VIGIL_PUBLIC_URL": "https://care.vigil.example",
            "VIGIL_TRUSTED_PROXIES": "1",
            "VIGIL_SMTP_URL": self.mail_url,
            "VIGIL_AUDIT_SINK": str(folder / "checkpoints"),
            "VIGIL_PHI_KEYS": f"1:{self.ground.key('phi')}",
            "DATABASE_URL": self.ground.url(self.database),
        }
        told |= {name: self.ground.key(name.lower()) for name in KEYS}
        return told | self._for_a_test()

    def _for_a_test(self) -> dict[str, str]:
        """Move the clock; where production is not, the supervisor also looks at the tables."""
        if self.test_clock is None:
            return {}
        owner = self.ground.url(self.database, OWNER)
        return {"VIGIL_TEST_CLOCK": str(self.test_clock), "MIGRATION_DATABASE_URL": owner}

    def settings(self) -> Settings:
        """Read them as the server does."""
        return Settings.from_env(self.environ())


@dataclass(frozen=True, slots=True)
class Served:
    """A server that answers, and the process that everything of it descends from."""

    port: int
    pid: int
    settings: Settings


@contextmanager
def serve(ground: Ground, database: str, *, test_clock: Path | None = None) -> Iterator[Served]:
    """Start server and worker by the supervisor of `make run`, and stop them in order."""
    with a_mail_server() as mail:
        told = Told(ground, database, a_free_port(), mail.url, test_clock)
        (ground.folder / "house" / "checkpoints").mkdir(parents=True, exist_ok=True)
        log = ground.folder / "house.log"
        with log.open("w") as said:
            started = subprocess.Popen(
                [sys.executable, "-m", "workflows.platform.serve"],
                cwd=ROOT,
                env=_without_house(os.environ) | told.environ(),
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
            )
        try:
            _wait_for(started, told.port, log)
            yield Served(told.port, started.pid, told.settings())
        finally:
            started.terminate()
            started.wait(STOP_SECONDS)


def _without_house(environ: Mapping[str, str]) -> dict[str, str]:
    """Whatever the person at the terminal has set must not change what is measured."""
    return {
        name: value
        for name, value in environ.items()
        if not name.startswith("VIGIL_") and not name.endswith("DATABASE_URL")
    }


def _wait_for(started: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers(port, "/health"):
        if started.poll() is not None or time.monotonic() > deadline:
            message = f"the server did not start: {log.read_text()[-500:]}"
            raise RuntimeError(message)
        time.sleep(0.1)
