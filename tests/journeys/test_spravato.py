"""Spravato: no door of the API leads home with it, and one door leads through the office."""

from typing import Any

import pytest

from tests.journeys.cast import ok
from tests.journeys.course import Course
from tests.journeys.office import OfficeVisit
from tests.journeys.preparing import PRODUCT, REASON

HOME_CODES = ("esketamine_home_prohibited", "product_identity_unresolved")
DISGUISES: list[dict[str, Any]] = [
    {"text": "Spravato"},
    {"text": "Sprav\u200bato"},
    {"text": "Spravatto"},
    {"text": "S\u041aetamine (S+)"},
    {"text": "compounded esketamine 50 mg troche"},
    {"ndc": "50458-0028-02", "text": "ketamine RDT 100 mg"},
    {"ndc": "5045802802"},
    {"ndc": "50458002803"},
    {"rxcui": "2201623"},
    {"rxcui": "2119365"},
    {"unii": "50LFG02TXD"},
]


@pytest.mark.parametrize("claim", DISGUISES, ids=str)
def test_the_resolver_knows_it_in_every_disguise(course: Course, claim: dict[str, Any]) -> None:
    found = ok(course.cast.patient.post("/products/resolve", claim), 200)
    assert found["barred_at_home"] is True
    assert found["code"] in HOME_CODES
    assert found["says"]


def test_no_plan_order_or_session_brings_it_home(course: Course) -> None:
    course.tells_history()
    course.is_evaluated()
    prescriber = course.cast.prescriber
    course.prescriber_proves_presence()
    refused = prescriber.post(
        course.of_patient("approvals"),
        {
            "evaluation_id": course.ids["evaluation"],
            "decision": "home",
            "product_code": "spravato-28",
            "rationale": REASON,
            "signature": course.ids["prescriber_name"],
        },
    )
    assert refused.status_code in (409, 422), refused.json
    assert "esketamine_home_prohibited" in str(refused.json)
    course.is_approved()
    for code, claim in (
        ("spravato-28", None),
        *((PRODUCT, claim) for claim in DISGUISES),
    ):
        plan = {
            "approval_id": course.ids["approval"],
            "product_code": code,
            "dose_mg_hundredths": 5_600,
            "session_count": 1,
            "spacing_hours": 72,
            "weight_g": 68_000,
            "weighed_at": course.now.isoformat(),
            "end_condition": "one",
        } | ({"product_claim": claim} if claim else {})
        answer = prescriber.post(course.of_patient("treatment-plans"), plan)
        assert answer.status_code in (409, 422), (claim, answer.json)
    assert ok(prescriber.get(course.of_patient("treatment-plans")), 200) == []


def test_somebody_who_used_it_at_home_is_heard(course: Course) -> None:
    course.is_ready_for_first_dose()
    told = course.reports_harm(
        own_words="I used my friend's Spravato at home yesterday.",
        signals=["esketamine_outside_clinic"],
    )
    assert told["id"]
    assert "not safe at home" in told["instruction"]
    sessions = ok(course.cast.patient.get(course.of_patient("dose-sessions")), 200)
    assert sessions["items"] == []


def test_it_is_given_properly_in_the_office(course: Course) -> None:
    visit = OfficeVisit(course)
    visit.is_scheduled_and_enrolled()
    visit.is_checked()
    visit.is_dosed()
    course.cast.clock.advance(minutes=40)
    visit.is_measured(139)
    early = visit.is_discharged()
    assert early.status_code == 409, early.json
    assert "monitoring_incomplete" in str(early.json)
    course.cast.clock.advance(minutes=81)
    visit.is_measured(126)
    ok(visit.is_discharged())
    visit.form_is_sent()
    assert visit.now_reads()["state"] == "closed"
