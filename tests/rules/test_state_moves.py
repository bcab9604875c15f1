"""From which states may each state be reached? The tables of the rules, read backwards."""

from enum import StrEnum

import pytest

from rules.states import MOVES, UNDER_TREATMENT, may_move
from rules.terms import (
    AdverseEventState,
    AppointmentState,
    EnrolmentState,
    NoteState,
    OfficeState,
    OrderState,
    PlanState,
    SessionState,
    SitterState,
)

E = EnrolmentState
REACHED_FROM: dict[type[StrEnum], str] = {
    EnrolmentState: """
        intake_in_progress <- prospect screened_out pending_review approved_in_office_only
        intake_in_progress <- declined more_information
        intake_submitted <- intake_in_progress
        screened_out <- intake_submitted
        pending_review <- intake_submitted more_information suspended
        approved_home <- pending_review maintenance_review
        approved_in_office_only <- screened_out pending_review
        declined <- screened_out pending_review
        more_information <- pending_review
        consented <- approved_home
        rx_active <- consented
        course_active <- pending_review rx_active mid_course_review paused
        mid_course_review <- course_active paused
        paused <- course_active mid_course_review
        course_complete <- course_active mid_course_review
        maintenance_review <- course_complete
        discharged <- pending_review approved_in_office_only
        discharged <- paused course_complete maintenance_review
    """,
    SessionState: """
        checkin_open <- scheduled blocked cleared
        blocked <- checkin_open cleared
        cleared <- checkin_open blocked
        monitoring <- cleared emergency unaccounted
        emergency <- monitoring released unaccounted
        released <- monitoring emergency unaccounted
        closed <- emergency released unaccounted
        aborted <- checkin_open blocked cleared emergency unaccounted
        cancelled <- scheduled checkin_open blocked cleared
        unaccounted <- cleared monitoring emergency
    """,
    OfficeState: """
        arrived <- scheduled
        pre_checks <- arrived
        dosing <- pre_checks
        monitoring <- dosing emergency
        emergency <- dosing monitoring
        discharged <- monitoring emergency
        pmf_due <- discharged
        pmf_submitted <- pmf_due
        closed <- discharged pmf_submitted
        cancelled <- scheduled arrived pre_checks
    """,
    AdverseEventState: """
        triaged <- reported
        under_assessment <- triaged assessed follow_up closed
        assessed <- triaged under_assessment
        follow_up <- assessed
        closed <- assessed follow_up
    """,
    PlanState: """
        signed <- draft suspended
        suspended <- signed
        ended <- draft signed suspended
    """,
    OrderState: """
        shipped <- ordered
        received <- shipped
        cancelled <- ordered shipped
    """,
    AppointmentState: """
        held <- booked
        cancelled <- booked
        no_show <- booked
    """,
    NoteState: """
        signed <- draft
    """,
    SitterState: """
        accepted <- invited
        removed <- invited accepted
    """,
}
GONE = {E.WITHDRAWN, E.DECEASED, E.DISCHARGED}
# Whoever leaves, dies or is suspended does so from nearly anywhere.
FROM_ANYWHERE_BUT = {
    E.DECEASED: {E.DECEASED},
    E.WITHDRAWN: {E.WITHDRAWN, E.DECEASED},
    E.SUSPENDED: {*GONE, E.SUSPENDED},
}


def sources(states: type[StrEnum]) -> dict[str, set[str]]:
    """Read the lines of one kind of record: each state with those before it."""
    found: dict[str, set[str]] = {}
    for line in REACHED_FROM[states].strip().splitlines():
        to, _, before = line.strip().partition(" <- ")
        found.setdefault(to, set()).update(before.split())
    return found


def test_every_record_with_states_has_its_moves() -> None:
    assert set(MOVES) == set(REACHED_FROM)


@pytest.mark.parametrize("states", REACHED_FROM, ids=lambda states: states.__name__)
def test_a_state_is_reached_from_these_states_and_from_no_other(states: type[StrEnum]) -> None:
    told = sources(states)
    for to in set(states) - set(FROM_ANYWHERE_BUT):
        assert {state for state in states if may_move(state, to)} == told.get(to, set()), to


@pytest.mark.parametrize("to", FROM_ANYWHERE_BUT)
def test_who_leaves_or_is_stopped_may_be_anywhere(to: EnrolmentState) -> None:
    assert {state for state in E if not may_move(state, to)} == FROM_ANYWHERE_BUT[to]


def test_a_dose_at_home_is_for_whoever_is_approved_up_to_the_end_of_the_course() -> None:
    course = "approved_home consented rx_active course_active mid_course_review"
    assert set(course.split()) == UNDER_TREATMENT
