"""Does one request end the programme, whole and for no reason, and does what was told stay?"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from models.dose.dose_sessions import DoseSession
from models.dose.office_sessions import OfficeSession
from models.dose.predose import Clearance, DoseTaken
from models.people.accounts import LoginSession
from models.people.patients import Patient, Sitter
from models.people.rights import AccountClosure, RecordExport
from models.plan.approvals import Approval
from models.plan.treatment_plans import MedicationOrder, TreatmentPlan
from models.platform.trail import Notification
from models.preparation.appointments import Appointment
from rules.oversight import retention
from rules.terms import EnrolmentState, OfficeState, Role, SessionState
from tests.api.client import Client
from tests.api.conftest import ClientFor
from tests.clock import HandClock
from tests.factories import evening as evenings
from tests.factories import people
from tests.factories.evening import Evening
from tests.matrix.rows import of_everything
from tests.races import House, told
from tests.stage import Stage
from workflows.people import closing
from workflows.platform.runtime import Runtime


@pytest.fixture
def stage(runtime: Runtime, clock: HandClock) -> Stage:
    """Give a house in which somebody else is treated as well."""
    return Stage(runtime, clock)


@pytest.fixture
def made(stage: Stage) -> Evening:
    """Give somebody in the midst of everything."""

    def enter(session: Any) -> Evening:
        now = stage.clock.now()
        mine = evenings.an_evening(session, now)
        names = ("prescriber on the team", "coach who left the team")
        names += ("sitter of this session", "sitter taken off")
        ids = {name: people.a_user(session, now, Role.SITTER, name=name).id for name in names}
        of_everything(session, now, mine, ids)
        return mine

    return stage.given(enter)


@pytest.fixture
def me(client_for: ClientFor, made: Evening) -> Client:
    """Give the patient at the phone, without a second factor at hand."""
    return client_for(made.patient.user_id)


def closure(made: Evening) -> str:
    return f"/patients/{made.patient.id}/closure"


def mine(stage: Stage, made: Evening, model: Any) -> list[Any]:
    return [one for one in stage.rows(model) if one.patient_id == made.patient.id]


def test_one_request_ends_everything_that_would_go_on(
    me: Client, stage: Stage, made: Evening
) -> None:
    ended = me.post(closure(made))
    assert (ended.status_code, ended.json["was"]) == (201, "course_active")
    kept = retention.kept_until(stage.clock.now().date())
    assert ended.json["kept_until"] == kept.isoformat()
    (patient,) = [one for one in stage.rows(Patient) if one.id == made.patient.id]
    assert patient.enrolment is EnrolmentState.WITHDRAWN
    assert all(one.ended_at for one in mine(stage, made, Approval))
    assert {one.state for one in mine(stage, made, TreatmentPlan)} == {"ended"}
    assert "ordered" not in {one.state for one in mine(stage, made, MedicationOrder)}
    assert all(one.spent_at or one.voided_at for one in mine(stage, made, Clearance))
    assert {one.state for one in mine(stage, made, DoseSession)} == {"cancelled"}
    assert {one.state for one in mine(stage, made, OfficeSession)} == {"cancelled"}
    assert {one.state for one in mine(stage, made, Appointment)} == {"cancelled", "held"}
    assert {one.state for one in mine(stage, made, Sitter)} == {"removed"}
    told_to = {(one.user_id, one.template) for one in stage.rows(Notification)}
    assert {(made.prescriber.id, "somebody_left"), (made.coach.id, "somebody_left")} <= told_to


def test_nobody_else_of_the_house_is_touched(me: Client, stage: Stage, made: Evening) -> None:
    me.post(closure(made))
    other = stage.evening
    (session,) = [one for one in stage.rows(DoseSession) if one.id == other.dose_session.id]
    assert session.state == "scheduled"
    (sitter,) = [one for one in stage.rows(Sitter) if one.id == other.sitter.id]
    assert sitter.state == "accepted"


def test_this_phone_stays_signed_in_and_every_other_one_is_out(
    me: Client, client_for: ClientFor, stage: Stage, made: Evening
) -> None:
    tablet = client_for(made.patient.user_id)
    me.post(closure(made))
    about = f"/patients/{made.patient.id}"
    assert tablet.get(about).status_code == 401
    assert me.get(about).status_code == 200
    ended = [one for one in stage.rows(LoginSession) if one.revoke_reason == closing.REASON]
    assert [one.user_id for one in ended] == [made.patient.user_id]


def test_the_record_can_be_taken_away_afterwards_and_facts_are_still_taken(
    me: Client, fresh_client_for: ClientFor, stage: Stage, made: Evening
) -> None:
    me.post(closure(made))
    about = f"/patients/{made.patient.id}"
    copied = fresh_client_for(made.patient.user_id).post(f"{about}/record-exports", {})
    assert copied.json["counts"]["account_closure"] == 1
    taken = {"taken_at": stage.clock.now().isoformat(), "dose_mg_hundredths": 10_000}
    taken["dose_session_id"] = str(made.session.id)
    assert me.post("/doses-taken", taken).status_code == 201
    harm = {"own_words": "My head hurts.", "patient_id": str(made.patient.id)}
    assert me.post("/adverse-events", harm).status_code == 201
    assert me.post("/sitters", {"name": "Sam", "email": "sam@example.org"}).status_code == 409


def test_done_again_it_is_the_end_that_there_was(me: Client, stage: Stage, made: Evening) -> None:
    first = me.post(closure(made)).json
    stage.clock.advance(minutes=3)
    assert me.post(closure(made)).json == first
    assert len(stage.rows(AccountClosure)) == 1


# An end that needed a phone call, a form and a reason was what a regulator forbade.
@pytest.mark.parametrize("state", ["prospect", "screened_out", "suspended", "paused", "discharged"])
def test_it_asks_for_nothing_and_is_refused_in_no_state(
    me: Client, stage: Stage, made: Evening, state: str
) -> None:
    def be(session: Any) -> None:
        session.get_one(Patient, made.patient.id).enrolment = EnrolmentState(state)

    stage.given(be)
    assert me.post(closure(made)).json["was"] == state
    (patient,) = [one for one in stage.rows(Patient) if one.id == made.patient.id]
    assert patient.enrolment is EnrolmentState.WITHDRAWN


@pytest.mark.parametrize(
    "state", [SessionState.MONITORING, SessionState.EMERGENCY, SessionState.RELEASED]
)
def test_from_a_dose_to_the_morning_it_waits_and_then_it_is_done(
    client_for: ClientFor, stage: Stage, made: Evening, state: SessionState
) -> None:
    def enter(session: Any) -> None:
        row = session.get_one(DoseSession, made.session.id)
        row.state, row.dosed_at = state, stage.clock.now() - timedelta(hours=3)
        session.add(taken_at(made, row.dosed_at))

    stage.given(enter)
    refused = client_for(made.patient.user_id).post(closure(made))
    assert told(refused) == (409, "impaired_window")
    assert stage.rows(AccountClosure) == []
    (patient,) = [one for one in stage.rows(Patient) if one.id == made.patient.id]
    assert patient.enrolment is EnrolmentState.COURSE_ACTIVE
    stage.given(lambda session: _released(session, made))
    stage.clock.advance(days=1)
    assert client_for(made.patient.user_id).post(closure(made)).status_code == 201


def taken_at(made: Evening, at: datetime) -> DoseTaken:
    """Give the dose of this evening, as the patient told of it."""
    return DoseTaken(
        patient_id=made.patient.id,
        dose_session_id=made.session.id,
        cleared=False,
        taken_at=at,
        local_date=at.date().isoformat(),
        received_at=at,
        recorded_by=made.patient.user_id,
    )


def _released(session: Any, made: Evening) -> None:
    session.get_one(DoseSession, made.session.id).state = SessionState.RELEASED


@pytest.mark.parametrize("state", [OfficeState.DOSING, OfficeState.MONITORING])
def test_while_they_are_watched_at_the_clinic_it_waits_too(
    me: Client, stage: Stage, made: Evening, state: OfficeState
) -> None:
    (visit,) = mine(stage, made, OfficeSession)

    def enter(session: Any) -> None:
        session.get_one(OfficeSession, visit.id).state = state

    stage.given(enter)
    assert told(me.post(closure(made))) == (409, "impaired_window")


@pytest.mark.asvs("8.2.2")
def test_nobody_ends_it_for_somebody_else(
    client_for: ClientFor, stage: Stage, made: Evening
) -> None:
    assert client_for(stage.evening.patient.user_id).post(closure(made)).status_code == 404
    for user_id in (made.prescriber.id, made.coach.id, made.sitter.user_id):
        assert client_for(user_id).post(closure(made)).status_code == 403
    assert stage.rows(AccountClosure) == []


@pytest.mark.asvs("15.4.2")
def test_closing_while_a_copy_is_made_leaves_both_whole(house: House) -> None:
    made = house.an_evening()
    phone = people_here(house, made)
    about = f"/patients/{made.patient.id}"
    acts = [
        lambda: phone.post(f"{about}/record-exports", {}),
        lambda: phone.post(f"{about}/closure"),
        lambda: phone.post(f"{about}/record-exports", {}),
    ]
    before, closed, after = house.in_order(made.patient.id, acts)
    assert (before.status_code, closed.status_code, after.status_code) == (201, 201, 201)
    assert before.json["record"]["patient"][0]["enrolment"] != "withdrawn"
    assert before.json["counts"]["account_closure"] == 0
    assert after.json["record"]["patient"][0]["enrolment"] == "withdrawn"
    assert after.json["counts"]["account_closure"] == 1
    with house.runtime._sessions() as session:
        assert len(session.scalars(select(RecordExport)).all()) == 2
        assert session.scalars(select(DoseTaken)).all() == []
    assert house.chain(made.patient.id).intact
    house.engine.dispose()


def people_here(house: House, made: Evening) -> Client:
    """Sign the patient in with a factor that was proved just now."""
    from tests.api.conftest import token_for

    token = token_for(house.runtime, made.patient.user_id, proved_before=timedelta())
    return Client(house.app, token)
