"""Who is told, and by which template? No clinical word leaves the house."""

from uuid import UUID

from sqlalchemy import select

from models.people.accounts import RoleGrant
from models.people.patients import CareTeamMember
from models.platform.trail import Notification
from rules.terms import Role, SubjectKind
from workflows.platform.work import Work


def tell(
    work: Work, user_id: UUID, template: str, *, subject: tuple[SubjectKind, UUID] | None = None
) -> Notification:
    """Write that somebody is to be told, and defer the delivery in the same transaction."""
    notice = Notification(
        user_id=user_id,
        patient_id=work.subject,
        template=template,
        subject_type=subject[0] if subject else "",
        subject_id=subject[1] if subject else None,
        created_at=work.now,
    )
    work.session.add(notice)
    work.session.flush()
    work.enqueue("deliver_notification", notification_id=str(notice.id))
    return notice


def tell_care_team(
    work: Work, role: Role, template: str, *, subject: tuple[SubjectKind, UUID] | None = None
) -> None:
    """Tell everybody of this role who cares for the patient at hand."""
    people = work.session.scalars(
        select(CareTeamMember.user_id).where(
            CareTeamMember.patient_id == work.subject,
            CareTeamMember.role == role,
            CareTeamMember.ended_at.is_(None),
        )
    )
    for user_id in people:
        tell(work, user_id, template, subject=subject)


def tell_everybody_with(
    work: Work, role: Role, template: str, *, subject: tuple[SubjectKind, UUID] | None = None
) -> None:
    """Tell everybody who holds a role, such as all safety officers."""
    people = work.session.scalars(
        select(RoleGrant.user_id).where(RoleGrant.role == role, RoleGrant.ended_at.is_(None))
    )
    for user_id in people:
        tell(work, user_id, template, subject=subject)
