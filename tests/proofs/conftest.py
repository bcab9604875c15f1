"""Where do schedules of phones take place? In one house for all of them, with one evening in it."""

from collections.abc import Iterator

import pytest

from tests.clock import HandClock
from tests.factories.evening import Evening
from tests.races import House
from tests.throwaway import Throwaway
from workflows.platform.postgres import APP
from workflows.platform.settings import Settings


@pytest.fixture(scope="module")
def stage(throwaway: Throwaway, settings: Settings) -> Iterator[tuple[House, Evening]]:
    """Give one house, whose acts really commit, and one evening in it."""
    name, clock = throwaway.clone("schedules"), HandClock()
    house = House.on(throwaway.cluster.url(APP, name), settings, clock)
    yield house, house.an_evening()
    house.engine.dispose()
    throwaway.drop(name)
