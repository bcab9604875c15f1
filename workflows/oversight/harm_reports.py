"""Whom is a report of harm about, and what can be understood of it? Nothing in it can be wrong."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import exists, select

from models.dose.dose_sessions import ACTIVE_STATES, DoseSession
from models.dose.office_sessions import OfficeSession
from models.oversight.adverse_events import AdverseEvent
from models.people.patients import Patient, Sitter
from models.platform.encryption import Erased
from rules.oversight.adverse_events import names_esketamine
from rules.terms import (
    HarmSignal,
    Molecule,
    OfficeState,
    Role,
    Seriousness,
    Severity,
    SitterState,
)
from workflows.platform import access
from workflows.platform.errors import NotFound
from workflows.platform.work import Work

OFFICE_LIVE = (
    OfficeState.ARRIVED,
    OfficeState.PRE_CHECKS,
    OfficeState.DOSING,
    OfficeState.MONITORING,
    OfficeState.EMERGENCY,
)


@dataclass(frozen=True, slots=True)
class HarmReport:
    """What somebody told us, as far as it could be understood; `raw` keeps all of it."""

    own_words: str | None = None
    severity: Severity | None = None
    criteria: dict[Seriousness, bool | None] = field(default_factory=dict)
    signals: tuple[HarmSignal, ...] = ()
    patient_id: UUID | None = None
    dose_session_id: UUID | None = None
    office_session_id: UUID | None = None
    happened_at: datetime | None = None
    raw: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meant:
    """Whom and which session it is about; `verified` when the reporter is known to be near."""

    patient: Patient | None = None
    verified: bool = False
    dose_session_id: UUID | None = None
    office_session_id: UUID | None = None
    live: bool = False


def meant(work: Work, told: HarmReport) -> Meant:
    """Find the patient and the session; a wrong or a strange id keeps no report out."""
    known = work.actor.user_id is not None
    near = _near(work, told)
    if near is not None:
        return about(work, told, near, verified=known)
    named, own = _named(work, told), _own(work)
    if named is not None and named != own:
        return about(work, told, locked(work, named), verified=False)
    return about(work, told, locked(work, own) if own else None, verified=known)


def about(work: Work, told: HarmReport, patient: Patient | None, *, verified: bool) -> Meant:
    """Find the session of a patient who is known; one that is under way makes the report live."""
    if patient is None:
        return Meant()
    home, office = _under_way(work, patient.id)
    return Meant(
        patient=patient,
        verified=verified,
        dose_session_id=_theirs(work, DoseSession, told.dose_session_id, patient.id) or home,
        office_session_id=_theirs(work, OfficeSession, told.office_session_id, patient.id)
        or office,
        live=home is not None or office is not None,
    )


def signals_of(work: Work, told: HarmReport, patient: Patient | None) -> tuple[HarmSignal, ...]:
    """Give the signs that were ticked, and the one that the story itself names: esketamine."""
    signal = HarmSignal.ESKETAMINE_OUTSIDE_CLINIC
    if signal in told.signals or not names_esketamine(told.own_words or ""):
        return told.signals
    if patient is not None and _had_it_from_us(work, patient.id):
        return told.signals
    return (*told.signals, signal)


def kept_signals(event: AdverseEvent) -> tuple[HarmSignal, ...]:
    """Give the signs of a report as it was kept."""
    known = {signal.value for signal in HarmSignal}
    told = event.report.get("signals")
    listed: Collection[object] = told if isinstance(told, list) else ()
    return tuple(HarmSignal(item) for item in listed if isinstance(item, str) and item in known)


def locked(work: Work, patient_id: UUID) -> Patient | None:
    """Lock a patient whom this act is about, whoever acts."""
    query = select(Patient).where(Patient.id == patient_id).with_for_update(key_share=True)
    return work.session.scalar(query.execution_options(populate_existing=True))


def _near(work: Work, told: HarmReport) -> Patient | None:
    """Find who is named among those whom the reporter has to do with."""
    for look in (_by_session, _by_office_session, _by_id):
        try:
            if (found := look(work, told)) is not None:
                return found
        except (
            NotFound,
            Erased,
        ):  # what is told about a record that was erased is kept all the same
            continue
    return None


def _by_session(work: Work, told: HarmReport) -> Patient | None:
    if told.dose_session_id is None:
        return None
    return locked(work, access.dose_session(work, told.dose_session_id).patient_id)


def _by_office_session(work: Work, told: HarmReport) -> Patient | None:
    if told.office_session_id is None:
        return None
    return locked(work, access.office_session(work, told.office_session_id).patient_id)


def _by_id(work: Work, told: HarmReport) -> Patient | None:
    if told.patient_id is None:
        return None
    try:
        return access.patient(work, told.patient_id, lock=True)
    except NotFound:  # the office takes calls for everybody, and reads nothing
        return locked(work, access.patient_unread(work, told.patient_id))


def _own(work: Work) -> UUID | None:
    """Whoever sits with somebody now speaks of them, else of themselves, else of whom they know."""
    return _sat_with(work) or _myself(work) or _only_one_known(work)


def _myself(work: Work) -> UUID | None:
    if Role.PATIENT not in work.actor.roles:
        return None
    return work.session.scalar(select(Patient.id).where(Patient.user_id == work.actor.user_id))


def _sat_with(work: Work) -> UUID | None:
    if Role.SITTER not in work.actor.roles:
        return None
    query = select(DoseSession.patient_id).where(
        DoseSession.sitter_user_id == work.actor.user_id, DoseSession.state.in_(ACTIVE_STATES)
    )
    return work.session.scalar(query.limit(1))


def _only_one_known(work: Work) -> UUID | None:
    """A sitter of one person speaks of that person; of two, nobody can tell."""
    if Role.SITTER not in work.actor.roles:
        return None
    query = select(Sitter.patient_id).where(
        Sitter.user_id == work.actor.user_id, Sitter.state == SitterState.ACCEPTED
    )
    known = work.session.scalars(query.distinct().limit(2)).all()
    return known[0] if len(known) == 1 else None


def _named(work: Work, told: HarmReport) -> UUID | None:
    """Take a stranger's word for whom it is about: it can stop a dose and shows nothing."""
    sources: tuple[tuple[Any, Any, UUID | None], ...] = (
        (DoseSession.patient_id, DoseSession.id, told.dose_session_id),
        (OfficeSession.patient_id, OfficeSession.id, told.office_session_id),
        (Patient.id, Patient.id, told.patient_id),
    )
    for whose, key, wanted in sources:
        found: UUID | None = work.session.scalar(select(whose).where(key == wanted))
        if wanted is not None and found is not None:
            return found
    return None


def _under_way(work: Work, patient_id: UUID) -> tuple[UUID | None, UUID | None]:
    home = select(DoseSession.id).where(
        DoseSession.patient_id == patient_id, DoseSession.state.in_(ACTIVE_STATES)
    )
    office = select(OfficeSession.id).where(
        OfficeSession.patient_id == patient_id, OfficeSession.state.in_(OFFICE_LIVE)
    )
    both = select(home.limit(1).scalar_subquery(), office.limit(1).scalar_subquery())
    found = work.session.execute(both).one()
    return found[0], found[1]


def _theirs(work: Work, table: Any, row_id: UUID | None, patient_id: UUID) -> UUID | None:
    if row_id is None:
        return None
    query = select(table.id).where(table.id == row_id, table.patient_id == patient_id)
    found: UUID | None = work.session.scalar(query)
    return found


def _had_it_from_us(work: Work, patient_id: UUID) -> bool:
    recent = exists().where(
        OfficeSession.patient_id == patient_id,
        OfficeSession.molecule == Molecule.ESKETAMINE,
        OfficeSession.last_device_at > work.now - work.limits.week,
    )
    return bool(work.session.scalar(select(recent)))
