"""Which numbers does the programme set, and who stands behind them? Two people, one a director.

A sheet is whole: it says everything that differs from the loosest values, and what it signs. It is
never edited; another draft is another sheet, and so is a withdrawal. It holds from an instant to
come, once a medical director and somebody else have signed it. The database counts them itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from models.oversight.parameters import ParameterSheet, ParameterSignature, ParametersInForce
from models.platform.base import new_id
from rules.limits import BY_NAME, LIMITS, NUMBERS, UNSIGNED, Number, values_of
from rules.permissions import Permission
from rules.terms import Role
from workflows.people import second_factor, signing
from workflows.platform import parameters
from workflows.platform.errors import InvalidContent, NotFound, NotPermitted, RecordForbids
from workflows.platform.work import Work, command, reading

PAGE = 100
ONE_AT_A_TIME = func.hashtext("parameter_sheet")


class Setting(NamedTuple):
    """One number as a sheet sets it, written in its unit."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Draft:
    """What a sheet is to say: the numbers it tightens, the ones it signs, and from when on."""

    changes: Sequence[Setting]
    signs: Sequence[str]
    effective_from: datetime


@dataclass(frozen=True, slots=True)
class SheetSeen:
    """A sheet with whoever signed it, and whether it was put in force."""

    sheet: ParameterSheet
    signatures: Sequence[ParameterSignature]
    placed_at: datetime | None


@dataclass(frozen=True, slots=True)
class NumberSeen:
    """One row of the catalogue as it stands now."""

    number: Number
    value: str
    sheet: int | None
    signed: SheetSeen | None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Every number, and how many of them wait for a signature."""

    sheet: int | None
    waiting: int
    numbers: Sequence[NumberSeen]


@reading(permit=Permission.READ_PARAMETERS, audit="parameters.read")
def read_catalogue(work: Work) -> Catalogue:
    """Read every number: what it is, what holds now, and who signed that value."""
    held = _held(work)
    numbers = [_as_it_stands(work, number, held) for number in NUMBERS]
    waiting = parameters.still_unsigned(work.limits, [seen.sheet.signs for seen in held])
    return Catalogue(work.sheet, len(waiting), numbers)


@command(permit=Permission.DRAFT_PARAMETERS, audit="parameter_sheet.drafted", once=True)
def draft(work: Work, wanted: Draft) -> ParameterSheet:
    """Draft a sheet; what it may not set is named, number by number."""
    _refuse_what_no_sheet_may_say(work, wanted)
    changes = {setting.name: setting.value for setting in wanted.changes}
    sheet = ParameterSheet(
        id=new_id(),
        changes=changes,
        signs={name: changes.get(name, _loosest(name)) for name in wanted.signs},
        effective_from=wanted.effective_from,
        drafted_by=signing.signer(work),
        drafted_at=work.now,
    )
    work.session.add(sheet)
    work.session.flush()
    return sheet


@command(permit=Permission.SIGN_PARAMETERS, audit="parameter_sheet.signed", once=True)
def sign(work: Work, sheet_id: UUID, signature: str) -> ParameterSignature:
    """Stand behind a sheet with one's own name; with the last signature needed it will hold."""
    work.session.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
    sheet = _sheet(work, sheet_id)
    is_director = _may_sign(work)
    second_factor.insist_fresh(work)
    _refuse_too_late(work, sheet)
    signing.refuse_another_name(work, signature)
    signed = ParameterSignature(
        id=new_id(),
        sheet_id=sheet.id,
        signer_id=signing.signer(work),
        role=Role.PRESCRIBER if is_director else Role.SAFETY_OFFICER,
        statement=signature,
        signed_at=work.now,
    )
    work.session.add(signed)
    work.session.flush()
    _put_in_force(work, sheet)
    return signed


@reading(permit=Permission.READ_PARAMETERS, audit="parameter_sheet.listed")
def read_sheets(work: Work) -> Sequence[SheetSeen]:
    """List the sheets, newest first."""
    newest = select(ParameterSheet).order_by(ParameterSheet.number.desc()).limit(PAGE)
    return [_seen(work, sheet) for sheet in work.session.scalars(newest).all()]


@reading(permit=Permission.READ_PARAMETERS, audit="parameter_sheet.read")
def read_sheet(work: Work, sheet_id: UUID) -> SheetSeen:
    """Read one sheet with its signatures."""
    return _seen(work, _sheet(work, sheet_id))


