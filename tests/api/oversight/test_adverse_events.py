"""Does the door for reports of harm stand open to everybody, whatever they bring?"""

import json
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from models.dose.dose_sessions import DoseSession
from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Hold
from models.people.accounts import LoginSession, RoleGrant
from models.people.patients import Patient
from rules.terms import EnrolmentState, Role, SessionState
from tests.api.client import Client
from tests.factories import people
from tests.factories.dose import a_scheduled_session
from tests.factories.oversight import an_adverse_event

PATH = "/adverse-events"
NO = dict.fromkeys(
    ("death", "life_threatening", "hospitalization", "disability", "congenital",
     "important_medical"), False,
)  # fmt: skip
MILD = {"severity": "mild", "criteria": NO}


def kept(stage) -> AdverseEvent:
    rows = stage.rows(AdverseEvent)
    assert len(rows) == 1
    return rows[0]


def test_the_list_does_not_show_another_teams_patients(client_for, stage, made):
    def enter(session):
        elsewhere = a_scheduled_session(session, stage.clock.now())
        return an_adverse_event(session, stage.clock.now(), elsewhere.patient)

    theirs = stage.given(enter)
    for user_id in (made.coach.id, made.prescriber.id, made.patient.user_id):
        client = client_for(user_id)
        assert client.get(PATH).json["items"] == []
        assert client.get(f"{PATH}/{theirs.id}").status_code == 404


def test_a_patient_reports_in_their_own_words(client_for, stage, made):
    answer = client_for(made.patient.user_id).post(PATH, {"own_words": "My head hurts."})
    assert answer.status_code == 201
    assert "911" in answer.json["call"]
    assert "Thank you" in answer.json["instruction"]
    assert (kept(stage).own_words, kept(stage).patient_id) == ("My head hurts.", made.patient.id)


@pytest.mark.parametrize("who", ["sitter", "coach", "prescriber", "officer"])
def test_whoever_is_near_reports(client_for, stage, made, who):
    user = made.sitter.user_id if who == "sitter" else getattr(made, who).id
    told = {"own_words": "He fell.", "dose_session_id": str(made.dose_session.id)}
    assert client_for(user).post(PATH, told).status_code == 201
    assert kept(stage).dose_session_id == made.dose_session.id


ANYTHING = {
    "nothing": b"",
    "blanks": b"  \n ",
    "words": b"I feel very sick",
    "a JSON text": b'"I feel very sick"',
    "a list": b"[1, 2, 3]",
    "null": b"null",
    "broken JSON": b'{"own_words": "I feel',
    "wrong types": b'{"own_words": 7, "severity": [], "criteria": "all", "signals": 3,'
    b' "patient_id": {}, "dose_session_id": false, "happened_at": "yesterday"}',
    "unknown words": b'{"severity": "awful", "signals": ["pain", 3, null], "criteria":'
    b' {"death": "no", "pain": true}, "happened_at": "2026-11-23T10:00:00"}',
    "the same key twice": b'{"own_words": "a", "own_words": "b"}',
    "no numbers": b'{"a": NaN, "b": Infinity, "c": 1e999, "d": 7.25}',
    "a long number": b'{"a": ' + b"9" * 5000 + b"}",
    "no text": bytes(range(256)),
    "half a character": b'{"own_words": "\\ud83d and \\u0000 more"}',
    "a nul": b'{"own_words": "a\\u0000b"}',
    "deep": b"[" * 50_000 + b"]" * 50_000,
    "deep objects": b'{"a":' * 900 + b"1" + b"}" * 900,
    "wide": b'{"a": [' + b",".join([b"[[[[1]]]]"] * 5_000) + b"]}",
    "huge": b'{"own_words": "' + b"x" * 1_000_000 + b'"}',
    "a byte order mark": b"\xef\xbb\xbf" + b'{"own_words": "mark"}',
    "UTF-16": "Ich fühle mich schlecht".encode("utf-16"),
    "a form": b"words=I+feel+sick&severity=mild",
}


@pytest.mark.parametrize("sent", ANYTHING.values(), ids=ANYTHING)
@pytest.mark.parametrize("content_type", ["application/json", "image/png", ""])
def test_whatever_is_sent_is_kept(anonymous, stage, sent, content_type):
    answer = anonymous.send("POST", PATH, data=sent, content_type=content_type)
    assert answer.status_code == 201
    assert answer.json["id"] == str(kept(stage).id)
    assert len(json.dumps(kept(stage).report)) < 3_000_000


def test_every_word_is_kept_as_it_came(anonymous, stage):
    sent = '{"own_words": "Blut im Urin 😟", "more": {"since": "Monday"}, "n": 3}'
    anonymous.send("POST", PATH, data=sent.encode(), content_type="application/json")
    report = kept(stage).report
    assert kept(stage).own_words == "Blut im Urin 😟"
    assert (report["as_sent"], report["more"], report["n"]) == (sent, {"since": "Monday"}, 3)


