"""Does HTTP lead the staff through a Spravato visit, and explain every no?"""

from datetime import timedelta
from typing import Any

import pytest

from rules.terms import Setting
from tests.factories import people
from tests.factories.oversight import an_office_session
from tests.visit import FORM, Visit

WELL = {
    "sedation_resolved": True,
    "dissociation_resolved": True,
    "respiration_stable": True,
    "clinically_stable": True,
}


@pytest.fixture
def visit(runtime, clock, session) -> Visit:
    return Visit(runtime, clock, session)


@pytest.fixture
def staff(client_for, visit):
    return client_for(visit.day.observer.id)


def wanted(visit, **over: Any) -> dict[str, Any]:
    """Give a visit as a client sends it."""
    return {
        "patient_id": str(visit.day.patient.id),
        "site_id": str(visit.day.site.id),
        "product_code": "spravato-28",
        "setting": "certified_site",
        "dose_mg_hundredths": 5_600,
        "scheduled_at": visit.clock.now().isoformat(),
    } | over


def pre_check(visit, **over: Any) -> dict[str, Any]:
    now = visit.clock.now()
    return {
        "prescriber_id": str(visit.day.prescriber.id),
        "observer_id": str(visit.day.observer.id),
        "answers": {
            "pulse_oximeter": True,
            "contraindicated": False,
            "ride_home": True,
            "last_food_at": (now - timedelta(hours=5)).isoformat(),
            "last_fluid_at": (now - timedelta(hours=2)).isoformat(),
            "nasal_product_today": False,
        }
        | over,
    }


def measured(staff, path, systolic=128) -> Any:
    reading = {"systolic_mmhg": systolic, "diastolic_mmhg": 82, "spo2_percent": 98}
    return staff.post(f"{path}/vital-signs", reading)


def test_the_list_does_not_show_another_teams_patients(client_for, visit, session, clock):
    elsewhere = people.a_patient(session, clock.now())
    row = an_office_session(session, clock.now(), elsewhere)
    session.commit()
    client = client_for(visit.day.prescriber.id)
    assert client.get(f"/patients/{elsewhere.id}/office-sessions").status_code == 404
    assert client.get(f"/office-sessions/{row.id}").status_code == 404


def dosed(visit, staff, path) -> None:
    """Go from the door to the second device."""
    assert staff.post(f"{path}/arrival").json["state"] == "arrived"
    assert measured(staff, path).json["alarm_codes"] == []
    assert staff.post(f"{path}/pre-checks", pre_check(visit)).json["state"] == "pre_checks"
    lot = {"lot_number": "LOT-1"}
    assert staff.post(f"{path}/devices", lot).json["state"] == "dosing"
    early = staff.post(f"{path}/devices", lot)
    assert (early.status_code, early.json["code"]) == (409, "device_too_soon")
    assert early.headers["Retry-After"] == "300"
    visit.clock.advance(minutes=5)
    assert staff.post(f"{path}/devices", lot).json["state"] == "monitoring"


def test_a_whole_visit_by_way_of_the_api(client_for, visit, staff):
    scheduled = client_for(visit.day.prescriber.id).post("/office-sessions", wanted(visit))
    assert scheduled.status_code == 201
    path = f"/office-sessions/{scheduled.json['id']}"
    dosed(visit, staff, path)
    for minutes in (40, 78):
        visit.clock.advance(minutes=minutes)
        measured(staff, path)
    refused = staff.post(f"{path}/discharge", WELL)
    assert (refused.status_code, refused.json["code"]) == (409, "hard-stop")
    assert refused.json["findings"][0]["code"] == "monitoring_incomplete"
    visit.clock.advance(minutes=2)
    left = staff.post(f"{path}/discharge", WELL).json
    assert (left["state"], left["devices_used"]) == ("pmf_due", 2)
    form = staff.get(f"{path}/monitoring-form").json
    assert (form["answers"], form["record"]["total_minutes"]) == (None, 125)
    assert staff.post(f"{path}/monitoring-form", FORM).status_code == 201
    assert staff.get(path).json["state"] == "closed"
    done = client_for(visit.day.patient.user_id).get(f"{path}/monitoring-form").json
    assert done["answers"]["sedation"] is True


