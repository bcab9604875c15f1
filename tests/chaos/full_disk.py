"""The disk of the database runs full: is a fact refused retryably, and never confirmed and lost?"""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.chaos.ground import Pressing, confirmed_database, house_on, pressing
from tests.chaos.killed_database import judge
from tests.chaos.own_database import OwnDatabase
from tests.chaos.trials import Ground, Outcome, trial
from tests.races import House

SMALL = "size=220m"
MOUNT, UNMOUNT = shutil.which("mount") or "mount", shutil.which("umount") or "umount"
A_PIECE = bytes(64 * 1024)
MOST_FACTS = 2_000


@trial(
    "disk of the database full",
    "facts are refused retryably, none is confirmed and lost, and all goes on when there is room",
    usual=1,
    long=10,
)
def fill_disk(ground: Ground, tries: int) -> Outcome:
    """Let the disk run full while facts come in, then make room."""
    found = ground.outcome(tries)
    if not may_mount():
        found.not_run = "a small disk cannot be mounted here"
        return found
    for number in range(tries):
        with (
            confirmed_database(ground.throwaway, ground.settings, prepare=mounted) as own,
            house_on(own, ground.settings) as house,
        ):
            _one_full_disk(own, house, found, f"try {number}")
            found.done += 1
    return found


def may_mount() -> bool:
    """Say whether this machine lets us mount a disk in memory."""
    tried = ["unshare", "--mount", "mount", "-t", "tmpfs", "-o", SMALL, "tmpfs", "/mnt"]
    try:
        return subprocess.run(tried, check=False, capture_output=True).returncode == 0
    except OSError:
        return False


@contextmanager
def mounted(folder: Path) -> Iterator[None]:
    """Put a small disk under a folder for a while."""
    folder.mkdir(parents=True)
    subprocess.run([MOUNT, "-t", "tmpfs", "-o", SMALL, "tmpfs", folder], check=True)
    try:
        folder.chmod(0o755)
        yield
    finally:
        subprocess.run([UNMOUNT, "--lazy", folder], check=True)


def _one_full_disk(own: OwnDatabase, house: House, found: Outcome, where: str) -> None:
    made = house.an_evening()
    writer = pressing(house, made, where)
    writer.press(0)
    ballast = own.folder / "var" / "ballast"
    _fill(ballast)
    pressed = _press_until_refused(writer)
    found.insist(bool(writer.refused), f"{where}: nothing was refused on a full disk")
    ballast.unlink()
    if own.cluster.exit_status() is not None:
        found.count("times the database stopped by itself")
        own.cluster.stop()
        own.cluster.start()
    found.insist(not judge(house, made, writer, found), f"{where}: confirmed facts are lost")
    before = len(writer.confirmed)
    writer.press(pressed + 1)
    found.insist(len(writer.confirmed) == before + 1, f"{where}: it did not go on with room again")


def _press_until_refused(writer: Pressing) -> int:
    number = 0
    while not writer.refused and number < MOST_FACTS:
        number += 1
        writer.press(number)
    return number


def _fill(ballast: Path) -> None:
    """Take all the room there is."""
    try:
        with ballast.open("wb", buffering=0) as file:
            while file.write(A_PIECE):
                pass
    except OSError:
        return
