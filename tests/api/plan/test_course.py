"""Does the way from the evaluation to the tablets work over HTTP, and refuse what it must?"""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from models.people.accounts import LoginSession
from tests.api.client import Client
from tests.api.conftest import ClientFor
from tests.factories.clinic import RATIONALE, Clinic
from tests.factories.intake import a_submitted_intake
from tests.factories.people import a_credential


def _at(clinic: Clinic, **ago: float) -> str:
    return (clinic.now - timedelta(**ago)).isoformat()


def _evaluation(clinic: Clinic, **over: Any) -> dict[str, Any]:
    return {
        "held_at": _at(clinic, minutes=30),
        "minutes": 40,
        "modality": "video",
        "patient_state": "CO",
        "identity_verified": True,
        "identity_method": "photo_id_on_live_video",
        "capacity": True,
        "diagnosis_documented": True,
        "diagnoses": ["major_depressive_disorder"],
        "pdmp": {
            "checked_at": _at(clinic, minutes=20),
            "result": "nothing_of_concern",
            "reference": "PDMP-2026-1",
        },
        "findings": {"blood_pressure_at_home": "122/78"},
    } | over


def _approval(evaluation_id: str, **over: Any) -> dict[str, Any]:
    return {
        "evaluation_id": evaluation_id,
        "decision": "home",
        "product_code": "ket-rdt-100",
        "rationale": "Two antidepressants did not help.",
        "conditions": ["Blood pressure log every morning"],
        "signature": "Dr. Rx",
    } | over


def _plan(clinic: Clinic, approval_id: str, **over: Any) -> dict[str, Any]:
    return {
        "approval_id": approval_id,
        "product_code": "ket-rdt-100",
        "dose_mg_hundredths": 10_000,
        "session_count": 6,
        "spacing_hours": 168,
        "titration": [{"from_session": 2, "dose_mg_hundredths": 20_000}],
        "weight_g": 80_000,
        "weighed_at": _at(clinic, days=1),
        "end_condition": "No response after session 4.",
    } | over


@pytest.fixture
def prescriber(client_for: ClientFor, clinic: Clinic) -> Client:
    """Give the prescriber, who has just proved to be here."""
    client = client_for(clinic.prescriber.id)
    proved(clinic, clinic.now)
    return client


def proved(clinic: Clinic, when: datetime) -> None:
    """Let everybody have proved their second factor then."""
    clinic.session.execute(update(LoginSession).values(factor_proved_at=when))
    clinic.session.commit()


def test_from_the_evaluation_to_a_signed_plan(prescriber: Client, clinic: Clinic) -> None:
    who = f"/patients/{clinic.patient.id}"
    evaluation = prescriber.post(f"{who}/evaluations", _evaluation(clinic))
    assert evaluation.status_code == 201
    approval = prescriber.post(f"{who}/approvals", _approval(evaluation.json["id"]))
    assert (approval.status_code, approval.json["decision"]) == (201, "home")
    plan = prescriber.post(f"{who}/treatment-plans", _plan(clinic, approval.json["id"]))
    assert (plan.status_code, plan.json["setting"]) == (201, "home")
    signature = {"patient_state": "CO", "signature": "Dr. Rx"}
    path = f"/treatment-plans/{plan.json['id']}/signature"
    signed = prescriber.put(path, signature, version=plan.json["version"])
    assert (signed.status_code, signed.json["state"]) == (200, "signed")


def test_from_a_signed_plan_to_the_tablets_and_their_recall(
    client_for: ClientFor, prescriber: Client, clinic: Clinic
) -> None:
    plan, who = clinic.signed_plan(), f"/patients/{clinic.patient.id}"
    query = {
        "checked_at": _at(clinic, minutes=5),
        "result": "nothing_of_concern",
        "reference": "PDMP-2026-2",
        "patient_state": "CO",
    }
    assert prescriber.post(f"{who}/pdmp-queries", query).status_code == 201
    wanted = {"external_prescription_id": "RX-77", "patient_state": "CO"}
    order = prescriber.post(f"/treatment-plans/{plan.id}/orders", wanted)
    assert (order.status_code, order.json["sessions_supplied"]) == (201, 2)
    parcel = {
        "lot_number": "KT-2611-04",
        "pharmacy": "Corner Pharmacy",
        "beyond_use_on": "2027-03-01",
        "units": 2,
        "shipped_at": _at(clinic, minutes=1),
    }
    shipment = prescriber.post(f"/orders/{order.json['id']}/shipments", parcel)
    assert shipment.status_code == 201
    patient, officer = client_for(clinic.patient.user_id), client_for(clinic.officer.id)
    receipt = patient.post(f"/shipments/{shipment.json['id']}/receipt", {"units_received": 2})
    assert (receipt.status_code, receipt.json["units_received"]) == (201, 2)
    (lot,) = officer.get("/lots").json
    assert officer.post(f"/lots/{lot['id']}/recall").status_code == 201


