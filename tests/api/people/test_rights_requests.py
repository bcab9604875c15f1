"""Is what a patient asks of the record answered, in time, by somebody else, and only once?"""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from models.oversight.holds import Escalation
from models.people.patients import Patient
from models.people.rights import RightsRequest
from models.platform.trail import Deadline, Notification
from rules.limits import LIMITS
from tests.api.client import Client
from tests.api.conftest import ClientFor
from tests.clock import HandClock
from tests.factories.dose import Evening, a_scheduled_session
from tests.races import House, at_once, told
from tests.stage import Stage
from workflows.platform import sweep
from workflows.platform.runtime import Runtime

WHY = "The archive of the laboratory answers only in two weeks."
DENVER = ZoneInfo("America/Denver")
WRONG = "It was in May, and not in March."


@pytest.fixture
def stage(runtime: Runtime, clock: HandClock) -> Stage:
    """Give one patient with a team, a sitter and a session planned for now."""
    return Stage(runtime, clock)


@pytest.fixture
def made(stage: Stage) -> Evening:
    """Give the people of the stage."""
    return stage.evening


@pytest.fixture
def me(client_for: ClientFor, made: Evening) -> Client:
    """Give the patient at the phone."""
    return client_for(made.patient.user_id)


@pytest.fixture
def prescriber(client_for: ClientFor, made: Evening) -> Client:
    """Give the prescriber of the team."""
    return client_for(made.prescriber.id)


def about(made: Evening, what: str) -> str:
    return f"/patients/{made.patient.id}/{what}"


def a_correction(made: Evening) -> dict[str, str]:
    line = {"subject_type": "dose_session", "subject_id": str(made.dose_session.id)}
    return line | {"words": WRONG}


def asks(me: Client, made: Evening) -> str:
    return str(me.post(about(made, "amendment-requests"), a_correction(made)).json["id"])


def test_a_patient_asks_for_the_record_and_the_house_has_thirty_days_of_theirs(
    me: Client, stage: Stage, made: Evening
) -> None:
    asked = me.post(about(made, "access-requests"))
    assert (asked.status_code, asked.json["kind"], asked.json["outcome"]) == (201, "access", None)
    due = datetime.fromisoformat(asked.json["due_at"]).astimezone(DENVER)
    day = stage.clock.now().astimezone(DENVER).date() + timedelta(LIMITS.access_answered_days)
    assert (due.date(), due.hour, due.minute) == (day + timedelta(days=1), 0, 0)
    again = me.post(about(made, "access-requests"))
    assert again.json["id"] == asked.json["id"]
    (deadline,) = [one for one in stage.rows(Deadline) if one.kind == "access_request"]
    assert (deadline.due_at, str(deadline.subject_id)) == (due, asked.json["id"])


def test_it_waits_on_the_desk_and_whoever_prescribes_hands_the_record_over(
    me: Client, prescriber: Client, fresh_client_for: ClientFor, stage: Stage, made: Evening
) -> None:
    here = fresh_client_for(made.prescriber.id)
    nobody_asked = here.post(about(made, "record-exports"), {})
    assert told(nobody_asked) == (409, "nobody_asked")
    asked = me.post(about(made, "access-requests")).json
    waiting = [one for one in prescriber.get("/desk").json if one["kind"] == "rights_request"]
    assert [(one["subject_id"], one["code"]) for one in waiting] == [(asked["id"], "access")]
    assert told(prescriber.post(about(made, "record-exports"), {})) == (403, "fresh-factor-needed")
    assert here.post(about(made, "record-exports"), {}).status_code == 201
    (answered,) = me.get(about(made, "rights-requests")).json
    assert answered["outcome"] == "given"
    assert [one for one in prescriber.get("/desk").json if one["kind"] == "rights_request"] == []
    assert all(one.settled_at for one in stage.rows(Deadline) if one.kind == "access_request")
    assert told(here.post(about(made, "record-exports"), {})) == (409, "nobody_asked")


