"""Which harm was reported, who looked at it, and may treatment go on? No report is ever refused."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from models.oversight.adverse_events import (
    AdverseEvent,
    AdverseEventAddition,
    AdverseEventAssessment,
)
from models.people.patients import Patient
from models.platform import data_keys
from models.platform.base import new_id
from rules.oversight import adverse_events as rules
from rules.permissions import Permission
from rules.states import may_move
from rules.terms import (
    AdverseEventState,
    DeadlineKind,
    Role,
    Seriousness,
    Severity,
    SubjectKind,
)
from workflows.oversight import harm_clock, harm_effects, harm_reports
from workflows.oversight.harm_reports import HarmReport, Meant
from workflows.oversight.harm_weighing import weighed
from workflows.people import safety_version
from workflows.platform import access, calls, deadlines, notifications
from workflows.platform.errors import InvalidContent, NotNow, RecordForbids
from workflows.platform.work import Work, command, note_each_patient, reading, record

LONGEST_STORY, GOES_ON = 20_000, " …"
TRIAGE_ANSWERS = ("harm_reported_live", "harm_reported", "harm_triage_overdue")


@dataclass(frozen=True, slots=True)
class Judged:
    """One clinician's judgement of an event."""

    criteria: dict[Seriousness, bool | None]
    severity: Severity
    content: dict[str, Any]


@record(permit=Permission.REPORT_HARM, audit="adverse_event.reported", once=True)
def report(work: Work, told: HarmReport) -> AdverseEvent:
    """Keep a report of harm, whoever brings it and however little is in it; then act on it."""
    found = harm_reports.meant(work, told)
    work.subject = found.patient.id if found.patient else None
    return keep(work, told, found)


def keep(work: Work, told: HarmReport, found: Meant) -> AdverseEvent:
    """Write a report and act on it; a step, also for harm that is told in passing."""
    signals = harm_reports.signals_of(work, told, found.patient)
    known, patient = work.actor.user_id is not None, found.patient
    event = AdverseEvent(
        id=new_id(),
        patient_id=patient.id if patient else None,
        dose_session_id=found.dose_session_id,
        office_session_id=found.office_session_id,
        reporter_id=work.actor.user_id,
        reporter_verified=found.verified,
        reporter_role=",".join(sorted(work.actor.roles)) if known else "",
        own_words=_shown(told.own_words),
        report={**told.raw, "signals": [signal.value for signal in signals]},
        serious=True if rules.reviewed_as_serious(_all_no(told), signals) else None,
        severity_grade=told.severity.grade if told.severity else None,
        incomplete_icsr=not (patient and known and told.own_words),
        aware_at=work.now,
        triage_due_at=rules.triage_due(work.now, session_live=found.live, limits=work.limits),
    )
    harm_clock.start(event, patient, told.criteria, work.limits)
    work.session.add(event)
    work.session.flush()
    _expect_triage(work, event)
    if patient is not None:
        harm_effects.hold_next_dose(work, patient, event, signals)
    harm_effects.call_people(work, event, live=found.live)
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
    event = _mine_to_judge(work, adverse_event_id)
    _move(event, AdverseEventState.TRIAGED)
    if patient_id is not None:
        _give_to(work, event, patient_id)
    event.triaged_at, event.triaged_by = work.now, work.actor.user_id
    _take_over(work, event, judged)
    work.session.flush()
    deadlines.settle(work, event.id, DeadlineKind.AE_TRIAGE)
    calls.answered(work, event.id, *TRIAGE_ANSWERS)
    _hold_or_let_go(work, event, judged)
    return event


@command(permit=Permission.ASSESS_HARM, audit="adverse_event.assessed", once=True)
def assess(work: Work, adverse_event_id: UUID, judged: Judged) -> AdverseEventAssessment:
    """Judge seriousness, severity and cause; every judgement is kept, the newest counts."""
    event = _mine_to_judge(work, adverse_event_id)
    if event.triaged_at is None:
        raise NotNow(event.state, allowed=(AdverseEventState.TRIAGED,))
    if event.state is not AdverseEventState.ASSESSED:
        _move(event, AdverseEventState.ASSESSED)
    waited = _waits_for_prescriber(event)
    _take_over(work, event, judged)
    assessment = _numbered(work, event, judged)
    work.session.add(assessment)
    work.session.flush()
    if _waits_for_prescriber(event) and not waited:
        _hold(work, event)
    _bump(work, event)
    return assessment


@command(permit=Permission.ASSESS_HARM, audit="adverse_event.closed", once=True)
def close(work: Work, adverse_event_id: UUID) -> AdverseEvent:
    """Close an event that was assessed; a hold on the next dose is a prescriber's to release."""
    event = _mine_to_judge(work, adverse_event_id)
    _move(event, AdverseEventState.CLOSED)
    event.closed_at = work.now
    return event


@command(permit=Permission.ASSESS_HARM, audit="adverse_event.reopened", once=True)
def reopen(work: Work, adverse_event_id: UUID) -> AdverseEvent:
    """Look at a closed event again: it holds again, and what was judged before stays."""
    event = _mine_to_judge(work, adverse_event_id)
    if event.state is not AdverseEventState.CLOSED:
        raise NotNow(event.state, allowed=(AdverseEventState.CLOSED,))
    _move(event, AdverseEventState.UNDER_ASSESSMENT)
    event.closed_at = None
    work.session.flush()
    _hold(work, event)
    return event