def test_the_patient_and_the_prescriber_read_it_all(
    client_for: ClientFor, prescriber: Client, clinic: Clinic
) -> None:
    plan, who = clinic.signed_plan(), f"/patients/{clinic.patient.id}"
    wanted = {"external_prescription_id": "RX-77", "patient_state": "CO"}
    assert prescriber.post(f"/treatment-plans/{plan.id}/orders", wanted).status_code == 201
    patient = client_for(clinic.patient.user_id)
    for path in ("evaluations", "approvals", "treatment-plans", "orders"):
        assert len(patient.get(f"{who}/{path}").json) == 1
    assert patient.get(f"{who}/shipments").json == []
    case = prescriber.get(f"{who}/case")
    assert (case.status_code, len(case.json["plans"])) == (200, 1)


def test_a_hard_stop_is_a_409_with_every_reason(prescriber: Client, clinic: Clinic) -> None:
    a_submitted_intake(clinic.session, clinic.now, clinic.patient, conditions={"pregnancy": True})
    clinic.session.commit()
    who = f"/patients/{clinic.patient.id}"
    answer = prescriber.post(f"{who}/approvals", _approval(str(clinic.evaluation.id)))
    assert (answer.status_code, answer.json["code"]) == (409, "hard-stop")
    assert "pregnancy" in {finding["code"] for finding in answer.json["findings"]}


def test_a_soft_finding_is_let_pass_and_taken_back(prescriber: Client, clinic: Clinic) -> None:
    a_submitted_intake(
        clinic.session, clinic.now, clinic.patient, conditions={"liver_disease": True}
    )
    clinic.session.commit()
    who = f"/patients/{clinic.patient.id}"
    wanted = _approval(str(clinic.evaluation.id))
    held = prescriber.post(f"{who}/approvals", wanted)
    assert (held.status_code, held.json["code"]) == (409, "needs-prescriber")
    decision = prescriber.get(f"{who}/case").json["decisions"][0]
    override = {"code": "liver_disease", "rationale": RATIONALE, "unrelated": True}
    path = f"/gate-decisions/{decision['id']}/overrides"
    proved(clinic, clinic.now - timedelta(minutes=6))
    stale = prescriber.post(path, override)
    assert (stale.status_code, stale.json["code"]) == (403, "fresh-factor-needed")
    proved(clinic, clinic.now)
    assert prescriber.post(path, override | {"unrelated": False}).status_code == 403
    let_pass = prescriber.post(path, override)
    assert let_pass.status_code == 201
    needless = prescriber.post(f"/overrides/{let_pass.json['id']}/cosignature")
    assert (needless.status_code, needless.json["code"]) == (409, "no_cosigner_needed")
    assert len(prescriber.get(f"{who}/overrides").json) == 1
    assert prescriber.post(f"/overrides/{let_pass.json['id']}/withdrawal").status_code == 201
    short = {"code": "liver_disease", "rationale": "too short"}
    refused = prescriber.post(f"/gate-decisions/{decision['id']}/overrides", short)
    assert refused.status_code == 422


def test_the_medical_director_signs_beside_the_prescriber(
    prescriber: Client, client_for: ClientFor, clinic: Clinic
) -> None:
    code = "prior_serious_ketamine_reaction"
    a_submitted_intake(clinic.session, clinic.now, clinic.patient, conditions={code: True})
    a_credential(clinic.session, clinic.second, kind="medical_director")
    clinic.session.commit()
    who = f"/patients/{clinic.patient.id}"
    second = client_for(clinic.second.id)
    prescriber.post(f"{who}/approvals", _approval(str(clinic.evaluation.id)))
    decision = prescriber.get(f"{who}/case").json["decisions"][0]
    proved(clinic, clinic.now)
    told = {"code": code, "rationale": RATIONALE, "unrelated": True}
    let_pass = prescriber.post(f"/gate-decisions/{decision['id']}/overrides", told)
    assert (let_pass.status_code, let_pass.json["needs_cosigner"]) == (201, True)
    signed = second.post(f"/overrides/{let_pass.json['id']}/cosignature")
    assert (signed.status_code, signed.json["cosigned_by"]) == (201, str(clinic.second.id))


