"""Is a dose kept when nobody knows how much it was, or when?"""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.dose.dose_sessions import DoseSession
from models.dose.predose import DoseTaken
from rules.terms import SessionState
from tests.clock import HandClock
from tests.factories import evening
from tests.factories.evening import Evening
from workflows.dose import assemble, start
from workflows.dose.start import TakenDose
from workflows.plan import course_facts, supply
from workflows.platform.actor import SYSTEM
from workflows.platform.runtime import Runtime


def reported(runtime: Runtime, made: Evening, told: TakenDose) -> DoseTaken:
    with runtime.begin(made.as_patient) as work:
        return start.report_taken(work, told)


def the_next(session: Session, clock: HandClock, made: Evening) -> DoseSession:
    session.refresh(made.session)
    made.session.state = SessionState.CLOSED
    session.flush()
    following = evening.a_session(session, clock.now(), made.plan, made.sitter, made.lot, number=2)
    session.commit()
    return following


def amounts_seen(runtime: Runtime, made: Evening, following: DoseSession) -> list[set[int]]:
    """Give the amounts that the evening, the plan and nobody else see."""
    with runtime.begin(SYSTEM) as work:
        tonight = assemble.for_session(work, following.id).course.doses
        planned = course_facts.read_course(work, made.patient, made.approval, made.plan).doses
    return [{dose.dose_mg_hundredths for dose in seen or ()} for seen in (tonight, planned)]


# "I took it, I don't know how much" was answered 422, and the person lay there alone.
def test_i_took_it_is_enough(
    runtime: Runtime, ready: Evening, session: Session, clock: HandClock
) -> None:
    taken = reported(runtime, ready, TakenDose())
    assert (taken.taken_at, taken.dose_mg_hundredths) == (clock.now(), None)
    assert taken.dose_session_id == ready.session.id
    session.refresh(ready.session)
    assert ready.session.state is SessionState.MONITORING


def test_a_dose_of_unknown_size_counts_as_that_of_its_session(
    runtime: Runtime, ready: Evening, session: Session, clock: HandClock
) -> None:
    reported(runtime, ready, TakenDose(dose_session_id=ready.session.id))
    following = the_next(session, clock, ready)
    planned = ready.session.dose_mg_hundredths
    assert amounts_seen(runtime, ready, following) == [{planned}, {planned}]


def test_outside_any_session_nobody_knows_how_much_it_was(
    runtime: Runtime, ready: Evening, session: Session, clock: HandClock
) -> None:
    ready.session.state = SessionState.CANCELLED
    session.commit()
    assert reported(runtime, ready, TakenDose()).dose_session_id is None
    following = the_next(session, clock, ready)
    assert amounts_seen(runtime, ready, following) == [{None}, {None}]


def test_a_dose_of_unknown_size_used_up_medicine(
    runtime: Runtime, ready: Evening, session: Session
) -> None:
    with runtime.begin(SYSTEM) as work:
        before = supply.read(work, ready.plan)
    reported(runtime, ready, TakenDose(dose_session_id=ready.session.id))
    with runtime.begin(SYSTEM) as work:
        after = supply.read(work, ready.plan)
    assert before.units_left - after.units_left == before.units_per_session


def test_a_sitter_who_names_no_session_speaks_of_the_one_under_way(
    runtime: Runtime, ready: Evening, clock: HandClock
) -> None:
    with runtime.begin(ready.as_sitter) as work:
        taken = start.report_taken(work, TakenDose())
    assert (taken.dose_session_id, taken.patient_id) == (ready.session.id, ready.patient.id)


def test_nobody_took_it_tomorrow(runtime: Runtime, ready: Evening, clock: HandClock) -> None:
    told = TakenDose(taken_at=clock.now() + timedelta(days=1))
    assert reported(runtime, ready, told).taken_at == clock.now()


def test_a_cleared_dose_is_never_of_unknown_size(ready: Evening, session: Session) -> None:
    now = ready.session.scheduled_at
    row = DoseTaken(
        patient_id=ready.patient.id,
        dose_session_id=ready.session.id,
        clearance_id=uuid4(),
        cleared=True,
        dose_mg_hundredths=None,
        taken_at=now,
        local_date="2026-11-23",
        received_at=now,
        recorded_by=ready.patient.user_id,
    )
    session.add(row)
    with pytest.raises(IntegrityError, match="cleared_dose_is_known"):
        session.flush()
