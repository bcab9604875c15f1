"""A new consent text in the middle of a course: nobody goes on under the old one."""

from datetime import timedelta

import pytest
from sqlalchemy import create_engine, insert

from models.intake.intake import ConsentText
from models.platform.base import new_id
from tests.clock import HandClock
from tests.journeys.course import Course
from tests.journeys.scenarios.seen import codes, refused
from workflows.intake.consent_texts import CONSENT_TEXTS
from workflows.platform.postgres import APP, OWNER
from workflows.platform.runtime import Runtime


@pytest.fixture
def runtime(fresh_runtime: Runtime) -> Runtime:
    """Give a house that really commits: a text is published by the owner, not by the house."""
    return fresh_runtime


@pytest.fixture(autouse=True)
def every_decision_comes_out_again() -> None:
    """Leave the replay to the journeys that share one connection."""


def test_a_new_text_in_mid_course_asks_for_a_new_signature_before_the_next_dose(
    cleared: Course, fresh_database: str, clock: HandClock
) -> None:
    newest = CONSENT_TEXTS[-1]
    owner = create_engine(fresh_database.replace(APP, OWNER, 1))
    with owner.begin() as rows:
        rows.execute(
            insert(ConsentText).values(
                id=new_id(),
                name=newest.name,
                edition=newest.edition + 1,
                language="en",
                body="Newer words.",
                sha256="2" * 64,
                effective_from=clock.now() + timedelta(minutes=5),
            )
        )
    owner.dispose()
    clock.advance(minutes=5)  # from now on it is in force, also for who is cleared already
    refused(cleared.takes_dose(), "consent_outdated")
    assert "consent_outdated" in codes(cleared.answers())

    cleared.consents()
    assert cleared.answers()["outcome"] == "clear"
    assert cleared.takes_dose().status_code == 201
