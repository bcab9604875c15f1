"""Law to start a test from; it comes by the door of two people, because there is no other."""

from datetime import date, timedelta
from typing import Any

from models.people.accounts import UserAccount
from models.plan.law import LawConfirmation, LawProposal
from models.platform.database import new_sessions
from rules.terms import LawKind, PdmpScope, Role
from tests.factories.people import a_user
from workflows.plan import law_proposals
from workflows.plan.law_proposals import FederalLaw, Proposed, StateLaw
from workflows.platform.actor import Actor
from workflows.platform.runtime import Runtime


def a_state_law(today: date, **over: Any) -> StateLaw:
    """Say that a state is open, reviewed yesterday, and asks for nothing of its own."""
    values: dict[str, Any] = {
        "enabled": True,
        "valid_until": None,
        "counsel_reviewed_on": today - timedelta(days=1),
        "review_expires_on": today + timedelta(days=179),
        "in_person_required": False,
        "pdmp_scope": PdmpScope.EVERY_PRESCRIPTION,
        "pdmp_hours": 24,
        "sch3_days_supply_max": 90,
        "npp_prescriber_allowed": True,
        "compounding_ship_ok": True,
        "extra_consent_name": None,
        "extra_consent_edition": None,
        "minor_age": 18,
    }
    return StateLaw(**values | over)


def of_state(runtime: Runtime, state: str = "CO", **over: Any) -> Proposed:
    """Propose a row for a state that holds from today on."""
    today = runtime.clock.now().date()
    return Proposed(
        kind=LawKind.JURISDICTION,
        name=state,
        valid_from=over.pop("valid_from", today),
        source="Counsel's memo of yesterday",
        says=a_state_law(today, **over),
    )


def telemedicine(valid_from: date, valid_through: date) -> Proposed:
    """Propose a longer federal permission to prescribe by video."""
    return Proposed(
        kind=LawKind.FEDERAL_AUTHORITY,
        name="telemedicine",
        valid_from=valid_from,
        source="A rule that was published after this was written",
        says=FederalLaw(valid_through=valid_through),
    )


def two_people(runtime: Runtime) -> tuple[UserAccount, UserAccount]:
    """Add an administrator, who proposes, and a safety officer, who confirms."""
    with new_sessions(runtime.bind)() as session:
        now = runtime.clock.now()
        pair = a_user(session, now, Role.ADMIN), a_user(session, now, Role.SAFETY_OFFICER)
        session.commit()
        for one in pair:
            session.refresh(one)
        session.expunge_all()
    return pair


def proposed(runtime: Runtime, who: UserAccount, said: Proposed) -> LawProposal:
    """Let an administrator propose it."""
    with runtime.begin(Actor(who.id, frozenset({Role.ADMIN}))) as work:
        return law_proposals.propose(work, said)


def enacted(runtime: Runtime, said: Proposed) -> LawConfirmation:
    """Let one person propose it and another confirm it."""
    admin, officer = two_people(runtime)
    proposal = proposed(runtime, admin, said)
    with runtime.begin(Actor(officer.id, frozenset({Role.SAFETY_OFFICER}))) as work:
        return law_proposals.confirm(work, proposal.id)
