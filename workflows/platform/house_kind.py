"""Is this database for patients or for trying things out? Marked once, and asked at every start.

A sandbox whose database has patients does not open, nor does anything else on a sandbox: its clock
moves, and a clock that moves has no business near a dose. The mark is never changed (a trigger).
"""

from sqlalchemy import Engine, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from models.platform.house import HouseKind, HouseMark, SandboxClock
from workflows.platform.actor import SYSTEM
from workflows.platform.errors import Refusal
from workflows.platform.sandbox_clock import STARTS
from workflows.platform.settings import Settings, SettingsRefused
from workflows.platform.work import Runtime, Work

WITH_PATIENTS = "VIGIL_ENV must not be sandbox on a database of patients"
OF_A_SANDBOX = "VIGIL_ENV must be sandbox on the database of a sandbox"


def insist(house: Runtime) -> None:
    """Refuse a house that is of the other kind; a database that is away yet refuses nobody."""
    if not isinstance(house.bind, Engine):
        return
    try:
        found = _kind(house)
    except IntegrityError:
        _refuse(house, WITH_PATIENTS)
    except (SQLAlchemyError, Refusal):
        return
    else:
        if house.settings.is_sandbox and found is HouseKind.PATIENTS:
            _refuse(house, WITH_PATIENTS)
        if not house.settings.is_sandbox and found is HouseKind.SANDBOX:
            _refuse(house, OF_A_SANDBOX)


def _mark(work: Work, kind: HouseKind) -> None:
    """Say once and for all whom this house is for; a sandbox gets its clock."""
    work.audit("house.marked", reason=kind.value)
    mine = insert(HouseMark).values(is_here=True, kind=kind, marked_at=work.now)
    work.session.execute(mine.on_conflict_do_nothing())
    if kind is HouseKind.SANDBOX:
        clock = insert(SandboxClock).values(is_here=True, house_kind=kind, stands_at=STARTS)
        work.session.execute(clock.on_conflict_do_nothing())


def _kind(house: Runtime) -> HouseKind | None:
    """Read the mark, or make it where it counts."""
    wanted = _wanted(house.settings)
    with house.begin(SYSTEM) as work:
        found = work.session.scalar(select(HouseMark.kind))
        if found is None and wanted is not None:
            _mark(work, wanted)
            found = work.session.scalar(select(HouseMark.kind))
        return found


def _wanted(settings: Settings) -> HouseKind | None:
    if settings.is_sandbox:
        return HouseKind.SANDBOX
    return HouseKind.PATIENTS if settings.is_production else None


def _refuse(house: Runtime, line: str) -> None:
    if isinstance(house.bind, Engine):
        house.bind.dispose()
    raise SettingsRefused(f"{line}.")
