"""Do patient and coach read what is due, and nobody else?"""

from typing import Any

import pytest

from rules.terms import Instrument
from tests.api.client import Client
from tests.api.conftest import ClientFor
from tests.clock import HandClock
from tests.factories.intake import CLEAR_ANSWERS
from tests.workflows.intake.cast import Cast
from workflows.platform.runtime import Runtime


@pytest.fixture
def cast(runtime: Runtime, clock: HandClock) -> Cast:
    """Give one patient with a team, and somebody else's prescriber."""
    return Cast(runtime, clock)


def due(who: Client, cast: Cast) -> Any:
    """Read what is due."""
    return who.get(f"/patients/{cast.patient_id}/instruments-due")


def test_another_teams_prescriber_sees_nothing(cast: Cast, client_for: ClientFor) -> None:
    assert due(client_for(cast.stranger.id), cast).status_code == 404


def test_a_new_patient_answers_the_intake_one_by_one(cast: Cast, client_for: ClientFor) -> None:
    me, coach = client_for(cast.patient.user_id), client_for(cast.coach.id)
    told = due(me, cast).json
    assert {one["instrument"] for one in told["items"]} == set(CLEAR_ANSWERS)
    assert {one["occasion"] for one in told["items"]} == {"intake"}
    assert all(one["stops_next_dose"] and not one["overdue"] for one in told["items"])
    said = {"instrument": "usc6", "answers": dict(CLEAR_ANSWERS[Instrument.USC6])}
    me.post(f"/patients/{cast.patient_id}/assessments", said)
    left = {one["instrument"] for one in due(coach, cast).json["items"]}
    assert left == set(CLEAR_ANSWERS) - {"usc6"}


# At three in the morning, with no session in sight.
def test_item_9_puts_the_suicide_screen_on_the_list_until_it_is_whole(
    cast: Cast, client_for: ClientFor
) -> None:
    me = client_for(cast.patient.user_id)
    path = f"/patients/{cast.patient_id}/assessments"
    calm = dict(CLEAR_ANSWERS[Instrument.CSSRS])
    me.post(path, {"instrument": "cssrs", "answers": calm})
    cast.clock.advance(minutes=1)
    me.post(path, {"instrument": "phq9", "answers": {"q9": 1}})
    assert _why(due(me, cast)) == {"after_item_9"}
    cast.clock.advance(minutes=1)
    me.post(path, {"instrument": "phq9", "answers": {"q9": 0}})
    me.post(path, {"instrument": "cssrs", "answers": {"q1": False}})
    assert "after_item_9" in _why(due(me, cast))
    cast.clock.advance(minutes=1)
    me.post(path, {"instrument": "cssrs", "answers": calm})
    assert _why(due(me, cast)) == set()


def _why(answer: Any) -> set[str]:
    items = answer.json["items"]
    return {one["occasion"] for one in items if one["instrument"] == "cssrs"}
