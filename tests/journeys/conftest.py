"""Who plays in a journey? Real people in a real database, speaking to the whole application."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask

from models.platform.database import new_sessions
from rules.terms import Role
from tests.api.client import Client
from tests.api.conftest import app, built_app, client_for, token_for
from tests.clock import HandClock
from tests.factories import evening, people, plan
from tests.journeys.cast import Cast
from tests.journeys.course import Course
from workflows.people import passwords, sitter_contact
from workflows.platform import sweep
from workflows.platform.replaying import RuleSets, replay
from workflows.platform.runtime import Runtime

__all__ = ["app", "built_app", "client_for"]


@pytest.fixture(autouse=True)
def every_decision_comes_out_again(
    request: pytest.FixtureRequest, runtime: Runtime
) -> Iterator[None]:
    """Judge every decision of a journey once more when it is over; each is what was kept."""
    yield
    with RuleSets() as sets:
        again = list(replay(runtime.bind, sets))
    drifted = [one.line for one in again if one.result != "same"]
    assert drifted == [], request.node.name


@pytest.fixture
def cast(app: Flask, runtime: Runtime, clock: HandClock) -> Cast:
    """Give the people of one course, enrolled, on a care team and on call."""
    earlier = clock.now() - timedelta(days=1)
    with new_sessions(runtime.bind)() as session:
        patient = people.a_patient(session, earlier, email="pat@example.org")
        prescriber = people.a_licensed_prescriber(session, earlier)
        cost = runtime.settings.password_cost
        prescriber.password_hash = passwords.hash_new(cost, people.PASSWORD)
        coach, officer, admin = (
            people.a_user(session, earlier, role)
            for role in (Role.COACH, Role.SAFETY_OFFICER, Role.ADMIN)
        )
        sitter = people.a_user(session, earlier, Role.SITTER, email="sid@example.org")
        site = plan.the_demo_site(session)
        staff = people.a_site_worker(session, earlier, site.id)
        people.a_care_team(
            session, earlier, patient, coach=coach, prescriber=prescriber, safety_officer=officer
        )
        for shift in range(80):
            evening.on_call(session, clock.now() + timedelta(hours=36 * shift), prescriber)
        session.commit()
    speakers = {
        name: Client(app, token_for(runtime, user_id))
        for name, user_id in {
            "patient": patient.user_id,
            "sitter": sitter.id,
            "coach": coach.id,
            "prescriber": prescriber.id,
            "officer": officer.id,
            "admin": admin.id,
            "staff": staff.id,
        }.items()
    }

    def code() -> str:
        with new_sessions(runtime.bind)() as session:
            return sitter_contact.code_to_deliver(session, sitter.id, clock.now()) or ""

    return Cast(
        **speakers,
        ids={
            "patient": str(patient.id),
            "patient_name": f"{patient.given_name} {patient.family_name}",
            "prescriber_name": prescriber.display_name,
            "prescriber_id": str(prescriber.id),
            "coach_id": str(coach.id),
            "staff_id": str(staff.id),
            "site": str(site.id),
            "sitter_email": "sid@example.org",
            "patient_email": "pat@example.org",
        },
        clock=clock,
        sweep=lambda: sweep.run_once(runtime),
        sitter_code=code,
    )


@pytest.fixture
def course(cast: Cast) -> Course:
    """Give one patient's course, at its very beginning."""
    return Course(cast)