def test_a_copy_that_the_patient_takes_is_the_answer(
    me: Client, fresh_client_for: ClientFor, made: Evening
) -> None:
    me.post(about(made, "access-requests"))
    fresh_client_for(made.patient.user_id).post(about(made, "record-exports"), {})
    (answered,) = me.get(about(made, "rights-requests")).json
    assert answered["outcome"] == "given"


def test_there_is_one_extension_with_a_reason_that_the_patient_reads(
    me: Client, prescriber: Client, made: Evening
) -> None:
    asked = me.post(about(made, "access-requests")).json
    path = f"/rights-requests/{asked['id']}/extension"
    assert prescriber.post(path, {}).status_code == 422
    assert prescriber.post(path, {"reason": "later"}).status_code == 422
    longer = prescriber.post(path, {"reason": WHY})
    assert longer.status_code == 201
    first, second = (
        datetime.fromisoformat(one["due_at"]).astimezone(DENVER) for one in (asked, longer.json)
    )
    assert second.date() - first.date() == timedelta(LIMITS.access_extension_days)
    assert told(prescriber.post(path, {"reason": WHY})) == (409, "already_extended")
    (read,) = me.get(about(made, "rights-requests")).json
    assert read["extension_reason"] == WHY


# The letter that asked for more time was written after the time was over.
def test_an_extension_comes_too_late_once_it_was_due(
    me: Client, prescriber: Client, stage: Stage, made: Evening, client_for: ClientFor
) -> None:
    asked = me.post(about(made, "access-requests")).json
    stage.clock.advance(days=LIMITS.access_answered_days + 2)
    late = client_for(made.prescriber.id).post(
        f"/rights-requests/{asked['id']}/extension", {"reason": WHY}
    )
    assert told(late) == (409, "extension_too_late")


@pytest.mark.parametrize("kind", ["access", "amendment"])
def test_what_is_overdue_is_called_until_somebody_answers(
    me: Client, stage: Stage, made: Evening, kind: str, fresh_client_for: ClientFor
) -> None:
    if kind == "access":
        me.post(about(made, "access-requests"))
    else:
        asks(me, made)
    days = {"access": LIMITS.access_answered_days, "amendment": LIMITS.amendment_answered_days}
    stage.clock.advance(days=days[kind])
    sweep.run_once(stage.runtime)
    assert [one.code for one in stage.rows(Escalation)] == []
    stage.clock.advance(days=1)
    sweep.run_once(stage.runtime)
    (called,) = stage.rows(Escalation)
    assert called.code == f"{kind}_request_overdue"
    here = fresh_client_for(made.prescriber.id)
    if kind == "access":
        assert here.post(about(made, "record-exports"), {}).status_code == 201
    else:
        path = f"/rights-requests/{stage.rows(RightsRequest)[0].id}/answer"
        assert here.post(path, {"outcome": "accepted"}).status_code == 201
    assert stage.rows(Escalation)[0].acknowledged_by == made.prescriber.id


def test_a_correction_is_asked_for_denied_with_a_reason_and_disagreed_with(
    me: Client, prescriber: Client, made: Evening
) -> None:
    request_id = asks(me, made)
    path = f"/rights-requests/{request_id}"
    assert told(me.post(f"{path}/disagreement", {"words": "No."})) == (409, "nothing_denied")
    for wrong in (
        {"outcome": "denied"},
        {"outcome": "denied", "reason": "no"},
        {"outcome": "given"},
    ):
        assert prescriber.post(f"{path}/answer", wrong).status_code == 422
    denied = prescriber.post(f"{path}/answer", {"outcome": "denied", "reason": WHY})
    assert (denied.status_code, denied.json["outcome"]) == (201, "denied")
    said = me.post(f"{path}/disagreement", {"words": "I was there, and it was May."})
    assert said.json["disagreement"] == "I was there, and it was May."
    again = me.post(f"{path}/disagreement", {"words": "Really."})
    assert told(again) == (409, "already_disagreed")
    assert told(prescriber.post(f"{path}/answer", {"outcome": "accepted"})) == (
        409,
        "already_answered",
    )
    (read,) = prescriber.get(about(made, "rights-requests")).json
    assert (read["words"], read["reason"]) == (WRONG, WHY)


