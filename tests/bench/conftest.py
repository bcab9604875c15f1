"""What do the tests of the comparison leave as they found it?"""

from collections.abc import Iterator

import pytest

from models.platform.encryption import key_ring, use_key_ring
from workflows.platform.settings import Settings


@pytest.fixture(scope="module", autouse=True)
def _the_keys_of_the_others(settings: Settings) -> Iterator[None]:
    """Give the keys back: the houses of the comparison take keys of their own in this process."""
    assert settings  # whose keys are in use
    before = key_ring()
    yield
    use_key_ring(before)
