"""Does an instrument that is due stop the dose, and does its answer let it go on?"""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.platform.trail import Deadline
from rules.terms import DeadlineKind, Instrument
from tests.clock import HandClock
from tests.factories import intake
from tests.factories.evening import Evening
from tests.workflows.dose.conftest import Ask
from tests.workflows.dose.test_old_facts import took
from workflows.intake import assessments
from workflows.platform.runtime import Runtime

DAY = timedelta(days=1)
DUE = "instrument_incomplete"


def test_everything_fresh_does_not_stop(ask: Ask) -> None:
    assert DUE not in ask().codes


def test_a_mania_score_of_the_day_before_yesterday_stops_until_it_is_new(
    session: Session, ready: Evening, ask: Ask, clock: HandClock
) -> None:
    clock.advance(hours=23, minutes=1)
    assert DUE in ask().codes
    intake.an_assessment(session, clock.now(), ready.patient, Instrument.ASRM)
    session.commit()
    assert DUE not in ask().codes


def test_half_a_form_takes_the_place_of_a_whole_one(
    session: Session, ready: Evening, ask: Ask, clock: HandClock
) -> None:
    intake.an_assessment(session, clock.now(), ready.patient, Instrument.USC6, {"q1": 0})
    session.commit()
    assert DUE in ask().codes


@pytest.mark.parametrize(("days", "stops"), [(26, False), (27, True)])
def test_bladder_questions_live_twenty_eight_days(
    session: Session, ready: Evening, ask: Ask, clock: HandClock, days: int, *, stops: bool
) -> None:
    clock.advance(days=days)  # they were answered two days before the evening
    for name in (Instrument.PHQ9, Instrument.GAD7, Instrument.CCC4, Instrument.ASRM):
        intake.an_assessment(session, clock.now(), ready.patient, name)
    session.commit()
    assert (DUE in ask().codes) is stops


def test_the_screen_of_the_evening_answers_item_nine(
    session: Session, ready: Evening, ask: Ask, clock: HandClock, runtime: Runtime
) -> None:
    def open_reviews() -> list[Deadline]:
        kind = Deadline.kind == DeadlineKind.RISK_REVIEW
        session.expire_all()
        return list(session.scalars(select(Deadline).where(kind, Deadline.settled_at.is_(None))))

    sad = {**intake.CLEAR_ANSWERS[Instrument.PHQ9], "q9": 1}
    with runtime.begin(ready.as_patient) as work:
        assessments.answer(work, ready.patient.id, Instrument.PHQ9, sad)
    assert len(open_reviews()) == 1
    clock.advance(minutes=1)
    assert "cssrs_incomplete" not in ask().codes
    assert open_reviews() == []


def test_the_third_session_asks_for_everything_again(
    session: Session, ready: Evening, ask: Ask, clock: HandClock
) -> None:
    for hours in (40, 30, 20):
        took(session, ready, hours / 24, clock.now())
    assert DUE in ask().codes
    names = (Instrument.PHQ9, Instrument.GAD7, Instrument.USC6)
    for name in (*names, Instrument.CCC4):
        assert DUE in ask().codes
        intake.an_assessment(session, clock.now(), ready.patient, name)
        session.commit()
    assert DUE not in ask().codes
