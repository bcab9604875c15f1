"""Which harm was reported, who looked at it, and may treatment go on? No report is ever refused."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select

from models.dose.dose_sessions import ACTIVE_STATES, DoseSession
from models.oversight.adverse_events import (
    AdverseEvent,
    AdverseEventAddition,
    AdverseEventAssessment,
)
from models.people.patients import Patient
from models.platform.base import new_id
from rules import adverse_events as rules
from rules.permissions import Permission
from rules.states import may_move
from rules.terms import (
    AdverseEventState,
    DeadlineKind,
    HarmSignal,
    Role,
    Seriousness,
    Severity,
    SubjectKind,
)
from workflows.oversight import escalations, harm_effects
from workflows.people import safety_version
from workflows.platform import access, deadlines, notifications
from workflows.platform.errors import NotFound, NotNow
from workflows.platform.work import Work, command, note_each_patient, reading, record

PAGE = 50
LIVE_CODES = ("harm_reported_live", "harm_reported")


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


@dataclass(frozen=True, slots=True)
class Judged:
    """One clinician's judgement of an event."""

    criteria: dict[Seriousness, bool | None]
    severity: Severity
    content: dict[str, Any]


@record(permit=Permission.REPORT_HARM, audit="adverse_event.reported", once=True)
def report(work: Work, told: HarmReport) -> AdverseEvent:
    """Keep a report of harm, whoever brings it and however little is in it; then act on it."""
    patient = _patient_meant(work, told)
    work.subject = patient.id if patient else None
    return keep(work, told, patient, _session_meant(work, told, patient))


def keep(
    work: Work, told: HarmReport, patient: Patient | None, live: DoseSession | None
) -> AdverseEvent:
    """Write a report and act on it; a step, also for harm that is told in passing."""
    event = AdverseEvent(
        id=new_id(),
        patient_id=work.subject,
        dose_session_id=live.id if live else None,
        reporter_id=work.actor.user_id,
        reporter_verified=work.actor.user_id is not None,
        reporter_role=",".join(sorted(work.actor.roles)),
        own_words=told.own_words,
        report=told.raw,
        serious=True if rules.reviewed_as_serious(_all_no(told), told.signals) else None,
        severity_grade=told.severity.grade if told.severity else None,
        incomplete_icsr=patient is None or not told.own_words,
        aware_at=work.now,
        triage_due_at=rules.triage_due(work.now, session_live=_is_live(live)),
    )
    work.session.add(event)
    work.session.flush()
    deadlines.set_due(
        work,
        DeadlineKind.AE_TRIAGE,
        subject_type=SubjectKind.ADVERSE_EVENT,
        subject_id=event.id,
        due_at=event.triage_due_at,
    )
    if patient is not None:
        harm_effects.hold_next_dose(work, patient, event)
    harm_effects.call_people(work, event, live=_is_live(live))
    return event


@record(permit=Permission.REPORT_HARM, audit="adverse_event.added_to", once=True)
def add(work: Work, adverse_event_id: UUID, content: dict[str, Any]) -> AdverseEventAddition:
    """Keep more about an event, from whoever knows more."""
    event = access.adverse_event(work, adverse_event_id)
    addition = AdverseEventAddition(
        id=new_id(),
        adverse_event_id=event.id,
        content=content,
        added_by=work.actor.user_id,
        added_at=work.now,
    )
    work.session.add(addition)
    notifications.tell_everybody_with(
        work, Role.SAFETY_OFFICER, "report_added_to", subject=(SubjectKind.ADVERSE_EVENT, event.id)
    )
    return addition


@command(permit=Permission.TRIAGE_HARM, audit="adverse_event.triaged", once=True)
def triage(
    work: Work, adverse_event_id: UUID, judged: Judged, patient_id: UUID | None = None
) -> AdverseEvent:
    """Look at a report for the first time; a mild one then holds nothing any more."""
    event = access.adverse_event(work, adverse_event_id, lock=True)
    _move(event, AdverseEventState.TRIAGED)
    if event.patient_id is None and patient_id is not None:
        event.patient_id = work.subject = patient_id
    event.triaged_at, event.triaged_by = work.now, work.actor.user_id
    _take_over(event, judged)
    deadlines.settle(work, event.id, DeadlineKind.AE_TRIAGE)
    escalations.answered(work, event.id, *LIVE_CODES)
    hold = rules.hold_for(judged.severity, judged.criteria, _signals(event), triaged=True)
    if not hold.prescriber_must_release:
        harm_effects.let_go(work, event, "Triaged: neither serious nor severe.")
    _bump(work, event)
    return event


@command(permit=Permission.ASSESS_HARM, audit="adverse_event.assessed", once=True)
def assess(work: Work, adverse_event_id: UUID, judged: Judged) -> AdverseEventAssessment:
    """Judge seriousness, severity and cause; every judgement is kept, the newest counts."""
    event = access.adverse_event(work, adverse_event_id, lock=True)
    if event.triaged_at is None:
        raise NotNow(event.state, allowed=(AdverseEventState.TRIAGED,))
    if event.state is not AdverseEventState.ASSESSED:
        _move(event, AdverseEventState.ASSESSED)
    _take_over(event, judged)
    number = work.session.scalar(
        select(func.count()).where(AdverseEventAssessment.adverse_event_id == event.id)
    )
    assessment = AdverseEventAssessment(
        id=new_id(),
        adverse_event_id=event.id,
        number=(number or 0) + 1,
        content=judged.content,
        serious=bool(event.serious),
        severity_grade=judged.severity.grade,
        assessed_by=work.actor.user_id or UUID(int=0),
        assessed_at=work.now,
    )
    work.session.add(assessment)
    _bump(work, event)
    return assessment


