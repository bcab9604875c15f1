"""Is a provider heard that shows the key and nobody else, and what is done with what it says?"""

import hmac
import json
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select
from standardwebhooks.webhooks import Webhook

from api.app import create_app
from models.oversight.holds import Escalation
from models.platform.messages import MessageTry
from models.platform.trail import AuditEvent, Notification
from rules.terms import Role
from tests.factories.people import a_care_team, a_patient, a_user
from tests.mail_server import a_mail_server
from workflows.oversight import unreached as _unreached  # noqa: F401 - the watcher
from workflows.platform import delivery, message_rounds, notifications, receipts, sweep
from workflows.platform.actor import SYSTEM
from workflows.platform.errors import NotSignedIn

KEY = bytes(range(7, 39))
DOOR = "/message-receipts"


@pytest.fixture
def posting(runtime):
    with a_mail_server() as mail, a_mail_server() as gate:
        texts = f"mailto://127.0.0.1:{gate.port}?from=care@vigil.example&to={{phone}}@gate.example"
        runtime.settings = replace(
            runtime.settings, smtp_url=mail.url, apprise_urls=(texts,), receipt_key=KEY
        )
        yield runtime


@pytest.fixture
def patient(session, clock):
    coach = a_user(session, clock.now(), Role.COACH)
    person = a_user(session, clock.now(), Role.PATIENT, phone="+1 303 555 0100")
    patient = a_patient(session, clock.now(), user_id=person.id)
    a_care_team(session, clock.now(), patient, coach=coach)
    session.commit()
    return patient


@pytest.fixture
def notice(posting, patient):
    """Give a message that went out by mail."""
    return sent(posting, patient, "decision_ready")


def sent(posting, patient, template) -> Notification:
    with posting.begin(SYSTEM) as work:
        work.subject = patient.id
        notice = notifications.tell(work, patient.user_id, template)
    delivery.deliver(posting, str(notice.id))
    return notice


def said(posting, body, *, key=KEY, at=None, over=None):
    """Send it as a provider would, signed by a library that is not ours."""
    text, at = json.dumps(body), at or posting.clock.now()
    signature = Webhook("whsec_" + b64encode(key).decode()).sign("msg_1", at, text)
    told = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature,
        "Content-Type": "application/json",
        **(over or {}),
    }
    client = create_app(posting).test_client()
    return client.post(DOOR, data=text, headers=told)


def receipt(notice_id, kind="message.delivered", way="mail") -> dict:
    return {"type": kind, "data": {"message_id": str(notice_id), "way": way}}


def row(session, notice) -> Notification:
    session.expire_all()
    return session.scalars(select(Notification).where(Notification.id == notice.id)).one()


def test_a_message_is_delivered_when_its_provider_says_so(posting, session, clock, notice):
    assert row(session, notice).delivered_at is None
    clock.advance(minutes=2)
    assert said(posting, receipt(notice.id)).status_code == 204
    kept = row(session, notice)
    assert (kept.delivered_at, kept.acknowledged_at) == (clock.now(), None)
    clock.advance(minutes=2)
    assert said(posting, receipt(notice.id)).status_code == 204
    assert row(session, notice).delivered_at < clock.now()
    assert "notification.receipt_kept" in session.scalars(select(AuditEvent.action)).all()


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": bytes(range(8, 40))},
        {"over": {"webhook-signature": ""}},
        {"over": {"webhook-signature": "v1,"}},
        {"over": {"webhook-signature": "v1a,AAAA v1,AAAA"}},
        {"over": {"webhook-signature": "v1,é"}},
        {"over": {"webhook-id": "msg_2"}},
        {"over": {"webhook-id": ""}},
        {"over": {"webhook-timestamp": "1"}},
        {"over": {"webhook-timestamp": "-1"}},
        {"over": {"webhook-timestamp": "9" * 400}},
        {"over": {"webhook-timestamp": "²"}},
    ],
)
def test_who_does_not_show_the_key_is_not_heard(posting, session, notice, wrong):
    assert said(posting, receipt(notice.id), **wrong).status_code == 401
    assert row(session, notice).delivered_at is None


