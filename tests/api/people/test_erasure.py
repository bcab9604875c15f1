"""Is a record erased over the API by two of the office, and by nobody else?"""

from datetime import timedelta
from typing import Any

import pytest

from rules.limits import LIMITS
from rules.terms import EnrolmentState, Role
from tests.api.client import Client
from tests.api.conftest import ClientFor
from tests.clock import HandClock
from tests.factories import people
from tests.races import told
from tests.stage import Stage
from workflows.platform.runtime import Runtime

ASKED = {"ground": "asked_by_patient"}
UNLAWFUL = {"ground": "kept_unlawfully"}


@pytest.fixture
def stage(runtime: Runtime, clock: HandClock) -> Stage:
    return Stage(runtime, clock)


@pytest.fixture
def gone(stage: Stage) -> str:
    """Give the path of somebody who has left the programme."""

    def enter(session: Any) -> Any:
        left = {"enrolment": EnrolmentState.WITHDRAWN}
        return people.a_patient(session, stage.clock.now(), **left).id

    return f"/patients/{stage.given(enter)}/erasure"


@pytest.fixture
def somebody(stage: Stage, fresh_client_for: ClientFor) -> Any:
    """Give people of the staff who are here now."""

    def make(role: Role = Role.ADMIN) -> Client:
        def enter(session: Any) -> Any:
            return people.a_user(session, stage.clock.now(), role)

        return fresh_client_for(stage.given(enter).id)

    return make


def test_one_asks_and_another_erases(somebody: Any, gone: str) -> None:
    one, other = somebody(), somebody()
    asked = one.post(gone, UNLAWFUL)
    assert (asked.status_code, asked.json["ground"]) == (201, "kept_unlawfully")
    assert told(other.post(gone, UNLAWFUL)) == (409, "erasure_already_asked")
    assert one.post(f"{gone}/completion").status_code == 409
    done = other.post(f"{gone}/completion")
    assert done.status_code == 201
    assert done.json["erased_at"] is not None
    assert done.json["erased_by"] != asked.json["asked_by"]
    assert told(one.post(gone, UNLAWFUL)) == (404, "record-erased")


def test_what_was_asked_can_be_taken_back(somebody: Any, gone: str) -> None:
    one, other = somebody(), somebody()
    assert told(one.post(f"{gone}/withdrawal"))[0] == 409
    one.post(gone, UNLAWFUL)
    taken_back = one.post(f"{gone}/withdrawal")
    assert (taken_back.status_code, taken_back.json["asked_at"]) == (201, None)
    assert told(other.post(f"{gone}/completion")) == (409, "erasure_not_asked")


def test_a_wish_ends_no_duty_to_keep(somebody: Any, gone: str) -> None:
    one, other = somebody(), somebody()
    assert one.post(gone, ASKED).status_code == 201
    assert told(other.post(f"{gone}/completion")) == (409, "record_must_be_kept")


def test_it_asks_for_a_proof_of_now(somebody: Any, gone: str, clock: HandClock) -> None:
    one = somebody()
    clock.advance(seconds=(LIMITS.second_factor_life + timedelta(seconds=1)).total_seconds())
    assert one.post(gone, UNLAWFUL).status_code == 403


@pytest.mark.parametrize("role", [Role.SAFETY_OFFICER, Role.PRESCRIBER, Role.COACH])
def test_nobody_but_the_office_erases(somebody: Any, gone: str, role: Role) -> None:
    assert somebody(role).post(gone, UNLAWFUL).status_code == 403


def test_an_unknown_ground_is_refused(somebody: Any, gone: str) -> None:
    assert told(somebody().post(gone, {"ground": "because"}))[0] == 422
