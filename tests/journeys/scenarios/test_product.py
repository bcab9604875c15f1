"""Esketamine in disguise, by text, by code, by flag and by SQL: scenarios 1, 2, 3 and 5."""

from typing import Any

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from rules.terms import Role
from tests.journeys.cast import Answer, ok
from tests.journeys.course import Course
from tests.journeys.preparing import PRODUCT, REASON
from tests.journeys.scenarios.seen import finding, refused, sessions, told_to, trail
from workflows.platform.runtime import Runtime

PROHIBITED = "esketamine_home_prohibited"
SPRAVATO = "(SELECT id FROM product WHERE code = 'spravato-28')"
AT_HOME = {
    "product_id": SPRAVATO,
    "molecule": "'esketamine'",
    "route": "'nasal'",
    "setting": "'home'",
}


@pytest.fixture
def approved(course: Course) -> Course:
    """Give a course that is approved for home and not yet planned."""
    course.tells_history()
    course.is_evaluated()
    course.is_approved()
    return course


def plans(course: Course, claim: dict[str, Any], **more: Any) -> Answer:
    """Let the prescriber plan the allowed product, with something else said about it."""
    plan = {
        "approval_id": course.ids["approval"],
        "product_code": PRODUCT,
        "product_claim": claim,
        "dose_mg_hundredths": 10_000,
        "session_count": 1,
        "spacing_hours": 72,
        "weight_g": 68_000,
        "weighed_at": course.now.isoformat(),
        "end_condition": "one",
    } | more
    return course.cast.prescriber.post(course.of_patient("treatment-plans"), plan)


def nothing_is_planned(course: Course) -> bool:
    """Say whether no row was left of all that."""
    plans = ok(course.cast.prescriber.get(course.of_patient("treatment-plans")), 200)
    return plans == [] and sessions(course) == []


def test_scenario_01_a_hidden_a_misspelt_and_a_cyrillic_name_stay_out_of_the_home(
    approved: Course, runtime: Runtime
) -> None:
    before = told_to(runtime, Role.SAFETY_OFFICER, "report_received")
    for words in ("Sprav\u200bato", "Spravatto", "S\u041aetamine (S+)"):
        refused(plans(approved, {"text": words}), PROHIBITED, status=422)

    assert nothing_is_planned(approved)
    assert trail(approved).count(("plan.drafted", "refused")) == 3
    assert told_to(runtime, Role.SAFETY_OFFICER, "report_received") == before + 3


@pytest.mark.parametrize("ndc", ["50458-0028-02", "5045802802", "50458002803"])
def test_scenario_02_the_code_on_the_package_beats_the_name_on_it(
    approved: Course, ndc: str
) -> None:
    claim = {"ndc": ndc, "text": "ketamine RDT 100 mg"}

    refused(plans(approved, claim), PROHIBITED, status=422)
    assert nothing_is_planned(approved)


@pytest.mark.parametrize(
    "claim", [{"rxcui": "2119365"}, {"rxcui": "2201623"}, {"unii": "50LFG02TXD"}], ids=str
)
def test_scenario_03_no_flag_and_no_role_makes_it_another_molecule(
    approved: Course, claim: dict[str, str]
) -> None:
    refused(plans(approved, claim), PROHIBITED, status=422)
    flagged = plans(approved, claim | {"is_esketamine": False}, break_glass=True)
    refused(flagged, "invalid-request", status=422)
    assert {"break_glass", "product_claim.is_esketamine"} <= set(flagged.json["errors"])
    by_admin = approved.cast.admin.post(
        approved.of_patient("treatment-plans"), {"product_code": PRODUCT}
    )
    assert by_admin.status_code in (403, 422)
    assert nothing_is_planned(approved)


