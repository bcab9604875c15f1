"""What happens when somebody presses the red button? It is kept, whatever the record says.

The instruction to act on comes from the rules, in the same answer; nothing here waits for a queue.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from models.dose.dose_sessions import ACTIVE_STATES, DoseSession, EmergencyCall
from models.oversight.holds import Hold
from models.people.patients import Patient
from models.platform.base import new_id
from rules.permissions import Permission
from rules.terms import HoldSource, Role, SessionState, SubjectKind
from workflows.dose import alarms, moments
from workflows.oversight import escalations, holds
from workflows.people import safety_version
from workflows.plan.authority import refuse_without_licence
from workflows.plan.plan_facts import local_today
from workflows.platform import access, notifications
from workflows.platform.errors import NotNow, RecordForbids
from workflows.platform.work import Work, command, reading, record

ANY = "emergency"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallForHelp:
    """What the caller has time to say; nothing of it is needed."""

    code: str = ANY
    words: str | None = None
    device_at: datetime | None = None


@record(permit=Permission.RAISE_EMERGENCY, audit="emergency.raised", once=True)
def raise_emergency(work: Work, dose_session_id: UUID, call: CallForHelp) -> EmergencyCall:
    """Call for help in a session, in whatever state it is."""
    dose_session = access.dose_session(work, dose_session_id, lock=True)
    return _raise(work, dose_session.patient_id, dose_session, call)


@record(permit=Permission.RAISE_EMERGENCY, audit="emergency.raised", once=True)
def raise_for_patient(work: Work, patient_id: UUID, call: CallForHelp) -> EmergencyCall:
    """Call for help for a patient; a session that is under way is found by itself."""
    patient = access.patient(work, patient_id, lock=True)
    under_way = work.session.scalars(
        select(DoseSession)
        .where(DoseSession.patient_id == patient.id, DoseSession.state.in_(ACTIVE_STATES))
        .with_for_update()
    ).first()
    return _raise(work, patient.id, under_way, call)


@command(permit=Permission.RELEASE_HOLD, audit="emergency.closed", once=True)
def close_emergency(work: Work, dose_session_id: UUID, rationale: str) -> DoseSession:
    """End the emergency of a session: a licensed prescriber's act, and the watch goes on."""
    dose_session = access.dose_session(work, dose_session_id, lock=True)
    whose = select(Patient).where(Patient.id == dose_session.patient_id)
    patient = work.session.scalars(whose).one()
    if patient.user_id == work.actor.user_id:
        raise RecordForbids(code="own_record")
    refuse_without_licence(work, patient.state, local_today(work, patient))
    ended = _let_go(work, dose_session, rationale)
    if dose_session.state is SessionState.EMERGENCY:
        dose_session.state = SessionState.MONITORING
    elif not ended:
        raise NotNow(dose_session.state, allowed=(SessionState.EMERGENCY,))
    safety_version.rise(work, dose_session.patient_id)
    return dose_session


@reading(permit=Permission.READ_DOSE_SESSION, audit="emergency.read")
def read_calls(work: Work, dose_session_id: UUID) -> list[EmergencyCall]:
    """Read every call for help of this session, in order."""
    dose_session = access.dose_session(work, dose_session_id)
    query = select(EmergencyCall).where(EmergencyCall.dose_session_id == dose_session.id)
    return list(work.session.scalars(query.order_by(EmergencyCall.raised_at, EmergencyCall.id)))


def is_open(work: Work, dose_session: DoseSession) -> bool:
    """Say whether an emergency of this session waits for a prescriber."""
    query = select(Hold.id).where(
        Hold.subject_id == dose_session.id,
        Hold.source == HoldSource.EMERGENCY,
        Hold.released_at.is_(None),
    )
    return work.session.scalar(query.limit(1)) is not None


def _raise(
    work: Work, patient_id: UUID, dose_session: DoseSession | None, call: CallForHelp
) -> EmergencyCall:
    kept = EmergencyCall(
        id=new_id(),
        patient_id=patient_id,
        dose_session_id=dose_session.id if dose_session else None,
        code=call.code,
        words=call.words,
        raised_by=work.actor.person,
        raised_at=moments.happened_at(work, call.device_at),
        received_at=work.now,
    )
    work.session.add(kept)
    work.session.flush()
    if dose_session is not None:
        first = not escalations.was_raised(work, call.code, dose_session.id)
        alarms.into_emergency(work, dose_session)
        if first:
            alarms.open_harm_report(work, dose_session, [call.code])
    _call_everybody(work, patient_id, dose_session, call.code)
    return kept


def _call_everybody(
    work: Work, patient_id: UUID, dose_session: DoseSession | None, code: str
) -> None:
    subject = (SubjectKind.PATIENT, patient_id)
    if dose_session is not None:
        subject = (SubjectKind.DOSE_SESSION, dose_session.id)
    holds.place(work, HoldSource.EMERGENCY, code, subject=subject)
    escalations.raise_one(work, code, subject=subject)
    notifications.tell_care_team(work, Role.PRESCRIBER, "help_was_called", subject=subject)
    notifications.tell_care_team(work, Role.COACH, "help_was_called", subject=subject)


def _let_go(work: Work, dose_session: DoseSession, rationale: str) -> int:
    ended = work.session.scalars(
        select(Hold)
        .where(
            Hold.subject_id == dose_session.id,
            Hold.source == HoldSource.EMERGENCY,
            Hold.released_at.is_(None),
        )
        .with_for_update()
    ).all()
    for hold in ended:
        hold.released_at = work.now
        hold.released_by = work.actor.user_id
        hold.release_rationale = rationale
    return len(ended)
