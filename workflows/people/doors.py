"""From where was tried too often? From a network, or on a device somebody signed in on before.

A network has many people behind it, so it has many free tries. A device that signed in before has
tries of its own: a stranger who guesses at an account all night does not keep its owner out. Who is
signed in is never asked: nothing here stands between a patient and a call for help.
"""

from datetime import timedelta
from ipaddress import IPv6Address, ip_address
from uuid import UUID

from sqlalchemy import delete, exists, select, update
from sqlalchemy.dialects.postgresql import insert

from models.people.accounts import LoginSession
from models.people.doors import DoorTries
from models.platform.encryption import key_ring
from workflows.people import tries
from workflows.platform.work import Work

PLACE = "door_tries.place"
FREE_FROM_A_NETWORK = 50
FORGOTTEN_AFTER = timedelta(hours=1)
_PREFIX_BITS = 64


def subscriber(address: str) -> str | None:
    """Name who is behind an address: it alone, or of IPv6 all that one subscriber has."""
    try:
        found = ip_address(address)
    except ValueError:
        return None
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is None:
            return f"{int(found) >> _PREFIX_BITS:x}"
        return str(found.ipv4_mapped)
    return str(found)


def network(address: str) -> bytes | None:
    """Give the fingerprint of the network behind an address."""
    found = subscriber(address)
    return None if found is None else _print(f"network {found}")


def known_device(work: Work, user_id: UUID, device_key: str) -> bytes | None:
    """Give the fingerprint of a device, if this person signed in on it before."""
    before = exists().where(LoginSession.user_id == user_id, LoginSession.device_key == device_key)
    if not device_key or not work.session.scalar(select(before)):
        return None
    return _print(f"device {user_id} {device_key}")


def waits(work: Work, place: bytes | None) -> bool:
    """Say whether nothing more is tried from there for now."""
    if place is None:
        return False
    until = work.session.scalar(select(DoorTries.throttled_until).where(DoorTries.place == place))
    return until is not None and work.now < until


def count_network(work: Work, network: bytes | None, *, waits: bool) -> None:
    """Count a failure from a network (a step); those during a wait are not, so waits end."""
    if not waits:
        count(work, network, free=FREE_FROM_A_NETWORK)


def count(work: Work, place: bytes | None, *, free: int = tries.FREE_TRIES) -> None:
    """Count a failure from there (a step); after an hour without one it is forgotten."""
    if place is None:
        return
    old = work.now - FORGOTTEN_AFTER
    work.session.execute(delete(DoorTries).where(DoorTries.last_failed_at <= old))
    first = insert(DoorTries).values(place=place, failed=1, last_failed_at=work.now)
    again = {"failed": DoorTries.failed + 1, "last_failed_at": work.now}
    counted = first.on_conflict_do_update(index_elements=["place"], set_=again)
    failed = work.session.scalars(counted.returning(DoorTries.failed)).one()
    until = tries.wait_after(work, failed - free + tries.FREE_TRIES)
    if until is not None:
        work.session.execute(
            update(DoorTries).where(DoorTries.place == place).values(throttled_until=until)
        )


def forget(work: Work, place: bytes | None) -> None:
    """Forget the failures of a device whose owner got it right (a step)."""
    if place is not None:
        work.session.execute(delete(DoorTries).where(DoorTries.place == place))


def _print(place: str) -> bytes:
    return key_ring().blind(PLACE, place)
