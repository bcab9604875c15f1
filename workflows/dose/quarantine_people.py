"""Whom is it about, what somebody wrote down who is out? Only those with whom they had to do."""

from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select

from models.aftercare.aftercare import FollowUp
from models.dose.dose_sessions import DoseSession
from models.dose.office_sessions import OfficeSession
from models.oversight.adverse_events import AdverseEvent
from models.people.accounts import LoginSession, RoleGrant
from models.people.patients import CareTeamMember, Patient, Sitter
from models.platform import data_keys
from rules.terms import Role
from workflows.platform.work import Work

_NAMES_A_PATIENT = (DoseSession, OfficeSession, FollowUp, AdverseEvent)


def about_whom(work: Work, user_id: UUID, named: Iterable[UUID]) -> UUID | None:
    """Find the patient: by what is named, else themselves, else the only one they sat for.

    The name of somebody they never had to do with, or who was erased, counts for nothing.
    """
    ids = list(named)
    near = select(Patient.id).where(_had_to_do(user_id), data_keys.readable(Patient.id))
    for table in _NAMES_A_PATIENT if ids else ():
        query = near.where(exists().where(table.id.in_(ids), table.patient_id == Patient.id))
        if (found := work.session.scalar(query.limit(1))) is not None:
            return found
    if ids and (found := work.session.scalar(near.where(Patient.id.in_(ids)).limit(1))):
        return found
    own = work.session.scalar(near.where(Patient.user_id == user_id))
    return own or _only_one(work, user_id)


def roles_then(work: Work, login_id: UUID) -> frozenset[Role]:
    """Give the roles that somebody held while this sign-in lasted, whatever they hold now."""
    login = work.session.scalars(select(LoginSession).where(LoginSession.id == login_id)).one()
    ended = login.revoked_at or min(login.expires_at, work.now)
    return frozenset(
        work.session.scalars(
            select(RoleGrant.role).where(
                RoleGrant.user_id == login.user_id,
                RoleGrant.granted_at <= ended,
                or_(RoleGrant.ended_at.is_(None), RoleGrant.ended_at >= login.started_at),
            )
        )
    )


def _had_to_do(user_id: UUID) -> ColumnElement[bool]:
    """Give the condition on `patient`: this person is it, or cared or sat for them at any time."""
    return or_(
        Patient.user_id == user_id,
        exists().where(CareTeamMember.patient_id == Patient.id, CareTeamMember.user_id == user_id),
        exists().where(Sitter.patient_id == Patient.id, Sitter.user_id == user_id),
        exists().where(DoseSession.patient_id == Patient.id, DoseSession.sitter_user_id == user_id),
    )


def _only_one(work: Work, user_id: UUID) -> UUID | None:
    """A sitter of one person spoke of that person; of two, nobody can tell."""
    theirs = select(Sitter.patient_id).where(Sitter.user_id == user_id).distinct().limit(2)
    found = work.session.scalars(theirs).all()
    if len(found) != 1:
        return None
    kept = select(Patient.id).where(Patient.id == found[0], data_keys.readable(Patient.id))
    return work.session.scalar(kept)
