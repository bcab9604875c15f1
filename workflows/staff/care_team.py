"""Who of the staff cares for this patient now?"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from models.people.accounts import UserAccount
from models.people.patients import CareTeamMember, Patient
from rules.oversight.leaving import Leaving
from rules.permissions import Permission
from rules.terms import Role
from workflows.oversight import handovers
from workflows.oversight.handovers import Leaver
from workflows.people import safety_version, stays
from workflows.platform import access
from workflows.platform.errors import InvalidContent, NotFound, RecordForbids
from workflows.platform.work import Work, command, reading
from workflows.staff import leaving


@dataclass(frozen=True, slots=True)
class MemberSeen:
    """Somebody of the team, by the name patients know them by."""

    id: UUID
    user_id: UUID
    display_name: str
    role: Role
    started_at: datetime


@command(permit=Permission.ASSIGN_CARE_TEAM, audit="care_team.assigned", once=True)
def assign(work: Work, patient_id: UUID, user_id: UUID, role: Role) -> CareTeamMember:
    """Put somebody on the team, in a role they hold; nobody cares for themselves."""
    if role not in access.CARE_ROLES:
        raise InvalidContent(errors={"role": ["Is not a role of a care team."]})
    if user_id == work.actor.user_id:
        raise RecordForbids("Ask another administrator.", code="own_account")
    access.patient_unread(work, patient_id)
    own = select(Patient.id).where(Patient.id == patient_id, Patient.user_id == user_id)
    if work.session.scalar(own) is not None:
        raise RecordForbids("Nobody cares for themselves.", code="own_record")
    if role not in stays.roles_of(work, user_id):
        raise RecordForbids("This person does not hold this role.", code="role_not_held")
    member = CareTeamMember(patient_id=patient_id, user_id=user_id, role=role, started_at=work.now)
    work.session.add(member)
    handovers.taken_on(work, patient_id, role, user_id)
    safety_version.rise(work, patient_id)
    return member


@command(permit=Permission.ASSIGN_CARE_TEAM, audit="care_team.ended")
def end(work: Work, patient_id: UUID, member_id: UUID) -> CareTeamMember:
    """Take somebody off the team; the patient is out of their sight at once."""
    access.patient_unread(work, patient_id)
    member = work.session.scalars(
        select(CareTeamMember).where(
            CareTeamMember.id == member_id, CareTeamMember.patient_id == patient_id
        )
    ).first()
    if member is None:
        raise NotFound
    if member.ended_at is None:
        member.ended_at = work.now
        leaver = Leaver(member.user_id, Leaving.LEFT_TEAM)
        leaving.care(work, leaver, [patient_id], {patient_id: [member.role]})
    return member


@reading(permit=Permission.READ_PATIENT, audit="care_team.read")
def team_of(work: Work, patient_id: UUID) -> list[MemberSeen]:
    """List who cares for the patient now, longest first."""
    access.patient(work, patient_id)
    members = (
        select(CareTeamMember, UserAccount.display_name)
        .join(UserAccount, UserAccount.id == CareTeamMember.user_id)
        .where(CareTeamMember.patient_id == patient_id, CareTeamMember.ended_at.is_(None))
        .order_by(CareTeamMember.started_at, CareTeamMember.id)
        .limit(100)
    )
    return [
        MemberSeen(member.id, member.user_id, name, member.role, member.started_at)
        for member, name in work.session.execute(members)
    ]
