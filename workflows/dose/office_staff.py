"""Who may watch a dose at a site of ours, and whose sessions does the staff see?"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, tuple_

from models.dose.office_sessions import OfficeSession
from models.people.accounts import RoleGrant
from models.people.patients import Patient
from models.plan.catalogue import SiteStaff
from models.platform import data_keys
from rules.permissions import Permission
from rules.terms import Role
from workflows.platform import access
from workflows.platform.errors import InvalidContent, RecordForbids
from workflows.platform.work import Work, note_each_patient, reading

PAGE = 50
_NOT_KNOWN = "Is not known here in this role."
Place = tuple[datetime, UUID]


@reading(permit=Permission.READ_OFFICE_SESSION, audit="office_session.read")
def read_one(work: Work, office_session_id: UUID) -> OfficeSession:
    """Read one office session."""
    return access.office_session(work, office_session_id)


@reading(permit=Permission.READ_OFFICE_SESSION, audit="office_session.listed")
def of_patient(
    work: Work, patient_id: UUID, after: Place | None = None, most: int = PAGE
) -> list[OfficeSession]:
    """List a patient's office sessions, newest first; staff see those of their own site."""
    patient = access.patient(work, patient_id)
    return _listed(work, OfficeSession.patient_id == patient.id, after, most)


@reading(permit=Permission.RUN_OFFICE_SESSION, audit="office_session.listed")
def of_site(
    work: Work, site_id: UUID, after: Place | None = None, most: int = PAGE
) -> list[OfficeSession]:
    """List the sessions of the acting person's own site, newest first."""
    access.see(work, None)
    found = _listed(work, OfficeSession.site_id == access.site(work, site_id), after, most)
    note_each_patient(work, [row.patient_id for row in found[:most]])
    return found


def refuse_strangers(
    work: Work, session: OfficeSession, prescriber_id: UUID | None, observer_id: UUID | None
) -> None:
    """Take as observer only who works at the site, as prescriber only who is one; no patient."""
    observer = exists().where(
        SiteStaff.user_id == observer_id,
        SiteStaff.site_id == session.site_id,
        SiteStaff.ended_at.is_(None),
    )
    prescriber = exists().where(
        RoleGrant.user_id == prescriber_id,
        RoleGrant.role == Role.PRESCRIBER,
        RoleGrant.ended_at.is_(None),
    )
    own = exists().where(
        Patient.id == session.patient_id, Patient.user_id.in_((observer_id, prescriber_id))
    )
    watches, prescribes, themselves = work.session.execute(select(observer, prescriber, own)).one()
    if themselves:
        raise RecordForbids(code="own_record")
    if observer_id is not None and not watches:
        raise InvalidContent(errors={"observer_id": [_NOT_KNOWN]})
    if prescriber_id is not None and not prescribes:
        raise InvalidContent(errors={"prescriber_id": [_NOT_KNOWN]})


def refuse_own_record(work: Work, patient_id: UUID) -> None:
    """Refuse to treat oneself."""
    own = exists().where(Patient.id == patient_id, Patient.user_id == work.actor.user_id)
    if work.session.scalar(select(own)):
        raise RecordForbids(code="own_record")


def _listed(
    work: Work, which: ColumnElement[bool], after: Place | None, most: int
) -> list[OfficeSession]:
    query = (
        select(OfficeSession)
        .join(Patient, Patient.id == OfficeSession.patient_id)
        .where(which, access.sees_office_session(work), data_keys.readable(Patient.id))
        .order_by(OfficeSession.scheduled_at.desc(), OfficeSession.id.desc())
        .limit(most + 1)
    )
    if after is not None:
        place = tuple_(OfficeSession.scheduled_at, OfficeSession.id)
        query = query.where(place < tuple_(*after))
    return list(work.session.scalars(query))
