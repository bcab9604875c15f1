"""How many numbers wait for the medical director? Said in one line at each start.

`python -m workflows.oversight.waiting_numbers` says it, and says it in production too: unsigned
numbers are the safe ones, but nobody shall be able to miss that they are unsigned.
"""

import sys

from workflows.platform import parameters
from workflows.platform.actor import SYSTEM
from workflows.platform.runtime import open_house
from workflows.platform.settings import Settings


def main() -> None:
    """Say it."""
    house = open_house(Settings.from_env())
    with house.begin(SYSTEM) as work:
        sys.stdout.write(f"vigil: {parameters.notice(work.session, work.now)}\n")


if __name__ == "__main__":
    main()
