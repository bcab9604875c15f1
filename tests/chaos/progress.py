"""How far is a trial that takes an hour? One line a minute."""

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import perf_counter

from tests.chaos.trials import Ground

EVERY_S = 60.0


@contextmanager
def told(name: str, ground: Ground, tries: int, every_s: float = EVERY_S) -> Iterator[None]:
    """Say now and then how far the trial is, while it goes on."""
    began, ended = perf_counter(), threading.Event()
    ground.going = int

    def tell() -> None:
        while not ended.wait(every_s):
            minutes = (perf_counter() - began) / 60
            line = f"... {name}: {ground.going()} of {tries} after {minutes:.0f} min\n"
            sys.stdout.write(line)
            sys.stdout.flush()

    teller = threading.Thread(target=tell, daemon=True)
    teller.start()
    try:
        yield
    finally:
        ended.set()
        teller.join()
