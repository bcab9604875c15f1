"""Stream the log of every change into the archive, for as long as the service runs.

Started by `make run` when VIGIL_BACKUP_DIR is set. An archive that is away or full stops no
service: it is tried again, the server keeps the log meanwhile (up to 2 GB), and we say so.
"""

import logging
import signal
import subprocess
import sys
import time
from types import FrameType

from workflows.platform import backups, processes
from workflows.platform.postgres import Cluster
from workflows.platform.postgres_place import PostgresRefused
from workflows.platform.settings import Settings, SettingsRefused

AGAIN_AFTER_SECONDS = 5.0
log = logging.getLogger(__name__)


def main() -> int:
    """Stream until asked to stop."""
    logging.basicConfig(level=logging.WARNING, format="vigil archive: %(message)s")
    signal.signal(signal.SIGTERM, _stop)
    try:
        settings = Settings.from_env(need_database=False)
        cluster = Cluster.of_checkout(settings.var_dir)
        while True:
            stream_once(cluster, settings)
            time.sleep(AGAIN_AFTER_SECONDS)
    except (SettingsRefused, PostgresRefused) as refused:
        sys.stderr.write(f"vigil: {refused}\n")
        return 1


def stream_once(cluster: Cluster, settings: Settings) -> None:
    """Stream until it breaks, and say that it did."""
    try:
        command = backups.stream_log(cluster, settings.backup_dir)
        subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            preexec_fn=processes.die_with_parent(signal.SIGTERM),
        )
    except (PostgresRefused, OSError) as reason:
        log.warning("%s", reason)
    log.warning("the archive of the log has stopped; trying again")


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    sys.exit(main())