@command(permit=Permission.ASSESS_HARM, audit="adverse_event.closed", once=True)
def close(work: Work, adverse_event_id: UUID) -> AdverseEvent:
    """Close an event that was assessed; a hold on the next dose is a prescriber's to release."""
    event = access.adverse_event(work, adverse_event_id, lock=True)
    _move(event, AdverseEventState.CLOSED)
    event.closed_at = work.now
    return event


@command(permit=Permission.ASSESS_HARM, audit="adverse_event.reopened", once=True)
def reopen(work: Work, adverse_event_id: UUID) -> AdverseEvent:
    """Look at a closed event again; what was judged before stays."""
    event = access.adverse_event(work, adverse_event_id, lock=True)
    if event.state is not AdverseEventState.CLOSED:
        raise NotNow(event.state, allowed=(AdverseEventState.CLOSED,))
    _move(event, AdverseEventState.UNDER_ASSESSMENT)
    event.closed_at = None
    patient = _locked(work, event.patient_id) if event.patient_id else None
    if patient is not None:
        harm_effects.hold_next_dose(work, patient, event)
    return event


@reading(permit=Permission.READ_HARM, audit="adverse_event.read")
def read_one(work: Work, adverse_event_id: UUID) -> AdverseEvent:
    """Read one report."""
    return access.adverse_event(work, adverse_event_id)


@reading(permit=Permission.READ_HARM, audit="adverse_event.listed")
def read_all(work: Work, before: tuple[datetime, UUID] | None, most: int) -> list[AdverseEvent]:
    """List the reports that this person may see, newest first."""
    keeps_register = Role.SAFETY_OFFICER in work.actor.roles
    mine = or_(access.reach(work), AdverseEvent.reporter_id == work.actor.user_id)
    query = select(AdverseEvent).outerjoin(Patient, Patient.id == AdverseEvent.patient_id)
    if not keeps_register:
        query = query.where(mine)
    if before is not None:
        at, last = before
        earlier = (AdverseEvent.aware_at == at) & (AdverseEvent.id < last)
        query = query.where((AdverseEvent.aware_at < at) | earlier)
    ordered = query.order_by(AdverseEvent.aware_at.desc(), AdverseEvent.id.desc())
    found = list(work.session.scalars(ordered.limit(most + 1)))
    note_each_patient(work, [row.patient_id for row in found if row.patient_id])
    return found


def _patient_meant(work: Work, told: HarmReport) -> Patient | None:
    """Find whom it is about, only as far as this person may know; a wrong id keeps nothing out."""
    work.permit = Permission.REPORT_HARM
    for look in (_by_session, _by_id, _self):
        try:
            if (found := look(work, told)) is not None:
                return found
        except NotFound:
            continue
    return None


def _by_session(work: Work, told: HarmReport) -> Patient | None:
    if told.dose_session_id is None:
        return None
    dose_session = access.dose_session(work, told.dose_session_id)
    return _locked(work, dose_session.patient_id)


def _by_id(work: Work, told: HarmReport) -> Patient | None:
    return access.patient(work, told.patient_id, lock=True) if told.patient_id else None


def _self(work: Work, told: HarmReport) -> Patient | None:  # noqa: ARG001 - one look among others
    if Role.PATIENT in work.actor.roles:
        return access.own_patient(work, lock=True)
    if Role.SITTER not in work.actor.roles:
        return None
    sat_in = select(DoseSession.patient_id).where(
        DoseSession.sitter_user_id == work.actor.user_id, DoseSession.state.in_(ACTIVE_STATES)
    )
    patient_id = work.session.scalar(sat_in.limit(1))
    return _locked(work, patient_id) if patient_id else None


def _locked(work: Work, patient_id: UUID) -> Patient | None:
    query = select(Patient).where(Patient.id == patient_id).with_for_update(key_share=True)
    return work.session.scalar(query)


def _session_meant(work: Work, told: HarmReport, patient: Patient | None) -> DoseSession | None:
    if patient is None:
        return None
    named = DoseSession.id == told.dose_session_id if told.dose_session_id else None
    under_way = DoseSession.state.in_(ACTIVE_STATES)
    return work.session.scalar(
        select(DoseSession)
        .where(DoseSession.patient_id == patient.id, under_way if named is None else named)
        .limit(1)
    )


def _is_live(dose_session: DoseSession | None) -> bool:
    return dose_session is not None and dose_session.state in ACTIVE_STATES


def _all_no(told: HarmReport) -> dict[Seriousness, bool | None]:
    """Read silence as no here only: a report is serious at once when somebody says so."""
    return {criterion: bool(told.criteria.get(criterion)) for criterion in Seriousness}


def _signals(event: AdverseEvent) -> tuple[HarmSignal, ...]:
    known = {signal.value for signal in HarmSignal}
    told = event.report.get("signals") or []
    return tuple(HarmSignal(item) for item in told if isinstance(item, str) and item in known)


def _take_over(event: AdverseEvent, judged: Judged) -> None:
    event.serious = rules.reviewed_as_serious(judged.criteria, _signals(event))
    event.severity_grade = judged.severity.grade


def _move(event: AdverseEvent, to: AdverseEventState) -> None:
    if not may_move(event.state, to):
        raise NotNow(event.state)
    event.state = to


def _bump(work: Work, event: AdverseEvent) -> None:
    if event.patient_id is not None:
        work.session.flush()
        safety_version.rise(work, event.patient_id)