def test_bytes_that_are_no_text_are_kept_too(anonymous, stage):
    anonymous.send("POST", PATH, data=b"\xff\xfehelp", content_type="text/plain")
    assert (kept(stage).own_words, kept(stage).report["as_sent_base64"]) == ("help", "//5oZWxw")


def test_an_unknown_query_or_odd_header_keeps_nothing_out(anonymous, stage):
    answer = anonymous.send(
        "POST",
        f"{PATH}?x=1&x=2",
        data=b"sick",
        headers={"Content-Encoding": "gzip", "Idempotency-Key": "\t bad key", "If-Match": "x"},
    )
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "token", ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", "Ω"], ids=repr
)
def test_a_bad_token_keeps_nobody_out(app, stage, token):
    assert Client(app, token).post(PATH, {"own_words": "Help."}).status_code == 201
    assert kept(stage).reporter_id is None


def test_an_expired_token_keeps_nobody_out_and_the_dose_is_held(client_for, stage, made):
    client = client_for(made.patient.user_id)
    ended = update(LoginSession).values(expires_at=stage.clock.now())
    stage.given(lambda session: session.execute(ended))
    told = {"own_words": "Help.", "patient_id": str(made.patient.id)}
    assert client.get(PATH).status_code == 401
    assert client.post(PATH, told).status_code == 201
    event = kept(stage)
    assert (event.reporter_id, event.reporter_verified) == (None, False)
    assert event.patient_id == made.patient.id
    assert [row.code for row in stage.rows(Hold)] == ["open_adverse_event"]


def test_whoever_signed_out_still_reports(client_for, stage, made):
    client = client_for(made.patient.user_id)
    ended = update(LoginSession).values(revoked_at=stage.clock.now(), revoke_reason="x")
    stage.given(lambda session: session.execute(ended))
    assert client.post(PATH, {"own_words": "Help."}).status_code == 201


def test_whoever_holds_no_role_any_more_still_reports(client_for, stage, made):
    client = client_for(made.coach.id)
    stage.given(
        lambda session: session.execute(
            update(RoleGrant)
            .where(RoleGrant.user_id == made.coach.id)
            .values(ended_at=stage.clock.now())
        )
    )
    assert client.post(PATH, {"own_words": "He called me."}).status_code == 201


def test_a_stranger_is_told_nothing_about_whom_they_named(anonymous, stage, made):
    known = anonymous.post(PATH, {"patient_id": str(made.patient.id)}).json
    unknown = anonymous.post(PATH, {"patient_id": str(made.officer.id)}).json
    assert set(known) == set(unknown)
    assert (known["instruction"], known["call"]) == (unknown["instruction"], unknown["call"])


def test_the_same_key_twice_is_one_report_and_other_words_are_another(client_for, stage, made):
    client = client_for(made.patient.user_id)
    first = client.post(PATH, {"own_words": "Sick."}, key="k")
    again = client.post(PATH, {"own_words": "Sick."}, key="k")
    other = client.post(PATH, {"own_words": "Sicker."}, key="k")
    assert first.json == again.json
    assert (other.status_code, len(stage.rows(AdverseEvent))) == (201, 2)


def test_a_report_in_a_session_is_looked_at_within_minutes(client_for, stage, made):
    under_way = update(DoseSession).values(state=SessionState.MONITORING)
    stage.given(lambda session: session.execute(under_way))
    answer = client_for(made.sitter.user_id).post(PATH, {"own_words": "She shakes."})
    due = stage.clock.now() + timedelta(minutes=15)
    assert answer.json["triage_due_at"] == due.isoformat()


def test_a_sign_is_answered_with_what_to_do_first(client_for, made):
    told = {"signals": ["seizure", "suicide_attempt_or_high_risk"]}
    answer = client_for(made.patient.user_id).post(PATH, told).json
    assert answer["instruction"].startswith("Call 911 now.")
    assert answer["call"] == ["911", "988"]


@pytest.mark.parametrize(
    "told",
    [
        {"own_words": "I used my friend's Spravato at home yesterday"},
        {"signals": ["esketamine_outside_clinic"]},
        {"own_words": "took esketamin spray in the kitchen"},
    ],
)
def test_spravato_at_home_is_accepted_and_explained(client_for, stage, made, told):
    change = update(Patient).values(enrolment=EnrolmentState.COURSE_ACTIVE)
    stage.given(lambda session: session.execute(change))
    sessions = len(stage.rows(DoseSession))
    answer = client_for(made.patient.user_id).post(PATH, told)
    assert answer.status_code == 201
    assert "public web pages" in answer.json["instruction"]
    assert "Nobody is in trouble" in answer.json["instruction"]
    assert kept(stage).serious
    state = select(Patient.enrolment).where(Patient.id == made.patient.id)
    assert stage.given(lambda session: session.scalar(state)) is EnrolmentState.SUSPENDED
    assert len(stage.rows(DoseSession)) == sessions