@pytest.mark.parametrize("setting", ["home", "clinic"])
@pytest.mark.parametrize("who", ["prescriber", "observer"])
def test_spravato_outside_a_certified_site_is_refused_in_plain_words(
    client_for, visit, setting, who
):
    visit.scheduled()  # so that the staff know the patient
    client = client_for(getattr(visit.day, who).id)
    refused = client.post("/office-sessions", wanted(visit, setting=setting))
    assert (refused.status_code, refused.json["code"]) == (409, "hard-stop")
    found = next(
        one for one in refused.json["findings"] if one["code"] == "esketamine_home_prohibited"
    )
    assert "public web pages" in found["says"]
    assert found["remedy"]
    assert found["source"]


def test_its_name_goes_nowhere_either(client_for, visit):
    told = wanted(visit, setting="home", product_code="Spravatto")
    refused = client_for(visit.day.prescriber.id).post("/office-sessions", told)
    assert (refused.status_code, refused.json["code"]) == (422, "esketamine_home_prohibited")
    assert "can't be taken at home" in refused.json["detail"]


@pytest.mark.parametrize("code", ["ket-im-50", "ket-iv-50"])
def test_ketamine_by_injection_is_scheduled_in_a_clinic(client_for, visit, code):
    told = wanted(visit, setting=Setting.CLINIC.value, product_code=code, dose_mg_hundredths=4_000)
    answer = client_for(visit.day.prescriber.id).post("/office-sessions", told)
    assert (answer.status_code, answer.json["setting"]) == (201, "clinic")


def test_every_missing_condition_is_named(visit, staff):
    row = visit.arrived()
    path = f"/office-sessions/{row.id}"
    staff.post(f"{path}/pre-checks", pre_check(visit, ride_home="unknown", pulse_oximeter=False))
    refused = staff.post(f"{path}/devices", {"lot_number": "LOT-1"})
    assert refused.status_code == 409
    codes = {one["code"] for one in refused.json["findings"]}
    assert {"ride_home_missing", "pulse_oximeter_missing", "spravato_bp_review"} <= codes


def test_a_crisis_is_answered_with_what_to_do(visit, staff):
    row = visit.dosed()
    answer = measured(staff, f"/office-sessions/{row.id}", systolic=190).json
    assert answer["alarm_codes"]
    assert "911" in answer["instruction"]


def test_nothing_on_the_form_is_ticked_beforehand(visit, staff):
    row = visit.watched()
    visit.leaves(row)
    path = f"/office-sessions/{row.id}/monitoring-form"
    for name in set(FORM) - {"serious_adverse_event_words"}:
        missing = {key: value for key, value in FORM.items() if key != name}
        missing.pop("serious_adverse_event_words")
        answer = staff.post(path, missing)
        assert (answer.status_code, list(answer.json["errors"])) == (422, [name])
        assert staff.post(path, missing | {name: None}).status_code == 422


@pytest.mark.parametrize("who", ["patient", "prescriber", "officer"])
def test_only_the_staff_run_a_session(client_for, visit, who):
    row = visit.scheduled()
    day = visit.day
    user = day.patient.user_id if who == "patient" else getattr(day, who).id
    assert client_for(user).post(f"/office-sessions/{row.id}/arrival").status_code == 403


def test_the_staff_of_a_site_list_their_sessions(client_for, visit, staff):
    row = visit.scheduled()
    path = f"/certified-sites/{visit.day.site.id}/office-sessions"
    assert [one["id"] for one in staff.get(path).json["items"]] == [str(row.id)]
    assert client_for(visit.day.prescriber.id).get(path).status_code == 403
    listed = client_for(visit.day.patient.user_id).get(
        f"/patients/{visit.day.patient.id}/office-sessions"
    )
    assert [one["id"] for one in listed.json["items"]] == [str(row.id)]


def test_staff_enrol_in_the_programme_once(visit, staff, session, clock):
    other = people.a_patient(session, clock.now())
    an_office_session(session, clock.now(), other)
    session.commit()
    told = {"enrolled_on": "2026-11-20", "reference": "R-7"}
    path = f"/patients/{other.id}/rems-enrolment"
    assert staff.post(path, told).status_code == 201
    refused = staff.post(path, told)
    assert (refused.status_code, refused.json["code"]) == (409, "already_enrolled")


def test_an_incomplete_dose_is_ended_and_a_visit_called_off(visit, staff):
    row = visit.ready()
    path = f"/office-sessions/{row.id}"
    assert staff.post(f"{path}/dosing-end").status_code == 409
    visit.given(row)
    assert staff.post(f"{path}/dosing-end").json["state"] == "monitoring"
    other = visit.scheduled()
    off = staff.post(f"/office-sessions/{other.id}/cancellation")
    assert off.json["state"] == "cancelled"
