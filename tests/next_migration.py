"""What is the next migration? The difference between the models and a database at the head."""

import os
import subprocess
import sys

from tests.throwaway import ROOT, TEMPLATE, Throwaway
from workflows.platform.postgres import OWNER


def main(words: str) -> int:
    """Write the next numbered migration for a person to read and correct."""
    if not words:
        sys.stderr.write("vigil: say what it does: make migration NAME='add pharmacy fax'\n")
        return 1
    last = max(int(file.name[:4]) for file in (ROOT / "migrations/versions").glob("[0-9]*.py"))
    throwaway = Throwaway.start()
    try:
        return subprocess.run(
            [
                *(sys.executable, "-m", "alembic", "revision", "--autogenerate"),
                *("--rev-id", f"{last + 1:04}", "-m", words),
            ],
            cwd=ROOT,
            env=os.environ | {"MIGRATION_DATABASE_URL": throwaway.cluster.url(OWNER, TEMPLATE)},
            check=False,
        ).returncode
    finally:
        throwaway.stop()


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:])))
