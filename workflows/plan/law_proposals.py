"""How does a row of law come to be? One person proposes it with its source, another confirms it."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, exists, select, tuple_
from sqlalchemy.orm import aliased

from models.intake.intake import ConsentText
from models.plan.law import FederalAuthority, Jurisdiction, LawConfirmation, LawProposal
from rules.permissions import Permission
from rules.terms import LawKind, PdmpScope, Role
from workflows.people import credentials
from workflows.plan import endings
from workflows.platform import access
from workflows.platform.errors import InvalidContent, NotFound, NotPermitted, RecordForbids
from workflows.platform.work import Work, command, reading

MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class StateLaw:
    """What the reviewed law of one state says."""

    enabled: bool
    valid_until: date | None
    counsel_reviewed_on: date
    review_expires_on: date
    in_person_required: bool
    pdmp_scope: PdmpScope
    pdmp_hours: int
    sch3_days_supply_max: int
    npp_prescriber_allowed: bool
    compounding_ship_ok: bool
    extra_consent_name: str | None
    extra_consent_edition: int | None
    minor_age: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FederalLaw:
    """How long a federal permission lasts."""

    valid_through: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed:
    """A new or renewed row: of which state or permission, from when, after which source."""

    kind: LawKind
    name: str
    valid_from: date
    source: str
    says: StateLaw | FederalLaw


class Seen(NamedTuple):
    """A proposal, and the confirmation that made a row of it, if there is one."""

    proposal: LawProposal
    confirmation: LawConfirmation | None


@command(permit=Permission.PROPOSE_LAW, audit="law.proposed", once=True)
def propose(work: Work, said: Proposed) -> LawProposal:
    """Say what the law is; nothing is open until somebody else has confirmed it."""
    _refuse_wrong_dates(work, said)
    _refuse_unknown_text(work, said.says)
    proposal = LawProposal(
        kind=said.kind,
        name=said.name,
        valid_from=said.valid_from,
        content={name: _plain(value) for name, value in asdict(said.says).items()},
        source=said.source,
        proposed_by=_somebody(work),
        proposed_at=work.now,
    )
    work.session.add(proposal)
    return proposal


@command(permit=Permission.CONFIRM_LAW, audit="law.confirmed", once=True)
def confirm(work: Work, proposal_id: UUID) -> LawConfirmation:
    """Confirm the proposal of somebody else; the database then writes the row of law."""
    proposal = work.session.scalars(
        select(LawProposal).where(LawProposal.id == proposal_id)
    ).one_or_none()
    if proposal is None:
        raise NotFound
    if proposal.proposed_by == work.actor.user_id:
        raise RecordForbids("Another person has to confirm it.", code="two_people_needed")
    _refuse_whoever_is_no_counsel(work, proposal)
    _refuse_what_is_past(work, proposal)
    confirmation = LawConfirmation(
        proposal_id=proposal.id,
        proposed_by=proposal.proposed_by,
        confirmed_by=_somebody(work),
        confirmed_at=work.now,
    )
    work.session.add(confirmation)
    work.session.flush()
    endings.keep_alerts(work)
    return confirmation


@reading(permit=Permission.READ_LAW, audit="law.proposals_listed")
def read_proposals(work: Work) -> list[Seen]:
    """List what was proposed, newest first, with who confirmed it."""
    access.see(work, None)
    query = (
        select(LawProposal, LawConfirmation)
        .outerjoin(LawConfirmation, LawConfirmation.proposal_id == LawProposal.id)
        .order_by(LawProposal.proposed_at.desc(), LawProposal.id.desc())
        .limit(MOST)
    )
    return [Seen(*row) for row in work.session.execute(query)]


@reading(permit=Permission.READ_LAW, audit="law.listed")
def read_jurisdictions(work: Work) -> list[Jurisdiction]:
    """List every row of every state with all its revisions, the newest of a state first."""
    access.see(work, None)
    order = (Jurisdiction.state, Jurisdiction.valid_from.desc(), Jurisdiction.revision.desc())
    return list(work.session.scalars(select(Jurisdiction).order_by(*order).limit(MOST)))


@reading(permit=Permission.READ_LAW, audit="law.federal_listed")
def read_federal(work: Work) -> list[FederalAuthority]:
    """List every row of every federal permission, the newest first."""
    access.see(work, None)
    order = (
        FederalAuthority.name,
        FederalAuthority.valid_from.desc(),
        FederalAuthority.revision.desc(),
    )
    return list(work.session.scalars(select(FederalAuthority).order_by(*order).limit(MOST)))


def _refuse_wrong_dates(work: Work, said: Proposed) -> None:
    errors: dict[str, list[str]] = {}
    last = said.says.valid_through if isinstance(said.says, FederalLaw) else said.says.valid_until
    if last is not None and last < said.valid_from:
        errors["valid_until"] = ["Must not lie before valid_from."]
    if isinstance(said.says, StateLaw):
        reviewed = said.says.counsel_reviewed_on
        life = work.limits.state_review_life
        if reviewed > work.now.date():
            errors["counsel_reviewed_on"] = ["Must not lie in the future."]
        if not reviewed <= said.says.review_expires_on <= reviewed + life:
            errors["review_expires_on"] = [f"A review holds at most {life.days} days."]
    if errors:
        raise InvalidContent(errors=errors)


def _refuse_unknown_text(work: Work, says: StateLaw | FederalLaw) -> None:
    """A text that nobody published can be signed by nobody, and would shut the state unseen."""
    if isinstance(says, FederalLaw) or says.extra_consent_name is None:
        return
    published = exists().where(
        ConsentText.name == says.extra_consent_name,
        ConsentText.edition == says.extra_consent_edition,
    )
    if not work.session.scalar(select(published)):
        raise InvalidContent(errors={"extra_consent_text": ["There is no such text."]})


def _refuse_whoever_is_no_counsel(work: Work, proposal: LawProposal) -> None:
    if Role.SAFETY_OFFICER in work.actor.roles:
        return
    if not work.session.scalar(select(_counsel(work, proposal))):
        raise NotPermitted


def _counsel(work: Work, proposal: LawProposal) -> ColumnElement[bool]:
    me, today = work.actor.user_id, work.now.date()
    state = proposal.name if proposal.kind is LawKind.JURISDICTION else None
    return exists().where(
        credentials.in_force(me, credentials.CredentialKind.COUNSEL, today, state)
    )


def _refuse_what_is_past(work: Work, proposal: LawProposal) -> None:
    """Only the newest word about a state is confirmed, once, and while its review is good."""
    newer, made = aliased(LawProposal), LawConfirmation.proposal_id == proposal.id
    if work.session.scalar(select(exists().where(made))):
        raise RecordForbids(code="law_already_confirmed")
    later = exists().where(
        newer.kind == proposal.kind,
        newer.name == proposal.name,
        tuple_(newer.proposed_at, newer.id) > tuple_(proposal.proposed_at, proposal.id),
    )
    if work.session.scalar(select(later)):
        raise RecordForbids(code="law_proposal_superseded")
    review = proposal.content.get("review_expires_on")
    if review is not None and date.fromisoformat(review) < work.now.date():
        raise RecordForbids(code="law_review_expired")


def _somebody(work: Work) -> UUID:
    if work.actor.user_id is None:
        raise NotPermitted
    return work.actor.user_id


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
