"""How is a file written whole or not at all?"""

import os
import threading
from pathlib import Path


def write(place: Path, content: bytes, *, mode: int = 0o666) -> bool:
    """Put the content there unless something is there already; say whether it was put."""
    made = place.with_name(f".{place.name}.{os.getpid()}")
    with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    try:
        place.hardlink_to(made)
    except FileExistsError:
        return False
    finally:
        made.unlink()
    return True


def write_over(place: Path, content: bytes) -> None:
    """Put the content there in the place of what was there; not yet on the disk when we return."""
    made = place.with_name(f".{place.name}.{os.getpid()}.{threading.get_ident()}")
    made.write_bytes(content)
    made.replace(place)
