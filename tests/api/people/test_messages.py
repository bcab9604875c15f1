"""Are sent, delivered and read three things, and does only who may say so say so?"""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from models.platform.messages import MessagePreference
from models.platform.trail import Notification
from rules.terms import Role, SubjectKind
from tests.factories.dose import a_monitored_session
from tests.factories.people import a_user
from tests.mail_server import a_mail_server
from workflows.oversight import escalations
from workflows.platform import delivery, notifications
from workflows.platform.actor import SYSTEM

STATES = ("held_for", "sent_at", "delivered_at", "acknowledged_at", "undelivered_at")


@pytest.fixture
def made(session, clock):
    made = a_monitored_session(session, clock.now())
    session.commit()
    return made


@pytest.fixture
def posting(runtime):
    with a_mail_server() as server:
        runtime.settings = replace(runtime.settings, smtp_url=server.url)
        yield runtime


def tell(runtime, made, user_id, template="decision_ready") -> Notification:
    with runtime.begin(SYSTEM) as work:
        work.subject = made.patient.id
        return notifications.tell(work, user_id, template)


def states(client, made, notice) -> dict:
    """Give what the care team sees of one message."""
    items = client.get(f"/patients/{made.patient.id}/messages").json["items"]
    (found,) = [one for one in items if one["id"] == str(notice.id)]
    assert set(found) == {"id", "created_at", "user_id", *STATES}
    return {name: found[name] for name in STATES if found[name] is not None}


def test_sent_is_not_read_and_read_is_said_by_its_reader(client_for, posting, clock, made):
    coach, patient = client_for(made.coach.id), client_for(made.patient.user_id)
    notice = tell(posting, made, made.patient.user_id, "parcel_notice")
    assert states(coach, made, notice) == {}
    delivery.deliver(posting, str(notice.id))
    assert set(states(coach, made, notice)) == {"sent_at"}
    clock.advance(minutes=5)
    (mine,) = patient.get("/me/messages").json["items"]
    assert (mine["id"], mine["template"]) == (str(notice.id), "parcel_notice")
    answer = patient.post(f"/me/messages/{notice.id}/acknowledgement")
    assert answer.status_code == 201
    read = states(coach, made, notice)
    assert set(read) == {"sent_at", "acknowledged_at"}
    assert read["acknowledged_at"] == answer.json["acknowledged_at"]
    clock.advance(minutes=5)
    again = patient.post(f"/me/messages/{notice.id}/acknowledgement")
    assert again.json["acknowledged_at"] == read["acknowledged_at"]


def test_what_is_held_says_so(client_for, runtime, made):
    notice = tell(runtime, made, made.patient.user_id)
    delivery.deliver(runtime, str(notice.id))
    assert states(client_for(made.coach.id), made, notice) == {"held_for": "dose"}


def test_what_was_read_meanwhile_is_not_sent_any_more(client_for, posting, session, made):
    notice = tell(posting, made, made.patient.user_id)
    delivery.deliver(posting, str(notice.id))
    client_for(made.patient.user_id).post(f"/me/messages/{notice.id}/acknowledgement")
    session.expire_all()
    row = session.get(Notification, notice.id)
    assert (row.held_for, row.not_before, row.sent_at) == (None, None, None)
    delivery.deliver(posting, str(notice.id))
    session.expire_all()
    assert session.get(Notification, notice.id).sent_at is None


def test_nobody_says_for_another_that_they_have_read_it(client_for, runtime, session, made):
    notice = tell(runtime, made, made.patient.user_id)
    for other in (made.coach.id, made.sitter.user_id, made.prescriber.id):
        answer = client_for(other).post(f"/me/messages/{notice.id}/acknowledgement")
        assert answer.status_code == 404
    assert client_for(other).get("/me/messages").json["items"] == []
    assert session.get(Notification, notice.id).acknowledged_at is None


def test_who_takes_a_call_on_has_read_what_called_them_and_nobody_else_has(
    client_for, runtime, session, made
):
    with runtime.begin(SYSTEM) as work:
        work.subject = made.patient.id
        subject = (SubjectKind.PATIENT, made.patient.id)
        call = escalations.raise_one(work, "follow_up_overdue", subject=subject)
        other = notifications.tell(work, made.coach.id, "decision_ready")
    assert client_for(made.coach.id).post(f"/escalations/{call.id}/acknowledgement").json
    rows = session.scalars(select(Notification))
    read = {row.user_id for row in rows if row.acknowledged_at is not None}
    told = {row.user_id for row in session.scalars(select(Notification))}
    assert read == set()
    assert told >= {made.patient.user_id, made.coach.id}
    with runtime.begin(SYSTEM) as work:
        work.subject = made.patient.id
        call = escalations.raise_one(work, "message_undelivered", subject=subject)
    client_for(made.coach.id).post(f"/escalations/{call.id}/acknowledgement")
    session.expire_all()
    read = [row for row in session.scalars(select(Notification)) if row.acknowledged_at]
    assert [(row.user_id, row.subject_id) for row in read] == [(made.coach.id, call.id)]
    assert session.get(Notification, other.id).acknowledged_at is None


