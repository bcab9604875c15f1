"""Is this the short form of a proof, or the long one of `make prove`?"""

import os
from typing import TypeVar

T = TypeVar("T")
LONG = os.environ.get("VIGIL_PROOFS") == "long"


def short_or_long(short: T, long: T) -> T:
    """Give the size of a proof: small enough for every push, or as much as there is."""
    return long if LONG else short
