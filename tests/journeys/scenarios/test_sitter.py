"""A sitter who is the patient, too young, swapped or drunk: scenarios 7, 8 and their kin."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people.accounts import LoginSession
from models.people.patients import Patient, Sitter
from models.platform.database import new_sessions
from tests.clock import HandClock
from tests.journeys.cast import ok
from tests.journeys.course import Course
from tests.journeys.scenarios.seen import codes, refused
from workflows.platform.runtime import Runtime

Rows = Callable[[Callable[[Session], Any]], Any]
BEFORE_MIDNIGHT = datetime(2026, 11, 25, 5, 30, tzinfo=UTC)  # 22:30 on the 24th in Denver


@pytest.fixture
def in_rows(runtime: Runtime) -> Rows:
    """Reach into the database, as the story says that somebody does."""

    def enter(change: Callable[[Session], Any]) -> Any:
        with new_sessions(runtime.bind)() as session:
            found = change(session)
            session.commit()
            return found

    return enter


def test_scenario_07_an_alias_and_the_own_phone_are_the_patient(course: Course) -> None:
    patient = course.cast.patient
    told = ok(patient.get(f"/patients/{course.ids['patient']}"), 200)
    contact = {"contact": {"phone": "+17205550101"}}
    ok(patient.patch(f"/patients/{told['id']}", contact, version=told["version"]), 200)
    alias = course.ids["patient_email"].replace("@", "+sitter@")
    own_phone = {"name": "Sam", "email": "sam@example.org", "phone": "+17205550101"}
    refused(patient.post("/sitters", {"name": "Me", "email": alias}), "sitter_is_patient")
    refused(patient.post("/sitters", own_phone), "sitter_is_patient")
    assert ok(patient.get(course.of_patient("sitters")), 200) == []


def test_scenario_07_a_word_from_the_patients_phone_is_no_sitter(
    check_in: Course, in_rows: Rows
) -> None:
    def one_phone(session: Session) -> None:
        patient = session.get_one(Patient, UUID(check_in.ids["patient"]))
        sitter = session.scalars(select(Sitter)).one()
        for login in session.scalars(select(LoginSession)):
            if login.user_id in (patient.user_id, sitter.user_id):
                login.device_key = "the-one-phone-of-them-both"

    check_in.measures()
    in_rows(one_phone)
    check_in.is_watched_over()
    assert {"sitter_is_patient", "sitter_not_present"} <= codes(check_in.answers())

    in_rows(_own_phone)
    check_in.is_watched_over()
    assert check_in.answers()["outcome"] == "clear"


def _own_phone(session: Session) -> None:
    sitter = session.scalars(select(Sitter)).one()
    for login in session.scalars(
        select(LoginSession).where(LoginSession.user_id == sitter.user_id)
    ):
        login.device_key = "the-phone-of-the-sitter"


def test_scenario_08_a_sitter_who_turns_eighteen_at_midnight_sits_after_midnight(
    course: Course, clock: HandClock, in_rows: Rows
) -> None:
    course.is_ready_for_first_dose()
    in_rows(lambda session: _born(session, "2008-11-25"))
    clock.set(BEFORE_MIDNIGHT)
    course.plans_evening()
    clock.advance(hours=1)
    course.opens_check_in()
    course.measures()
    course.is_watched_over()
    assert codes(course.answers()) == {"sitter_under_18"}

    clock.advance(minutes=35)  # 00:05 on the 18th birthday, where the dose is taken
    course.measures(122, 78)
    decision = course.answers()
    assert decision["outcome"] == "clear", decision["findings"]
    clock.advance(minutes=5)
    assert ok(course.takes_dose())["cleared"] is True


def test_nobody_of_seventeen_takes_the_place_of_a_sitter(course: Course) -> None:
    invited = {"name": "Sid", "email": course.ids["sitter_email"], "phone": "+17205550142"}
    place = ok(course.cast.patient.post("/sitters", invited))
    ok(
        course.cast.sitter.post(
            "/me/invitation-acceptances", {"token": place["invitation"]["token"]}
        )
    )
    tomorrow = (course.now + timedelta(days=1)).date()
    own = {
        "phone": "+17205550142",
        "born_on": tomorrow.replace(year=tomorrow.year - 18).isoformat(),
        "consents": True,
    }
    address = f"/sitter-places/{place['sitter']['id']}/acceptance"
    refused(course.cast.sitter.post(address, own), "sitter_under_18")


def test_a_sitter_swapped_after_the_clearance_ends_it(cleared: Course) -> None:
    session = ok(cleared.cast.patient.get(f"/dose-sessions/{cleared.session}"), 200)
    swapped = cleared.cast.patient.put(
        cleared.of_session("sitter"),
        {"sitter_id": cleared.ids["sitter"]},
        version=session["version"],
    )
    ok(swapped, 200)
    refused(cleared.takes_dose(), "clearance_missing")
    after = ok(cleared.cast.patient.get(f"/dose-sessions/{cleared.session}"), 200)
    assert after["dosed_at"] is None


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ({"sober_24h": False}, "sitter_not_sober"),
        ({"sober_24h": "unknown"}, "sitter_not_sober"),
        ({"present": False}, "sitter_not_present"),
        ({"caring_for_others": True}, "sitter_caregiving_conflict"),
    ],
)
def test_a_sitter_who_drank_or_is_not_free_stops_the_dose(
    check_in: Course, word: dict[str, Any], code: str
) -> None:
    check_in.measures()
    check_in.is_watched_over(**word)
    assert code in codes(check_in.answers())


def test_a_sitter_who_drinks_after_the_clearance_ends_it(cleared: Course) -> None:
    cleared.is_watched_over(sober_24h=False)
    refused(cleared.takes_dose(), "sitter_not_sober", "clearance_missing")


def test_a_word_of_ninety_one_minutes_ago_is_too_old(check_in: Course) -> None:
    check_in.is_watched_over()
    check_in.cast.clock.advance(minutes=90)
    check_in.measures()
    assert check_in.answers()["outcome"] == "clear"
    check_in.cast.clock.advance(minutes=1)
    refused(check_in.takes_dose(), "sitter_not_present")


def test_a_sitter_the_patient_is_afraid_of_stops_the_dose_and_never_learns_why(
    cleared: Course,
) -> None:
    told = {"unsafe": True, "words": "I do not want to be alone with him."}
    ok(cleared.cast.patient.post(f"/sitters/{cleared.ids['sitter']}/concerns", told))
    refused(cleared.takes_dose(), "sitter_unsafe")
    seen = cleared.cast.sitter.get(f"/dose-sessions/{cleared.session}")
    assert "unsafe" not in str(seen.json)


def _born(session: Session, on: str) -> None:
    session.scalars(select(Sitter)).one().born_on = on
