"""Does this person get ketamine or esketamine from anywhere else, whatever they answer tonight?"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from models.dose.office_sessions import OfficeSession
from models.people.patients import Patient
from models.plan.approvals import Evaluation, PdmpQuery
from models.platform.fixed import At
from rules.facts import ProductFacts
from rules.limits import Limits
from rules.terms import Molecule, OfficeState
from workflows.plan.plan_facts import with_medicine_record

_CALLED_OFF = (OfficeState.CANCELLED,)
_NOT_OVER = (
    OfficeState.SCHEDULED,
    OfficeState.ARRIVED,
    OfficeState.PRE_CHECKS,
    OfficeState.DOSING,
    OfficeState.MONITORING,
    OfficeState.EMERGENCY,
)
_OURS = (Molecule.ESKETAMINE, Molecule.KETAMINE)


def columns(now: At) -> dict[str, ColumnElement[Any]]:
    """Give what the medicine record said last, and every visit to a site of ours."""
    return {
        "pdmp_of_evaluation": _newest(Evaluation.pdmp_checked_at, Evaluation.pdmp_result, now),
        "pdmp_of_query": _newest(PdmpQuery.checked_at, PdmpQuery.result, now),
        "office": _office(),
    }


def known(
    product: ProductFacts, counts: Mapping[str, Any], today: datetime, limits: Limits
) -> ProductFacts:
    """Add what we know ourselves to what the patient told; it takes nothing away."""
    with_record = with_medicine_record(product, _last_result(counts))
    again = today.date() - timedelta(days=limits.after_esketamine_days)
    return _with_our_own(with_record, counts["office"], again, ZoneInfo(str(today.tzinfo)))


def _newest(at: Any, result: Any, now: At) -> ColumnElement[Any]:
    table = at.class_
    return (
        select(func.jsonb_build_object("at", at, "result", result))
        .where(table.patient_id == Patient.id, at <= now)
        .order_by(at.desc(), table.id.desc())
        .limit(1)
        .correlate(Patient)
        .scalar_subquery()
    )


def _office() -> ColumnElement[Any]:
    rows = func.jsonb_agg(
        func.jsonb_build_object(
            *("molecule", OfficeSession.molecule, "state", OfficeSession.state),
            *("last", func.coalesce(OfficeSession.last_device_at, OfficeSession.first_device_at)),
        )
    )
    return (
        select(func.coalesce(rows, literal([], type_=JSONB)))
        .where(OfficeSession.patient_id == Patient.id, OfficeSession.state.not_in(_CALLED_OFF))
        .correlate(Patient)
        .scalar_subquery()
    )


def _last_result(counts: Mapping[str, Any]) -> str | None:
    told = [row for row in (counts["pdmp_of_evaluation"], counts["pdmp_of_query"]) if row]
    newest = max(told, key=lambda row: datetime.fromisoformat(row["at"]), default=None)
    return newest["result"] if newest else None


def _with_our_own(
    product: ProductFacts, office: list[dict[str, Any]], again: date, zone: ZoneInfo
) -> ProductFacts:
    """Count our own visits: Spravato is a course, open while a visit lies ahead; the rest is new.

    What the patient left unanswered stays unknown, unless we know better that it is so.
    """
    days = {molecule: _days(office, molecule, zone) for molecule in _OURS}
    if any(day > again for day in days[Molecule.KETAMINE]):
        product = replace(product, ketamine_elsewhere=True)
    ahead = any(_is_ahead(row) for row in office if row["molecule"] == Molecule.ESKETAMINE)
    if not ahead and (not days[Molecule.ESKETAMINE] or product.esketamine_elsewhere is None):
        return product
    told = product.esketamine_elsewhere is True
    known = [*days[Molecule.ESKETAMINE], *_maybe(product.esketamine_last_dose_on if told else None)]
    ended = product.esketamine_course_ended if told else True
    return replace(
        product,
        esketamine_elsewhere=True,
        esketamine_course_ended=False if ahead else ended,
        esketamine_last_dose_on=max(known, default=None),
    )


def _days(office: list[dict[str, Any]], molecule: Molecule, zone: ZoneInfo) -> list[date]:
    """Give the days on which a site of ours gave this."""
    given = (row["last"] for row in office if row["molecule"] == molecule and row["last"])
    return [datetime.fromisoformat(at).astimezone(zone).date() for at in given]


def _is_ahead(row: dict[str, Any]) -> bool:
    return row["state"] in _NOT_OVER


def _maybe(day: date | None) -> tuple[date, ...]:
    return () if day is None else (day,)
