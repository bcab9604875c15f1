"""Can somebody who comes to help read the card, a few times within minutes, and nobody else?"""

import pytest
from sqlalchemy import select, update

from models.dose.dispatch import DispatchLink, DispatchReading
from models.people.patients import Patient
from models.people.rights import Disclosure
from models.platform.trail import AuditEvent, Notification
from rules.terms import SessionState
from tests.factories.people import a_user

HELPERS = "/v1/dispatch-readings"


def at(watched, thing="dispatch-links") -> str:
    return f"/dose-sessions/{watched.dose_session.id}/{thing}"


@pytest.fixture
def sitter(client_for, watched):
    return client_for(watched.sitter.user_id)


@pytest.fixture
def code(sitter, watched) -> str:
    answer = sitter.post(at(watched), key=None)
    assert answer.status_code == 201
    return answer.json["token"]


def read(anonymous, code):
    return anonymous.post(HELPERS, {"token": code}, key=None)


def test_the_card_says_where_who_what_when_and_whom_to_call(anonymous, watched, code):
    answer = read(anonymous, code)
    assert answer.status_code == 200
    card = answer.json
    assert card["person"]["name"] == "Pat Ient"
    assert card["place"]["address"]["line"] == "12 Quiet Street"
    (dose,) = card["taken"]
    assert dose["molecule"] == "ketamine"
    assert dose["dose_mg_hundredths"] == watched.dose_session.dose_mg_hundredths
    assert dose["taken_at"] is not None
    assert card["sitter"]["name"] == watched.sitter.name
    assert card["emergency_contact"]["name"] == "Robin Example"
    assert card["vital_signs"][0]["systolic_mmhg"] == 122
    assert "other allergies" in card["missing"]


def test_a_code_is_good_however_it_is_read_aloud(anonymous, code):
    spoken = code.lower().replace("-", " ")
    assert read(anonymous, spoken).status_code == 200


def test_a_card_is_read_three_times_and_never_a_fourth(anonymous, session, code):
    answers = [read(anonymous, code).status_code for _ in range(4)]
    assert answers == [200, 200, 200, 404]
    numbers = session.scalars(select(DispatchReading.number).order_by(DispatchReading.number))
    assert list(numbers) == [1, 2, 3]


def test_ten_minutes_after_the_first_reading_the_code_is_over(anonymous, clock, code):
    assert read(anonymous, code).status_code == 200
    clock.advance(minutes=10)
    answer = read(anonymous, code)
    assert (answer.status_code, answer.json["code"]) == (404, "dispatch-code-not-good")


def test_a_code_that_nobody_used_for_an_hour_is_over(anonymous, clock, code):
    clock.advance(minutes=60)
    assert read(anonymous, code).status_code == 404


@pytest.mark.parametrize("wrong", ["XXXX-XXXX-XXXX-XXXX", "0", "' OR 1=1 --", "…", "x" * 64])
def test_a_wrong_code_shows_nothing(anonymous, code, wrong):
    assert read(anonymous, wrong).status_code == 404


def test_the_code_itself_is_nowhere_in_the_record(session, code):
    (kept,) = session.scalars(select(DispatchLink.code_hash))
    plain = code.replace("-", "").encode()
    assert plain not in kept
    assert len(kept) == 32


def test_the_address_of_the_page_hides_the_code_from_every_server(sitter, watched):
    made = sitter.post(at(watched), key=None).json
    before, _, after = made["page"].partition("#")
    assert before.endswith("/help")
    assert after == made["token"]


def test_every_reading_is_traced_told_and_counted_as_a_disclosure(
    anonymous, session, watched, code
):
    read(anonymous, code)
    actions = session.scalars(select(AuditEvent.action)).all()
    assert actions.count("dispatch_link.read") == 1
    assert session.scalars(select(Disclosure.subject_type)).all() == ["dispatch_reading"]
    told = session.execute(select(Notification.user_id, Notification.template)).all()
    assert (watched.patient.user_id, "card_was_read") in told
    assert (watched.prescriber.id, "card_was_read") in told


def test_the_patient_sees_what_was_shown_but_not_how_the_sitter_is_reached(
    anonymous, client_for, watched, code
):
    read(anonymous, code)
    seen = client_for(watched.patient.user_id).get(f"/patients/{watched.patient.id}/dispatch-links")
    (link,) = seen.json
    (reading,) = link["readings"]
    assert reading["packet"]["person"]["name"] == "Pat Ient"
    assert reading["packet"]["sitter"] == {"name": watched.sitter.name, "phone": None}
    assert code not in seen.text


