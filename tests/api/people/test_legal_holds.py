"""Is a record kept for a court by the office's word, and let go only by two of them?"""

from datetime import timedelta
from typing import Any

import psycopg
import pytest

from models.people.rights import LegalHold
from rules.terms import Role
from tests.api.client import Client
from tests.api.conftest import ClientFor
from tests.clock import HandClock
from tests.factories import people
from tests.factories.dose import Evening
from tests.races import told
from tests.stage import Stage
from workflows.platform.runtime import Runtime

MATTER = {"matter": "Letter of the court in Denver, number 17."}
OVER = {"reason": "The case was settled; letter of the court of May."}


@pytest.fixture
def stage(runtime: Runtime, clock: HandClock) -> Stage:
    """Give one patient with a team, a sitter and a session planned for now."""
    return Stage(runtime, clock)


@pytest.fixture
def made(stage: Stage) -> Evening:
    """Give the people of the stage."""
    return stage.evening


@pytest.fixture
def admin(stage: Stage, fresh_client_for: ClientFor) -> Any:
    """Give administrators who are here now."""

    def make() -> Client:
        def enter(session: Any) -> Any:
            return people.a_user(session, stage.clock.now(), Role.ADMIN)

        return fresh_client_for(stage.given(enter).id)

    return make


def path(made: Evening) -> str:
    return f"/patients/{made.patient.id}/legal-holds"


@pytest.mark.asvs("2.3.5")
def test_one_places_it_and_two_lift_it(admin: Any, stage: Stage, made: Evening) -> None:
    one, other = admin(), admin()
    placed = one.post(path(made), MATTER)
    assert (placed.status_code, placed.json["matter"]) == (201, MATTER["matter"])
    hold = f"/legal-holds/{placed.json['id']}"
    assert told(one.post(f"{hold}/lift")) == (409, "lift_not_asked")
    assert one.post(f"{hold}/lift-request", OVER).status_code == 201
    assert told(one.post(f"{hold}/lift")) == (409, "not-for-oneself")
    assert told(other.post(f"{hold}/lift-request", OVER)) == (409, "lift_already_asked")
    assert [row["id"] for row in other.get("/legal-holds").json] == [placed.json["id"]]
    assert other.post(f"{hold}/lift").json["lifted_at"]
    assert other.get("/legal-holds").json == []
    assert told(other.post(f"{hold}/lift")) == (409, "already_lifted")
    assert len(stage.rows(LegalHold)) == 1


@pytest.mark.parametrize(
    "wrong", [{}, {"matter": "short"}, {"matter": "x" * 2001}, {**MATTER, "placed_by": "me"}]
)
def test_what_is_written_wrong_is_refused(admin: Any, made: Evening, wrong: Any) -> None:
    assert admin().post(path(made), wrong).status_code == 422


@pytest.mark.asvs("8.2.1")
def test_nobody_else_places_lifts_or_reads_one(
    admin: Any, fresh_client_for: ClientFor, client_for: ClientFor, stage: Stage, made: Evening
) -> None:
    hold = admin().post(path(made), MATTER).json["id"]
    for user_id in (made.patient.user_id, made.prescriber.id, made.officer.id, made.coach.id):
        here = fresh_client_for(user_id)
        assert here.post(path(made), MATTER).status_code == 403
        assert here.post(f"/legal-holds/{hold}/lift").status_code == 403
        assert here.get("/legal-holds").status_code == 403
    stale = stage.given(lambda rows: people.a_user(rows, stage.clock.now(), Role.ADMIN))
    assert told(client_for(stale.id).post(path(made), MATTER)) == (403, "fresh-factor-needed")


# Whoever has the database at hand is not two people either.
@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE legal_hold SET lifted_at = now(), lifted_by = placed_by",
        "UPDATE legal_hold SET lift_asked_at = now(), lift_asked_by = placed_by,"
        " lift_reason = '\\x01', lifted_at = now(), lifted_by = placed_by",
        "UPDATE legal_hold SET matter = '\\x0101'",
        "DELETE FROM legal_hold",
        "TRUNCATE legal_hold",
    ],
)
def test_the_database_itself_keeps_it(owner_connection: psycopg.Connection, attack: str) -> None:
    owner_connection.execute(
        "INSERT INTO user_account (id, email, email_blind, display_name, created_at,"
        " failed_logins, short_password) VALUES (gen_random_uuid(), '\\x01', 'l', '\\x01',"
        " now(), 0, false)"
    )
    owner_connection.execute(
        "INSERT INTO patient (id, user_id, given_name, family_name, born_on, state, time_zone,"
        " enrolment, suspended_for, safety_version, enrolled_at, version) SELECT id, id, '\\x01',"
        " '\\x01', '\\x01', 'CO', 'America/Denver', 'prospect', '', 1, now(), 1 FROM user_account"
        " WHERE email_blind = 'l'"
    )
    owner_connection.execute(
        "INSERT INTO legal_hold (id, patient_id, matter, placed_by, placed_at) SELECT"
        " id, id, '\\x01', id, now() FROM patient"
    )
    with pytest.raises(psycopg.errors.CheckViolation):
        owner_connection.execute(attack)


def test_it_says_nothing_of_the_matter_to_the_patient(
    admin: Any, client_for: ClientFor, fresh_client_for: ClientFor, stage: Stage, made: Evening
) -> None:
    admin().post(path(made), MATTER)
    about = f"/patients/{made.patient.id}"
    copy = fresh_client_for(made.patient.user_id).post(f"{about}/record-exports", {})
    assert MATTER["matter"] not in copy.text
    stage.clock.advance(minutes=1)
    looks = client_for(made.patient.user_id).get(f"{about}/audit-trail").json["items"]
    assert "placed a matter of law for which your record is kept" in [one["what"] for one in looks]
    assert stage.clock.now() - timedelta(minutes=1) == stage.rows(LegalHold)[0].placed_at
