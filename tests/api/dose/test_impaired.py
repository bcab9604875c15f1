"""Is a decision of somebody who took a dose refused in plain words, with when it can be made?"""

from datetime import timedelta

from rules.terms import SessionState
from tests.api.client import Client
from tests.factories.dose import Evening
from tests.proofs.reading import grade

SIGNATURE = {"sha256": "0" * 64, "signature": "Pat Ient", "read_seconds": 300}


def test_the_refusal_says_what_waits_and_until_when(client_for, watched: Evening, clock) -> None:
    me: Client = client_for(watched.patient.user_id)
    answer = me.post(f"/patients/{watched.patient.id}/consents", SIGNATURE)
    told = answer.json or {}
    assert (answer.status_code, told["code"]) == (409, "impaired_window")
    assert answer.mimetype == "application/problem+json"
    assert told["type"] == "/problems/impaired_window"
    assert told["retry_at"] == "2026-11-24T13:00:00+00:00"
    assert answer.headers["Retry-After"] == str(int(timedelta(hours=20).total_seconds()))
    assert "call for help" in told["detail"]
    assert grade(told["detail"]) <= 8


# An old program shows "try again" and a wheel that turns; without an hour there is none to show.
def test_without_an_end_no_hour_is_promised(client_for, watched: Evening, clock, session) -> None:
    me: Client = client_for(watched.patient.user_id)
    clock.advance(days=2)
    answer = me.post(f"/patients/{watched.patient.id}/consents", SIGNATURE)
    assert (answer.json or {})["code"] == "impaired_window"
    assert "retry_at" not in (answer.json or {})
    session.refresh(watched.dose_session)
    watched.dose_session.state = SessionState.RELEASED
    session.commit()
    answer = me.post(f"/patients/{watched.patient.id}/consents", SIGNATURE)
    assert (answer.json or {})["code"] == "consent_outdated"