def test_a_coach_is_not_shown_what_was_shown(client_for, watched, code):
    coach = client_for(watched.coach.id)
    assert coach.get(f"/patients/{watched.patient.id}/dispatch-links").status_code == 403


@pytest.mark.parametrize("state", ["scheduled", "checkin_open", "cleared", "released", "closed"])
def test_the_sitter_hands_out_no_card_while_nobody_is_in_danger(sitter, session, watched, state):
    session.execute(update(type(watched.dose_session)).values(state=SessionState(state)))
    session.commit()
    answer = sitter.post(at(watched), key=None)
    assert (answer.status_code, answer.json["code"]) == (409, "wrong-state")


def test_a_stranger_hands_out_no_card(client_for, session, clock, watched):
    stranger = client_for(a_user(session, clock.now(), "sitter").id)
    session.commit()
    assert stranger.post(at(watched), key=None).status_code == 404


def test_whoever_may_answer_a_call_hands_the_card_out(client_for, sitter, session, watched):
    sitter.post(at(watched, "emergencies"), {"code": "emergency_unresponsive"})
    prescriber = client_for(watched.prescriber.id)
    calls = prescriber.get("/escalations").json["items"]
    called = next(one["id"] for one in calls if one["subject_type"] == "dose_session")
    made = prescriber.post(f"/escalations/{called}/dispatch-links", key=None)
    assert made.status_code == 201
    assert made.json["dose_session_id"] == str(watched.dose_session.id)


def test_the_answer_to_a_call_for_help_brings_the_card(anonymous, sitter, watched):
    answer = sitter.post(at(watched, "emergencies"), {"words": "she does not wake"})
    assert answer.status_code == 201
    card = read(anonymous, answer.json["card"]["token"]).json
    assert card["calls"][0]["words"] == "she does not wake"


def test_a_call_by_nobody_known_is_kept_and_brings_no_card(anonymous, watched):
    answer = anonymous.post(at(watched, "emergencies"), {}, key=None)
    assert answer.status_code in (201, 401)
    assert not (answer.json or {}).get("card")


def test_the_care_team_hands_out_the_card_of_a_patient_without_a_session(
    anonymous, client_for, watched
):
    coach = client_for(watched.coach.id)
    made = coach.post(f"/patients/{watched.patient.id}/dispatch-links", key=None)
    assert made.status_code == 201
    assert read(anonymous, made.json["token"]).status_code == 200


def test_what_the_record_lacks_is_named_on_the_card(anonymous, session, watched, code):
    session.execute(update(Patient).values(contact=None))
    session.commit()
    missing = read(anonymous, code).json["missing"]
    assert {"address", "emergency contact", "what was taken"} - set(missing) == {"what was taken"}


def test_the_page_shows_the_card_without_a_script(app, anonymous, watched, code):
    client = app.test_client()
    asked = client.get("/help")
    assert asked.status_code == 200
    assert '<label for="code">' in asked.text
    policy = asked.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    shown = client.post("/help", data={"code": code})
    assert shown.status_code == 200
    assert "12 Quiet Street" in shown.text
    assert "Robin Example" in shown.text
    assert "<script" not in shown.text
    assert shown.headers["Cache-Control"] == "no-store"


def test_the_page_writes_no_markup_of_anybody_else(app, session, watched, code):
    contact = dict(session.get_one(Patient, watched.patient.id).contact or {})
    contact["address"] = {"line": "1 Street", "directions": "<script>alert(1)</script>"}
    session.get_one(Patient, watched.patient.id).contact = contact
    session.commit()
    shown = app.test_client().post("/help", data={"code": code})
    assert "<script>alert" not in shown.text
    assert "&lt;script&gt;" in shown.text


@pytest.mark.parametrize("sent", [{}, {"code": ""}, {"code": "no"}, {"other": "x" * 900}])
def test_a_wrong_code_on_the_page_is_asked_for_again(app, watched, sent):
    shown = app.test_client().post("/help", data=sent)
    assert shown.status_code == 404
    assert 'role="alert"' in shown.text


def test_a_body_that_is_too_long_is_refused_by_the_page(app, watched):
    assert app.test_client().post("/help", data={"code": "x" * 5000}).status_code == 413
