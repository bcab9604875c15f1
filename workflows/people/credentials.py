"""Which licences, registrations and appointments does a prescriber hold, and until when?"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select

from models.people.accounts import Credential, UserAccount
from rules.access.policy import ROLES
from rules.permissions import Permission
from rules.terms import Profession, Role
from workflows.people import safety_version, stays
from workflows.platform.errors import InvalidContent, NotFound, RecordForbids
from workflows.platform.work import Work, command, reading

_DEA = re.compile(r"[A-Z][A-Z9][0-9]{7}")


class CredentialKind(StrEnum):
    """What the paper is."""

    LICENCE = "licence"
    DEA = "dea"
    MEDICAL_DIRECTOR = "medical_director"
    COUNSEL = "counsel"


@dataclass(frozen=True, slots=True)
class CredentialShown:
    """What the paper says."""

    kind: CredentialKind
    state: str
    number: str
    valid_from: date
    expires_on: date
    profession: Profession | None = None


def in_force(holder: Any, kind: str, day: Any, state: Any = None) -> ColumnElement[bool]:
    """Give the condition on `credential` that a person's paper of a kind holds on this day.

    Holder, day and state may be values or columns; without a state, that of any state counts.
    """
    holds = and_(
        Credential.user_id == holder,
        Credential.kind == kind,
        Credential.valid_from <= day,
        Credential.expires_on >= day,
        or_(Credential.revoked_on.is_(None), Credential.revoked_on > day),
    )
    return holds if state is None else and_(holds, Credential.state == state)


@command(permit=Permission.RECORD_CREDENTIAL, audit="credential.recorded", once=True)
def record_credential(work: Work, user_id: UUID, shown: CredentialShown) -> Credential:
    """Keep a licence, a DEA registration or an appointment that the office has seen and checked."""
    if shown.expires_on < shown.valid_from:
        raise InvalidContent(errors={"expires_on": ["Must not lie before valid_from."]})
    if shown.kind is CredentialKind.DEA and not _is_dea_number(shown.number):
        raise InvalidContent(errors={"number": ["Is not a DEA number; its check digit differs."]})
    if shown.kind is not CredentialKind.LICENCE and shown.profession is not None:
        raise InvalidContent(errors={"profession": ["Belongs to a licence."]})
    _refuse_wrong_holder(work, user_id, shown.kind)
    credential = Credential(
        user_id=user_id,
        kind=shown.kind,
        state=shown.state,
        number=shown.number,
        valid_from=shown.valid_from,
        expires_on=shown.expires_on,
        profession=shown.profession,
    )
    work.session.add(credential)
    return credential


@command(permit=Permission.RECORD_CREDENTIAL, audit="credential.revoked")
def revoke_credential(work: Work, credential_id: UUID, revoked_on: date) -> Credential:
    """Note that a licence or registration was withdrawn, from a day on that has come."""
    credential = work.session.scalars(
        select(Credential).where(Credential.id == credential_id).with_for_update()
    ).first()
    if credential is None:
        raise NotFound
    if credential.revoked_on is None or revoked_on < credential.revoked_on:
        credential.revoked_on = revoked_on
        safety_version.rise_for_patients_of(work, credential.user_id)
    return credential


@reading(permit=Permission.RECORD_CREDENTIAL, audit="credential.listed")
def credentials_of(work: Work, user_id: UUID) -> Sequence[Credential]:
    """List what is on record for one prescriber, the latest to expire first."""
    _insist_on_somebody(work, user_id)
    return work.session.scalars(
        select(Credential)
        .where(Credential.user_id == user_id)
        .order_by(Credential.expires_on.desc(), Credential.id)
        .limit(200)
    ).all()


def _insist_on_somebody(work: Work, user_id: UUID) -> None:
    if work.session.scalar(select(UserAccount.id).where(UserAccount.id == user_id)) is None:
        raise NotFound


def _refuse_wrong_holder(work: Work, user_id: UUID, kind: CredentialKind) -> None:
    """Licences are of prescribers; counsel is of the staff, and vouches for no own paper."""
    _insist_on_somebody(work, user_id)
    held = stays.roles_of(work, user_id)
    if kind is CredentialKind.COUNSEL:
        if user_id == work.actor.user_id:
            raise RecordForbids("Ask another administrator.", code="own_account")
        if not held & ROLES[Permission.CONFIRM_LAW]:
            raise RecordForbids("This person does not hold this role.", code="role_not_held")
    elif Role.PRESCRIBER not in held:
        raise RecordForbids("This person is not a prescriber.", code="role_not_held")


def _is_dea_number(number: str) -> bool:
    """The last digit follows from the six before it, as registrants are told."""
    if not _DEA.fullmatch(number):
        return False
    digits = [int(sign) for sign in number[2:]]
    return (sum(digits[0:6:2]) + 2 * sum(digits[1:6:2])) % 10 == digits[6]