def test_the_answer_is_told_without_a_word_of_it(
    me: Client, prescriber: Client, stage: Stage, made: Evening
) -> None:
    request_id = asks(me, made)
    prescriber.post(f"/rights-requests/{request_id}/answer", {"outcome": "accepted"})
    told_to = {(one.user_id, one.template) for one in stage.rows(Notification)}
    assert (made.prescriber.id, "request_waits") in told_to
    assert (made.patient.user_id, "decision_ready") in told_to


@pytest.mark.asvs("8.2.2")
def test_only_a_line_of_ones_own_record_can_be_wrong(
    me: Client, stage: Stage, made: Evening
) -> None:
    other = stage.given(lambda rows: a_scheduled_session(rows, stage.clock.now()))
    path = about(made, "amendment-requests")
    for strange in (other.dose_session.id, uuid4()):
        asked = me.post(path, a_correction(made) | {"subject_id": str(strange)})
        assert told(asked) == (404, "not-found")
    for table in ("private_note", "audit_event", "user_account; drop table patient"):
        assert me.post(path, a_correction(made) | {"subject_type": table}).status_code == 422
    assert stage.rows(RightsRequest) == []


@pytest.mark.asvs("8.2.2")
def test_another_team_reads_and_answers_nothing(
    me: Client, client_for: ClientFor, stage: Stage, made: Evening
) -> None:
    request_id = asks(me, made)
    other = stage.given(lambda rows: a_scheduled_session(rows, stage.clock.now()))
    stranger = client_for(other.prescriber.id)
    assert stranger.get(about(made, "rights-requests")).status_code == 404
    answer = {"outcome": "accepted"}
    assert stranger.post(f"/rights-requests/{request_id}/answer", answer).status_code == 404
    assert client_for(made.coach.id).get(about(made, "rights-requests")).status_code == 403
    assert me.post(f"/rights-requests/{request_id}/answer", answer).status_code == 403


# Two of the team answered in the same minute, and the patient read yes and no.
@pytest.mark.asvs("15.4.2")
def test_of_two_answers_at_once_one_counts(house: House) -> None:
    made = house.an_evening()
    line = {"subject_type": "dose_session", "subject_id": str(made.session.id), "words": WRONG}
    me = house.client(made.patient.user_id)
    asked = me.post(f"/patients/{made.patient.id}/amendment-requests", line).json
    phones = [house.client(made.prescriber.id) for _ in range(2)]
    answers: list[dict[str, Any]] = [{"outcome": "accepted"}, {"outcome": "denied", "reason": WHY}]

    def answering(phone: Client, answer: dict[str, Any]) -> Any:
        return lambda: phone.post(f"/rights-requests/{asked['id']}/answer", answer)

    found = at_once(*(answering(*pair) for pair in zip(phones, answers, strict=True)))
    assert sorted(told(one) for one in found) == [(201, ""), (409, "already_answered")]
    won = next(one for one in found if one.status_code == 201).json["outcome"]
    with house.runtime._sessions() as session:
        assert session.scalars(select(RightsRequest.outcome)).one() == won
    house.engine.dispose()


def test_who_has_left_may_still_ask(me: Client, stage: Stage, made: Evening) -> None:
    def leave(session: Any) -> None:
        session.get_one(Patient, made.patient.id).enrolment = "withdrawn"

    stage.given(leave)
    assert me.post(about(made, "access-requests")).status_code == 201
    assert me.post(about(made, "amendment-requests"), a_correction(made)).status_code == 201
