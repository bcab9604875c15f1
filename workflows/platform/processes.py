"""Is this process alive, is it the one we mean, and what becomes of it when we die?"""

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

SET_PARENT_DEATH_SIGNAL = 1


def die_with_parent(sent: signal.Signals) -> Callable[[], None] | None:
    """Have Linux signal the child when its starter is killed, so that nothing is left running."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl

    def ask() -> None:
        prctl(SET_PARENT_DEATH_SIGNAL, int(sent))

    return ask


def is_alive(pid: int) -> bool:
    """Tell whether a process with this id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def works_in(pid: int, folder: Path) -> bool:
    """Tell a live process by its working directory; in doubt, assume that it is the one."""
    if not is_alive(pid):
        return False
    try:
        return Path(f"/proc/{pid}/cwd").samefile(folder)
    except PermissionError:
        return b"postgres" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except FileNotFoundError:
        return not Path("/proc/self").exists()