def test_a_list_goes_on_where_it_stopped(client_for, runtime, made):
    for _ in range(3):
        tell(runtime, made, made.coach.id)
    coach = client_for(made.coach.id)
    for path in ("/me/messages", f"/patients/{made.patient.id}/messages"):
        first = coach.get(f"{path}?limit=2").json
        rest = coach.get(f"{path}?limit=2&after={first['next']}").json
        ids = [one["id"] for one in first["items"] + rest["items"]]
        assert (len(ids), len(set(ids)), rest["next"]) == (3, 3, None)


@pytest.mark.parametrize(
    "states",
    [
        {"delivered_at": 1},
        {"sent_at": 2, "delivered_at": 1},
        {"sent_at": -1},
        {"acknowledged_at": -1},
        {"undelivered_at": -1},
        {"held_for": "dose"},
    ],
)
def test_states_in_an_order_that_cannot_be_are_not_kept(session, clock, states):
    at = {
        name: clock.now().replace(minute=30 + value) if isinstance(value, int) else value
        for name, value in states.items()
    }
    person = a_user(session, clock.now(), Role.COACH)
    created_at = clock.now().replace(minute=30)
    session.add(Notification(user_id=person.id, template="x", created_at=created_at, **at))
    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize("name", ["sent_at", "delivered_at", "acknowledged_at", "undelivered_at"])
def test_a_state_is_written_once(session, clock, name):
    person = a_user(session, clock.now(), Role.COACH)
    now = clock.now()
    times = dict.fromkeys(("sent_at", "delivered_at", "acknowledged_at", "undelivered_at"), now)
    row = Notification(user_id=person.id, template="x", created_at=now, **times)
    session.add(row)
    session.flush()
    clock.advance(minutes=1)
    setattr(row, name, clock.now())
    with pytest.raises(IntegrityError):
        session.flush()


HOURS = {"from_minute": 22 * 60, "until_minute": 7 * 60}


def test_somebody_says_how_they_want_to_be_told(client_for, session, clock, made):
    patient = client_for(made.patient.user_id)
    asked = patient.get("/me/message-preferences").json
    assert asked == {"ways": ["mail", "text"], "quiet_hours": None, "time_zone": "America/Denver"}
    said = {"ways": ["text", "mail"], "quiet_hours": HOURS}
    answer = patient.post("/me/message-preferences", said, key=None)
    assert (answer.status_code, answer.json) == (201, {**said, "time_zone": "America/Denver"})
    assert patient.get("/me/message-preferences").json == answer.json
    later = patient.post("/me/message-preferences", {"ways": ["mail"]}, key=None)
    assert later.json["quiet_hours"] is None
    assert len(session.scalars(select(MessagePreference)).all()) == 1


@pytest.mark.parametrize(
    "said",
    [
        {"ways": []},
        {"ways": ["pager"]},
        {"ways": ["mail", "text", "mail"]},
        {"ways": ["mail"], "quiet_hours": {"from_minute": 1440, "until_minute": 0}},
        {"ways": ["mail"], "quiet_hours": {"from_minute": 60, "until_minute": 60}},
        {"ways": ["mail"], "quiet_hours": {"from_minute": 60}},
        {"ways": ["mail"], "answer_at_once": False},
    ],
)
def test_what_cannot_be_wanted_is_refused(client_for, made, said):
    patient = client_for(made.patient.user_id)
    assert patient.post("/me/message-preferences", said, key=None).status_code == 422


def test_quiet_hours_need_a_clock(client_for, session, clock, made):
    coach = client_for(made.coach.id)
    said = {"ways": ["mail"], "quiet_hours": HOURS}
    assert coach.post("/me/message-preferences", said, key=None).status_code == 422
    coach.post("/me/time-zone", {"time_zone": "America/Boise"}, key=None)
    answer = coach.post("/me/message-preferences", said, key=None)
    assert (answer.status_code, answer.json["time_zone"]) == (201, "America/Boise")


def test_a_message_that_nobody_wrote_is_not_found(client_for, made):
    patient = client_for(made.patient.user_id)
    assert patient.post(f"/me/messages/{uuid4()}/acknowledgement").status_code == 404
