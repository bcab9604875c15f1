"""May two people, and no fewer, make the numbers tighter, and does the gate see it?"""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.people.accounts import LoginSession, UserAccount
from models.platform.decisions import GateDecision
from rules.limits import NUMBERS, UNSIGNED
from rules.terms import Role
from tests.api.client import Client
from tests.api.conftest import ClientFor
from tests.api.dose.test_predose import answers, checks
from tests.clock import HandClock
from tests.factories import evening, parameters, people
from tests.factories.evening import Evening
from tests.workflows.dose.conftest import ready

__all__ = ["ready"]
TIGHTER = {"name": "bp_review_above", "value": "120/76"}
STOPPING = {"name": "bp_stop_from", "value": "130/80"}


@pytest.fixture
def director(session: Session, clock: HandClock) -> UserAccount:
    return parameters.a_director(session, clock.now())


@pytest.fixture
def officer(session: Session, clock: HandClock) -> UserAccount:
    return parameters.an_officer(session, clock.now())


@pytest.fixture
def of_director(client_for: ClientFor, director: UserAccount, session: Session) -> Client:
    session.commit()
    return client_for(director.id)


@pytest.fixture
def of_officer(client_for: ClientFor, officer: UserAccount, session: Session) -> Client:
    session.commit()
    return client_for(officer.id)


def sheet(clock: HandClock, *changes: dict[str, str], **over: Any) -> dict[str, Any]:
    """Write a sheet that holds ten minutes from now."""
    soon = clock.now() + timedelta(minutes=10)
    return {"changes": list(changes), "signs": [], "effective_from": soon.isoformat()} | over


def prove(session: Session, clock: HandClock) -> None:
    """Let everybody have proved their second factor just now."""
    session.execute(update(LoginSession).values(factor_proved_at=clock.now()))
    session.commit()


# docs/decisions/0017: the whole way of a sheet, from a draft to a stop at the gate.
def test_a_sheet_that_two_signed_stops_a_check_that_passed_before(
    client_for: ClientFor,
    ready: Evening,
    session: Session,
    clock: HandClock,
    of_director: Client,
    of_officer: Client,
) -> None:
    patient = client_for(ready.patient.user_id)
    evening.a_reading(session, clock.now(), ready.session, 138, 88)
    session.commit()
    before = patient.post(checks(ready), answers(patient, clock))
    drafted = of_officer.post("/parameter-sheets", sheet(clock, STOPPING))
    address = f"/parameter-sheets/{drafted.json['id']}"
    tried = of_director.get(f"{address}/rehearsal?days=30")
    assert (tried.status_code, tried.json["stopped"], tried.json["released"]) == (200, 1, 0)
    assert tried.json["stopped_by"] == [
        {"code": "bp_too_high", "count": 1, "decision_ids": [before.json["id"]]}
    ]

    prove(session, clock)
    clock.advance(seconds=10)
    of_officer.post(f"{address}/signatures", {"signature": "Olga Officer"})
    assert of_officer.get(address).json["placed_at"] is None
    of_director.post(f"{address}/signatures", {"signature": "Dr. Rx"})
    assert of_officer.get(address).json["placed_at"] is not None

    clock.advance(minutes=12)
    spend = {"clearance_id": before.json["clearance_id"]}
    start = patient.post(f"/dose-sessions/{ready.session.id}/start", spend)
    assert (start.status_code, start.json["code"]) == (409, "hard-stop")
    after = patient.post(checks(ready), answers(patient, clock))
    assert [found["code"] for found in after.json["findings"]] == ["bp_too_high"]
    kept = session.execute(select(GateDecision.id, GateDecision.sheet))
    under = {str(decision): number for decision, number in kept}
    assert (under[before.json["id"]], under[after.json["id"]]) == (None, drafted.json["number"])
    assert list(under.values()).count(drafted.json["number"]) == 2