@pytest.mark.parametrize(
    "over",
    [
        {"product_code": "spravato-28"},
        {"product_code": "Spravato"},
        {"product_claim": {"text": "compounded esketamine troche"}},
        {"product_claim": {"ndc": "50458-028-03"}},
        {"product_claim": {"rxcui": "2119365"}},
        {"product_claim": {"other_codes": ["L8P1H35P2Z"]}},
    ],
)
def test_no_plan_for_home_holds_esketamine(
    prescriber: Client, clinic: Clinic, over: dict[str, Any]
) -> None:
    approval = clinic.approved()
    answer = prescriber.post(
        f"/patients/{clinic.patient.id}/treatment-plans", _plan(clinic, str(approval.id), **over)
    )
    assert (answer.status_code, answer.json["code"]) == (422, "esketamine_home_prohibited")
    assert "certified site" in answer.json["detail"]


@pytest.mark.parametrize(
    "over",
    [{"setting": "home"}, {"product_id": "x"}, {"molecule": "ketamine"}, {"product": "Keta"}],
)
def test_place_and_molecule_are_no_fields_of_a_plan(
    prescriber: Client, clinic: Clinic, over: dict[str, Any]
) -> None:
    approval = clinic.approved()
    answer = prescriber.post(
        f"/patients/{clinic.patient.id}/treatment-plans", _plan(clinic, str(approval.id), **over)
    )
    assert answer.status_code == 422


def test_an_order_that_names_spravato_is_refused(prescriber: Client, clinic: Clinic) -> None:
    plan = clinic.signed_plan()
    order = {
        "external_prescription_id": "RX-1",
        "patient_state": "CO",
        "product_claim": {"text": "Spravato"},
    }
    answer = prescriber.post(f"/treatment-plans/{plan.id}/orders", order)
    assert (answer.status_code, answer.json["code"]) == (422, "esketamine_home_prohibited")


def test_a_plan_is_changed_suspended_and_ended_by_version(
    client_for: ClientFor, prescriber: Client, clinic: Clinic
) -> None:
    plan = clinic.signed_plan(dose_mg_hundredths=20_000)
    path = f"/treatment-plans/{plan.id}"
    change = {"to_mg_hundredths": 10_000, "rationale": RATIONALE, "patient_state": "CO"}
    assert prescriber.put(f"{path}/dose", change).status_code == 428
    read = prescriber.get(path)
    version = read.json["version"]
    assert read.headers["ETag"] == f'"{version}"'
    changed = prescriber.put(f"{path}/dose", change, version=version)
    assert (changed.status_code, changed.json["dose_mg_hundredths"]) == (200, 10_000)
    assert prescriber.put(f"{path}/dose", change, version=version).status_code == 412
    weight = {"weight_g": 81_000, "weighed_at": _at(clinic, minutes=1)}
    weighed = client_for(clinic.patient.user_id).post(f"{path}/weights", weight)
    assert weighed.status_code == 201
    still = prescriber.put(f"{path}/suspension", version=weighed.json["version"])
    assert still.json["state"] == "suspended"
    ended = prescriber.put(f"{path}/end", version=still.json["version"])
    assert ended.json["state"] == "ended"


def test_an_approval_ends_and_an_order_is_cancelled(prescriber: Client, clinic: Clinic) -> None:
    plan = clinic.signed_plan()
    order = prescriber.post(
        f"/treatment-plans/{plan.id}/orders",
        {"external_prescription_id": "RX-1", "patient_state": "CO"},
    )
    cancelled = prescriber.post(f"/orders/{order.json['id']}/cancellation")
    assert cancelled.json["state"] == "cancelled"
    end = {"reason": "clinical_change"}
    ended = prescriber.post(f"/approvals/{plan.approval_id}/end", end)
    assert (ended.status_code, ended.json["end_reason"]) == (201, "clinical_change")


def test_a_suspension_is_lifted(prescriber: Client, clinic: Clinic) -> None:
    clinic.patient.enrolment = "suspended"
    clinic.session.commit()
    answer = prescriber.post(f"/patients/{clinic.patient.id}/suspension/end")
    assert (answer.status_code, answer.json["enrolment"]) == (201, "pending_review")


def test_other_roles_and_other_prescribers_reach_nothing(
    client_for: ClientFor, clinic: Clinic
) -> None:
    who, wanted = f"/patients/{clinic.patient.id}", _approval(str(clinic.evaluation.id))
    assert client_for(clinic.coach.id).post(f"{who}/approvals", wanted).status_code == 403
    assert client_for(clinic.patient.user_id).post(f"{who}/approvals", wanted).status_code == 403
    assert client_for(clinic.coach.id).get(f"{who}/approvals").status_code == 403
    assert client_for(clinic.coach.id).get("/desk").status_code == 403
    desk = client_for(clinic.prescriber.id).get("/desk")
    assert [item["kind"] for item in desk.json] == ["intake_review"]
