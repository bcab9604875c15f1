"""Is the patient prepared for a first dose at home, and if not, what is missing?"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import JSONB

from models.dose.dose_sessions import VitalSigns
from models.people.patients import Patient, Sitter
from models.platform.fixed import At
from models.preparation.appointments import Appointment, HomeCheck, ModuleCompletion
from rules.permissions import Permission
from rules.preparation.preparation import PreparationItem, readiness
from rules.terms import AppointmentKind, AppointmentState, SitterState, VitalPurpose
from workflows.intake import consent
from workflows.platform import access, parameters
from workflows.platform.work import Work, reading
from workflows.preparation.module_texts import CURRENT, MODULES

Item = PreparationItem


@dataclass(frozen=True, slots=True)
class PatientReadiness:
    """What is done and what is missing, as it stands now; nobody can set it."""

    patient_id: UUID
    ready: bool
    done: tuple[PreparationItem, ...]
    missing: tuple[PreparationItem, ...]
    modules_open: tuple[str, ...]
    prepared_at: datetime | None


def missing_items(
    modules_passed: AbstractSet[tuple[str, int]],
    prepared_at: datetime | None,
    *,
    rehearsed: bool,
    home_checked: bool,
    sitter_trained: bool,
    consent_current: bool,
) -> tuple[str, ...]:
    """Name what is missing, in the order of doing."""
    done = {
        Item.CONSENT_SIGNED: consent_current,
        Item.APPOINTMENT_HELD: prepared_at is not None,
        Item.MODULES_PASSED: modules_passed >= CURRENT,
        Item.CUFF_REHEARSED: rehearsed,
        Item.SITTER_TRAINED: sitter_trained,
        Item.HOME_CHECKED: home_checked,
    }
    return tuple(item.value for item in Item if not done[item])


@reading(permit=Permission.READ_READINESS, audit="readiness.read")
def read(work: Work, patient_id: UUID) -> PatientReadiness:
    """Say what is done and what is missing."""
    patient = access.patient(work, patient_id)
    statement = select(*_columns(work.now)).where(Patient.id == patient.id)
    prepared_at, modules, *facts = work.session.execute(statement).one()
    rehearsed, home_checked, sitter_trained, consent_current = facts
    passed = {(module["module"], module["edition"]) for module in modules}
    found = readiness(
        missing_items(
            passed,
            prepared_at,
            rehearsed=rehearsed,
            home_checked=home_checked,
            sitter_trained=sitter_trained,
            consent_current=consent_current,
        )
    )
    still_open = tuple(m.code for m in MODULES.values() if (m.code, m.edition) not in passed)
    return PatientReadiness(
        patient.id, found.ready, found.done, found.missing, still_open, prepared_at
    )


def is_trained(now: At) -> ColumnElement[bool]:
    """Say, beside `sitter`, whether the training still counts; nobody is trained for ever."""
    since = parameters.ago(now, "sitter_training_life")
    return func.coalesce(Sitter.trained_at >= since, false())


def is_complete(now: At) -> ColumnElement[bool]:
    """Give the same answer as a condition on `patient`, for lists of many patients."""
    prepared_at, _, *facts = _columns(now)
    return and_(prepared_at.is_not(None), _all_modules(), *facts)


def _columns(now: At) -> tuple[ColumnElement[Any], ...]:
    return (
        _prepared_at(),
        _modules(),
        _any(VitalSigns, VitalSigns.purpose == VitalPurpose.REHEARSAL, VitalSigns.plausible),
        _any(HomeCheck, HomeCheck.passed),
        _any(Sitter, Sitter.state == SitterState.ACCEPTED, is_trained(now)),
        consent.stands_as_in_force(now),
    )


def _any(table: Any, *conditions: Any) -> ColumnElement[bool]:
    return exists().where(table.patient_id == Patient.id, *conditions).correlate(Patient)


def _prepared_at() -> ColumnElement[Any]:
    return (
        select(func.max(Appointment.held_at))
        .where(
            Appointment.patient_id == Patient.id,
            Appointment.kind == AppointmentKind.PREPARATION,
            Appointment.state == AppointmentState.HELD,
        )
        .correlate(Patient)
        .scalar_subquery()
    )


def _modules() -> ColumnElement[Any]:
    row = func.jsonb_build_object(
        "module", ModuleCompletion.module, "edition", ModuleCompletion.edition
    )
    return (
        select(func.coalesce(func.jsonb_agg(row), literal([], type_=JSONB)))
        .where(ModuleCompletion.patient_id == Patient.id, ModuleCompletion.passed)
        .correlate(Patient)
        .scalar_subquery()
    )


def _all_modules() -> ColumnElement[bool]:
    known = tuple_(ModuleCompletion.module, ModuleCompletion.edition)
    passed = (
        select(func.count(func.distinct(ModuleCompletion.module)))
        .where(
            ModuleCompletion.patient_id == Patient.id,
            ModuleCompletion.passed,
            known.in_(sorted(CURRENT)),
        )
        .correlate(Patient)
        .scalar_subquery()
    )
    return passed == len(CURRENT)
