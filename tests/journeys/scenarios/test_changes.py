"""Something is new since the approval, or between the check and the start: scenario 19."""

from collections.abc import Callable

import pytest

from rules.terms import Role
from tests.journeys.cast import ok
from tests.journeys.course import Course
from tests.journeys.preparing import STATE
from tests.journeys.scenarios.seen import codes, refused, told_to
from workflows.platform.runtime import Runtime

TRAMADOL = {"kind": "medicine", "medicine": "Tramadol"}


def in_the_list(course: Course) -> None:
    """The patient puts it on the list."""
    ok(course.cast.patient.post(course.of_patient("changes"), TRAMADOL))


def in_own_words(course: Course) -> None:
    """The patient tells of it, and not as a medicine."""
    told = {"kind": "other", "words": "My knee hurt, so I took tramadol for it."}
    ok(course.cast.patient.post(course.of_patient("changes"), told))


def in_a_note(course: Course) -> None:
    """The coach writes it down, misspelt and in passing."""
    note = {"summary": "Her dentist gave her tramadoll on Tuesday.", "mentions_harm": False}
    ok(course.cast.coach.post(course.of_patient("coaching-notes"), note))


def in_the_registry(course: Course) -> None:
    """The prescriber finds it in the state's record of controlled drugs."""
    query = course.registry() | {"result": "opioid_elsewhere", "patient_state": STATE}
    ok(course.cast.prescriber.post(course.of_patient("pdmp-queries"), query))


def in_the_registry_at_a_visit(course: Course) -> None:
    """The same, found while the patient is seen."""
    seen = course.evaluation() | {"pdmp": course.registry() | {"result": "opioid_elsewhere"}}
    ok(course.cast.prescriber.post(course.of_patient("evaluations"), seen))


EVERY_SOURCE = pytest.mark.parametrize(
    "found",
    [in_the_list, in_own_words, in_a_note, in_the_registry, in_the_registry_at_a_visit],
    ids=lambda found: found.__name__,
)


@EVERY_SOURCE
def test_scenario_19_a_new_opioid_from_any_source_ends_the_clearance_that_was_given(
    cleared: Course, runtime: Runtime, found: Callable[[Course], None]
) -> None:
    before = told_to(runtime, Role.PRESCRIBER, "something_changed")
    found(cleared)

    assert told_to(runtime, Role.PRESCRIBER, "something_changed") == before + 1
    assert cleared.cast.patient.get(cleared.of_session("clearance")).status_code == 404
    session = ok(cleared.cast.patient.get(f"/dose-sessions/{cleared.session}"), 200)
    assert (session["state"], session["dosed_at"]) == ("blocked", None)
    refused(
        cleared.takes_dose(), "material_change_unreviewed", "opioid_concurrent", "clearance_missing"
    )
    assert {"material_change_unreviewed", "opioid_concurrent"} <= codes(cleared.answers())


@EVERY_SOURCE
def test_scenario_19_the_coach_lets_nothing_of_it_pass(
    cleared: Course, found: Callable[[Course], None]
) -> None:
    found(cleared)
    decision = cleared.answers()
    told = {"code": "material_change_unreviewed", "rationale": "It is nothing, really, go ahead."}
    told |= {"unrelated": True}
    for role in ("coach", "admin", "officer", "sitter", "patient", "staff"):
        answer = getattr(cleared.cast, role).post(
            f"/gate-decisions/{decision['id']}/overrides", told
        )
        assert answer.status_code in (403, 404), role
    for code in ("opioid_concurrent", "material_change_unreviewed"):
        refused(cleared.lets_pass(decision, code), "cannot_be_overridden", status=403)
    coded = {"name": "Tramadol", "ingredient": "tramadol"}
    assert cleared.cast.coach.post(cleared.of_patient("medicine-codings"), coded).status_code == 403
    assert cleared.answers()["outcome"] == "stop"


def test_scenario_19_a_coach_who_takes_the_words_back_takes_nothing_back(cleared: Course) -> None:
    note = {"summary": "He takes tramadol since Monday.", "mentions_harm": False}
    made = ok(cleared.cast.coach.post(cleared.of_patient("coaching-notes"), note))
    milder = note | {"summary": "We talked about sleep."}
    address = f"/coaching-notes/{made['id']}"
    ok(cleared.cast.coach.patch(address, milder, version=made["version"]), 200)
    found = codes(cleared.answers(medicines_changed=False, medicines_list_number=1))
    assert {"material_change_unreviewed", "opioid_concurrent"} <= found


def test_a_pregnancy_in_the_middle_of_the_programme_stops_it_and_says_what_to_do(
    cleared: Course,
) -> None:
    told = ok(cleared.cast.patient.post(cleared.of_patient("changes"), {"kind": "pregnancy"}))
    assert told["instruction"]
    refused(cleared.takes_dose(), "pregnancy")
    patient = ok(cleared.cast.prescriber.get(f"/patients/{cleared.ids['patient']}"), 200)
    assert (patient["enrolment"], patient["suspended_for"]) == ("suspended", "pregnancy")


def test_a_hold_between_the_clearance_and_the_start_ends_it(cleared: Course) -> None:
    ok(cleared.cast.coach.post(cleared.of_patient("holds"), {}))
    refused(cleared.takes_dose(), "care_team_hold", "clearance_missing")
    after = ok(cleared.cast.patient.get(f"/dose-sessions/{cleared.session}"), 200)
    assert (after["state"], after["dosed_at"]) == ("blocked", None)


def test_a_symptom_told_after_the_clearance_ends_it(cleared: Course) -> None:
    cleared.reports_harm(own_words="My chest feels tight.", severity="moderate")
    refused(cleared.takes_dose(), "open_adverse_event")


def test_an_approval_that_ends_between_the_check_and_the_start_stops_the_dose(
    cleared: Course,
) -> None:
    ended = {"reason": "clinical_change"}
    ok(cleared.cast.prescriber.post(f"/approvals/{cleared.ids['approval']}/end", ended))
    answer = cleared.takes_dose()
    assert {"approval_expired", "approval_missing"} & codes(refused(answer, "clearance_missing"))


def test_a_lot_recalled_after_the_clearance_stops_the_dose(cleared: Course) -> None:
    ok(cleared.cast.officer.post(f"/lots/{cleared.ids['lot']}/recall"))
    refused(cleared.takes_dose(), "lot_recalled")


@pytest.mark.asvs("15.4.2")
def test_two_phones_that_start_at_once_take_one_dose(cleared: Course) -> None:
    first, second = cleared.taps_start("key-of-phone-one"), cleared.taps_start("key-of-phone-two")
    assert first.status_code == 201
    refused(second, "clearance_used")
    again = cleared.taps_start("key-of-phone-one")
    assert (again.status_code, again.json["id"]) == (201, first.json["id"])


@pytest.mark.parametrize(
    "day", [{"medicines_changed": True}, {"health_changed": "unknown"}], ids=str
)
def test_a_change_told_only_tonight_counts_like_one_told_before(
    check_in: Course, day: dict[str, object]
) -> None:
    check_in.measures()
    check_in.is_watched_over()
    assert "material_change_unreviewed" in codes(check_in.answers(**day))
