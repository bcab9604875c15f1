"""How is the running house put together from its settings?"""

from sqlalchemy import Engine

from models.platform.database import new_engine
from models.platform.encryption import KeyRing, use_key_ring
from workflows.platform import epochs, house_kind, locks, paging, safe_role
from workflows.platform.clock import Clock, FileClock, SystemClock
from workflows.platform.key_service import TransitKeys
from workflows.platform.sandbox_clock import TableClock
from workflows.platform.settings import Settings
from workflows.platform.work import Runtime

__all__ = ["Runtime", "open_house", "take_keys"]

POOL_SIZE = 8


def take_keys(settings: Settings) -> None:
    """Seal and open with the keys of these settings from now on."""
    service = settings.key_service
    ring = KeyRing(
        settings.phi_keys,
        settings.phi_primary_key,
        settings.phi_index_key,
        None if service is None else TransitKeys(service),
    )
    use_key_ring(ring)


def clock_of(settings: Settings, engine: Engine | None = None) -> Clock:
    """Give the real clock, or the movable one of a sandbox or a demonstration."""
    if settings.is_sandbox:
        return TableClock(engine or new_engine(settings.database_url))
    return FileClock(settings.test_clock) if settings.test_clock else SystemClock()


def open_house(settings: Settings, engine: Engine | None = None) -> Runtime:
    """Open the house: keys, clock, a pool of connections, a role that owns nothing, the locks."""
    take_keys(settings)
    bind = engine or new_engine(settings.database_url, pool_size=POOL_SIZE)
    house = Runtime(bind, clock_of(settings, bind), settings)
    safe_role.insist(house)
    house_kind.insist(house)
    if settings.smtp_url or settings.apprise_urls:
        house.pager = paging.page
    locks.look(house)
    epochs.look(house)
    return house
