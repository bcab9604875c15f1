"""Does this person get ketamine or esketamine from anywhere else, whatever they answer tonight?"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, literal, select
from sqlalchemy.dialects.postgresql import JSONB

from models.dose.office_sessions import OfficeSession
from models.people.patients import Patient
from models.plan.approvals import Evaluation, PdmpQuery
from rules.facts import ProductFacts
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
_ESKETAMINE = (Molecule.ESKETAMINE,)


def columns(now: datetime) -> dict[str, ColumnElement[Any]]:
    """Give what the medicine record said last, and every visit to a site of ours."""
    return {
        "pdmp_of_evaluation": _newest(Evaluation.pdmp_checked_at, Evaluation.pdmp_result, now),
        "pdmp_of_query": _newest(PdmpQuery.checked_at, PdmpQuery.result, now),
        "office": _office(),
    }


def known(product: ProductFacts, counts: Mapping[str, Any], zone: ZoneInfo) -> ProductFacts:
    """Add what we know ourselves to what the patient told; it is never taken away."""
    with_record = with_medicine_record(product, _last_result(counts))
    return _with_our_own(with_record, counts["office"], zone)


def _newest(at: Any, result: Any, now: datetime) -> ColumnElement[Any]:
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
        .where(
            OfficeSession.patient_id == Patient.id, OfficeSession.state.not_in(_CALLED_OFF)
        )
        .correlate(Patient)
        .scalar_subquery()
    )


def _last_result(counts: Mapping[str, Any]) -> str | None:
    told = [row for row in (counts["pdmp_of_evaluation"], counts["pdmp_of_query"]) if row]
    newest = max(told, key=lambda row: datetime.fromisoformat(row["at"]), default=None)
    return newest["result"] if newest else None


def _with_our_own(
    product: ProductFacts, office: list[dict[str, Any]], zone: ZoneInfo
) -> ProductFacts:
    """Count our own Spravato visits as a course: open while one lies ahead, else by its last."""
    ours = [row for row in office if row["molecule"] in _ESKETAMINE]
    if not ours:
        return product
    dates = [datetime.fromisoformat(row["last"]) for row in ours if row["last"]]
    days = [at.astimezone(zone).date() for at in dates]
    ahead = any(row["state"] in _NOT_OVER for row in ours)
    told = product.esketamine_last_dose_on
    last = max([*days, *([told] if told else [])], default=None)
    ended = not ahead and product.esketamine_course_ended is not False
    return replace(
        product,
        esketamine_elsewhere=True,
        esketamine_course_ended=ended,
        esketamine_last_dose_on=last or date.max,
    )
