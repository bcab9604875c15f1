"""Where can a test put a checkout that PostgreSQL's account may enter?"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.throwaway import shared_temporary_folder


@pytest.fixture(scope="module")
def open_folder() -> Iterator[Path]:
    """Give a folder that everybody may enter."""
    folder = Path(tempfile.mkdtemp(prefix="vigil-pg-", dir=shared_temporary_folder()))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)
