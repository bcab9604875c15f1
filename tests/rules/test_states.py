"""Which state may follow which?"""

from enum import StrEnum
from itertools import pairwise

import pytest

from rules.states import MOVES, after_dose_taken, after_emergency, may_move
from rules.terms import (
    AdverseEventState,
    EnrolmentState,
    NoteState,
    OfficeState,
    OrderState,
    PlanState,
    SessionState,
)

E, S, A = EnrolmentState, SessionState, AdverseEventState


@pytest.mark.parametrize(
    "path",
    [
        (
            E.PROSPECT,
            E.INTAKE_IN_PROGRESS,
            E.INTAKE_SUBMITTED,
            E.PENDING_REVIEW,
            E.APPROVED_HOME,
            E.CONSENTED,
            E.RX_ACTIVE,
            E.COURSE_ACTIVE,
            E.MID_COURSE_REVIEW,
            E.COURSE_ACTIVE,
            E.COURSE_COMPLETE,
            E.MAINTENANCE_REVIEW,
            E.APPROVED_HOME,
            E.SUSPENDED,
            E.PENDING_REVIEW,
            E.COURSE_ACTIVE,
            E.WITHDRAWN,
            E.DECEASED,
        ),
        (S.SCHEDULED, S.CHECKIN_OPEN, S.BLOCKED, S.CHECKIN_OPEN, S.CLEARED, S.MONITORING),
        (S.CLEARED, S.CHECKIN_OPEN),
        (S.MONITORING, S.EMERGENCY, S.MONITORING, S.RELEASED, S.CLOSED),
        (
            OfficeState.SCHEDULED,
            OfficeState.ARRIVED,
            OfficeState.PRE_CHECKS,
            OfficeState.DOSING,
            OfficeState.MONITORING,
            OfficeState.DISCHARGED,
            OfficeState.PMF_DUE,
            OfficeState.PMF_SUBMITTED,
            OfficeState.CLOSED,
        ),
        (A.REPORTED, A.TRIAGED, A.UNDER_ASSESSMENT, A.ASSESSED, A.FOLLOW_UP, A.CLOSED),
        (A.CLOSED, A.UNDER_ASSESSMENT),
        (PlanState.DRAFT, PlanState.SIGNED, PlanState.SUSPENDED, PlanState.SIGNED),
        (OrderState.ORDERED, OrderState.SHIPPED, OrderState.RECEIVED),
        (NoteState.DRAFT, NoteState.SIGNED),
    ],
)
def test_a_record_may_go_this_way(path: tuple[StrEnum, ...]) -> None:
    assert all(may_move(state, to) for state, to in pairwise(path))


@pytest.mark.asvs("2.3.1")
@pytest.mark.parametrize(
    ("state", "to"),
    [
        (S.SCHEDULED, S.CLEARED),
        (S.SCHEDULED, S.MONITORING),
        (S.CHECKIN_OPEN, S.MONITORING),
        (S.BLOCKED, S.MONITORING),
        (S.CLOSED, S.CHECKIN_OPEN),
        (S.CANCELLED, S.SCHEDULED),
        (E.PROSPECT, E.APPROVED_HOME),
        (E.SCREENED_OUT, E.APPROVED_HOME),
        (E.SUSPENDED, E.COURSE_ACTIVE),
        (E.SUSPENDED, E.SUSPENDED),
        (E.WITHDRAWN, E.SUSPENDED),
        (E.WITHDRAWN, E.WITHDRAWN),
        (E.DECEASED, E.WITHDRAWN),
        (E.DECEASED, E.DECEASED),
        (OfficeState.PRE_CHECKS, OfficeState.DISCHARGED),
        (OfficeState.DOSING, OfficeState.DISCHARGED),
        (OfficeState.DISCHARGED, OfficeState.PMF_SUBMITTED),
        (A.REPORTED, A.CLOSED),
        (NoteState.SIGNED, NoteState.DRAFT),
        (PlanState.ENDED, PlanState.SIGNED),
        (OrderState.RECEIVED, OrderState.CANCELLED),
    ],
)
def test_a_record_may_not_go_this_way(state: StrEnum, to: StrEnum) -> None:
    assert not may_move(state, to)


@pytest.mark.parametrize("states", MOVES)
def test_every_state_is_in_its_table(states: type[StrEnum]) -> None:
    assert set(MOVES[states]) == set(states)


def test_no_office_session_reaches_a_home_state() -> None:
    reachable = {state for following in MOVES[OfficeState].values() for state in following}
    assert all(isinstance(state, OfficeState) for state in reachable)


@pytest.mark.parametrize("state", S)
def test_a_dose_that_was_taken_is_watched_from_any_state(state: SessionState) -> None:
    expected = S.EMERGENCY if state is S.EMERGENCY else S.MONITORING
    assert after_dose_taken(state) is expected


@pytest.mark.parametrize("state", S)
def test_an_emergency_counts_from_the_check_in_on(state: SessionState) -> None:
    before = state in {S.SCHEDULED, S.CANCELLED, S.ABORTED}
    assert after_emergency(state) is (state if before else S.EMERGENCY)
