"""Does law need two people, one of them counsel or safety officer, and is it never edited?"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from models.people.accounts import UserAccount
from models.plan.law import FederalAuthority, Jurisdiction, LawConfirmation, LawProposal
from models.platform.database import new_sessions
from rules.terms import Role
from tests.factories import parameters
from tests.factories.law import enacted, of_state, proposed, telemedicine, two_people
from tests.factories.people import a_credential, a_user
from tests.throwaway import Throwaway
from workflows.plan import law_proposals
from workflows.platform.actor import Actor
from workflows.platform.errors import InvalidContent, NotFound, NotPermitted, RecordForbids
from workflows.platform.postgres import RUNTIME_GROUP, SUPERUSER
from workflows.platform.runtime import Runtime

GUARDED = ("jurisdiction", "federal_authority", "law_proposal", "law_confirmation")


def _states(runtime: Runtime) -> list[Jurisdiction]:
    with new_sessions(runtime.bind)() as session:
        of_colorado = select(Jurisdiction).where(Jurisdiction.state == "CO")
        order = (Jurisdiction.valid_from, Jurisdiction.revision)
        return list(session.scalars(of_colorado.order_by(*order)))


def _confirm(runtime: Runtime, who: UserAccount, role: Role, proposal_id: UUID) -> LawConfirmation:
    with runtime.begin(Actor(who.id, frozenset({role}))) as work:
        return law_proposals.confirm(work, proposal_id)


def _counsel(runtime: Runtime, **over: Any) -> UserAccount:
    with new_sessions(runtime.bind)() as session:
        who = a_user(session, runtime.clock.now(), Role.SITE_STAFF)
        a_credential(session, who, kind="counsel", **over)
        session.commit()
        session.refresh(who)
        session.expunge_all()
    return who


def test_nothing_is_law_before_the_second_person(runtime: Runtime) -> None:
    admin, officer = two_people(runtime)
    before = len(_states(runtime))
    proposal = proposed(runtime, admin, of_state(runtime, valid_from=date(2026, 1, 1)))
    assert len(_states(runtime)) == before
    _confirm(runtime, officer, Role.SAFETY_OFFICER, proposal.id)
    newest = _states(runtime)[-1]
    assert (newest.revision, newest.proposal_id) == (2, proposal.id)
    assert newest.source == proposal.source


def test_a_review_lives_as_long_as_the_sheet_in_force_says(runtime: Runtime) -> None:
    admin, _ = two_people(runtime)
    today = runtime.clock.now().date()
    long = {"counsel_reviewed_on": today, "review_expires_on": today + timedelta(days=91)}
    proposed(runtime, admin, of_state(runtime, **long))
    with new_sessions(runtime.bind)() as session:
        parameters.in_force(session, runtime.clock.now(), {"state_review_life": "90"})
        session.commit()
    with pytest.raises(InvalidContent) as refused:
        proposed(runtime, admin, of_state(runtime, **long))
    assert refused.value.more["errors"] == {
        "review_expires_on": ["A review holds at most 90 days."]
    }


def test_nobody_confirms_their_own_proposal(runtime: Runtime) -> None:
    _, officer = two_people(runtime)
    proposal = proposed(runtime, officer, of_state(runtime))
    with pytest.raises(RecordForbids) as refused:
        _confirm(runtime, officer, Role.SAFETY_OFFICER, proposal.id)
    assert refused.value.code == "two_people_needed"


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SITE_STAFF])
def test_whoever_is_neither_officer_nor_counsel_confirms_nothing(
    runtime: Runtime, role: Role
) -> None:
    admin, other = two_people(runtime)
    proposal = proposed(runtime, admin, of_state(runtime))
    with pytest.raises(NotPermitted):
        _confirm(runtime, other, role, proposal.id)


@pytest.mark.parametrize(
    ("over", "may"),
    [
        ({}, True),
        ({"state": "NY"}, False),
        ({"expires_on": date(2026, 11, 22)}, False),
        ({"revoked_on": date(2026, 11, 23)}, False),
        ({"valid_from": date(2026, 11, 24)}, False),
    ],
)
def test_counsel_of_the_state_confirms_while_admitted(
    runtime: Runtime, over: dict[str, Any], *, may: bool
) -> None:
    admin, _ = two_people(runtime)
    proposal = proposed(runtime, admin, of_state(runtime))
    counsel = _counsel(runtime, **over)
    if may:
        assert _confirm(runtime, counsel, Role.SITE_STAFF, proposal.id).confirmed_by == counsel.id
        return
    with pytest.raises(NotPermitted):
        _confirm(runtime, counsel, Role.SITE_STAFF, proposal.id)


def test_any_counsel_confirms_what_is_federal(runtime: Runtime) -> None:
    admin, _ = two_people(runtime)
    proposal = proposed(runtime, admin, telemedicine(date(2027, 1, 1), date(2027, 12, 31)))
    _confirm(runtime, _counsel(runtime, state="NY"), Role.SITE_STAFF, proposal.id)
    with new_sessions(runtime.bind)() as session:
        rows = session.scalars(select(FederalAuthority).order_by(FederalAuthority.valid_from)).all()
    assert [row.valid_through for row in rows] == [date(2026, 12, 31), date(2027, 12, 31)]


def test_a_proposal_is_confirmed_once_and_only_the_newest_word(runtime: Runtime) -> None:
    admin, officer = two_people(runtime)
    old = proposed(runtime, admin, of_state(runtime, pdmp_hours=12))
    new = proposed(runtime, admin, of_state(runtime, pdmp_hours=6))
    for proposal, code in ((old, "law_proposal_superseded"), (new, "law_already_confirmed")):
        if proposal is new:
            _confirm(runtime, officer, Role.SAFETY_OFFICER, proposal.id)
        with pytest.raises(RecordForbids) as refused:
            _confirm(runtime, officer, Role.SAFETY_OFFICER, proposal.id)
        assert refused.value.code == code
    assert _states(runtime)[-1].pdmp_hours == 6


def test_a_review_that_ran_out_meanwhile_is_not_confirmed(runtime: Runtime) -> None:
    admin, officer = two_people(runtime)
    proposal = proposed(runtime, admin, of_state(runtime))
    runtime.clock.advance(days=180)  # type: ignore[attr-defined]
    with pytest.raises(RecordForbids) as refused:
        _confirm(runtime, officer, Role.SAFETY_OFFICER, proposal.id)
    assert refused.value.code == "law_review_expired"


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"review_expires_on": date(2027, 5, 22)}, "review_expires_on"),
        ({"review_expires_on": date(2026, 11, 1)}, "review_expires_on"),
        ({"counsel_reviewed_on": date(2026, 11, 24)}, "counsel_reviewed_on"),
        ({"valid_until": date(2026, 11, 1)}, "valid_until"),
    ],
)
def test_a_review_holds_for_180_days_and_lies_in_the_past(
    runtime: Runtime, over: dict[str, Any], field: str
) -> None:
    admin, _ = two_people(runtime)
    with pytest.raises(InvalidContent) as refused:
        proposed(runtime, admin, of_state(runtime, **over))
    assert field in refused.value.more["errors"]


def test_180_days_are_allowed(runtime: Runtime) -> None:
    admin, _ = two_people(runtime)
    reviewed = date(2026, 11, 22)
    said = of_state(
        runtime,
        counsel_reviewed_on=reviewed,
        review_expires_on=reviewed + timedelta(days=180),
    )
    assert proposed(runtime, admin, said).id


def test_what_was_never_proposed_is_not_there(runtime: Runtime) -> None:
    _, officer = two_people(runtime)
    with pytest.raises(NotFound):
        _confirm(runtime, officer, Role.SAFETY_OFFICER, uuid4())


# From here on: what holds when our own code is wrong, or somebody sits at the database.


@pytest.fixture
def proposal(runtime: Runtime) -> LawProposal:
    """Give a proposal of an administrator."""
    admin, _ = two_people(runtime)
    return proposed(runtime, admin, of_state(runtime))


def _write(runtime: Runtime, proposal: LawProposal, **over: Any) -> None:
    values: dict[str, Any] = {
        "proposal_id": proposal.id,
        "proposed_by": proposal.proposed_by,
        "confirmed_at": runtime.clock.now(),
    }
    with new_sessions(runtime.bind)() as session:
        session.add(LawConfirmation(**values | over))
        session.flush()


# The one person is a safety officer here: somebody whom nothing else would refuse.
@pytest.mark.asvs("2.3.5")
@pytest.mark.parametrize(
    ("claims_another", "constraint"),
    [
        (False, "ck_law_confirmation_two_people"),
        (True, "fk_law_confirmation_proposal_id_proposed_by"),
    ],
)
def test_the_database_refuses_one_person_twice(
    runtime: Runtime, *, claims_another: bool, constraint: str
) -> None:
    admin, officer = two_people(runtime)
    kept = proposed(runtime, officer, of_state(runtime))
    over = {"proposed_by": admin.id} if claims_another else {}
    with pytest.raises(IntegrityError, match=constraint):
        _write(runtime, kept, confirmed_by=officer.id, **over)


def test_the_database_asks_for_an_officer_or_counsel(
    runtime: Runtime, proposal: LawProposal
) -> None:
    admin, _ = two_people(runtime)
    with pytest.raises(IntegrityError, match="safety officer or by counsel"):
        _write(runtime, proposal, confirmed_by=admin.id)


def test_a_second_confirmation_makes_no_second_row(runtime: Runtime) -> None:
    confirmation = enacted(runtime, of_state(runtime))
    _, officer = two_people(runtime)
    with new_sessions(runtime.bind)() as session:
        kept = session.get_one(LawProposal, confirmation.proposal_id)
    with pytest.raises(IntegrityError):
        _write(runtime, kept, confirmed_by=officer.id)


@pytest.fixture(scope="module")
def written(throwaway: Throwaway, settings: object) -> Iterator[str]:
    """Give a database of its own with the reference data in it."""
    name = throwaway.clone("law")
    yield name
    throwaway.drop(name)


@pytest.fixture(params=["vigil_owner", RUNTIME_GROUP])
def attacker(
    request: pytest.FixtureRequest, throwaway: Throwaway, written: str
) -> Iterator[psycopg.Connection]:
    """Give a connection of the owner, and one with the rights of the running service."""
    with psycopg.connect(throwaway.cluster.url(SUPERUSER, written)) as connection:
        connection.execute(f"SET ROLE {request.param}")
        yield connection
        connection.rollback()


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE jurisdiction SET enabled = true",
        "UPDATE jurisdiction SET review_expires_on = '2199-01-01'",
        "UPDATE federal_authority SET valid_through = '2199-01-01'",
        "DELETE FROM jurisdiction",
        "DELETE FROM federal_authority",
        "TRUNCATE jurisdiction CASCADE",
        "TRUNCATE federal_authority CASCADE",
    ],
)
def test_no_row_of_law_is_edited_or_deleted(attacker: psycopg.Connection, attack: str) -> None:
    with pytest.raises((psycopg.errors.CheckViolation, psycopg.errors.InsufficientPrivilege)):
        attacker.execute(attack)


@pytest.mark.parametrize(
    "attack",
    [
        "INSERT INTO federal_authority VALUES ('telemedicine', '2026-01-01', '2199-01-01', '', 9)",
        "INSERT INTO jurisdiction (state, valid_from, enabled, review_expires_on,"
        " in_person_required, pdmp_hours, source)"
        " VALUES ('WY', '2026-01-01', true, '2199-01-01', false, 24, 'me')",
    ],
)
def test_the_running_service_writes_no_law_itself(connection: Connection, attack: str) -> None:
    with pytest.raises(Exception, match="permission denied"):
        connection.exec_driver_sql(attack)


def test_a_row_cannot_claim_two_people_who_never_spoke(
    owner_connection: psycopg.Connection,
) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        owner_connection.execute(
            "INSERT INTO federal_authority VALUES ('telemedicine', '2026-01-01', '2199-01-01',"
            f" 'me', 9, '{uuid4()}')"
        )