@reading(permit=Permission.READ_HARM, audit="adverse_event.read")
def read_one(work: Work, adverse_event_id: UUID) -> AdverseEvent:
    """Read one report."""
    return access.adverse_event(work, adverse_event_id)


@reading(permit=Permission.READ_HARM, audit="adverse_event.listed")
def read_all(work: Work, before: tuple[datetime, UUID] | None, most: int) -> list[AdverseEvent]:
    """List the reports that this person may see, newest first."""
    keeps_register = Role.SAFETY_OFFICER in work.actor.roles
    query = (
        select(AdverseEvent)
        .outerjoin(Patient, Patient.id == AdverseEvent.patient_id)
        .where(data_keys.readable(AdverseEvent.patient_id))
    )
    if not keeps_register:
        query = query.where(access.sees_harm(work))
    if before is not None:
        at, last = before
        earlier = (AdverseEvent.aware_at == at) & (AdverseEvent.id < last)
        query = query.where((AdverseEvent.aware_at < at) | earlier)
    ordered = query.order_by(AdverseEvent.aware_at.desc(), AdverseEvent.id.desc())
    found = list(work.session.scalars(ordered.limit(most + 1)))
    note_each_patient(work, [row.patient_id for row in found[:most] if row.patient_id])
    return found


def _shown(words: str | None) -> str | None:
    """Show the beginning of a very long story; all of it is in what was sent, or in the note."""
    if words is None or len(words) <= LONGEST_STORY:
        return words
    return words[: LONGEST_STORY - len(GOES_ON)] + GOES_ON


def _all_no(told: HarmReport) -> dict[Seriousness, bool | None]:
    """Read silence as no here only: a report is serious at once when somebody says so."""
    return {criterion: bool(told.criteria.get(criterion)) for criterion in Seriousness}


def _expect_triage(work: Work, event: AdverseEvent) -> None:
    deadlines.set_due(
        work,
        DeadlineKind.AE_TRIAGE,
        subject_type=SubjectKind.ADVERSE_EVENT,
        subject_id=event.id,
        due_at=event.triage_due_at,
    )


def _mine_to_judge(work: Work, adverse_event_id: UUID) -> AdverseEvent:
    """Load and lock a report that this clinician may judge; nobody judges their own harm."""
    event = access.adverse_event(work, adverse_event_id, lock=True)
    own = select(Patient.id).where(
        Patient.id == event.patient_id, Patient.user_id == work.actor.user_id
    )
    if work.session.scalar(own) is not None:
        raise RecordForbids(code="own_record")
    return event


def _give_to(work: Work, event: AdverseEvent, patient_id: UUID) -> None:
    """Say whose report it is, once and for good; the register's keeper knows every patient."""
    if event.patient_id not in (None, patient_id):
        raise RecordForbids(code="report_has_patient")
    if Role.SAFETY_OFFICER not in work.actor.roles:
        access.patient(work, patient_id, lock=True)
    elif harm_reports.locked(work, patient_id) is None:
        raise InvalidContent(errors={"patient_id": ["There is no such patient."]})
    event.patient_id = work.subject = patient_id


def _take_over(work: Work, event: AdverseEvent, judged: Judged) -> None:
    signals = harm_reports.kept_signals(event)
    event.serious = rules.reviewed_as_serious(judged.criteria, signals)
    event.severity_grade = judged.severity.grade
    harm_clock.judged(event, judged.criteria, work.limits)


def _numbered(work: Work, event: AdverseEvent, judged: Judged) -> AdverseEventAssessment:
    before = select(func.count()).where(AdverseEventAssessment.adverse_event_id == event.id)
    return AdverseEventAssessment(
        id=new_id(),
        adverse_event_id=event.id,
        number=(work.session.scalar(before) or 0) + 1,
        content=weighed(judged.content, judged.severity, work.limits, serious=bool(event.serious)),
        serious=bool(event.serious),
        severity_grade=judged.severity.grade,
        assessed_by=work.actor.person,
        assessed_at=work.now,
    )


def _hold_or_let_go(work: Work, event: AdverseEvent, judged: Judged) -> None:
    signals = harm_reports.kept_signals(event)
    found = rules.hold_for(judged.severity, judged.criteria, signals, triaged=True)
    if found.prescriber_must_release:
        _hold(work, event)
    else:
        harm_effects.let_go(work, event, "Triaged: neither serious nor severe.")
    _bump(work, event)


def _waits_for_prescriber(event: AdverseEvent) -> bool:
    return bool(event.serious) or (event.severity_grade or 0) >= Severity.SEVERE.grade


def _hold(work: Work, event: AdverseEvent) -> None:
    patient = harm_reports.locked(work, event.patient_id) if event.patient_id else None
    if patient is not None:
        harm_effects.hold_next_dose(work, patient, event, harm_reports.kept_signals(event))


def _move(event: AdverseEvent, to: AdverseEventState) -> None:
    if not may_move(event.state, to):
        raise NotNow(event.state)
    event.state = to


def _bump(work: Work, event: AdverseEvent) -> None:
    if event.patient_id is not None:
        safety_version.rise(work, event.patient_id)
