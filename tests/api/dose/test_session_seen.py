"""Does a sitter see the evening and not the medicine, and a coach what happened and not why?"""

from typing import Any

import pytest

from tests.api.dose.test_watch import WELL, at

HIDDEN = ("plan_id", "molecule", "route", "dose_mg_hundredths")


# A neighbour who sat for an evening read the drug, the dose and the plan.
def test_a_sitter_sees_neither_drug_nor_dose_nor_plan(client_for: Any, watched: Any) -> None:
    path = f"/dose-sessions/{watched.dose_session.id}"
    answer = client_for(watched.sitter.user_id).get(path)
    seen = answer.json
    assert answer.status_code == 200
    assert [seen[name] for name in HIDDEN] == [None] * len(HIDDEN)
    assert (seen["state"], seen["version"]) == ("monitoring", watched.dose_session.version)
    assert answer.headers["ETag"]


@pytest.mark.parametrize("who", ["patient", "prescriber", "coach"])
def test_the_others_see_the_whole_session(client_for: Any, watched: Any, who: str) -> None:
    user_id = watched.patient.user_id if who == "patient" else getattr(watched, who).id
    seen = client_for(user_id).get(f"/dose-sessions/{watched.dose_session.id}").json
    assert None not in [seen[name] for name in HIDDEN]


# The timeline hid the reasons of the gates from coaches; the last look of a watch showed them.
def test_a_coach_reads_that_the_watch_goes_on_and_not_why(client_for: Any, watched: Any) -> None:
    kept = client_for(watched.sitter.user_id).post(at(watched, "release-checks"), WELL).json
    assert (kept["outcome"], bool(kept["findings"])) == ("stop", True)
    path = f"/release-checks/{kept['id']}"
    readers = {
        "sitter": watched.sitter.user_id,
        "patient": watched.patient.user_id,
        "prescriber": watched.prescriber.id,
        "coach": watched.coach.id,
    }
    seen = {who: client_for(user_id).get(path).json for who, user_id in readers.items()}
    assert {one["outcome"] for one in seen.values()} == {"stop"}
    assert {who for who, one in seen.items() if one["findings"]} == set(readers) - {"coach"}