def test_scenario_03_raw_sql_cannot_bring_it_home_either(
    check_in: Course, connection: Connection
) -> None:
    for table in ("treatment_plan", "medication_order", "shipment", "dose_session"):
        _is_refused(connection, _copy_of(connection, table))
        changes = ", ".join(f"{name} = {value}" for name, value in AT_HOME.items())
        _is_refused(connection, f"UPDATE {table} SET {changes}")
    [only] = sessions(check_in)
    assert only["molecule"] == "ketamine"


def test_scenario_05_compounded_esketamine_and_a_nasal_spray_are_no_home_products(
    approved: Course,
) -> None:
    troche = {"text": "compounded esketamine 50 mg troche"}
    spray = {"text": "compounded ketamine nasal spray 150 mg/mL"}

    refused(plans(approved, troche), PROHIBITED, status=422)
    refused(plans(approved, spray), "intranasal_ketamine_home_prohibited", status=422)
    assert nothing_is_planned(approved)


def test_scenario_05_no_prescriber_lets_a_hard_reason_pass(check_in: Course) -> None:
    decision = check_in.answers()
    hard = [row["code"] for row in decision["findings"] if row["force"] == "hard"]

    assert hard
    for code in hard:
        refused(check_in.lets_pass(decision, code), "cannot_be_overridden", status=403)
    assert check_in.answers()["outcome"] == "stop"
    overrides = ok(check_in.cast.prescriber.get(check_in.of_patient("overrides")), 200)
    assert overrides == []


def test_an_approval_for_it_at_home_is_refused_and_told(course: Course, runtime: Runtime) -> None:
    course.tells_history()
    course.is_evaluated()
    before = told_to(runtime, Role.SAFETY_OFFICER, "report_received")
    wanted = {
        "evaluation_id": course.ids["evaluation"],
        "decision": "home",
        "product_code": "spravato-28",
        "rationale": REASON,
        "signature": course.ids["prescriber_name"],
    }
    course.prescriber_proves_presence()
    answer = course.cast.prescriber.post(course.of_patient("approvals"), wanted)
    refused(answer, PROHIBITED, status=422)

    assert told_to(runtime, Role.SAFETY_OFFICER, "report_received") == before + 1
    assert ("approval.decided", "refused") in trail(course)


def test_a_visit_with_spravato_cannot_be_made_one_at_home(
    course: Course, connection: Connection, runtime: Runtime
) -> None:
    visit = {
        "patient_id": course.ids["patient"],
        "site_id": course.ids["site"],
        "product_code": "spravato-28",
        "setting": "certified_site",
        "dose_mg_hundredths": 5_600,
        "scheduled_at": (course.now).isoformat(),
    }
    made = ok(course.cast.prescriber.post("/office-sessions", visit))
    told = told_to(runtime, Role.SAFETY_OFFICER, "report_received")

    cloned = course.cast.prescriber.post("/office-sessions", visit | {"setting": "home"})
    refused(cloned, PROHIBITED)
    assert finding(cloned.json, PROHIBITED)["force"] == "hard"
    assert told_to(runtime, Role.SAFETY_OFFICER, "report_received") == told + 1
    for change in ("put", "patch"):
        answer = getattr(course.cast.prescriber, change)(
            f"/office-sessions/{made['id']}", {"setting": "home"}
        )
        assert answer.status_code == 405
    _is_refused(connection, "UPDATE office_session SET setting = 'home'")


def _is_refused(connection: Connection, statement: str) -> None:
    """Run one statement as the service itself could, and see the database refuse it."""
    attempt = connection.begin_nested()
    with pytest.raises(DBAPIError):
        connection.execute(text(statement))
    attempt.rollback()


def _copy_of(connection: Connection, table: str) -> str:
    """Write an INSERT that copies the row there is, as esketamine at home."""
    query = "SELECT column_name FROM information_schema.columns WHERE table_name = :table"
    names = list(connection.scalars(text(query), {"table": table}))
    own = {"id": "gen_random_uuid()", "state": "'cancelled'"} if table == "dose_session" else {}
    values = [(own | AT_HOME).get(name, name) for name in names]
    return f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table}"
