"""Where does the matrix stand? In a database of its own, built once for each worker."""

from collections.abc import Iterator

import pytest

from tests.matrix.asking import Asking, opened
from tests.throwaway import Throwaway
from workflows.platform.settings import Settings


@pytest.fixture(scope="session")
def asking(throwaway: Throwaway, settings: Settings) -> Iterator[Asking]:
    """Give the application in front of the world."""
    with opened(throwaway, settings) as ready:
        yield ready
