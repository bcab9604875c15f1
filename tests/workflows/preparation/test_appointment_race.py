"""Who gets the slot when two people want it at the same instant?"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from models.preparation.appointments import Appointment
from rules.terms import Role
from tests.clock import HandClock
from tests.factories import people
from tests.factories.preparation import a_slot
from tests.stage import Stage
from workflows.platform.actor import Actor
from workflows.platform.errors import RecordForbids
from workflows.platform.runtime import Runtime
from workflows.preparation import appointments

RIVALS = 6


@pytest.fixture
def stage(fresh_runtime: Runtime, clock: HandClock) -> Stage:
    """Give a stage on which everything is really committed."""
    return Stage(fresh_runtime, clock)


def test_of_many_who_want_one_slot_exactly_one_gets_it(stage: Stage) -> None:
    now = stage.clock.now()
    slot = stage.given(lambda rows: a_slot(rows, stage.evening.coach, now + timedelta(hours=1)))
    rivals = [stage.given(lambda rows: people.a_patient(rows, now)) for _ in range(RIVALS)]
    for rival in rivals:
        stage.given(
            lambda rows, who=rival: people.a_care_team(rows, now, who, coach=stage.evening.coach)
        )
    gate = Barrier(RIVALS)

    def reach(number: int) -> str:
        rival = rivals[number]
        actor = Actor(rival.user_id, frozenset({Role.PATIENT}))
        gate.wait(timeout=10)
        try:
            stage.does(actor, lambda work: appointments.book(work, rival.id, slot.id), str(number))
        except RecordForbids as refused:
            return refused.code
        return "booked"

    with ThreadPoolExecutor(RIVALS) as pool:
        told = sorted(pool.map(reach, range(RIVALS)))
    assert told == ["booked"] + ["slot_taken"] * (RIVALS - 1)
    assert len(stage.rows(Appointment)) == 1
