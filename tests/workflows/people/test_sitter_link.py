"""Does the link for a sitter open once, for a short while, and is a second opening told?"""

from collections.abc import Callable
from datetime import timedelta

import pytest

from models.people.accounts import Invitation, LoginSession, UserAccount
from models.people.patients import Sitter
from models.platform.trail import AuditEvent, Notification
from tests.clock import HandClock
from tests.factories.people import PASSWORD
from tests.races import at_once
from tests.stage import Stage
from workflows.people import invitations, login_sessions, sign_in, sitters, stays
from workflows.people.sign_in import Device
from workflows.platform.actor import NOBODY, Actor
from workflows.platform.errors import NotFound, Refusal
from workflows.platform.runtime import Runtime

EMAIL = "friend@example.org"


def link(stage: Stage) -> str:
    """Ask a friend in, as the patient, and give the key to hand over."""
    me = stage.evening.as_patient
    return stage.does(me, lambda work: sitters.invite(work, "A Friend", EMAIL)).invited.token


def opens(stage: Stage, token: str) -> UserAccount:
    return stage.does(NOBODY, lambda work: invitations.accept(work, token, PASSWORD))


def signs_in(stage: Stage, phone: str) -> stays.Tokens:
    return stage.does(
        NOBODY, lambda work: sign_in.log_in(work, EMAIL, PASSWORD, Device(phone, phone))
    ).granted()


@pytest.fixture
def stage(runtime: Runtime, clock: HandClock) -> Stage:
    return Stage(runtime, clock)


@pytest.mark.asvs("6.4.1")
@pytest.mark.parametrize(("hours", "good"), [(47, True), (48, False)])
def test_a_link_is_good_for_two_days(stage: Stage, *, hours: int, good: bool) -> None:
    token = link(stage)
    stage.clock.advance(hours=hours)
    if good:
        assert opens(stage, token).email == EMAIL
        return
    with pytest.raises(NotFound):
        opens(stage, token)


# He had lost the paper with the link; who found it opened it a minute after him.
@pytest.mark.asvs("6.4.1")
def test_a_second_opening_is_refused_and_both_are_told_once(stage: Stage) -> None:
    token = link(stage)
    sitter = opens(stage, token)
    for _ in range(3):
        with pytest.raises(NotFound) as refused:
            opens(stage, token)
        assert refused.value.code == "invitation-not-good"
    told = [row for row in stage.rows(Notification) if row.template == invitations.OPENED_AGAIN]
    assert {row.user_id for row in told} == {stage.evening.patient.user_id, sitter.id}
    assert len(told) == 2
    refused_here = [
        (one.outcome, one.patient_id)
        for one in stage.rows(AuditEvent)
        if one.reason == "invitation-not-good"
    ]
    assert refused_here == [("refused", stage.evening.patient.id)] * 3


def test_a_link_that_was_replaced_or_has_ended_alarms_nobody(stage: Stage) -> None:
    first, second = link(stage), link(stage)
    with pytest.raises(NotFound):
        opens(stage, first)
    assert opens(stage, second)
    assert [
        row for row in stage.rows(Notification) if row.template == invitations.OPENED_AGAIN
    ] == []


# Two phones, one link, the same instant.
@pytest.mark.asvs("15.4.2")
def test_two_phones_on_one_link_make_one_sitter(fresh_runtime: Runtime, clock: HandClock) -> None:
    stage = Stage(fresh_runtime, clock)
    token = link(stage)

    def tries() -> str:
        try:
            opens(stage, token)
        except Refusal as refused:
            return refused.code
        return "opened"

    turns: list[Callable[[], str]] = [tries] * 4
    assert sorted(at_once(*turns)) == ["invitation-not-good"] * 3 + ["opened"]
    (kept,) = [one for one in stage.rows(Invitation) if one.sitter_id is not None]
    place = next(one for one in stage.rows(Sitter) if one.id == kept.sitter_id)
    assert place.user_id == kept.accepted_by
    told = [row for row in stage.rows(Notification) if row.template == invitations.OPENED_AGAIN]
    assert {row.user_id for row in told} == {stage.evening.patient.user_id, kept.accepted_by}


def test_each_phone_of_a_sitter_is_a_sign_in_of_its_own(stage: Stage) -> None:
    opens(stage, link(stage))
    own, other = signs_in(stage, "own phone"), signs_in(stage, "another phone")
    assert own.login_id != other.login_id
    me = Actor(own.user_id, own.roles, own.login_id)
    stage.does(me, login_sessions.end_others)
    alive = {one.device_key for one in stage.rows(LoginSession) if one.revoked_at is None}
    assert alive == {"own phone"}
    again = stage.does(NOBODY, lambda work: sign_in.refresh(work, other.refresh_token))
    assert again.tokens is None, "what was opened elsewhere has ended"


# A thief with the token of one phone has it for one use; then neither he nor the phone goes on.
def test_a_token_that_left_the_phone_ends_with_its_second_use(stage: Stage) -> None:
    opens(stage, link(stage))
    own = signs_in(stage, "own phone")
    stolen = stage.does(NOBODY, lambda work: sign_in.refresh(work, own.refresh_token)).granted()
    stage.does(NOBODY, lambda work: sign_in.refresh(work, stolen.refresh_token)).granted()
    stage.clock.advance(timedelta(minutes=2))
    back = stage.does(NOBODY, lambda work: sign_in.refresh(work, own.refresh_token))
    assert back.tokens is None
    assert [one.revoked_at is not None for one in stage.rows(LoginSession)] == [True]
