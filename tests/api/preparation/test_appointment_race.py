"""What are two people told who press Book at the same instant?"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from api.app import create_app
from models.people.patients import Patient
from tests.api.client import Client
from tests.api.conftest import token_for
from tests.clock import HandClock
from tests.factories import people
from tests.factories.preparation import a_slot
from tests.stage import Stage
from workflows.platform.runtime import Runtime


def test_one_gets_the_slot_and_the_other_is_told_that_it_is_taken(
    fresh_runtime: Runtime, clock: HandClock
) -> None:
    stage, app = Stage(fresh_runtime, clock), create_app(fresh_runtime)
    now = clock.now()
    slot = stage.given(lambda rows: a_slot(rows, stage.evening.coach, now + timedelta(hours=1)))
    second = stage.given(lambda rows: people.a_patient(rows, now))
    stage.given(lambda rows: people.a_care_team(rows, now, second, coach=stage.evening.coach))
    rivals = [stage.evening.patient, second]
    clients = [Client(app, token_for(fresh_runtime, rival.user_id)) for rival in rivals]
    gate = Barrier(2)

    def tap(client: Client, rival: Patient) -> tuple[int, str]:
        gate.wait(timeout=10)
        answer = client.post(f"/patients/{rival.id}/appointments", {"slot_id": str(slot.id)})
        return answer.status_code, answer.json.get("code", "")

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(tap, clients, rivals))
    assert told == [(201, ""), (409, "slot_taken")]
