"""Who stops the next dose? Anyone may; `workflows.plan.hold_release` says who lets it go on."""

from uuid import UUID

from sqlalchemy import select

from models.oversight.holds import Hold
from models.platform.base import new_id
from rules.permissions import Permission
from rules.terms import HoldSource, Role, SubjectKind
from workflows.people import safety_version
from workflows.platform import access, notifications
from workflows.platform.errors import NotFound
from workflows.platform.work import Work, reading, record

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
