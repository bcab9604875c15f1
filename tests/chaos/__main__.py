"""Hurt the house in every way we know, and write what it kept of its word: `make chaos`.

VIGIL_PROOFS=long makes it hours. `--only` takes words of the name of a trial.
"""

import argparse
import logging
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from tests.chaos import page, progress
from tests.chaos.all_trials import TRIALS
from tests.chaos.trials import Ground, Outcome, Trial
from tests.throwaway import Throwaway
from workflows.platform.runtime import take_keys
from workflows.platform.settings import Settings

LONG = os.environ.get("VIGIL_PROOFS") == "long"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the trials asked for, and write the page."""
    asked = _asked(arguments)
    logging.disable(logging.CRITICAL)
    throwaway = Throwaway.start()
    broken = 0
    try:
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings.from_env(
                {"VIGIL_ENV": "test", "VIGIL_VAR": folder, "DATABASE_URL": "postgresql:///unused"}
            )
            take_keys(settings)
            ground = Ground(throwaway, settings)
            for name, trial in TRIALS.items():
                if all(word in name for word in asked.only):
                    tries = asked.tries or (trial.long if LONG else trial.usual)
                    broken += len(_run(name, trial, ground, tries).broken)
    finally:
        throwaway.stop()
    return 1 if broken else 0


def _run(name: str, trial: Trial, ground: Ground, tries: int) -> Outcome:
    """Do one trial and write its row at once: nothing is lost if the next one is stopped."""
    began = perf_counter()
    with progress.told(name, ground, tries):
        outcome = trial.run(ground, tries)
    row = page.Row(name, trial.shows, outcome, round(perf_counter() - began))
    page.write([row])
    sys.stdout.write(f"{page.line_of(row)}\n")
    sys.stdout.writelines(f"  BROKEN {one}\n" for one in outcome.broken)
    sys.stdout.flush()
    return outcome


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--only", nargs="*", default=[], help="words of the name of a trial")
    parser.add_argument("--tries", type=int, default=0, help="how often, instead of as usual")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    sys.exit(main())
