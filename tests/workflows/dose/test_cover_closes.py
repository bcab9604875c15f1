"""Does a clearance end in the very transaction in which its cover does?"""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.dose.predose import Clearance
from models.oversight.holds import Escalation, OnCallShift
from models.platform.database import new_sessions
from models.platform.trail import AuditEvent, Notification
from rules.terms import Role, Rung, SessionState
from tests.factories import evening, people
from tests.factories.evening import Evening
from tests.races import House
from tests.workflows.dose.conftest import Ask
from workflows.dose import start
from workflows.oversight import on_call
from workflows.platform.actor import Actor
from workflows.platform.runtime import Runtime

ADMIN = Actor(uuid4(), frozenset({Role.ADMIN}), uuid4())


def nobody_on_call(runtime: Runtime, session: Session, _made: Evening) -> None:
    """Take the only shift back."""
    shift = session.scalars(select(OnCallShift)).one()
    with runtime.begin(ADMIN) as work:
        on_call.cancel(work, shift.id)


# She was cleared at eight, the doctor's shift was cut at five past, and nobody told her.
def test_a_shift_taken_back_ends_what_it_covered_in_the_same_transaction(
    runtime: Runtime, ready: Evening, ask: Ask, session: Session
) -> None:
    decided = ask()
    nobody_on_call(runtime, session, ready)
    session.expire_all()
    assert session.get_one(Clearance, decided.clearance_id).voided_at == runtime.clock.now()
    session.refresh(ready.session)
    assert ready.session.state is SessionState.BLOCKED
    told = session.execute(select(Notification.user_id, Notification.template)).all()
    assert (ready.patient.user_id, "check_again") in told
    assert (ready.sitter.user_id, "check_again") in told
    traced = select(AuditEvent.patient_id).where(AuditEvent.action == "clearance.uncovered")
    assert session.scalars(traced).all() == [ready.patient.id]


def test_a_shift_taken_back_ends_nothing_while_another_covers_it_all(
    runtime: Runtime, ready: Evening, ask: Ask, session: Session
) -> None:
    decided = ask()
    now = runtime.clock.now()
    evening.on_call(session, now, people.a_licensed_prescriber(session, now - timedelta(days=2)))
    session.commit()
    shift = session.scalars(
        select(OnCallShift).where(OnCallShift.user_id == ready.prescriber.id)
    ).one()
    with runtime.begin(ADMIN) as work:
        on_call.cancel(work, shift.id)
    session.expire_all()
    assert session.get_one(Clearance, decided.clearance_id).voided_at is None


# The dose was taken at eight, the shift was cut at five past, and the watch went on with nobody.
@pytest.mark.parametrize("another", [False, True])
def test_a_dose_that_runs_when_its_cover_ends_calls_a_human(
    another: bool, runtime: Runtime, ready: Evening, ask: Ask, session: Session
) -> None:
    decided = ask()
    assert decided.clearance_id
    with runtime.begin(ready.as_patient) as work:
        start.start(work, ready.session.id, decided.clearance_id)
    shift = session.scalars(select(OnCallShift)).one()
    if another:
        other = people.a_licensed_prescriber(session, runtime.clock.now() - timedelta(days=2))
        evening.on_call(session, runtime.clock.now(), other)
        session.commit()
    with runtime.begin(ADMIN) as work:
        on_call.cancel(work, shift.id)
    called = select(Escalation.subject_id, Escalation.patient_id, Escalation.rung).where(
        Escalation.code == on_call.UNCOVERED
    )
    to_the_clinician = (ready.session.id, ready.patient.id, Rung.ON_CALL_CLINICIAN.value)
    assert session.execute(called).all() == ([] if another else [to_the_clinician])


def test_a_start_waits_for_a_shift_that_is_being_taken_back(house: House) -> None:
    made = house.an_evening()
    phone = house.client(made.patient.user_id)
    with new_sessions(house.engine)() as session:
        shift = session.scalars(select(OnCallShift)).one()
    with ThreadPoolExecutor(1) as pool:
        with house.runtime.begin(ADMIN) as work:
            on_call.cancel(work, shift.id)
            says = {"clearance_id": house.a_clearance(made)}
            going = pool.submit(phone.post, f"/dose-sessions/{made.session.id}/start", says)
            with pytest.raises(TimeoutError):
                going.result(1)
        answer = going.result(20)
    assert answer.status_code == 409
    assert "oncall_unavailable" in [one["code"] for one in answer.json["findings"]]


def test_a_shift_is_taken_back_after_the_starts_that_counted_on_it(house: House) -> None:
    made = house.an_evening()
    clearance_id = UUID(house.a_clearance(made))
    with new_sessions(house.engine)() as session:
        shift = session.scalars(select(OnCallShift)).one()

    def take_back() -> None:
        with house.runtime.begin(ADMIN) as work:
            on_call.cancel(work, shift.id)

    with ThreadPoolExecutor(1) as pool:
        with house.runtime.begin(made.as_patient) as work:
            start.start(work, made.session.id, clearance_id)
            going = pool.submit(take_back)
            with pytest.raises(TimeoutError):
                going.result(1)
        going.result(20)
    called = select(func.count()).where(Escalation.code == on_call.UNCOVERED)
    assert house.count(called) == 1
