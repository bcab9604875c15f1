"""Who is told, and by which template? No clinical word leaves the house."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import select

from models.people.accounts import RoleGrant, UserAccount
from models.people.patients import CareTeamMember, Patient
from models.platform.base import new_id
from models.platform.trail import Notification
from rules.terms import EndingKind, Role, SubjectKind
from workflows.platform.templates import template_for
from workflows.platform.work import Work

PAGE_LEASE = timedelta(seconds=20)
"""How long the queue leaves a page to the request that wrote it; then it sends it itself."""


def tell(
    work: Work,
    user_id: UUID,
    template: str,
    *,
    subject: tuple[SubjectKind | EndingKind, UUID] | None = None,
    secret: str | None = None,
) -> Notification:
    """Write that somebody is to be told, and defer the delivery in the same transaction.

    A `secret`, such as the digits of a one-time code, is sealed with the row and goes out once.
    """
    return _write(work, user_id, template, subject, secret)


def tell_patient(
    work: Work, template: str, *, subject: tuple[SubjectKind, UUID] | None = None
) -> None:
    """Tell the patient at hand."""
    theirs = select(Patient.user_id).where(Patient.id == work.subject)
    for user_id in work.session.scalars(theirs):
        tell(work, user_id, template, subject=subject)


def tell_care_team(
    work: Work, role: Role, template: str, *, subject: tuple[SubjectKind, UUID] | None = None
) -> None:
    """Tell everybody of this role who cares for the patient at hand, and can come in."""
    people = work.session.scalars(
        select(CareTeamMember.user_id)
        .join(UserAccount, UserAccount.id == CareTeamMember.user_id)
        .where(
            CareTeamMember.patient_id == work.subject,
            CareTeamMember.role == role,
            CareTeamMember.ended_at.is_(None),
            UserAccount.disabled_at.is_(None),
        )
    )
    for user_id in people:
        tell(work, user_id, template, subject=subject)


def tell_everybody_with(
    work: Work, role: Role, template: str, *, subject: tuple[SubjectKind, UUID] | None = None
) -> None:
    """Tell everybody who holds a role, such as all safety officers."""
    for user_id in holders(work, role):
        tell(work, user_id, template, subject=subject)


def tell_emergency_contact(
    work: Work, template: str, *, subject: tuple[SubjectKind, UUID] | None = None
) -> None:
    """Tell the person whom the patient at hand named for an emergency; they have no account."""
    _write(work, None, template, subject)


def holders(work: Work, role: Role) -> list[UUID]:
    """Give everybody who holds a role now and can sign in."""
    query = (
        select(RoleGrant.user_id)
        .join(UserAccount, UserAccount.id == RoleGrant.user_id)
        .where(
            RoleGrant.role == role, RoleGrant.ended_at.is_(None), UserAccount.disabled_at.is_(None)
        )
        .order_by(RoleGrant.user_id)
    )
    return list(work.session.scalars(query))


def _write(
    work: Work,
    user_id: UUID | None,
    template: str,
    subject: tuple[SubjectKind | EndingKind, UUID] | None,
    secret: str | None = None,
) -> Notification:
    notice = Notification(
        id=new_id(),
        user_id=user_id,
        patient_id=work.subject,
        template=template,
        secret=secret,
        subject_type=subject[0] if subject else "",
        subject_id=subject[1] if subject else None,
        created_at=work.now,
    )
    if work.runtime.pager is not None and template_for(template).urgent:
        notice.paged_until = work.now + PAGE_LEASE
        work.pages.append(notice.id)
    work.session.add(notice)
    work.session.flush()
    work.enqueue("deliver_notification", notification_id=str(notice.id))
    return notice
