"""What does a patient ask of their record, and is it answered in time?

The record itself is never changed by it: what is put right is written anew by whoever wrote it, and
the request, its answer and the patient's own statement stay beside it.
"""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from models.people.patients import Patient
from models.people.rights import RightsRequest
from models.platform.base import new_id
from rules.permissions import Permission
from rules.terms import DeadlineKind, RequestKind, RequestOutcome, Role, SubjectKind
from workflows.people.record_parts import PARTS
from workflows.people.signing import refuse_oneself
from workflows.platform import access, calls, deadlines, notifications
from workflows.platform.errors import InvalidContent, NotFound, RecordForbids
from workflows.platform.work import Work, command, reading

PAGE = 100
DUE = {
    RequestKind.ACCESS: DeadlineKind.ACCESS_REQUEST,
    RequestKind.AMENDMENT: DeadlineKind.AMENDMENT_REQUEST,
}
OVERDUE = ("access_request_overdue", "amendment_request_overdue")
ACCEPTED, DENIED = RequestOutcome.ACCEPTED, RequestOutcome.DENIED
_TABLES = {part.name: part for part in PARTS}


@command(permit=Permission.ASK_OF_RECORD, audit="rights_request.access_asked", once=True)
def ask_access(work: Work, patient_id: UUID) -> RightsRequest:
    """Ask the house for the whole record; asking again while it is open is the same asking."""
    patient = access.patient(work, patient_id, lock=True)
    waiting = open_access(work, patient.id)
    if waiting is not None:
        return waiting
    return _asked(work, patient, RequestKind.ACCESS, work.limits.access_answered_days)


@command(permit=Permission.ASK_OF_RECORD, audit="rights_request.amendment_asked", once=True)
def ask_amendment(
    work: Work, patient_id: UUID, subject: tuple[str, UUID], words: str
) -> RightsRequest:
    """Ask for one line of one's own record to be put right."""
    patient = access.patient(work, patient_id, lock=True)
    _insist_on_line(work, patient, *subject)
    days = work.limits.amendment_answered_days
    return _asked(work, patient, RequestKind.AMENDMENT, days, subject=subject, words=words)


@command(permit=Permission.ANSWER_ABOUT_RECORD, audit="rights_request.extended", once=True)
def extend(work: Work, request_id: UUID, reason: str) -> RightsRequest:
    """Take the one extension there is, while the first time runs, and write the patient why."""
    request = _open(work, request_id)
    if request.extended_at is not None:
        raise RecordForbids("There is one extension.", code="already_extended")
    if work.now >= request.due_at:
        raise RecordForbids("It was due before.", code="extension_too_late")
    patient = access.patient(work, request.patient_id)
    more = {
        RequestKind.ACCESS: work.limits.access_extension_days,
        RequestKind.AMENDMENT: work.limits.amendment_extension_days,
    }
    request.due_at = _later(request.due_at, patient.time_zone, more[request.kind])
    request.extended_at, request.extended_by = work.now, work.actor.person
    request.extension_reason = reason
    work.session.flush()
    deadlines.settle(work, request.id)
    _expect(work, request)
    _tell_patient(work, patient.user_id, request)
    return request


@command(permit=Permission.ANSWER_ABOUT_RECORD, audit="rights_request.answered", once=True)
def answer_amendment(
    work: Work, request_id: UUID, outcome: RequestOutcome, reason: str | None = None
) -> RightsRequest:
    """Accept that something is wrong, or say why it is not; nobody answers themselves."""
    if outcome not in (ACCEPTED, DENIED):
        raise InvalidContent(errors={"outcome": ["Must be accepted or denied."]})
    if outcome is DENIED and not (reason or "").strip():
        raise InvalidContent(errors={"reason": ["Say in plain words why."]})
    request = _open(work, request_id)
    if request.kind is not RequestKind.AMENDMENT:
        raise RecordForbids("Hand the record over instead.", code="not_an_amendment")
    settle(work, request, outcome, reason)
    return request