@pytest.mark.parametrize("off", [timedelta(minutes=-6), timedelta(minutes=6)])
def test_what_was_said_at_another_time_is_not_heard(posting, session, notice, off):
    answer = said(posting, receipt(notice.id), at=posting.clock.now() + off)
    assert answer.status_code == 401
    assert row(session, notice).delivered_at is None


def test_a_body_that_was_changed_on_the_way_is_not_heard(posting, session, notice):
    text = json.dumps(receipt(uuid4()))
    signature = Webhook("whsec_" + b64encode(KEY).decode()).sign("m", posting.clock.now(), text)
    answer = said(
        posting, receipt(notice.id), over={"webhook-id": "m", "webhook-signature": signature}
    )
    assert answer.status_code == 401
    assert row(session, notice).delivered_at is None


def test_without_a_key_there_is_no_door(posting, session, notice):
    posting.settings = replace(posting.settings, receipt_key=b"")
    assert said(posting, receipt(notice.id)).status_code == 404
    at = str(int(posting.clock.now().timestamp()))
    signed = b64encode(hmac.digest(b"", f"m.{at}.".encode(), "sha256")).decode()
    told = {"webhook-id": "m", "webhook-timestamp": at, "webhook-signature": f"v1,{signed}"}
    with posting.begin(SYSTEM) as work, pytest.raises(NotSignedIn):
        receipts.insist_signed(work, told, b"")


@pytest.mark.parametrize(
    "body",
    [
        *(None, 1, [], {}, "x", {"type": "message.delivered"}, {"type": 1, "data": []}),
        {"type": "message.read", "data": {"message_id": str(uuid4()), "way": "mail"}},
        {"type": "message.delivered", "data": {"message_id": "x", "way": "mail"}},
        {"type": "message.delivered", "data": {"message_id": 7, "way": "mail"}},
    ],
)
def test_what_is_none_of_ours_is_refused(posting, body):
    assert said(posting, body).status_code == 422


def test_nothing_is_kept_of_a_message_or_a_way_that_was_not_taken(posting, session, notice):
    assert said(posting, receipt(uuid4())).status_code == 404
    assert said(posting, receipt(notice.id, way="text")).status_code == 404
    assert row(session, notice).delivered_at is None


def test_what_did_not_arrive_goes_by_the_next_way(posting, session, clock, notice):
    clock.advance(minutes=1)
    assert said(posting, receipt(notice.id, "message.failed")).status_code == 204
    assert message_rounds.hand_in_due(posting) == 1
    delivery.deliver(posting, str(notice.id))
    tries = session.execute(select(MessageTry.way, MessageTry.failed_at).order_by(MessageTry.id))
    assert [tuple(one) for one in tries] == [("mail", clock.now()), ("text", None)]
    kept = row(session, notice)
    assert kept.sent_at < clock.now()
    assert (kept.not_before, kept.undelivered_at) == (None, None)
    assert said(posting, receipt(notice.id, way="text")).status_code == 204
    assert row(session, notice).delivered_at == clock.now()


def test_a_human_is_told_when_no_way_is_left(posting, session, clock, patient, notice):
    said(posting, receipt(notice.id, "message.failed"))
    delivery.deliver(posting, str(notice.id))
    said(posting, receipt(notice.id, "message.failed", "text"))
    with pytest.raises(delivery.NotDelivered):
        delivery.deliver(posting, str(notice.id))
    sweep.run_once(posting)
    assert row(session, notice).undelivered_at == clock.now()
    call = session.scalars(select(Escalation)).one()
    assert (call.code, call.patient_id) == ("message_undelivered", patient.id)
    assert message_rounds.hand_in_due(posting) == 0


def test_what_went_by_every_way_is_lost_only_when_the_last_one_fails(posting, session, patient):
    notice = sent(posting, patient, "answer_at_once")
    said(posting, receipt(notice.id, "message.failed"))
    assert row(session, notice).undelivered_at is None
    said(posting, receipt(notice.id, "message.failed", "text"))
    assert row(session, notice).undelivered_at is not None
    sweep.run_once(posting)
    assert session.scalars(select(Escalation.code)).all() == ["message_undelivered"]


def test_the_first_word_about_a_try_counts(posting, session, notice):
    said(posting, receipt(notice.id))
    said(posting, receipt(notice.id, "message.failed"))
    assert message_rounds.hand_in_due(posting) == 0
    assert session.scalars(select(MessageTry.failed_at)).one() is None
