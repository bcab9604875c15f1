"""Is this decision made while a dose may still act? Then it waits, and the answer says until when.

Asked in the transaction of the act, after its patient is locked: a dose that is being started, or
told of late, is either seen or comes after.
"""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Row, Select, func, or_, select, true

from models.dose.dose_sessions import WATCHED_STATES, DoseSession
from models.dose.office_sessions import WATCHED_AT_SITE, OfficeSession
from models.dose.predose import Clearance, DoseTaken
from models.people.patients import Patient
from models.plan.catalogue import CertifiedSite
from rules.access import policy
from rules.access.impaired import PASSES
from rules.dose.impaired import Effect, Window, impaired_window
from rules.terms import Role, SessionState
from workflows.platform.errors import ImpairedWindow

if TYPE_CHECKING:
    from workflows.platform.work import Work

Doses = Select[datetime, str, datetime | None, bool]  # when, by which clock, told until, watched
_A_DAY = timedelta(days=1)  # the morning after lies at most so much behind the hours to wait
WAIT = (
    "You took a dose, and it may still act on you. This has to wait. You can always tell us how you"
    " are, call for help, stop, or take your consent back."
)


def refuse_deciding(work: "Work") -> None:
    """Refuse what binds the acting patient for longer than the night (a step of every command)."""
    user_id = work.actor.user_id
    if user_id is None or Role.PATIENT not in work.actor.roles or not _waits(work):
        return
    mine = select(Patient.id).where(Patient.user_id == user_id).with_for_update(key_share=True)
    patient_id = work.session.scalar(mine)
    if patient_id is not None:
        _refuse(work, patient_id)


def refuse_about(work: "Work", patient_id: UUID) -> None:
    """Refuse what this patient would have to agree to, whoever asks (a step; lock them first)."""
    _refuse(work, patient_id)


def window_of(work: "Work", patient_id: UUID) -> Window:
    """Say whether a dose may still act on this patient, and until when."""
    effects = [_effect(row) for row in work.session.execute(_doses(work, patient_id))]
    return impaired_window(effects, work.now, work.limits)


def _waits(work: "Work") -> bool:
    """What the table does not know waits too, if it is the kind of act that a patient may do."""
    if work.permit is None or work.action in PASSES:
        return False
    return bool(policy.relations(work.permit, Role.PATIENT))


def _refuse(work: "Work", patient_id: UUID) -> None:
    found = window_of(work, patient_id)
    if not found.closed:
        return
    work.subject = patient_id
    if found.opens_at is None:
        raise ImpairedWindow(WAIT)
    raise ImpairedWindow(WAIT, retry_at=found.opens_at)


def _effect(row: Row[Any]) -> Effect:
    return Effect(
        taken_at=row.taken_at,
        zone=_zone(row.zone),
        told_until=row.no_driving_until,
        watch_is_over=row.over,
    )


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None


def _doses(work: "Work", patient_id: UUID) -> Select[Any]:
    """Give every dose that may still act: told of, being watched, or given at a site of ours."""
    every = _told(work, patient_id).union_all(_watched(patient_id), _given(work, patient_id))
    return select(*every.subquery().columns)


def _told(work: "Work", patient_id: UUID) -> Doses:
    """What anybody said was taken, cleared or not, in a session of ours or in none."""
    lately = work.now - work.limits.no_driving - _A_DAY
    return (
        select(
            DoseTaken.taken_at,
            func.coalesce(DoseSession.time_zone, Patient.time_zone).label("zone"),
            DoseTaken.no_driving_until,
            true().label("over"),
        )
        .join(Patient, Patient.id == DoseTaken.patient_id)
        .outerjoin(DoseSession, DoseSession.id == DoseTaken.dose_session_id)
        .where(
            DoseTaken.patient_id == patient_id,
            or_(DoseTaken.taken_at > lately, DoseTaken.no_driving_until > work.now),
        )
    )


def _watched(patient_id: UUID) -> Doses:
    """A watch that goes on; and a clearance after which nobody said whether it was taken."""
    cleared_until = (
        select(func.max(Clearance.expires_at))
        .where(Clearance.dose_session_id == DoseSession.id)
        .correlate(DoseSession)
        .scalar_subquery()
    )
    taken_at = func.coalesce(DoseSession.dosed_at, cleared_until)
    return select(
        taken_at,
        DoseSession.time_zone,
        DoseSession.no_driving_until,
        DoseSession.state.not_in(WATCHED_STATES),
    ).where(
        DoseSession.patient_id == patient_id,
        DoseSession.state.in_((*WATCHED_STATES, SessionState.UNACCOUNTED)),
        taken_at.is_not(None),
    )


def _given(work: "Work", patient_id: UUID) -> Doses:
    """What a site gave: without an end until the patient is discharged."""
    last = func.coalesce(OfficeSession.last_device_at, OfficeSession.first_device_at)
    lately = work.now - work.limits.no_driving - _A_DAY
    return (
        select(
            last,
            CertifiedSite.time_zone,
            OfficeSession.no_driving_until,
            OfficeSession.state.not_in(WATCHED_AT_SITE),
        )
        .join(CertifiedSite, CertifiedSite.id == OfficeSession.site_id)
        .where(
            OfficeSession.patient_id == patient_id,
            or_(
                OfficeSession.state.in_(WATCHED_AT_SITE),
                last > lately,
                OfficeSession.no_driving_until > work.now,
            ),
        )
    )
