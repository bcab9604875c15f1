"""Whoever presses at the same instant: is any dose taken twice, or refused wrongly?"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from models.dose.predose import Clearance, DoseTaken, PredoseCheck
from tests.api.client import Client
from tests.factories.evening import Evening
from tests.races import CONNECTIONS, House, at_once, told
from workflows.platform import sweep

Tap = Callable[[], TestResponse]
USED, WON = (409, "clearance_used"), (201, "")


@pytest.fixture
def made(house: House) -> Evening:
    """Give an evening on which everything is well."""
    return house.an_evening()


def start_of(made: Evening) -> str:
    return f"/dose-sessions/{made.session.id}/start"


def doses(house: House) -> int:
    return house.count(select(func.count()).select_from(DoseTaken))


@pytest.mark.api_top_ten("API6.dose_once")
def test_of_a_hundred_taps_one_starts_the_dose_and_its_own_retry_is_never_refused(house, made):
    clearance = {"clearance_id": house.a_clearance(made)}
    phone = house.client(made.patient.user_id)

    def tap(number: int) -> TestResponse:
        return phone.post(start_of(made), clearance, key=f"tap-{number % 50}")

    with ThreadPoolExecutor(CONNECTIONS) as taps:
        answers = list(taps.map(tap, range(100)))
    won = [number for number, answer in enumerate(answers) if told(answer) == WON]
    assert len(won) == 2, "each key was sent twice: the winner and its own retry"
    assert won[0] % 50 == won[1] % 50
    assert answers[won[0]].json == answers[won[1]].json
    assert {told(answer) for answer in answers} == {WON, USED}
    again = tap(won[0])
    assert (told(again), again.headers["Idempotent-Replayed"]) == (WON, "true")
    assert again.json == answers[won[0]].json
    assert doses(house) == 1
    assert house.chain(made.patient.id).intact


def hold_by(coach: Client, made: Evening) -> Tap:
    return lambda: coach.post(f"/patients/{made.patient.id}/holds", {})


def start_by(patient: Client, made: Evening, clearance: str) -> Tap:
    return lambda: patient.post(start_of(made), {"clearance_id": clearance})


def test_a_hold_that_comes_first_stops_the_start_behind_it(house, made):
    clearance = house.a_clearance(made)
    coach, patient = house.client(made.coach.id), house.client(made.patient.user_id)

    held, refused = house.in_order(
        made.patient.id, [hold_by(coach, made), start_by(patient, made, clearance)]
    )
    assert (held.status_code, refused.status_code) == (201, 409)
    assert "care_team_hold" in [finding["code"] for finding in refused.json["findings"]]
    assert doses(house) == 0
    seen = patient.get(f"/dose-sessions/{made.session.id}").json
    assert seen["state"] == "blocked"


def test_a_hold_that_comes_second_is_kept_and_stops_the_next_dose(house, made):
    clearance = house.a_clearance(made)
    coach, patient = house.client(made.coach.id), house.client(made.patient.user_id)

    started, held = house.in_order(
        made.patient.id, [start_by(patient, made, clearance), hold_by(coach, made)]
    )
    assert (started.status_code, held.status_code) == (201, 201)
    assert doses(house) == 1
    holds = coach.get(f"/patients/{made.patient.id}/holds").json
    assert [hold["released_at"] for hold in holds] == [None]


def test_a_reading_that_comes_first_ends_the_clearance_of_the_start_behind_it(house, made):
    clearance = house.a_clearance(made)
    patient = house.client(made.patient.user_id)
    reading = {"systolic_mmhg": 171, "diastolic_mmhg": 99, "source": "device"}

    def measured() -> TestResponse:
        return patient.post(f"/dose-sessions/{made.session.id}/vital-signs", reading)

    kept, refused = house.in_order(made.patient.id, [measured, start_by(patient, made, clearance)])
    assert (kept.status_code, refused.status_code) == (201, 409)
    assert doses(house) == 0


@pytest.mark.api_top_ten("API6.two_sessions")
def test_two_phones_open_one_check_in(house, made):
    arrival = {
        "patient_state": "CO",
        "time_zone": "America/Denver",
        "lot_number": made.lot.number,
    }
    phones = [house.client(made.patient.user_id) for _ in range(2)]
    address = f"/dose-sessions/{made.session.id}/check-in"
    clearance = house.a_clearance(made)

    found = at_once(*(lambda phone=phone: phone.post(address, arrival) for phone in phones))
    assert sorted(answer.status_code for answer in found) in ([201, 201], [201, 409])
    refused = phones[0].post(start_of(made), {"clearance_id": clearance})
    assert refused.status_code == 409
    live = select(func.count()).where(Clearance.voided_at.is_(None))
    assert house.count(live) == 0


@pytest.mark.asvs("15.4.2")
def test_the_same_answers_sent_twice_at_once_are_one_decision_and_one_clearance(house, made):
    phone = house.client(made.patient.user_id)
    body = house.answers(phone)
    address = f"/dose-sessions/{made.session.id}/predose-checks"

    def send() -> TestResponse:
        return phone.post(address, body, key="one-submit")

    first, second, *_ = found = at_once(*([send] * 4))
    assert {told(answer) for answer in found} == {WON}
    assert first.json == second.json
    assert sum("Idempotent-Replayed" in answer.headers for answer in found) == 3
    for model in (PredoseCheck, Clearance):
        assert house.count(select(func.count()).select_from(model)) == 1


def everybody(house: House, made: Evening) -> list[Callable[[int], Any]]:
    """Give what eight people and the worker do to one patient at the same time."""
    patient, sitter, coach, prescriber = (
        house.client(user_id)
        for user_id in (
            made.patient.user_id,
            made.sitter.user_id,
            made.coach.id,
            made.prescriber.id,
        )
    )
    session, person = f"/dose-sessions/{made.session.id}", f"/patients/{made.patient.id}"
    clearance = {"clearance_id": house.a_clearance(made)}
    return [
        lambda _: patient.post(f"{session}/start", clearance),
        lambda n: sitter.post(
            f"{session}/vital-signs",
            {"systolic_mmhg": 130 + n, "diastolic_mmhg": 80, "source": "device"},
        ),
        lambda _: sitter.post("/adverse-events", {"own_words": "He does not look well."}),
        lambda _: coach.post(f"{person}/holds", {}),
        lambda _: sitter.post(f"{session}/holds", {}),
        lambda _: patient.post("/doses-taken", {"dose_session_id": str(made.session.id)}),
        lambda _: prescriber.get(f"{person}/timeline"),
        lambda _: coach.get("/caseload"),
        lambda _: sitter.post(f"{session}/emergencies", {}),
        lambda _: sweep.run_once(house.runtime),
    ]


@pytest.mark.asvs("15.4.1")
def test_nobody_waits_in_a_ring_and_the_trail_stays_whole(house, made):
    acts = everybody(house, made)

    def again_and_again(act: Callable[[int], Any]) -> list[Any]:
        return [act(number) for number in range(6)]

    found = [
        answer
        for answers in at_once(*(lambda act=act: again_and_again(act) for act in acts))
        for answer in answers
        if isinstance(answer, TestResponse)
    ]
    strange = {told(answer) for answer in found if answer.status_code not in (200, 201)}
    assert strange <= {(409, "hard-stop"), USED}
    kept = [answer for answer in found if answer.request.path.endswith(("holds", "vital-signs"))]
    assert {answer.status_code for answer in kept} == {201}
    chain = house.chain(made.patient.id)
    assert chain.intact, chain
    assert chain.entries >= len(found)
