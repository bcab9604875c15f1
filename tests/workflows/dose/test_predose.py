"""Does the gate before a dose keep what it saw, and give a clearance only when all is clear?"""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.dose.predose import Clearance, PredoseCheck
from models.oversight.holds import Hold
from rules.terms import Outcome, SessionState
from tests.clock import HandClock
from tests.factories.evening import Evening
from tests.workflows.dose.conftest import Ask


def test_a_clear_evening_gives_one_clearance_for_half_an_hour(
    ask: Ask, session: Session, ready: Evening, clock: HandClock
) -> None:
    decision = ask()

    assert (decision.outcome, decision.codes) == (Outcome.CLEAR, [])
    given = session.scalars(select(Clearance)).one()
    assert given.id == decision.clearance_id
    assert given.expires_at - given.issued_at == timedelta(minutes=30)
    assert given.issued_at == clock.now()
    session.refresh(ready.session)
    assert ready.session.state is SessionState.CLEARED


@pytest.mark.parametrize(
    ("part", "change", "code"),
    [
        ("day", {"alcohol_24h": True}, "alcohol_window"),
        ("day", {"alcohol_24h": None}, "alcohol_window"),
        ("day", {"cannabis_24h": True}, "cannabis_window"),
        ("day", {"pregnant_or_unsure": True}, "pregnancy"),
        ("day", {"no_driving_promised": False}, "no_driving_plan"),
        ("day", {"acute_illness": True}, "acute_illness"),
        ("day", {"medicines_changed": True}, "material_change_unreviewed"),
        ("day", {"last_food_at": "2026-11-23T16:00:00+00:00"}, "fasting_food"),
        ("day", {"device_at": "2026-11-23T16:00:00+00:00"}, "clock_skew"),
        ("day", {"esketamine_elsewhere": True}, "concurrent_esketamine_course"),
        ("home", {"address_confirmed": False}, "address_unconfirmed"),
        ("home", {"emergency_plan_confirmed": None}, "emergency_plan_missing"),
        ("home", {"address_state": "WA"}, "address_unconfirmed"),
        ("screen", {"q6": None}, "cssrs_incomplete"),
    ],
)
def test_one_wrong_answer_stops_the_dose_and_says_why(
    ask: Ask, session: Session, ready: Evening, part: str, change: dict[str, Any], code: str
) -> None:
    decision = ask(**{part: change})

    assert decision.outcome is Outcome.STOP
    assert code in decision.codes
    assert session.scalars(select(Clearance)).all() == []
    assert session.scalars(select(PredoseCheck)).one().dose_session_id == ready.session.id
    found = next(finding for finding in decision.findings if finding["code"] == code)
    assert found["says"]
    assert found["remedy"]
    session.refresh(ready.session)
    assert ready.session.state is SessionState.BLOCKED


def test_a_high_suicide_risk_holds_every_dose_and_calls_a_human(ask: Ask, session: Session) -> None:
    decision = ask(screen={"q1": True, "q2": True, "q3": True, "q4": True, "q5": False})

    assert "suicide_risk_high" in decision.codes
    assert session.scalars(select(Hold.code)).all() == ["suicide_risk_high"]


def test_a_stopped_patient_can_answer_again_and_be_cleared(ask: Ask) -> None:
    assert ask(day={"acute_illness": None}).outcome is Outcome.STOP
    assert ask().outcome is Outcome.CLEAR
