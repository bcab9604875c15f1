"""Who is asked in, and how does that person come in?

The token is shown once, to whoever invites, to be handed over like a key: so nobody needs a mail
server to begin, and a token that leaks from our database opens nothing. It is good for one person
and one role; asking the same address in again makes the older key useless.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, tuple_, update

from models.people.accounts import Invitation, RoleGrant, UserAccount
from models.people.patients import Patient, Sitter
from models.platform.trail import Notification
from rules.permissions import Permission
from rules.terms import Role, SitterState, SubjectKind
from workflows.people import contacts, passwords, stays
from workflows.platform import access, notifications
from workflows.platform.actor import Actor
from workflows.platform.errors import InvalidContent, NotFound, RecordForbids
from workflows.platform.work import Work, command, reading

LIFE = timedelta(days=7)
SITTER_LIFE = timedelta(hours=48)  # it is handed from hand to hand, and a new one is one tap away
OPENED_AGAIN = "sitter_link_opened_again"
STAFF = frozenset({Role.COACH, Role.PRESCRIBER, Role.SAFETY_OFFICER, Role.SITE_STAFF, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation and, this once, the key that opens it."""

    invitation: Invitation
    token: str = field(repr=False)


@command(permit=Permission.INVITE_PERSON, audit="person.invited")
def invite(work: Work, email: str, name: str, role: Role) -> Invited:
    """Ask a patient or somebody of the staff in; sitters are asked in by their patient."""
    if role not in STAFF | {Role.PATIENT}:
        raise InvalidContent(errors={"role": ["Not a role to invite into."]})
    return issue(work, email, name, role)


@reading(permit=Permission.INVITE_PERSON, audit="invitation.listed")
def open_invitations(
    work: Work, *, after: tuple[datetime, UUID] | None = None, limit: int = 25
) -> Sequence[Invitation]:
    """List the invitations of the office, newest first, and one more than the limit."""
    place = tuple_(Invitation.invited_at, Invitation.id)
    query = select(Invitation).where(Invitation.role != Role.SITTER)
    if after is not None:
        query = query.where(place < after)
    newest = query.order_by(Invitation.invited_at.desc(), Invitation.id.desc())
    return work.session.scalars(newest.limit(limit + 1)).all()


@command(permit=Permission.SIGN_IN, audit="invitation.accepted", public=True)
def accept(work: Work, token: str, password: str) -> UserAccount:
    """Come in by an invitation: an account of one's own, with the role one was asked in for."""
    invitation = _open_one(work, token)
    blind = contacts.email_blind(invitation.email)
    known = select(UserAccount.id).where(UserAccount.email_blind == blind)
    if work.session.scalar(known) is not None:
        raise RecordForbids("Sign in and accept there.", code="account_exists")
    cost = work.runtime.settings.password_cost
    words = (invitation.email, invitation.display_name)
    account = UserAccount(
        email=invitation.email,
        email_blind=blind,
        display_name=invitation.display_name,
        password_hash=passwords.hash_new(cost, password, *words),
        created_at=work.now,
    )
    work.session.add(account)
    work.session.flush()
    work.actor = Actor(account.id, frozenset(), request_id=work.actor.request_id)
    _let_in(work, invitation, account)
    return account


@command(permit=Permission.MANAGE_OWN_SESSIONS, audit="invitation.accepted")
def accept_as_myself(work: Work, token: str) -> UserAccount:
    """Take one more role with the account one has, such as sitting for a second patient."""
    invitation = _open_one(work, token)
    account = work.session.scalars(
        select(UserAccount).where(UserAccount.id == work.actor.user_id)
    ).one()
    if account.email_blind != contacts.email_blind(invitation.email):
        raise NotFound
    _let_in(work, invitation, account)
    return account