def may_rehearse(work: Work, sheet_id: UUID) -> ParameterSheet:
    """Give a sheet to whoever could sign it, and to nobody else (a step)."""
    _may_sign(work)
    return _sheet(work, sheet_id)


def _refuse_what_no_sheet_may_say(work: Work, wanted: Draft) -> None:
    errors: dict[str, list[str]] = {}
    names = [setting.name for setting in wanted.changes]
    _, wrong = values_of({setting.name: setting.value for setting in wanted.changes})
    for place, setting in enumerate(wanted.changes):
        said = wrong.get(setting.name, [])
        if names.count(setting.name) > 1:
            said = ["Is on the sheet twice."]
        if said:
            where = setting.name if setting.name in BY_NAME else f"row {place + 1}"
            errors.setdefault("changes", []).extend(f"{where}: {one}" for one in said)
    for place, name in enumerate(wanted.signs):
        if name not in UNSIGNED or wanted.signs.count(name) > 1:
            wrong_sign = f"row {place + 1}: Must be a number marked P, once."
            errors.setdefault("signs", []).append(wrong_sign)
    if wanted.effective_from <= work.now:
        errors["effective_from"] = ["Must lie ahead."]
    if errors:
        raise InvalidContent(errors=errors)


def _may_sign(work: Work) -> bool:
    """Say whether this is a medical director; refuse a prescriber who is none."""
    director = signing.is_director(work, work.now.date())
    if not director and Role.SAFETY_OFFICER not in work.actor.roles:
        raise NotPermitted(code="medical-director-needed")
    return director and Role.PRESCRIBER in work.actor.roles


def _refuse_too_late(work: Work, sheet: ParameterSheet) -> None:
    """A sheet that holds is closed; one whose instant has come, or that no code allows, is over."""
    held = select(ParametersInForce.id).where(ParametersInForce.sheet_id == sheet.id)
    if work.session.scalar(held) is not None:
        raise RecordForbids(code="sheet_already_in_force")
    if sheet.effective_from <= work.now:
        raise RecordForbids(code="sheet_not_in_the_past")
    if values_of(sheet.changes)[1]:
        raise RecordForbids(code="sheet_not_allowed_any_more")


def _put_in_force(work: Work, sheet: ParameterSheet) -> None:
    """Let it hold as soon as two people signed, one of them a director."""
    signed = _signatures(work, sheet)
    by_director = any(one.role is Role.PRESCRIBER for one in signed)
    if len({one.signer_id for one in signed}) > 1 and by_director:
        work.session.add(
            ParametersInForce(
                id=new_id(),
                sheet_id=sheet.id,
                effective_from=sheet.effective_from,
                placed_at=work.now,
            )
        )
        work.session.flush()


def _as_it_stands(work: Work, number: Number, held: Sequence[SheetSeen]) -> NumberSeen:
    value = number.write(getattr(work.limits, number.name))
    signed = next((seen for seen in held if seen.sheet.signs.get(number.name) == value), None)
    loosest = getattr(work.limits, number.name) == number.loosest
    return NumberSeen(number, value, None if loosest else work.sheet, signed)


def _held(work: Work) -> list[SheetSeen]:
    """Give every sheet that holds or held, newest first: what one signed, a later one may keep."""
    query = (
        select(ParameterSheet)
        .join(ParametersInForce, ParametersInForce.sheet_id == ParameterSheet.id)
        .where(ParametersInForce.effective_from <= work.now)
        .order_by(ParametersInForce.effective_from.desc())
    )
    return [_seen(work, sheet) for sheet in work.session.scalars(query).all()]


def _seen(work: Work, sheet: ParameterSheet) -> SheetSeen:
    placed = select(ParametersInForce.placed_at).where(ParametersInForce.sheet_id == sheet.id)
    return SheetSeen(sheet, _signatures(work, sheet), work.session.scalar(placed))


def _signatures(work: Work, sheet: ParameterSheet) -> Sequence[ParameterSignature]:
    query = select(ParameterSignature).where(ParameterSignature.sheet_id == sheet.id)
    return work.session.scalars(query.order_by(ParameterSignature.signed_at)).all()


def _sheet(work: Work, sheet_id: UUID) -> ParameterSheet:
    query = select(ParameterSheet).where(ParameterSheet.id == sheet_id)
    if (sheet := work.session.scalars(query).first()) is None:
        raise NotFound
    return sheet


def _loosest(name: str) -> str:
    return BY_NAME[name].write(getattr(LIMITS, name))
