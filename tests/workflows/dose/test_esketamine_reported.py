"""Does a report of Spravato at home stop the ketamine until a prescriber says that it is over?"""

import pytest
from sqlalchemy import select

from models.dose.dose_sessions import DoseSession
from models.oversight.holds import Hold
from models.people.patients import Patient
from rules.terms import EnrolmentState
from workflows.oversight import adverse_events
from workflows.oversight.harm_reports import HarmReport
from workflows.plan.hold_release import release_hold

TOLD = HarmReport(own_words="I used my friend's Spravato at home yesterday")


@pytest.fixture
def reported(runtime, ready):
    with runtime.begin(ready.as_patient) as work:
        return adverse_events.report(work, TOLD)


def open_holds(session) -> dict[str, Hold]:
    session.expire_all()
    return {
        row.code: row for row in session.scalars(select(Hold).where(Hold.released_at.is_(None)))
    }


def test_the_next_check_in_says_so_whatever_is_answered(ask, reported):
    decided = ask(day={"esketamine_elsewhere": False})
    assert reported.serious
    assert decided.outcome == "stop"
    assert {"concurrent_esketamine_course", "enrolment_suspended"} <= set(decided.codes)


def test_no_session_comes_of_it(session, ready, reported):
    assert session.scalars(select(DoseSession.id)).all() == [ready.session.id]
    session.expire_all()
    assert session.get_one(Patient, ready.patient.id).enrolment is EnrolmentState.SUSPENDED
    assert reported.dose_session_id == ready.session.id


def test_only_the_release_of_a_prescriber_ends_it(runtime, session, ready, ask, reported):
    hold = open_holds(session)["concurrent_esketamine_course"]
    judged = adverse_events.Judged({}, adverse_events.Severity.MILD, {})
    with runtime.begin(ready.as_prescriber) as work:
        adverse_events.triage(work, reported.id, judged)
    assert "concurrent_esketamine_course" in ask().codes
    with runtime.begin(ready.as_prescriber) as work:
        release_hold(work, hold.id, "The course has ended; a week has passed since.")
    assert "concurrent_esketamine_course" not in ask().codes
