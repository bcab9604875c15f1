"""What if two acts stood in each other's way? The one that gave way is done again, unseen.

PostgreSQL ends one of two that wait for each other. Nothing of it was kept and nothing had left the
house, so it is begun anew a moment later, not at the same moment as the other one: a fact is not
sent back to a phone because somebody else wrote too.
"""

import time
from collections.abc import Callable
from contextvars import ContextVar
from secrets import SystemRandom
from typing import TypeVar

from workflows.platform.errors import Collided, Refusal

R = TypeVar("R")
MOST_TRIES = 5
FIRST_WAIT_SECONDS = 0.02
_CHANCE = SystemRandom()
_MAY: ContextVar[Callable[[], bool]] = ContextVar("may_try_again", default=lambda: False)


def patiently(act: Callable[[], R], nothing_kept: Callable[[], bool] = lambda: True) -> R:
    """Do it, and when it collided again, as long as nothing of it was kept; five times at most."""
    for tried in range(1, MOST_TRIES):
        before = _MAY.set(nothing_kept)
        try:
            return act()
        except Collided:
            if not nothing_kept():
                raise
        finally:
            _MAY.reset(before)
        time.sleep(_CHANCE.uniform(0, FIRST_WAIT_SECONDS * 2**tried))
    return act()


def will_try(refusal: Refusal) -> bool:
    """Say whether this is no refusal yet, because it will be tried again."""
    return isinstance(refusal, Collided) and _MAY.get()()
