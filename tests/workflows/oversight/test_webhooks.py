"""Is another system told of everything its owner may see, signed, by ids, and of nothing else?"""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text
from standardwebhooks import Webhook

from models.people.accounts import UserAccount
from models.people.patients import CareTeamMember
from models.platform.trail import AuditEvent, Deadline, Notification
from rules.terms import DeadlineKind
from tests.clock import HandClock
from tests.receiver import Receiver, a_believed_receiver
from tests.workflows.oversight.hooks import Hooks, verified
from workflows.oversight import webhook_delivery, webhook_log, webhooks
from workflows.oversight.webhook_delivery import AGAIN_AFTER, JITTER_PERCENT, LEASE
from workflows.platform import sweep
from workflows.platform.actor import SYSTEM
from workflows.platform.errors import InvalidContent, NotPermitted, RecordForbids
from workflows.platform.runtime import Runtime
from workflows.platform.webhook_signing import signed_text

A_DAY = timedelta(days=1)


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with a_believed_receiver(tmp_path, monkeypatch, "localhost") as server:
        yield server


@pytest.fixture
def hooks(
    runtime: Runtime, clock: HandClock, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> Hooks:
    return Hooks.opened(runtime, clock, receiver).has_proved(monkeypatch)


def leaves_the_team(hooks: Hooks) -> None:
    place = select(CareTeamMember).where(CareTeamMember.user_id == hooks.owner.user_id)
    now = hooks.stage.clock.now()
    hooks.stage.given(lambda rows: setattr(rows.scalars(place).one(), "ended_at", now))


def is_disabled(hooks: Hooks) -> None:
    now = hooks.stage.clock.now()
    owner_id = hooks.owner.user_id
    hooks.stage.given(lambda rows: setattr(rows.get_one(UserAccount, owner_id), "disabled_at", now))


@pytest.mark.asvs("11.4.2")
def test_what_happens_is_told_once_signed_and_by_ids_alone(hooks: Hooks) -> None:
    event_id = hooks.agreed().happens()
    hooks.goes_round()
    hooks.goes_round()
    (got,) = hooks.receiver.got
    assert got.headers["webhook-id"] == str(event_id)
    assert got.headers["webhook-timestamp"] == str(int(hooks.stage.clock.now().timestamp()))
    assert got.headers["content-type"] == "application/json"
    told = json.loads(got.body)
    assert set(told) == {"type", "timestamp", "data"}
    assert told["type"] == "hold.placed"
    ids = {"id", "sequence", "patient_id", "object_type", "object_id"}
    assert set(told["data"]) == ids
    assert told["data"]["patient_id"] == str(hooks.stage.evening.patient.id)
    (key,) = hooks.keys()
    assert verified(got, key.public_key) == 1


# Signed with a key of our own making, and over another text than the standard says.
def test_the_signed_text_is_the_one_of_the_standards_own_library() -> None:
    body, at = b'{"type":"hold.placed"}', datetime(2026, 11, 23, 17, tzinfo=UTC)
    import hmac
    from base64 import b64encode

    ours = signed_text("msg_1", str(int(at.timestamp())), body)
    mac = b64encode(hmac.digest(b"k" * 32, ours, "sha256")).decode()
    assert Webhook(b"k" * 32).sign("msg_1", at, body.decode()) == f"v1,{mac}"


def test_a_signature_fits_no_other_body_time_or_id(hooks: Hooks) -> None:
    hooks.agreed().happens()
    hooks.goes_round()
    (got,) = hooks.receiver.got
    (key,) = hooks.keys()
    for name, value in (("webhook-id", "x"), ("webhook-timestamp", "1")):
        changed = type(got)(got.path, {**got.headers, name: value}, got.body)
        assert verified(changed, key.public_key) == 0
    assert verified(type(got)(got.path, got.headers, got.body + b" "), key.public_key) == 0


def test_for_a_day_two_keys_sign_and_then_the_new_one_alone(hooks: Hooks) -> None:
    hooks.agreed()
    hooks.stage.clock.advance(minutes=1)
    hooks.stage.does(hooks.admin, lambda work: webhooks.rotate_key(work, hooks.endpoint_id))
    old, new = hooks.keys()
    with pytest.raises(RecordForbids):
        hooks.stage.does(hooks.admin, lambda work: webhooks.rotate_key(work, hooks.endpoint_id))
    hooks.happens()
    hooks.goes_round()
    hooks.stage.clock.advance(hours=25)
    hooks.happens()
    hooks.goes_round()
    first, second = hooks.receiver.got
    assert [verified(first, key.public_key) for key in (old, new)] == [1, 1]
    assert [verified(second, key.public_key) for key in (old, new)] == [0, 1]


# An administrator pointed it at a server of their own, in the name of a prescriber.
def test_nothing_is_told_before_its_owner_agreed_and_nothing_of_before(hooks: Hooks) -> None:
    hooks.set_up()
    hooks.happens()
    hooks.goes_round()
    with pytest.raises(NotPermitted):
        hooks.stage.does(hooks.admin, lambda work: webhooks.agree(work, hooks.endpoint_id))
    hooks.stage.does(hooks.owner, lambda work: webhooks.agree(work, hooks.endpoint_id))
    hooks.goes_round()
    assert hooks.receiver.got == []
    hooks.happens()
    hooks.goes_round()
    assert len(hooks.receiver.got) == 1


def test_nobody_sets_one_up_by_their_own_rights(hooks: Hooks) -> None:
    with pytest.raises(RecordForbids):
        hooks.stage.does(
            hooks.admin, lambda work: webhooks.set_up(work, hooks.url, (), hooks.admin.person)
        )


@pytest.mark.parametrize("who", ["owner", "admin"])
def test_either_of_them_ends_it_at_once(hooks: Hooks, who: str) -> None:
    hooks.agreed().happens()
    webhook_delivery.pick_events(hooks.stage.runtime)
    act = webhooks.withdraw if who == "owner" else webhooks.end
    hooks.stage.does(getattr(hooks, who), lambda work: act(work, hooks.endpoint_id))
    hooks.happens()
    hooks.goes_round()
    assert hooks.receiver.got == []
    assert [one.state for one in hooks.deliveries()] == ["withheld"]


def test_only_the_kinds_that_were_asked_for_are_told(hooks: Hooks) -> None:
    hooks.agreed("hold.changed")
    hooks.happens("hold.placed")
    changed = hooks.happens("hold.changed")
    hooks.goes_round()
    assert [one.headers["webhook-id"] for one in hooks.receiver.got] == [str(changed)]
    with pytest.raises(InvalidContent):
        hooks.set_up("hold.chnaged")


# The event was picked at noon, and at one the coach had left: the message went out at two.
@pytest.mark.parametrize("gone", [leaves_the_team, is_disabled])
@pytest.mark.asvs("8.3.2")
def test_rights_are_asked_again_just_before_each_try(
    hooks: Hooks, gone: Callable[[Hooks], None]
) -> None:
    hooks.agreed().happens()
    webhook_delivery.pick_events(hooks.stage.runtime)
    gone(hooks)
    hooks.goes_round()
    assert hooks.receiver.got == []
    assert hooks.receiver.connections == 0
    assert [one.state for one in hooks.deliveries()] == ["withheld"]
    assert [one.outcome for one in hooks.attempts()] == ["withheld"]


@pytest.mark.parametrize("gone", [leaves_the_team, is_disabled])
def test_what_happens_after_the_rights_ended_is_not_even_picked(
    hooks: Hooks, gone: Callable[[Hooks], None]
) -> None:
    hooks.agreed()
    gone(hooks)
    hooks.happens()
    hooks.goes_round()
    assert hooks.receiver.got == []
    assert hooks.deliveries() == []


def test_a_failed_message_is_tried_again_for_days_under_the_same_id(hooks: Hooks) -> None:
    event_id = hooks.agreed().happens()
    hooks.receiver.answers = [500] * len(AGAIN_AFTER)
    began = hooks.stage.clock.now()
    for later in AGAIN_AFTER:
        hooks.goes_round()
        (waiting,) = hooks.deliveries()
        assert waiting.due_at is not None
        wait = waiting.due_at - hooks.stage.clock.now()
        assert later <= wait <= later * (100 + JITTER_PERCENT) / 100
        hooks.goes_round()  # nobody tries before the time has come
        hooks.stage.clock.advance(seconds=wait.total_seconds())
    hooks.goes_round()
    assert hooks.stage.clock.now() - began > 3 * A_DAY
    got = hooks.receiver.got
    assert {one.headers["webhook-id"] for one in got} == {str(event_id)}
    assert [one.status for one in hooks.attempts()] == [500] * len(AGAIN_AFTER) + [200]
    (key,) = hooks.keys()
    assert all(verified(one, key.public_key) == 1 for one in got)
    assert [one.state for one in hooks.deliveries()] == ["delivered"]


def dies(hooks: Hooks) -> None:
    """Let a message fail until nobody tries any more."""
    for _ in range(len(AGAIN_AFTER) + 1):
        hooks.goes_round()
        hooks.stage.clock.advance(days=2)


# The endpoint of the safety desk was down, it was given up, and nobody was told.
def test_a_dead_letter_tells_people(hooks: Hooks) -> None:
    hooks.agreed().happens()
    hooks.receiver.answers = [503] * 20
    dies(hooks)
    assert [one.state for one in hooks.deliveries()] == ["dead"]
    alarms = [one for one in hooks.stage.rows(Deadline) if one.kind == DeadlineKind.WEBHOOK_SILENT]
    assert [one.subject_id for one in alarms] == [hooks.endpoint_id]
    sweep.run_once(hooks.stage.runtime)
    told = {o.user_id for o in hooks.stage.rows(Notification) if o.template == "webhook_silent"}
    assert {hooks.admin.user_id, hooks.owner.user_id} <= told


def test_gone_ends_it_and_tells_people(hooks: Hooks) -> None:
    hooks.agreed()
    hooks.happens()
    hooks.happens()
    hooks.receiver.answers = [410]
    hooks.goes_round()
    assert hooks.endpoint().end_reason == "gone"
    assert {one.state for one in hooks.deliveries()} == {"dead"}
    assert len(hooks.receiver.got) == 1
    sweep.run_once(hooks.stage.runtime)
    assert "webhook_silent" in {one.template for one in hooks.stage.rows(Notification)}


def test_rights_that_ended_for_good_tell_people(hooks: Hooks) -> None:
    hooks.agreed()
    is_disabled(hooks)
    hooks.goes_round()
    hooks.goes_round()
    sweep.run_once(hooks.stage.runtime)
    told = [o for o in hooks.stage.rows(Notification) if o.template == "webhook_silent"]
    assert [one.user_id for one in told].count(hooks.admin.user_id) == 1


# It was sent, and the one who sent it died before it could say so.
def test_a_message_whose_sender_died_is_sent_again_and_not_at_once(hooks: Hooks) -> None:
    hooks.agreed().happens()
    webhook_delivery.pick_events(hooks.stage.runtime)
    (waiting,) = hooks.deliveries()
    with hooks.stage.runtime.begin(SYSTEM) as work:
        message = webhook_delivery.prepare(work, waiting.id)
    assert message is not None
    webhook_delivery.send(hooks.stage.runtime, message)
    hooks.goes_round()
    assert len(hooks.receiver.got) == 1
    hooks.stage.clock.advance(seconds=LEASE.total_seconds())
    hooks.goes_round()
    assert len({one.headers["webhook-id"] for one in hooks.receiver.got}) == 1
    assert len(hooks.receiver.got) == 2


def test_a_range_is_sent_again_under_the_same_ids_and_by_the_rights_of_now(hooks: Hooks) -> None:
    start = hooks.stage.clock.now()
    first = hooks.agreed().happens()
    hooks.goes_round()
    hooks.stage.clock.advance(hours=1)
    hooks.happens()
    hooks.goes_round()

    def again() -> webhook_log.SentAgain:
        until = start + timedelta(minutes=1)
        return hooks.stage.does(
            hooks.admin, lambda w: webhook_log.send_again(w, hooks.endpoint_id, start, until)
        )

    assert again().count == 1
    hooks.goes_round()
    assert [one.headers["webhook-id"] for one in hooks.receiver.got].count(str(first)) == 2
    assert len(hooks.receiver.got) == 3
    leaves_the_team(hooks)
    assert again().count == 0


# At noon the name meant a server of theirs, and at one our own database.
def test_a_name_that_leads_inside_now_is_not_called(
    hooks: Hooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    import socket

    hooks.agreed(url="https://hooks.example.org:8443/").happens()
    inside = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 8443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: inside)
    hooks.goes_round()
    assert [one.outcome for one in hooks.attempts()] == ["address_refused"]


@pytest.mark.asvs("14.2.6")
def test_the_queue_and_the_log_hold_ids_alone(hooks: Hooks) -> None:
    hooks.agreed().happens()
    webhook_delivery.pick_events(hooks.stage.runtime)
    jobs = text("SELECT args::text FROM procrastinate_jobs WHERE task_name = 'tell_endpoint'")
    (args,) = hooks.stage.given(lambda rows: rows.scalars(jobs).all())
    assert json.loads(args) == {"endpoint_id": str(hooks.endpoint_id)}
    hooks.goes_round()
    (tried,) = hooks.attempts()
    kept = {column.name for column in tried.__table__.columns}
    assert kept == {"id", "delivery_id", "tried_at", "outcome", "status", "took_ms"}


def test_what_was_sent_stands_in_the_trail_of_the_patient(hooks: Hooks) -> None:
    hooks.agreed().happens()
    hooks.goes_round()
    (sent,) = [one for one in hooks.stage.rows(AuditEvent) if one.action == "webhook.sent"]
    assert sent.patient_id == hooks.stage.evening.patient.id
    assert (sent.actor_id, sent.object_id) == (hooks.owner.user_id, str(hooks.endpoint_id))


@pytest.mark.asvs("13.3.1")
def test_the_private_key_and_the_address_are_sealed(hooks: Hooks) -> None:
    hooks.agreed()
    kept = hooks.stage.given(
        lambda rows: rows.execute(
            text("SELECT url, private_key FROM webhook_endpoint, webhook_key")
        ).one()
    )
    assert all(bytes(one)[:1] == b"\x02" for one in kept)
    assert b"sesame" not in bytes(kept[0])
