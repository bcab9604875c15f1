"""Who stops the next dose, and who lets it go on? Anyone may stop; only a prescriber lets go."""

from uuid import UUID

from sqlalchemy import select

from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Hold
from models.people.patients import Patient
from models.platform.base import new_id
from rules.permissions import Permission
from rules.terms import HoldSource, Role, SubjectKind
from workflows.people import safety_version
from workflows.plan.authority import refuse_without_licence
from workflows.plan.plan_facts import local_today
from workflows.platform import access, notifications
from workflows.platform.errors import NotFound, RecordForbids
from workflows.platform.work import Work, command, reading, record

CODE = "care_team_hold"
PAGE = 100
_SOURCE_OF = (
    (Role.PRESCRIBER, HoldSource.PRESCRIBER),
    (Role.SAFETY_OFFICER, HoldSource.SAFETY_OFFICER),
    (Role.COACH, HoldSource.COACH),
    (Role.SITTER, HoldSource.SITTER),
    (Role.PATIENT, HoldSource.PATIENT),
)


def place(
    work: Work,
    source: HoldSource,
    code: str,
    subject: tuple[SubjectKind, UUID],
    words: str | None = None,
) -> Hold:
    """Stop the next dose of the patient at hand; an open hold of the same kind stands."""
    if work.subject is None:
        raise NotFound
    standing = work.session.scalar(
        select(Hold).where(
            Hold.patient_id == work.subject,
            Hold.source == source,
            Hold.code == code,
            Hold.subject_id == subject[1],
            Hold.released_at.is_(None),
        )
    )
    if standing is not None and words is None:
        return standing
    hold = Hold(
        id=new_id(),
        patient_id=work.subject,
        source=source,
        code=code,
        subject_type=subject[0],
        subject_id=subject[1],
        words=words,
        placed_by=work.actor.user_id,
        placed_at=work.now,
    )
    work.session.add(hold)
    work.session.flush()
    safety_version.rise(work, work.subject)
    return hold


@record(permit=Permission.PLACE_HOLD, audit="hold.placed", once=True)
def place_hold(work: Work, patient_id: UUID, words: str | None) -> Hold:
    """Stop the next dose, in one tap and without giving a reason."""
    patient = access.patient(work, patient_id, lock=True)
    return _stop(work, (SubjectKind.PATIENT, patient.id), words)


@record(permit=Permission.PLACE_HOLD, audit="hold.placed", once=True)
def place_hold_in_session(work: Work, dose_session_id: UUID, words: str | None) -> Hold:
    """Stop the dose of one session, from whoever is in it."""
    dose_session = access.dose_session(work, dose_session_id, lock=True)
    return _stop(work, (SubjectKind.DOSE_SESSION, dose_session.id), words)


@command(permit=Permission.RELEASE_HOLD, audit="hold.released", once=True)
def release_hold(work: Work, hold_id: UUID, rationale: str) -> Hold:
    """Let the next dose go on, with a reason and a licence there; nobody does so for themselves."""
    hold = access.record(work, Hold, hold_id, lock=True)
    if hold.released_at is not None:
        raise RecordForbids(code="hold_already_released")
    patient = work.session.scalars(select(Patient).where(Patient.id == hold.patient_id)).one()
    _refuse_own_record(work, hold.patient_id)
    _refuse_untriaged(work, hold)
    refuse_without_licence(work, patient.state, local_today(work, patient))
    hold.released_at = work.now
    hold.released_by = work.actor.user_id
    hold.release_rationale = rationale
    safety_version.rise(work, hold.patient_id)
    return hold


@reading(permit=Permission.READ_HOLDS, audit="hold.listed")
def read_holds(work: Work, patient_id: UUID) -> list[Hold]:
    """List what holds or held a patient's next dose, newest first."""
    patient = access.patient(work, patient_id)
    query = (
        select(Hold)
        .where(Hold.patient_id == patient.id)
        .order_by(Hold.placed_at.desc(), Hold.id.desc())
        .limit(PAGE)
    )
    return list(work.session.scalars(query))


def _stop(work: Work, subject: tuple[SubjectKind, UUID], words: str | None) -> Hold:
    hold = place(work, _source(work), CODE, subject, words)
    notifications.tell_care_team(work, Role.PRESCRIBER, "hold_placed", subject=subject)
    return hold


def _source(work: Work) -> HoldSource:
    for role, source in _SOURCE_OF:
        if role in work.actor.roles:
            return source
    return HoldSource.SYSTEM


def _refuse_own_record(work: Work, patient_id: UUID) -> None:
    mine = select(Patient.id).where(Patient.id == patient_id, Patient.user_id == work.actor.user_id)
    if work.session.scalar(mine) is not None:
        raise RecordForbids(code="own_record")


def _refuse_untriaged(work: Work, hold: Hold) -> None:
    """Keep a hold for harm until somebody has looked at the harm itself."""
    if hold.subject_type is not SubjectKind.ADVERSE_EVENT:
        return
    waiting = select(AdverseEvent.id).where(
        AdverseEvent.id == hold.subject_id, AdverseEvent.triaged_at.is_(None)
    )
    if work.session.scalar(waiting) is not None:
        raise RecordForbids(code="open_adverse_event")
