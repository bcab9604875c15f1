"""Can a report or a call be written so that it does harm to the record itself?"""

from typing import Any

import pytest

from models.dose.dose_sessions import EmergencyCall
from models.oversight.adverse_events import AdverseEvent
from workflows.oversight.adverse_events import LONGEST_STORY

# Times that Python reads and PostgreSQL gives back as years before Christ, or not at all.
NO_TIMES = ["0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-14:00"]


# One call with such a time was kept, and nobody could open that patient's timeline ever again.
@pytest.mark.parametrize("at", NO_TIMES)
def test_a_call_at_no_time_is_a_call_now(
    client_for: Any, stage: Any, made: Any, clock: Any, at: str
) -> None:
    sitter = client_for(made.sitter.user_id)
    path = f"/dose-sessions/{made.dose_session.id}/emergencies"
    assert sitter.post(path, {"device_at": at}).status_code == 201
    assert sitter.get(path).status_code == 200
    (call,) = stage.rows(EmergencyCall)
    assert call.raised_at == clock.now()
    timeline = f"/patients/{made.patient.id}/timeline"
    assert client_for(made.patient.user_id).get(timeline).status_code == 200


@pytest.mark.parametrize("at", NO_TIMES)
def test_harm_at_no_time_is_harm(anonymous: Any, client_for: Any, made: Any, at: str) -> None:
    told = {"own_words": "She fell.", "happened_at": at, "patient_id": str(made.patient.id)}
    assert anonymous.post("/adverse-events", told, key=None).status_code == 201
    assert client_for(made.officer.id).get("/adverse-events").status_code == 200


# A hundred such stories made a list of 25 megabytes, longer than the document allows.
def test_of_an_endless_story_the_beginning_is_shown_and_all_of_it_is_kept(
    anonymous: Any, client_for: Any, stage: Any, made: Any
) -> None:
    story = "she fell " * 25_000
    assert anonymous.post("/adverse-events", data=story.encode(), key=None).status_code == 201
    (event,) = stage.rows(AdverseEvent)
    assert event.own_words is not None
    assert len(event.own_words) == LONGEST_STORY
    assert event.own_words.endswith("…")
    assert event.report["as_sent"] == story
    (shown,) = client_for(made.officer.id).get("/adverse-events").json["items"]
    assert shown["own_words"] == event.own_words
