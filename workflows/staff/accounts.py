"""Which roles does a person hold, and may they still come in at all?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_

from models.people.accounts import RoleGrant, UserAccount
from models.people.patients import Patient
from models.plan.catalogue import CertifiedSite, SiteStaff
from models.platform import data_keys
from rules.oversight.leaving import Leaving
from rules.permissions import Permission
from rules.terms import Role
from workflows.oversight.handovers import Leaver
from workflows.people import invitations, stays
from workflows.platform.errors import InvalidContent, NotFound, RecordForbids
from workflows.platform.work import Work, command, note_each_patient, reading
from workflows.staff import leaving


@dataclass(frozen=True, slots=True)
class PersonSeen:
    """An account as the office sees it."""

    id: UUID
    display_name: str
    email: str
    roles: tuple[Role, ...]
    created_at: datetime
    disabled_at: datetime | None


@reading(permit=Permission.INVITE_PERSON, audit="person.listed")
def people(
    work: Work, *, after: tuple[datetime, UUID] | None = None, limit: int = 25
) -> list[PersonSeen]:
    """List who has an account, newest first, and one more than the limit."""
    query = select(UserAccount).where(data_keys.readable(UserAccount.id))
    query = query.order_by(UserAccount.created_at.desc(), UserAccount.id.desc())
    if after is not None:
        query = query.where(tuple_(UserAccount.created_at, UserAccount.id) < after)
    accounts = work.session.scalars(query.limit(limit + 1)).all()
    roles = _roles_of_all(work, [account.id for account in accounts])
    shown = [account.id for account in accounts[:limit]]
    theirs = work.session.scalars(select(Patient.id).where(Patient.user_id.in_(shown)))
    note_each_patient(work, theirs.all())
    return [_seen(account, roles.get(account.id, ())) for account in accounts]


@command(permit=Permission.DISABLE_PERSON, audit="person.disabled")
def disable_person(work: Work, user_id: UUID) -> UserAccount:
    """Shut a person out at once, on every device; what they had in their hands goes on."""
    _refuse_oneself(work, user_id)
    patients = leaving.lock_patients_of(work, user_id)
    account = _account(work, user_id)
    leaves = account.disabled_at is None
    account.disabled_at = account.disabled_at or work.now
    stays.end_every_session(work, user_id, "disabled")
    invitations.void_by(work, user_id)
    if leaves:
        leaving.everything(work, user_id, patients)
    return account


@command(permit=Permission.DISABLE_PERSON, audit="person.enabled")
def enable_person(work: Work, user_id: UUID) -> UserAccount:
    """Let a person come in again, by signing in anew."""
    account = _account(work, user_id)
    account.disabled_at = None
    return account


@command(permit=Permission.GRANT_ROLE, audit="role.granted")
def grant_role(work: Work, user_id: UUID, role: Role) -> RoleGrant:
    """Give somebody of the staff one more role; they sign in anew to use it."""
    if role not in invitations.STAFF:
        raise InvalidContent(errors={"role": ["Only a role of the staff is granted."]})
    _refuse_oneself(work, user_id)
    _account(work, user_id)
    return invitations.grant(work, user_id, role)


@command(permit=Permission.GRANT_ROLE, audit="role.ended")
def end_role(work: Work, user_id: UUID, role: Role) -> RoleGrant:
    """Take a role back; it is gone with the person's next request."""
    if role is Role.ADMIN:
        _refuse_oneself(work, user_id)
    patients = leaving.lock_patients_of(work, user_id)
    granted = work.session.scalars(
        select(RoleGrant)
        .where(RoleGrant.user_id == user_id, RoleGrant.role == role, RoleGrant.ended_at.is_(None))
        .with_for_update()
    ).first()
    if granted is None:
        raise NotFound
    granted.ended_at = work.now
    work.session.flush()
    leaving.of_a_role(work, user_id, role, patients)
    return granted


@command(permit=Permission.GRANT_ROLE, audit="site_staff.assigned")
def assign_to_site(
    work: Work, user_id: UUID, site_id: UUID, *, rems_representative: bool = False
) -> SiteStaff:
    """Let somebody of the site staff work at this site, or answer for it before the REMS."""
    _refuse_oneself(work, user_id)
    _account(work, user_id)
    site = work.session.scalar(select(CertifiedSite.id).where(CertifiedSite.id == site_id))
    if site is None:
        raise NotFound
    if Role.SITE_STAFF not in stays.roles_of(work, user_id):
        raise RecordForbids("This person is not of the site staff.", code="role_not_held")
    if (there := _works_there(work, user_id, site_id)) is not None:
        there.rems_representative = rems_representative
        return there
    staff = SiteStaff(
        site_id=site_id,
        user_id=user_id,
        started_at=work.now,
        rems_representative=rems_representative,
    )
    work.session.add(staff)
    return staff


@command(permit=Permission.GRANT_ROLE, audit="site_staff.ended")
def end_at_site(work: Work, user_id: UUID, site_id: UUID) -> SiteStaff:
    """End somebody's work at this site; its patients are out of their sight at once."""
    patients = leaving.lock_patients_of(work, user_id)
    there = _works_there(work, user_id, site_id)
    if there is None:
        raise NotFound
    there.ended_at = work.now
    leaving.visits(work, Leaver(user_id, Leaving.LEFT_SITE), patients, site_id)
    return there


def _refuse_oneself(work: Work, user_id: UUID) -> None:
    """Whoever hands out power over records gives none to themselves."""
    if user_id == work.actor.user_id:
        raise RecordForbids("Ask another administrator.", code="own_account")


def _account(work: Work, user_id: UUID) -> UserAccount:
    """Lock the account, so that a sign-in under way is either seen or sees this."""
    account = work.session.scalars(
        select(UserAccount)
        .where(UserAccount.id == user_id)
        .with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    ).first()
    if account is None:
        raise NotFound
    return account


def _works_there(work: Work, user_id: UUID, site_id: UUID) -> SiteStaff | None:
    return work.session.scalars(
        select(SiteStaff).where(
            SiteStaff.user_id == user_id,
            SiteStaff.site_id == site_id,
            SiteStaff.ended_at.is_(None),
        )
    ).first()


def _roles_of_all(work: Work, user_ids: Sequence[UUID]) -> dict[UUID, tuple[Role, ...]]:
    found: dict[UUID, tuple[Role, ...]] = {}
    held = select(RoleGrant.user_id, RoleGrant.role).where(
        RoleGrant.user_id.in_(user_ids), RoleGrant.ended_at.is_(None)
    )
    for user_id, role in work.session.execute(held.order_by(RoleGrant.granted_at)):
        found[user_id] = (*found.get(user_id, ()), role)
    return found


def _seen(account: UserAccount, roles: tuple[Role, ...]) -> PersonSeen:
    return PersonSeen(
        account.id,
        account.display_name,
        account.email,
        roles,
        account.created_at,
        account.disabled_at,
    )