def test_a_safety_officer_looks_judges_closes_and_opens_again(client_for, stage, made):
    made_id = client_for(made.patient.user_id).post(PATH, {"own_words": "Headache."}).json["id"]
    officer = client_for(made.officer.id)
    assert officer.get(f"{PATH}/{made_id}").json["state"] == "reported"
    assert officer.post(f"{PATH}/{made_id}/triage", MILD).json["state"] == "triaged"
    judged = officer.post(f"{PATH}/{made_id}/assessments", MILD | {"causality": "possible"})
    assert (judged.status_code, judged.json["number"]) == (201, 1)
    assert officer.post(f"{PATH}/{made_id}/closure").json["state"] == "closed"
    assert officer.post(f"{PATH}/{made_id}/triage", MILD).status_code == 409
    again = officer.post(f"{PATH}/{made_id}/reopening")
    assert (again.status_code, again.json["state"]) == (201, "under_assessment")


def test_a_judgement_is_written_strictly(client_for, stage, made):
    event = stage.given(lambda session: an_adverse_event(session, stage.clock.now(), made.patient))
    officer = client_for(made.officer.id)
    for wrong in ({}, {"severity": "awful", "criteria": NO}, MILD | {"x": 1}, {"severity": "mild"}):
        assert officer.post(f"{PATH}/{event.id}/triage", wrong).status_code == 422


@pytest.mark.parametrize("who", ["coach", "patient", "sitter"])
def test_nobody_else_judges(client_for, stage, made, who):
    event = stage.given(lambda session: an_adverse_event(session, stage.clock.now(), made.patient))
    users = {"coach": made.coach.id, "patient": made.patient.user_id, "sitter": made.sitter.user_id}
    assert client_for(users[who]).post(f"{PATH}/{event.id}/triage", MILD).status_code == 403


def test_more_is_added_by_whoever_reported(client_for, stage, made):
    client = client_for(made.patient.user_id)
    made_id = client.post(PATH, {"own_words": "Headache."}).json["id"]
    more = client.post(f"{PATH}/{made_id}/additions", {"words": "It is gone."})
    assert (more.status_code, more.json["adverse_event_id"]) == (201, made_id)
    stranger = stage.given(lambda session: people.a_user(session, stage.clock.now(), Role.COACH))
    again = client_for(stranger.id).post(f"{PATH}/{made_id}/additions", {"words": "x"})
    assert again.status_code == 404


def test_the_pages_of_the_register_follow_each_other(client_for, stage, made):
    now = stage.clock.now()
    stage.given(lambda session: [an_adverse_event(session, now, made.patient) for _ in range(5)])
    client, seen, after = client_for(made.prescriber.id), [], ""
    while True:
        page = client.get(f"{PATH}?limit=2{after}").json
        seen += [row["id"] for row in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert len(seen) == len(set(seen)) == 5


# Ten answers were kept and nobody added them up; nothing said what the labels know.
def test_a_judgement_is_weighed(client_for, stage, made):
    event = stage.given(lambda session: an_adverse_event(session, stage.clock.now(), made.patient))
    officer = client_for(made.officer.id)
    officer.post(f"{PATH}/{event.id}/triage", MILD)
    path = f"{PATH}/{event.id}/assessments"
    ten = {"1": True, "2": True, "3": True, "5": False, "10": True, "4": None}
    told = MILD | {"naranjo": ten, "term": "headache", "hours_after_dose": 3}
    first = officer.post(path, told, key="the-same-key-twice").json
    assert (first["naranjo_points"], first["naranjo_band"]) == (7, "probable")
    assert (first["reference"], first["expedited"]) == ("expected", False)
    assert officer.post(path, told, key="the-same-key-twice").json == first
    late = officer.post(path, told | {"hours_after_dose": 30, "naranjo": None}).json
    assert late["reference"] == "unexpected"
    assert "naranjo_points" not in late
    grave = officer.post(path, MILD | {"term": "mania_or_psychosis"}).json
    assert (grave["reference"], grave["expedited"]) == ("unexpected", True)
    untold = officer.post(path, MILD).json
    assert (untold["reference"], untold["expedited"]) == ("cannot_tell", False)


@pytest.mark.parametrize("answers", [{"11": True}, {"0": True}, {"1": 2}, {"one": True}])
def test_what_is_no_answer_to_the_ten_is_refused(client_for, stage, made, answers):
    event = stage.given(lambda session: an_adverse_event(session, stage.clock.now(), made.patient))
    officer = client_for(made.officer.id)
    officer.post(f"{PATH}/{event.id}/triage", MILD)
    refused = officer.post(f"{PATH}/{event.id}/assessments", MILD | {"naranjo": answers})
    assert (refused.status_code, list(refused.json["errors"])) == (422, ["naranjo"])
