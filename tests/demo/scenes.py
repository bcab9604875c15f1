"""What does the demonstration show, scene by scene, and what must come out of each?"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.demo.transcript import Transcript
from tests.journeys.cast import Answer, ok
from tests.journeys.course import NOT_SERIOUS, Course
from tests.journeys.office import OfficeVisit
from tests.journeys.preparing import PRODUCT

SPRAVATO = (
    ("by name", {"text": "Spravato"}),
    ("misspelt", {"text": "Spravatto"}),
    ("by NDC", {"ndc": "50458-028-02"}),
    ("by RxCUI", {"rxcui": "2201623"}),
)
PATIENCE_S = 30
LET_GO = "Seen today, history and findings reviewed, cleared to go on with the course."


def first_course(course: Course, told: Transcript) -> None:
    """From the first question to the evening of the first dose."""
    told.scene("A first course")
    screened = course.tells_history()
    told.expect("the patient tells the history", screened["suitability"], "candidate")
    course.is_evaluated()
    told.expect("the prescriber decides", course.is_approved()["decision"], "home")
    course.consents()
    told.expect("the plan for six doses", course.is_planned()["state"], "signed")
    received = course.is_supplied()
    told.expect("the patient counts the tablets", received["units_received"], 4)
    told.expect("the sitter, on an own phone, takes the quiz", _quiz(course), "passed")
    told.expect(
        "readiness is computed", "ready" if course.is_prepared()["ready"] else "not", "ready"
    )


def what_stops(course: Course, told: Transcript) -> None:
    """Four evenings on which no dose may be taken."""
    told.scene("Evenings that end without a dose")
    own_email = course.ids["patient_email"].replace("@", "+me@")
    myself = {"name": "Myself", "email": own_email, "phone": "+17205550177"}
    refused = course.cast.patient.post("/sitters", myself)
    told.expect("a sitter who is the patient", _came(refused), "409 sitter_is_patient")
    course.plans_evening()
    course.cast.clock.advance(hours=1)
    course.opens_check_in()
    course.measures()
    told.expect_stop("no sitter in the room", course.answers(), "sitter_not_present")
    course.is_watched_over()
    drank = course.answers(alcohol_24h=True)
    told.expect_stop("a drink last night", drank, "alcohol_window")
    course.opens_check_in()
    course.measures(168, 96)
    course.is_watched_over()
    told.expect_stop("168/96 mmHg", course.answers(), "bp_too_high")


def first_dose(course: Course, told: Transcript) -> None:
    """All is well; two phones tap at once; silence during the dose is noticed."""
    told.scene("The first dose")
    course.cast.clock.advance(hours=24)
    course.opens_check_in()
    course.measures()
    course.is_watched_over()
    decision = course.answers()
    told.expect_clear("124/79 mmHg, all answers well", decision)
    _two_phones(course, told)
    _silence(course, told)
    course.is_watched(60)
    early = course.is_released(systolic=129)
    told.expect_stop("let go before two hours", early, "monitoring_incomplete")
    course.is_watched(15)
    _lets_go(course, told)
    course.answers_the_next_day()
    course.is_reviewed()
    told.note("the questions of the next day are answered, the prescriber reviews the session")


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
    told.note("the patient tells of a faint and a night in hospital, and reads at once:")
    told.note(f'"{report["instruction"]}"')
    told.expect_stop("the second dose", course.answers(), "open_adverse_event")
    _release(course, report["id"])
    decision = course.answers()
    told.expect_clear("after triage, assessment and release", decision)
    told.expect("the second dose is started", _came(course.takes_dose()), "201")
    course.is_watched()
    _lets_go(course, told)


def spravato(course: Course, told: Transcript) -> None:
    """Never at home, under any name; properly in the office."""
    told.scene("Spravato")
    for name, claim in SPRAVATO:
        found = ok(course.cast.patient.post("/products/resolve", claim), 200)
        told.expect(f"for home {name}", found["code"], "esketamine_home_prohibited")
    told.note(f'"{found["says"]}"')
    disguised = _plan(course) | {"product_claim": {"text": "Spravato"}}
    answer = course.cast.prescriber.post(course.of_patient("treatment-plans"), disguised)
    told.expect("a plan that calls it ketamine", _came(answer), "422 esketamine_home_prohibited")
    _in_the_office(course, told)


SCENES: tuple[Callable[[Course, Transcript], None], ...] = (
    first_course,
    what_stops,
    first_dose,
    harm_and_second_dose,
    spravato,
)


def _in_the_office(course: Course, told: Transcript) -> None:
    """Too soon after a dose at home, and days later from the door to the form."""
    too_soon = OfficeVisit(course)
    too_soon.is_scheduled_and_enrolled()
    too_soon.is_checked()
    refused = _came(too_soon.is_given())
    told.expect("in the office, hours after a dose at home", refused, "409 interval_too_short")
    course.cast.clock.advance(hours=72)
    visit = OfficeVisit(course)
    visit.is_scheduled()
    visit.is_checked()
    visit.is_dosed()
    course.cast.clock.advance(minutes=40)
    visit.is_measured(139)
    early = _came(visit.is_discharged())
    told.expect("in the office, discharge after 40 minutes", early, "409 monitoring_incomplete")
    course.cast.clock.advance(minutes=81)
    visit.is_measured(126)
    told.expect("discharge after two hours", _came(visit.is_discharged()), "201")
    visit.form_is_sent()
    told.expect("the monitoring form is sent, the session", visit.now_reads()["state"], "closed")


def _quiz(course: Course) -> str:
    return "passed" if course.finds_sitter()["passed"] else "failed"


def _two_phones(course: Course, told: Transcript) -> None:
    """Tap "start" on two phones at the same moment; the one that won loses the answer, and asks."""
    with ThreadPoolExecutor(2) as phones:
        taps = [phones.submit(course.takes_dose, f"phone-{number}") for number in (1, 2)]
        found = [tap.result() for tap in taps]
    both = " and ".join(sorted(_came(answer) for answer in found))
    told.expect("two phones tap start at once", both, "201 and 409 clearance_used")
    won = next(number for number, answer in enumerate(found, 1) if answer.status_code == 201)
    again = course.taps_start(f"phone-{won}")
    same = "the same answer" if again.json == found[won - 1].json else "another answer"
    told.expect("the phone that won asks again", f"{_came(again)}, {same}", "201, the same answer")


def _silence(course: Course, told: Transcript) -> None:
    """Let the sitter forget to look three times, until a human is called."""
    for _ in range(3):
        course.cast.clock.advance(minutes=15)
        course.cast.sweep()
    called = _calls_for(course, "monitor_check_missed")
    told.expect("45 minutes without a look: a clinician", "called" if called else "", "called")
    for call in called:
        ok(course.cast.prescriber.post(f"/escalations/{call['id']}/acknowledgement"))
    told.note("the clinician on call answers, and the sitter looks again")
    course.measures(136, 85)


def _calls_for(course: Course, code: str) -> list[dict[str, Any]]:
    """Wait until the clinician is called for this reason, and give every open call."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        calls = ok(course.cast.prescriber.get("/escalations"), 200)["items"]
        if code in {call["code"] for call in calls}:
            return [call for call in calls if call["acknowledged_at"] is None]
        time.sleep(0.5)
    return []


def _lets_go(course: Course, told: Transcript) -> None:
    told.expect_clear("let go after two hours", course.is_released())


def _release(course: Course, event_id: str) -> None:
    """Triage, assess, release the holds, and lift the suspension that the event brought."""
    judged = {"severity": "severe", "criteria": NOT_SERIOUS | {"hospitalization": True}}
    event = f"/adverse-events/{event_id}"
    ok(course.cast.officer.post(f"{event}/triage", judged))
    ok(course.cast.officer.post(f"{event}/assessments", judged))
    for hold in ok(course.cast.prescriber.get(course.of_patient("holds")), 200):
        if hold["released_at"] is None:
            ok(course.cast.prescriber.post(f"/holds/{hold['id']}/release", {"rationale": LET_GO}))
    ok(course.cast.prescriber.post(course.of_patient("suspension/end")))


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


def _came(answer: Answer) -> str:
    """Give the status of an answer, and the code of a refusal."""
    if answer.status_code < 400:
        return str(answer.status_code)
    findings = answer.json.get("findings") or [{}]
    return f"{answer.status_code} {findings[0].get('code') or answer.json.get('code')}"
