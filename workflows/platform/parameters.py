"""Which numbers decide at this moment? Those of the newest sheet that holds, on top of the code.

The sheet is read with the patient, in the same statement (see `access`), so that a gate costs no
further question. A sheet that is signed now holds from an instant to come, so that whichever moment
of an act reads it finds the same one.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, Interval, cast, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session

from models.oversight.parameters import ParameterSheet, ParametersInForce
from models.platform.fixed import At, moment
from rules.limits import BY_NAME, LIMITS, UNSIGNED, Limits, Tighter, values_of


class InForce(NamedTuple):
    """The limits that decide, and the number of the sheet they come from; none is the code."""

    limits: Limits = LIMITS
    sheet: int | None = None


def column(now: At) -> ColumnElement[Any]:
    """Give the sheet in force as one JSON value, to be read along with anything else."""
    return (
        select(
            func.jsonb_build_object(
                *("number", ParameterSheet.number, "set", ParameterSheet.changes), type_=JSONB
            )
        )
        .join(ParametersInForce, ParametersInForce.sheet_id == ParameterSheet.id)
        .where(ParametersInForce.effective_from <= moment(now))
        .order_by(ParametersInForce.effective_from.desc())
        .limit(1)
        .correlate(None)
        .scalar_subquery()
    )


def as_sql(now: At, name: str) -> ColumnElement[Any]:
    """Give one length of time in force as SQL, for a list that is read in a single statement.

    As in Python, the tighter of sheet and code counts, and what cannot be read changes nothing.
    """
    number = BY_NAME[name]
    step = number.about.step or timedelta(minutes=1)
    told = cast(func.substring(column(now)["set"][name].astext, r"^\d{1,6}$"), Integer)
    tighter = func.least if number.way is Tighter.DOWN else func.greatest  # both pass over NULL
    return tighter(told, number.loosest // step) * literal(step, Interval())


def ago(now: At, name: str) -> ColumnElement[Any]:
    """Give the instant that lies this length before now."""
    return moment(now) - as_sql(now, name)


def ahead(now: At, name: str) -> ColumnElement[Any]:
    """Give the instant that lies this length after now."""
    return moment(now) + as_sql(now, name)


def from_column(found: dict[str, Any] | None) -> InForce:
    """Read the value of `column`; of code and sheet, the tighter number counts.

    A release may have become tighter than a sheet, or have dropped a number. Neither may loosen
    anything nor stop all care: the code stands there, and start-up names it.
    """
    if found is None:
        return InForce()
    values, _ = values_of(found["set"])
    return InForce(LIMITS.and_also(**values), found["number"])


def read(session: Session, now: datetime) -> InForce:
    """Read the limits in force, where nothing else is read first."""
    return from_column(session.scalar(select(column(now))))


def still_unsigned(limits: Limits, signed: Iterable[Mapping[str, str]]) -> frozenset[str]:
    """Name the numbers marked P whose value, as it holds now, nobody has signed."""
    sheets = list(signed)

    def is_signed(name: str) -> bool:
        value = BY_NAME[name].write(getattr(limits, name))
        return any(sheet.get(name) == value for sheet in sheets)

    return frozenset(name for name in UNSIGNED if not is_signed(name))


def notice(session: Session, now: datetime) -> str:
    """Say in one line how many numbers wait; with none, say that."""
    held = (
        select(ParameterSheet.signs)
        .join(ParametersInForce, ParametersInForce.sheet_id == ParameterSheet.id)
        .where(ParametersInForce.effective_from <= now)
    )
    waiting = still_unsigned(read(session, now).limits, session.scalars(held))
    if not waiting:
        return "every number of the rules is signed"
    return (
        f"{len(waiting)} numbers wait for the medical director's signature: "
        "see docs/clinical-rules.md"
    )
