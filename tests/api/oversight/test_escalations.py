"""Does a call reach the desk of those who may answer it, and the roster stay with the office?"""

from datetime import timedelta

import pytest

from rules.terms import Role, SubjectKind
from tests.factories.dose import a_monitored_session
from tests.factories.evening import on_call
from tests.factories.people import a_licensed_prescriber, a_user
from workflows.oversight import escalations
from workflows.platform.actor import SYSTEM


@pytest.fixture
def made(runtime, session, clock):
    made = a_monitored_session(session, clock.now())
    session.commit()
    with runtime.begin(SYSTEM) as work:
        work.subject = made.patient.id
        subject = (SubjectKind.DOSE_SESSION, made.dose_session.id)
        escalations.raise_one(work, "monitor_check_missed", subject=subject)
        escalations.raise_one(work, "prolonged_effect", subject=subject)
    return made


@pytest.fixture
def admin(client_for, session, clock):
    person = a_user(session, clock.now(), Role.ADMIN)
    session.commit()
    return client_for(person.id)


def test_the_coach_sees_the_call_and_takes_it_on(client_for, made):
    coach = client_for(made.coach.id)
    first, second = coach.get("/escalations").json["items"]
    answer = coach.post(f"/escalations/{first['id']}/acknowledgement")
    assert answer.status_code == 201
    assert answer.json["acknowledged_by"] == str(made.coach.id)
    assert [one["id"] for one in coach.get("/escalations").json["items"]] == [second["id"]]


def test_whoever_takes_calls_sees_by_when_a_human_has_promised_to_answer(
    client_for, session, clock, made
):
    coach = client_for(made.coach.id)
    first = coach.get("/escalations").json["items"][0]
    assert first["promise"]["monitored"] is False
    assert first["promise"]["promised_reply_at"] is None

    on_call(session, clock.now(), made.prescriber)
    session.commit()
    ways = {one["channel"]: one for one in coach.get("/channels").json["channels"]}
    assert ways["call_for_help"]["promised_reply_at"]
    told = [one["promise"] for one in coach.get("/escalations").json["items"]]
    answer = coach.post(f"/escalations/{first['id']}/acknowledgement")
    assert [*told, answer.json["promise"]] == [ways["call_for_help"]] * 3


def test_the_list_goes_on_where_it_stopped(client_for, made):
    coach = client_for(made.coach.id)
    first = coach.get("/escalations?limit=1").json
    rest = coach.get(f"/escalations?limit=1&after={first['next']}").json
    codes = {page["items"][0]["code"] for page in (first, rest)}
    assert codes == {"monitor_check_missed", "prolonged_effect"}
    assert rest["next"] is None


def test_the_sitter_answers_the_call_about_their_own_session(client_for, made):
    coach, sitter = client_for(made.coach.id), client_for(made.sitter.user_id)
    first = coach.get("/escalations").json["items"][0]
    assert sitter.get("/escalations").status_code == 403
    assert sitter.post(f"/escalations/{first['id']}/acknowledgement").status_code == 201


def test_a_patient_answers_no_call_and_a_stranger_finds_none(client_for, session, clock, made):
    first = client_for(made.coach.id).get("/escalations").json["items"][0]
    stranger = a_user(session, clock.now(), Role.COACH)
    session.commit()
    path = f"/escalations/{first['id']}/acknowledgement"
    assert client_for(made.patient.user_id).post(path).status_code == 403
    assert client_for(stranger.id).post(path).status_code == 404
    assert client_for(stranger.id).get("/escalations").json["items"] == []


def test_the_office_keeps_the_roster(admin, session, clock):
    doctor = a_licensed_prescriber(session, clock.now())
    session.commit()
    shift = {
        "user_id": str(doctor.id),
        "starts_at": clock.now().isoformat(),
        "ends_at": (clock.now() + timedelta(hours=8)).isoformat(),
    }
    kept = admin.post("/on-call-shifts", shift)
    assert kept.status_code == 201
    again = admin.post("/on-call-shifts", shift)
    assert (again.status_code, again.json["code"]) == (409, "shift_overlaps")
    listed = admin.get("/on-call-shifts").json
    assert [one["id"] for one in listed["items"]] == [kept.json["id"]]
    gone = admin.post(f"/on-call-shifts/{kept.json['id']}/cancellation")
    assert (gone.status_code, gone.json["cancelled_at"]) == (201, clock.now().isoformat())
    assert admin.get("/on-call-shifts").json["items"] == []


def test_a_shift_that_cannot_be_is_refused(admin, session, clock):
    doctor = a_licensed_prescriber(session, clock.now())
    coach = a_user(session, clock.now(), Role.COACH)
    session.commit()
    now, later = clock.now().isoformat(), (clock.now() + timedelta(hours=1)).isoformat()
    backwards = {"user_id": str(doctor.id), "starts_at": later, "ends_at": now}
    assert admin.post("/on-call-shifts", backwards).status_code == 422
    unlicensed = {"user_id": str(coach.id), "starts_at": now, "ends_at": later}
    answer = admin.post("/on-call-shifts", unlicensed)
    assert (answer.status_code, answer.json["code"]) == (409, "not_a_licensed_clinician")


def test_nobody_but_the_office_sees_the_roster(client_for, made):
    assert client_for(made.prescriber.id).get("/on-call-shifts").status_code == 403
