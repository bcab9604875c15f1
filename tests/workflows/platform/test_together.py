"""Are new rows that go along with a question written as the ORM would write them?"""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from models.dose.dose_sessions import DoseSession
from models.oversight.holds import Hold
from models.people.patients import Patient
from models.platform.fixed import Place, fixed
from models.platform.together import together
from rules.terms import HoldSource, SessionState, SubjectKind
from tests.clock import HandClock
from tests.factories.evening import Evening
from tests.round_trips import counted
from tests.workflows.dose.conftest import make_ready
from workflows.platform.runtime import Runtime

MakeHold = Callable[..., Hold]


@pytest.fixture
def ready(session: Session, clock: HandClock) -> Evening:
    return make_ready(session, clock)


@pytest.fixture
def hold(session: Session, ready: Evening, clock: HandClock) -> MakeHold:
    def make(words: str | None = None, **over: Any) -> Hold:
        told: dict[str, Any] = {
            "patient_id": ready.patient.id,
            "source": HoldSource.COACH,
            "code": "care_team_hold",
            "subject_type": SubjectKind.PATIENT,
            "placed_at": clock.now(),
            "words": words,
        }
        row = Hold(**told | over)
        session.add(row)
        return row

    return make


@fixed
def in_order(*, patient_id: Place) -> Any:
    mine = select(Hold.code, Hold.words).select_from(Hold)
    return mine.where(Hold.patient_id == patient_id).order_by(Hold.id)


def test_they_are_read_by_the_question_they_go_with_in_one_way(
    runtime: Runtime, session: Session, ready: Evening, hold: MakeHold
) -> None:
    hold()
    hold(code="missed_appointment")
    with counted(runtime) as sent:
        [found] = together(session, in_order.asked(patient_id=ready.patient.id))
    assert found == [("care_team_hold", None), ("missed_appointment", None)]
    assert (sent.trips, len(sent)) == (1, 3)


def test_what_is_written_is_what_the_orm_reads_and_it_knows_of_it(
    session: Session, hold: MakeHold
) -> None:
    row = hold("a word that is sealed", placed_by=None)
    together(session)
    assert row not in session.new
    assert not session.dirty
    told = {one.key: getattr(row, one.key) for one in Hold.__mapper__.columns}
    session.expunge(row)
    again = session.get_one(Hold, row.id)
    assert again is not row
    assert {name: getattr(again, name) for name in told} == told


def test_what_changes_afterwards_is_written_by_the_orm(
    session: Session, ready: Evening, hold: MakeHold, clock: HandClock
) -> None:
    row = hold()
    together(session)
    row.released_at, row.released_by = clock.now(), ready.prescriber.id
    row.release_rationale = "she is well"
    together(session)
    session.expunge(row)
    assert session.get_one(Hold, row.id).release_rationale == "she is well"


def test_what_has_changed_is_written_too_after_what_is_new(
    runtime: Runtime, session: Session, ready: Evening, hold: MakeHold
) -> None:
    patient = session.get_one(Patient, ready.patient.id)
    patient.safety_version += 1
    hold()
    with counted(runtime) as sent:
        together(session)
    assert [text.split()[0] for text in sent.statements] == ["INSERT", "UPDATE"]


def test_a_row_with_a_version_is_left_to_the_orm_which_counts_it(
    session: Session, ready: Evening
) -> None:
    planned = session.get_one(DoseSession, ready.session.id)
    asked_for = inspect.signature(DoseSession).parameters
    told = {name: getattr(planned, name) for name in asked_for if name != "id"}
    row = DoseSession(**told | {"number": 2, "state": SessionState.CANCELLED})
    session.add(row)
    together(session)
    assert row.version == 1


def test_what_is_taken_back_with_its_savepoint_is_known_to_be_gone(
    session: Session, ready: Evening, hold: MakeHold
) -> None:
    with session.begin_nested() as inner:
        row = hold()
        together(session)
        inner.rollback()
    assert row not in session
    assert together(session, in_order.asked(patient_id=ready.patient.id)) == [[]]


def test_what_the_database_refuses_is_told_by_the_name_of_its_lock(
    session: Session, hold: MakeHold
) -> None:
    hold(release_rationale="nobody released it")
    with pytest.raises(IntegrityError) as error:
        together(session)
    assert "release_trio" in error.value.orig.diag.constraint_name  # type: ignore[union-attr]
    assert error.value.params is None
