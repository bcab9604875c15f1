"""Who signs, with which name, and are they the medical director?"""

from datetime import date
from uuid import UUID

from sqlalchemy import exists, select

from models.people.accounts import UserAccount
from workflows.people import credentials
from workflows.platform.errors import InvalidContent, NotPermitted, RecordForbids
from workflows.platform.work import Work

OWN_NAME = "Type your own name, as it is on your account."


def signer(work: Work) -> UUID:
    """Give who signs; nobody in particular can sign nothing."""
    if work.actor.user_id is None:
        raise NotPermitted
    return work.actor.user_id


def refuse_another_name(work: Work, typed: str) -> None:
    """Refuse a typed signature that is not the signer's own name."""
    account = work.session.scalars(
        select(UserAccount).where(UserAccount.id == signer(work))
    ).one_or_none()
    if account is None or _same_name(account.display_name) != _same_name(typed):
        raise InvalidContent(errors={"signature": [OWN_NAME]})


def refuse_thin_reason(work: Work, rationale: str) -> None:
    """Refuse a reason that says too little; how much it has to say is a number of the sheet."""
    least = work.limits.override_rationale_characters_min
    if len(rationale.strip()) < least:
        raise InvalidContent(errors={"rationale": [f"Shorter than minimum length {least}."]})


def refuse_oneself(work: Work, user_id: UUID) -> None:
    """Refuse what somebody else has to do for a person (a step)."""
    if user_id == work.actor.user_id:
        raise RecordForbids("Somebody else has to do this for you.", code="not-for-oneself")


def is_director(work: Work, day: date) -> bool:
    """Say whether the acting person is appointed medical director on this day."""
    appointed = credentials.in_force(
        work.actor.user_id, credentials.CredentialKind.MEDICAL_DIRECTOR, day
    )
    return bool(work.session.scalar(select(exists().where(appointed))))


def _same_name(name: str) -> str:
    return " ".join(name.casefold().split())
