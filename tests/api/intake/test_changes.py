"""Does the API take every report of a change, and say at once what to do?"""

import pytest

from rules.terms import EnrolmentState
from tests.api.client import Client
from tests.factories.intake import a_submitted_intake
from tests.workflows.intake.cast import Cast


def test_another_teams_prescriber_codes_no_medicine(cast: Cast, stranger: Client) -> None:
    path = f"/patients/{cast.patient_id}/medicine-codings"
    assert stranger.post(path, {"name": "drops"}).status_code == 404


def test_a_pregnancy_is_taken_down_and_answered_with_what_to_do(cast: Cast, me: Client) -> None:
    cast.given(lambda session: a_submitted_intake(session, cast.now, cast.patient))
    cast.enrolled(EnrolmentState.COURSE_ACTIVE)
    answer = me.post(f"/patients/{cast.patient_id}/changes", {"kind": "pregnancy"})
    assert answer.status_code == 201
    assert "Do not take any more doses" in (answer.json or {})["instruction"]["text"]
    assert cast.patient_now().enrolment is EnrolmentState.SUSPENDED


def test_a_new_medicine_is_settled_by_the_prescriber(
    cast: Cast, me: Client, doctor: Client
) -> None:
    cast.given(lambda session: a_submitted_intake(session, cast.now, cast.patient))
    told = {"kind": "medicine", "medicine": "Grandmother's drops", "words": "since Monday"}
    assert me.post(f"/patients/{cast.patient_id}/changes", told).status_code == 201
    coding = {"name": "Grandmother's drops", "interaction": "sedating"}
    answer = doctor.post(f"/patients/{cast.patient_id}/medicine-codings", coding)
    assert answer.status_code == 201
    kept = doctor.get(f"/intakes/{(answer.json or {})['intake_id']}").json or {}
    assert kept["answers"]["medicines"]["list"][-1]["interaction"] == "sedating"
    assert kept["answers"]["reported"]["list"][0]["words"] == "since Monday"


@pytest.mark.parametrize(
    "wrong",
    [{}, {"kind": "mood"}, {"kind": "diagnosis", "conditions": ["flu"]}, {"kind": 1}],
)
def test_a_report_written_wrong_is_refused(
    cast: Cast, me: Client, wrong: dict[str, object]
) -> None:
    assert me.post(f"/patients/{cast.patient_id}/changes", wrong).status_code == 422
