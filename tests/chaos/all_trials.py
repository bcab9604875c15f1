"""Every file of trials, in the order in which they are told."""

from tests.chaos import (
    contended,
    full_disk,
    killed_app,
    killed_database,
    nights,
    restore_drill,
    sync_schedules,
)
from tests.chaos.trials import TRIALS

__all__ = [
    "TRIALS",
    "contended",
    "full_disk",
    "killed_app",
    "killed_database",
    "nights",
    "restore_drill",
    "sync_schedules",
]
