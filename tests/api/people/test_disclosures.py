"""Does the patient read what left the house, to whom and what for, six years back?"""

from typing import Any
from uuid import uuid4

import pytest

from models.people.rights import Disclosure
from rules.limits import LIMITS
from rules.oversight.retention import years_before
from tests.api.client import Client
from tests.api.conftest import ClientFor
from tests.clock import HandClock
from tests.factories.dose import Evening, a_scheduled_session
from tests.factories.oversight import an_office_day
from tests.stage import Stage
from workflows.people.disclosures import EXITS
from workflows.platform.runtime import Runtime

LETTER = {
    "recipient_kind": "lawyer",
    "recipient": "Counsel of the patient",
    "what": "A letter about the course of treatment",
    "purpose": "asked_by_patient",
}


@pytest.fixture
def stage(runtime: Runtime, clock: HandClock) -> Stage:
    """Give one patient with a team, a sitter and a session planned for now."""
    return Stage(runtime, clock)


@pytest.fixture
def made(stage: Stage) -> Evening:
    """Give the people of the stage."""
    return stage.evening


@pytest.fixture
def prescriber(client_for: ClientFor, made: Evening) -> Client:
    """Give the prescriber of the team."""
    return client_for(made.prescriber.id)


def path(made: Any) -> str:
    return f"/patients/{made.patient.id}/disclosures"


def test_a_letter_that_was_given_is_noted_and_the_patient_reads_it(
    prescriber: Client, client_for: ClientFor, made: Evening
) -> None:
    noted = prescriber.post(path(made), LETTER)
    assert noted.status_code == 201
    assert prescriber.post(path(made), LETTER).status_code == 201  # another one, the same minute
    read = client_for(made.patient.user_id).get(path(made)).json
    assert [{name: one[name] for name in LETTER} for one in read] == [LETTER, LETTER]


def test_a_look_into_the_states_list_is_in_it_at_once(
    prescriber: Client, client_for: ClientFor, stage: Stage, made: Evening
) -> None:
    asked: dict[str, Any] = {
        "result": "nothing_of_concern",
        "reference": "PDMP-2026-2",
        "patient_state": "CO",
    }
    asked["checked_at"] = stage.clock.now().isoformat()
    looked = prescriber.post(f"/patients/{made.patient.id}/pdmp-queries", asked)
    assert looked.status_code == 201, looked.json
    (read,) = client_for(made.patient.user_id).get(path(made)).json
    told = EXITS["pdmp.recorded"]
    assert (read["recipient"], read["purpose"]) == (told.recipient, "required_by_law")
    (kept,) = stage.rows(Disclosure)
    assert (kept.subject_type, kept.subject_id) == ("pdmp_query", _id(looked))


def test_what_the_site_sends_to_the_rems_is_in_it(client_for: ClientFor, stage: Stage) -> None:
    from tests.factories.oversight import an_office_session

    def enter(session: Any) -> Any:
        day = an_office_day(session, stage.clock.now())
        an_office_session(session, stage.clock.now(), day.patient)
        return day

    day = stage.given(enter)
    signed = {"enrolled_on": stage.clock.now().date().isoformat(), "reference": "R-1"}
    about = f"/patients/{day.patient.id}"
    enrolled = client_for(day.observer.id).post(f"{about}/rems-enrolment", signed)
    assert enrolled.status_code == 201, enrolled.json
    (read,) = client_for(day.patient.user_id).get(f"{about}/disclosures").json
    assert (read["recipient_kind"], read["purpose"]) == ("rems", "drug_safety")


def test_it_goes_six_years_back_and_no_further(
    client_for: ClientFor, stage: Stage, made: Evening
) -> None:
    since = years_before(stage.clock.now(), LIMITS.disclosures_told_years)

    def enter(session: Any) -> None:
        for at, what in ((since, "then"), (since.replace(hour=0), "before")):
            session.add(
                Disclosure(
                    patient_id=made.patient.id,
                    recipient_kind="other",
                    recipient="Somebody",
                    what=what,
                    purpose="treatment",
                    subject_type="disclosure",
                    subject_id=uuid4(),
                    disclosed_at=at,
                )
            )

    stage.given(enter)
    read = client_for(made.patient.user_id).get(path(made)).json
    assert [one["what"] for one in read] == ["then"]


@pytest.mark.asvs("8.2.2")
def test_another_team_reads_and_notes_nothing(
    client_for: ClientFor, stage: Stage, made: Evening
) -> None:
    other = stage.given(lambda rows: a_scheduled_session(rows, stage.clock.now()))
    stranger = client_for(other.prescriber.id)
    assert stranger.get(path(made)).status_code == 404
    assert stranger.post(path(made), LETTER).status_code == 404
    assert client_for(made.patient.user_id).post(path(made), LETTER).status_code == 403
    assert client_for(made.coach.id).get(path(made)).status_code == 403
    assert stage.rows(Disclosure) == []


@pytest.mark.parametrize(
    "wrong", [{"recipient_kind": "patient"}, {"recipient": ""}, {"purpose": "sold"}, {"what": None}]
)
def test_what_is_written_wrong_is_refused(prescriber: Client, made: Evening, wrong: Any) -> None:
    assert prescriber.post(path(made), LETTER | wrong).status_code == 422


def _id(answer: Any) -> Any:
    from uuid import UUID

    return UUID(answer.json["id"])