@command(permit=Permission.ASK_OF_RECORD, audit="rights_request.disagreed", once=True)
def disagree(work: Work, request_id: UUID, words: str) -> RightsRequest:
    """Put one's own statement beside a denial; it goes wherever the line of the record goes."""
    request = access.record(work, RightsRequest, request_id, lock=True)
    if request.outcome is not DENIED:
        raise RecordForbids("Nothing was denied.", code="nothing_denied")
    if request.disagreed_at is not None:
        raise RecordForbids("Your statement is there.", code="already_disagreed")
    request.disagreement, request.disagreed_at = words, work.now
    work.session.flush()
    subject = (SubjectKind.RIGHTS_REQUEST, request.id)
    notifications.tell_care_team(work, Role.PRESCRIBER, "request_waits", subject=subject)
    return request


@reading(permit=Permission.READ_RIGHTS_REQUESTS, audit="rights_request.listed")
def of_patient(work: Work, patient_id: UUID) -> Sequence[RightsRequest]:
    """List what was asked, newest first, with every answer."""
    patient = access.patient(work, patient_id)
    query = select(RightsRequest).where(RightsRequest.patient_id == patient.id)
    newest = query.order_by(RightsRequest.asked_at.desc(), RightsRequest.id.desc())
    return work.session.scalars(newest.limit(PAGE)).all()


def open_access(work: Work, patient_id: UUID) -> RightsRequest | None:
    """Give the request for the whole record that waits, if one does (a step)."""
    query = select(RightsRequest).where(
        RightsRequest.patient_id == patient_id,
        RightsRequest.kind == RequestKind.ACCESS,
        RightsRequest.outcome.is_(None),
    )
    return work.session.scalars(query.with_for_update()).first()


def settle(
    work: Work, request: RightsRequest, outcome: RequestOutcome, reason: str | None = None
) -> None:
    """Write the answer down, and end what waited for it (a step)."""
    request.outcome, request.reason = outcome, reason
    request.answered_at, request.answered_by = work.now, work.actor.person
    work.session.flush()
    deadlines.settle(work, request.id)
    calls.answered(work, request.id, *OVERDUE)
    patient = select(Patient.user_id).where(Patient.id == request.patient_id)
    for user_id in work.session.scalars(patient):
        _tell_patient(work, user_id, request)


def _asked(
    work: Work, patient: Patient, kind: RequestKind, days: int, **told: Any
) -> RightsRequest:
    subject_type, subject_id = told.get("subject", (None, None))
    request = RightsRequest(
        id=new_id(),
        patient_id=patient.id,
        kind=kind,
        subject_type=subject_type,
        subject_id=subject_id,
        words=told.get("words"),
        asked_by=work.actor.person,
        asked_at=work.now,
        due_at=_later(work.now, patient.time_zone, days, ends_day=True),
    )
    work.session.add(request)
    work.session.flush()
    _expect(work, request)
    subject = (SubjectKind.RIGHTS_REQUEST, request.id)
    notifications.tell_care_team(work, Role.PRESCRIBER, "request_waits", subject=subject)
    return request


def _later(at: datetime, zone: str, days: int, *, ends_day: bool = False) -> datetime:
    """Count calendar days where the patient lives; a day that is due ends at its midnight."""
    local = at.astimezone(ZoneInfo(zone))
    day = local.date() + timedelta(days=days + ends_day)
    clock = time() if ends_day else local.time()
    return datetime.combine(day, clock, ZoneInfo(zone))


def _expect(work: Work, request: RightsRequest) -> None:
    deadlines.set_due(
        work,
        DUE[request.kind],
        subject_type=SubjectKind.RIGHTS_REQUEST,
        subject_id=request.id,
        due_at=request.due_at,
    )


def _open(work: Work, request_id: UUID) -> RightsRequest:
    request = access.record(work, RightsRequest, request_id, lock=True)
    refuse_oneself(work, request.asked_by)
    if request.outcome is not None:
        raise RecordForbids("It was answered.", code="already_answered")
    return request


def _insist_on_line(work: Work, patient: Patient, table: str, row_id: UUID) -> None:
    """Only a line of one's own record can be wrong in it."""
    part = _TABLES.get(table)
    if part is None:
        raise InvalidContent(errors={"subject_type": ["Is no part of a record."]})
    model: Any = part.model
    query = select(model.id).where(model.id == row_id, part.of(patient))
    if work.session.scalar(query) is None:
        raise NotFound


def _tell_patient(work: Work, user_id: UUID, request: RightsRequest) -> None:
    subject = (SubjectKind.RIGHTS_REQUEST, request.id)
    notifications.tell(work, user_id, "decision_ready", subject=subject)
