"""Every file of trials, in the order in which they are told."""

from tests.chaos import full_disk, killed_app, killed_database, nights
from tests.chaos.trials import TRIALS

__all__ = ["TRIALS", "full_disk", "killed_app", "killed_database", "nights"]
