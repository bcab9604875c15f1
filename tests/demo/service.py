"""How does the demonstration get a service of its own: fresh, real, on a movable clock?"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType

from tests.mail_server import a_mail_server
from tests.throwaway import shared_temporary_folder
from workflows.platform.clock import FileClock

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "a quiet demonstration password"
STARTS = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # while the telemedicine authority is in force
PATIENCE_S = 120


class StoryClock:
    """The clock of the service, moved through its file."""

    def __init__(self, path: Path) -> None:
        """Set the clock to the beginning of the story."""
        self._clock = FileClock(path)
        self._clock.move(STARTS - self._clock.now())

    def now(self) -> datetime:
        """Say what time it is in the story."""
        return self._clock.now()

    def advance(self, **parts: float) -> None:
        """Let time pass for everybody."""
        self._clock.move(timedelta(**parts))


class Service:
    """The service as `make run` starts it, in a folder of its own."""

    def __init__(self) -> None:
        """Prepare; nothing runs yet."""
        self._folder = Path(tempfile.mkdtemp(prefix="vigil-demo-", dir=shared_temporary_folder()))
        self._folder.chmod(0o755)
        self.port = free_port()
        self.clock = StoryClock(self._folder / "clock")
        self._process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """Say where it is served."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "Service":
        """Start it and wait until it is ready."""
        self._open = ExitStack()
        self._mail = self._open.enter_context(a_mail_server())
        told = {
            "VIGIL_ENV": "development",
            "VIGIL_VAR": str(self._folder / "var"),
            "VIGIL_PORT": str(self.port),
            "VIGIL_TEST_CLOCK": str(self._folder / "clock"),
            "VIGIL_DEMO_PASSWORD": PASSWORD,
            "VIGIL_SMTP_URL": self._mail.url,
        }
        self._log = (self._folder / "service.log").open("w+")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "workflows.platform.serve"],
            cwd=ROOT,
            env=os.environ | told,
            stdout=self._log,
            stderr=self._log,
            text=True,
        )
        self._wait()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop it and leave no trace."""
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=PATIENCE_S)
        self._open.close()
        if error is not None:
            sys.stderr.write(self.last_words())
        self._log.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def digits_for(self, address: str) -> str:
        """Wait for the six digits that were sent to an address, and read the newest ones."""
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            for letter in reversed(self._mail.letters):
                text = letter.get_content()
                if address in str(letter["To"]) and (found := re.search(r"\b(\d{6})\b", text)):
                    return found[1]
            time.sleep(0.2)
        message = f"no digits came for {address}"
        raise TimeoutError(message)

    def last_words(self) -> str:
        """Give the end of what the service said."""
        self._log.flush()
        self._log.seek(0)
        return "".join(self._log.readlines()[-30:])

    def _wait(self) -> None:
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until:
            if self._process is None or self._process.poll() is not None:
                message = f"the service did not start:\n{self.last_words()}"
                raise RuntimeError(message)
            try:
                with urllib.request.urlopen(f"{self.url}/ready", timeout=2) as answer:  # noqa: S310
                    if answer.status == 200:
                        return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        message = "the service was not ready in time"
        raise TimeoutError(message)


def free_port() -> int:
    """Find a port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