def issue(
    work: Work, email: str, name: str, role: Role, *, sitter_id: UUID | None = None
) -> Invited:
    """Make a new key and void the older ones for the same place (a step)."""
    if sitter_id is not None:
        void_for_sitter(work, sitter_id)
    token = stays.drawn_token()
    invitation = Invitation(
        token_hash=stays.token_hash(token),
        email=email,
        display_name=name,
        role=role,
        sitter_id=sitter_id,
        invited_by=work.actor.user_id,
        invited_at=work.now,
        expires_at=work.now + (LIFE if sitter_id is None else SITTER_LIFE),
    )
    work.session.add(invitation)
    work.session.flush()
    work.audit("invitation.issued", object_type="invitation", object_id=str(invitation.id))
    return Invited(invitation, token)


def void_for_sitter(work: Work, sitter_id: UUID) -> None:
    """Make the open keys to a sitter's place useless (a step)."""
    _void(work, sitter_id=sitter_id)


def void_by(work: Work, user_id: UUID | None) -> None:
    """Make the open keys that this person, or the house itself, handed out useless (a step)."""
    _void(work, invited_by=user_id)


def grant(work: Work, user_id: UUID, role: Role) -> RoleGrant:
    """Give a role (a step); power over others' records ends sign-ins made without it."""
    granted = RoleGrant(
        user_id=user_id, role=role, granted_by=work.actor.user_id, granted_at=work.now
    )
    work.session.add(granted)
    if role in STAFF:
        stays.end_every_session(work, user_id, "role_granted")
    return granted


def _void(work: Work, **whose: UUID | None) -> None:
    work.session.execute(
        update(Invitation)
        .filter_by(**whose)
        .where(Invitation.accepted_at.is_(None), Invitation.expires_at > work.now)
        .values(expires_at=work.now)
    )


def _open_one(work: Work, token: str) -> Invitation:
    """Find what a key opens; the sitter's place is locked before the key, as everywhere."""
    ours = select(Invitation).where(Invitation.token_hash == stays.token_hash(token))
    seen = work.session.scalars(ours).first()
    if seen is not None and seen.sitter_id is not None:
        _lock_place(work, seen.sitter_id)
    found = work.session.scalars(
        ours.with_for_update().execution_options(populate_existing=True)
    ).first()
    if found is None or not _is_good(work, found):
        refused = NotFound(
            "This invitation is not, or no longer, good.", code="invitation-not-good"
        )
        refused.keep = _tell_of_second_opening(found)
        raise refused
    return found


def _tell_of_second_opening(found: Invitation | None) -> Callable[[Work], object] | None:
    """Let patient and sitter know that somebody else holds the link: one of two was not meant."""
    if found is None or found.sitter_id is None or found.accepted_by is None:
        return None
    link, sitter_id, sitter_user_id = found.id, found.sitter_id, found.accepted_by

    def tell(work: Work) -> None:
        before = select(Notification.id).where(
            Notification.template == OPENED_AGAIN, Notification.subject_id == link
        )
        if work.session.scalar(before.limit(1)) is not None:
            return
        theirs = select(Patient.user_id).join(Sitter, Sitter.patient_id == Patient.id)
        patient = work.session.scalars(theirs.where(Sitter.id == sitter_id)).one()
        for user_id in (patient, sitter_user_id):
            notifications.tell(work, user_id, OPENED_AGAIN, subject=(SubjectKind.PATIENT, link))

    return tell


def _is_good(work: Work, found: Invitation) -> bool:
    """A key to the house itself, handed out by nobody, ends when somebody administers it."""
    if found.accepted_at is not None or found.expires_at <= work.now:
        return False
    return found.invited_by is not None or not notifications.holders(work, Role.ADMIN)


def _lock_place(work: Work, sitter_id: UUID) -> Sitter:
    place = work.session.scalars(
        select(Sitter).where(Sitter.id == sitter_id).with_for_update(key_share=True)
    ).one()
    access.see(work, place.patient_id)
    return place


def _let_in(work: Work, invitation: Invitation, account: UserAccount) -> None:
    invitation.accepted_at, invitation.accepted_by = work.now, account.id
    if invitation.sitter_id is not None:
        place = _lock_place(work, invitation.sitter_id)
        if place.state is not SitterState.INVITED:
            raise NotFound
        place.user_id = account.id
    if invitation.role not in stays.roles_of(work, account.id):
        grant(work, account.id, invitation.role)