def test_every_number_is_listed_with_its_bounds_and_who_signed(
    of_director: Client, session: Session, clock: HandClock
) -> None:
    signs = {"vitals_life": "20", "dose_mg_max": "450"}
    made = parameters.in_force(session, clock.now(), {"vitals_life": "20"}, signs=signs)
    session.commit()
    found = of_director.get("/parameters").json
    of = {number["name"]: number for number in found["numbers"]}
    assert set(of) == {number.name for number in NUMBERS}
    assert found["sheet"] == made.number
    assert found["waiting_for_signature"] == len(UNSIGNED) - 2
    life = of["vitals_life"]
    assert (life["value"], life["loosest"], life["tightest"]) == ("20", "30", "10")
    assert (life["unit"], life["tighter_is"]) == ("minutes", "down")
    assert life["signed_by_sheet"] == made.number
    assert len(life["signed_by"]) == 2
    assert of["bp_stop_from"]["signed_by"] == []
    assert of["week"]["tightest"] is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ([{"name": "dose_mg_max", "value": "451"}], "dose_mg_max: Loosens it"),
        ([TIGHTER, {"name": "vitals_life", "value": "0"}], "vitals_life: Is tighter"),
        ([{"name": "vitals_life", "value": "soon"}], "whole number"),
        ([{"name": "no_such_number", "value": "1"}], "row 1: There is no such number."),
        ([{"name": "week", "value": "100"}], "fixed"),
        ([TIGHTER, TIGHTER], "twice"),
        ([{"name": "monitoring", "value": "200"}], "would lie after"),
    ],
)
def test_a_sheet_that_says_what_it_may_not_is_refused_number_by_number(
    of_officer: Client, clock: HandClock, changes: list[dict[str, str]], said: str
) -> None:
    refused = of_officer.post("/parameter-sheets", sheet(clock, *changes))
    assert (refused.status_code, refused.json["code"]) == (422, "invalid-request")
    assert said in str(refused.json["errors"]["changes"])
    assert "no_such_number" not in refused.text


def test_a_sheet_signs_only_what_waits_and_only_ahead(of_officer: Client, clock: HandClock) -> None:
    past = sheet(clock, signs=["refills_max"], effective_from=clock.now().isoformat())
    refused = of_officer.post("/parameter-sheets", past)
    assert set(refused.json["errors"]) == {"signs", "effective_from"}


def test_who_may_draft_and_sign_and_how_often(
    client_for: ClientFor,
    of_director: Client,
    of_officer: Client,
    officer: UserAccount,
    session: Session,
    clock: HandClock,
) -> None:
    drafted = of_officer.post("/parameter-sheets", sheet(clock)).json
    address = f"/parameter-sheets/{drafted['id']}/signatures"
    other = people.a_licensed_prescriber(session, clock.now())
    coach = people.a_user(session, clock.now(), Role.COACH)
    session.commit()
    stale = of_officer.post(address, {"signature": "Olga Officer"})
    assert (stale.status_code, stale.json["code"]) == (403, "fresh-factor-needed")
    doctor, helper = client_for(other.id), client_for(coach.id)
    prove(session, clock)

    assert doctor.post(address, {"signature": "Dr. Rx"}).json["code"] == "medical-director-needed"
    assert doctor.get(f"/parameter-sheets/{drafted['id']}/rehearsal").status_code == 403
    assert helper.post(address, {"signature": "Ada"}).status_code == 403
    assert helper.post("/parameter-sheets", sheet(clock)).status_code == 403
    assert of_officer.post(address, {"signature": "Somebody Else"}).status_code == 422
    assert of_officer.post(address, {"signature": "olga officer"}).status_code == 201
    again = of_officer.post(address, {"signature": "Olga Officer"})
    assert (again.status_code, again.json["code"]) == (409, "sheet_already_signed")
    assert of_director.post(address, {"signature": "Dr. Rx"}).status_code == 201
    closed = of_director.post(address, {"signature": "Dr. Rx"})
    assert (closed.status_code, closed.json["code"]) == (409, "sheet_already_in_force")


def test_a_sheet_whose_instant_has_come_is_signed_by_nobody(
    of_officer: Client, session: Session, clock: HandClock
) -> None:
    drafted = of_officer.post("/parameter-sheets", sheet(clock)).json
    clock.advance(minutes=10)
    prove(session, clock)
    late = of_officer.post(
        f"/parameter-sheets/{drafted['id']}/signatures", {"signature": "Olga Officer"}
    )
    assert (late.status_code, late.json["code"]) == (409, "sheet_not_in_the_past")
    assert [one["id"] for one in of_officer.get("/parameter-sheets").json] == [drafted["id"]]


def test_a_looser_sheet_would_release_whom_the_last_one_stopped(
    client_for: ClientFor, ready: Evening, session: Session, clock: HandClock, of_officer: Client
) -> None:
    parameters.in_force(session, clock.now(), {"bp_review_above": "120/76"})
    session.commit()
    patient = client_for(ready.patient.user_id)
    held = patient.post(checks(ready), answers(patient, clock))
    assert held.json["outcome"] == "hold"
    drafted = of_officer.post("/parameter-sheets", sheet(clock)).json
    tried = of_officer.get(f"/parameter-sheets/{drafted['id']}/rehearsal").json
    assert (tried["released"], tried["stopped"]) == (1, 0)
    assert tried["released_from"][0]["decision_ids"] == [held.json["id"]]
