"""How is a file written whole or not at all, and never over another one?"""

import os
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
