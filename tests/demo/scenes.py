"""What does the demonstration show, scene by scene, and what must come out of each?"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.demo.transcript import Transcript
from tests.journeys.course import NOT_SERIOUS, PRODUCT, Course, ok
from tests.journeys.office import OfficeVisit

SPRAVATO = (
    ("by name", {"text": "Spravato"}),
    ("misspelt", {"text": "Spravatto"}),
    ("by NDC", {"ndc": "50458-028-02"}),
    ("by RxCUI", {"rxcui": "2201623"}),
)
LET_GO = "Seen today, history and findings reviewed, cleared to go on with the course."


def first_course(course: Course, told: Transcript) -> None:
    """From the first question to the evening of the first dose."""
    told.scene("A first course")
    screened = course.tells_history()
    told.expect("the patient tells the history; the screen answers", screened["suitability"])
    course.is_evaluated()
    told.expect("the prescriber approves for home", course.is_approved()["decision"], "home")
    course.consents()
    told.expect("the plan is signed", course.is_planned()["state"], "signed")
    told.expect("twelve tablets are counted", course.is_supplied()["units_received"], exactly=4)
    course.finds_sitter()
    told.note("a sitter accepts on an own phone, answers a code and passes the quiz")
    told.expect("preparation is complete", course.is_prepared()["ready"], exactly=True)


def what_stops(course: Course, told: Transcript) -> None:
    """Four evenings on which no dose may be taken."""
    told.scene("Evenings that end without a dose")
    refused = course.cast.patient.post(
        "/sitters",
        {
            "name": "Myself",
            "email": course.ids["patient_email"].replace("@", "+me@"),
            "phone": "+17205550177",
        },
    )
    told.expect("a sitter who is the patient", refused.json.get("code"), "sitter_is_patient")
    course.plans_evening()
    course.cast.clock.advance(hours=1)
    course.opens_check_in()
    course.measures()
    told.expect_code("no sitter in the room", course.answers(), "sitter_not_present")
    course.is_watched_over()
    decision = course.answers(alcohol_24h=True)
    told.expect_code("a drink last night", decision, "alcohol_window")
    course.opens_check_in()
    course.measures(168, 96)
    course.is_watched_over()
    told.expect_code("168/96 mmHg", course.answers(), "bp_too_high")


def first_dose(course: Course, told: Transcript) -> None:
    """All is well; two phones tap at once; silence during the dose is noticed."""
    told.scene("The first dose")
    course.cast.clock.advance(hours=24)
    course.opens_check_in()
    course.measures()
    course.is_watched_over()
    decision = course.answers()
    told.expect("124/79 mmHg, all answers well", decision["outcome"], "clear")
    told.expect("two phones tap start at once", _two_phones(course), "201 and 409")
    _silence(course, told)
    course.is_watched(75)
    told.expect("let go too early", course.is_released()["outcome"], "stop")
    course.is_watched(45)
    told.expect("let go after two hours", course.is_released()["outcome"], "clear")
    course.answers_the_next_day()
    told.note("the questions of the next day are answered, the prescriber reviews the session")
    course.is_reviewed()


def harm_and_second_dose(course: Course, told: Transcript) -> None:
    """A serious event holds the second dose until a prescriber lets go."""
    told.scene("A serious adverse event before the second dose")
    course.cast.clock.advance(hours=49)
    course.comes_to_the_evening()
    report = course.reports_harm(
        own_words="I fainted in the kitchen and was kept in hospital overnight.",
        criteria={"hospitalization": True},
        severity="severe",
    )
    told.note(f"the report is kept; the answer says: {report['instruction'][:60]}...")
    told.expect_code("the second dose", course.answers(), "open_adverse_event")
    _release(course, report["id"])
    _sign_again(course)
    decision = course.answers()
    told.expect("after triage, assessment and release", decision["outcome"], "clear")
    told.expect("the second dose", course.takes_dose().status_code, exactly=201)
    course.is_watched()
    course.is_released()


def spravato(course: Course, told: Transcript) -> None:
    """Never at home, under any name; properly in the office."""
    told.scene("Spravato")
    for name, claim in SPRAVATO:
        found = ok(course.cast.patient.post("/products/resolve", claim), 200)
        told.expect(f"for home {name}", found["code"], "esketamine_home_prohibited")
    told.note(found["says"])
    answer = course.cast.prescriber.post(
        course.of_patient("treatment-plans"),
        _plan(course) | {"product_claim": {"text": "Spravato"}},
    )
    told.expect(
        "a plan that calls it something else", _code(answer.json), "esketamine_home_prohibited"
    )
    visit = OfficeVisit(course)
    visit.is_scheduled_and_enrolled()
    visit.is_checked()
    visit.is_dosed()
    course.cast.clock.advance(minutes=40)
    visit.is_measured(139)
    told.expect("discharge after 40 minutes", visit.is_discharged().status_code, exactly=409)
    course.cast.clock.advance(minutes=81)
    visit.is_measured(126)
    told.expect("discharge after two hours", visit.is_discharged().status_code, exactly=201)
    visit.form_is_sent()
    told.expect("the monitoring form is sent", visit.now_reads()["state"], "closed")


SCENES: tuple[Callable[[Course, Transcript], None], ...] = (
    first_course,
    what_stops,
    first_dose,
    harm_and_second_dose,
    spravato,
)


def _two_phones(course: Course) -> str:
    """Tap "start" on two phones at the same moment, each with a key of its own."""
    with ThreadPoolExecutor(2) as phones:
        taps = [phones.submit(course.takes_dose, f"phone-{number}") for number in (1, 2)]
        found = sorted(tap.result().status_code for tap in taps)
    return " and ".join(str(status) for status in found)


def _silence(course: Course, told: Transcript) -> None:
    """Let the sitter forget to look, until a human is called."""
    for _ in range(9):
        course.cast.clock.advance(minutes=5)
        course.cast.sweep()
    calls = ok(course.cast.prescriber.get("/escalations"), 200)["items"]
    codes = [call["code"] for call in calls]
    told.expect("a missed check escalates", "monitor_check_missed" in codes, exactly=True)
    for call in calls:
        if call["acknowledged_at"] is None:
            ok(course.cast.prescriber.post(f"/escalations/{call['id']}/acknowledgement"))
    told.note("the clinician on call answers, and the sitter looks again")
    course.measures(136, 85)


def _release(course: Course, event_id: str) -> None:
    judged = {"severity": "severe", "criteria": NOT_SERIOUS | {"hospitalization": True}}
    event = f"/adverse-events/{event_id}"
    ok(course.cast.officer.post(f"{event}/triage", judged))
    ok(course.cast.officer.post(f"{event}/assessments", judged))
    for hold in ok(course.cast.prescriber.get(course.of_patient("holds")), 200):
        if hold["released_at"] is None:
            ok(course.cast.prescriber.post(f"/holds/{hold['id']}/release", {"rationale": LET_GO}))


def _sign_again(course: Course) -> None:
    """Lift the suspension that the serious event brought."""
    course.cast.prescriber.post(course.of_patient("suspension/end"))


def _plan(course: Course) -> dict[str, Any]:
    return {
        "approval_id": course.ids["approval"],
        "product_code": PRODUCT,
        "dose_mg_hundredths": 5_600,
        "session_count": 1,
        "spacing_hours": 72,
        "weight_g": 68_000,
        "weighed_at": course.now.isoformat(),
        "end_condition": "one",
    }


def _code(problem: dict[str, Any]) -> str:
    findings = problem.get("findings") or [{}]
    return str(findings[0].get("code") or problem.get("code"))
