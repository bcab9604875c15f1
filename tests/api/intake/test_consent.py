"""Does the API show the text, take a signature by its hash and take it back?"""

import pytest

from tests.api.client import Client
from tests.workflows.intake.cast import Cast

NAME = {"signature": "Pat Ient"}


def signature(me: Client) -> dict[str, object]:
    text = me.get("/consent-texts/current").json or {}
    return NAME | {"sha256": text["sha256"], "read_seconds": 300}


def test_another_teams_prescriber_sees_no_signature(
    cast: Cast, me: Client, stranger: Client
) -> None:
    path = f"/patients/{cast.patient_id}/consents"
    assert me.post(path, signature(me)).status_code == 201
    assert stranger.get(path).status_code == 404


def test_the_text_is_signed_listed_and_taken_back(cast: Cast, me: Client, doctor: Client) -> None:
    path = f"/patients/{cast.patient_id}"
    assert me.post(f"{path}/consents", signature(me)).status_code == 201
    cast.clock.advance(days=1)
    assert me.post(f"{path}/consent-withdrawals", NAME).status_code == 201
    listed = doctor.get(f"{path}/consents").json or {}
    assert [item["kind"] for item in listed["items"]] == ["withdrawn", "given"]
    assert all("signature" not in item for item in listed["items"])


def test_another_text_is_outdated(cast: Cast, me: Client) -> None:
    told = signature(me) | {"sha256": "0" * 64}
    answer = me.post(f"/patients/{cast.patient_id}/consents", told)
    assert (answer.status_code, (answer.json or {})["code"]) == (409, "consent_outdated")


@pytest.mark.parametrize(
    "wrong", [{"sha256": "abc"}, {"signature": " "}, {"read_seconds": -1}, {"read_seconds": 1.5}]
)
def test_a_signature_written_wrong_is_refused(
    cast: Cast, me: Client, wrong: dict[str, object]
) -> None:
    answer = me.post(f"/patients/{cast.patient_id}/consents", signature(me) | wrong)
    assert answer.status_code == 422


def test_nobody_signs_for_somebody_else(cast: Cast, me: Client, doctor: Client) -> None:
    path = f"/patients/{cast.patient_id}/consents"
    assert doctor.post(path, signature(me)).status_code == 403
    other = cast.another_patient()
    assert me.post(f"/patients/{other.id}/consents", signature(me)).status_code == 404
