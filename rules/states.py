"""Which state may follow which? What is not written here cannot happen by command."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import TypeVar

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

State = TypeVar("State", bound=StrEnum)

E, S, O, A = EnrolmentState, SessionState, OfficeState, AdverseEventState  # noqa: E741
_GONE = frozenset({E.WITHDRAWN, E.DECEASED, E.DISCHARGED})

_ENROLMENT: Mapping[EnrolmentState, set[EnrolmentState]] = {
    E.PROSPECT: {E.INTAKE_IN_PROGRESS},
    E.INTAKE_IN_PROGRESS: {E.INTAKE_SUBMITTED},
    E.INTAKE_SUBMITTED: {E.SCREENED_OUT, E.PENDING_REVIEW},
    E.SCREENED_OUT: {E.INTAKE_IN_PROGRESS, E.APPROVED_IN_OFFICE_ONLY, E.DECLINED},
    E.PENDING_REVIEW: {
        E.APPROVED_HOME,
        E.APPROVED_IN_OFFICE_ONLY,
        E.DECLINED,
        E.MORE_INFORMATION,
        E.INTAKE_IN_PROGRESS,
        E.COURSE_ACTIVE,
        E.DISCHARGED,
    },
    E.MORE_INFORMATION: {E.INTAKE_IN_PROGRESS, E.PENDING_REVIEW},
    E.DECLINED: {E.INTAKE_IN_PROGRESS},
    E.APPROVED_HOME: {E.CONSENTED},
    E.CONSENTED: {E.RX_ACTIVE},
    E.RX_ACTIVE: {E.COURSE_ACTIVE},
    E.COURSE_ACTIVE: {E.MID_COURSE_REVIEW, E.PAUSED, E.COURSE_COMPLETE},
    E.MID_COURSE_REVIEW: {E.COURSE_ACTIVE, E.PAUSED, E.COURSE_COMPLETE},
    E.PAUSED: {E.COURSE_ACTIVE, E.MID_COURSE_REVIEW, E.DISCHARGED},
    E.COURSE_COMPLETE: {E.MAINTENANCE_REVIEW, E.DISCHARGED},
    E.MAINTENANCE_REVIEW: {E.APPROVED_HOME, E.DISCHARGED},
    E.SUSPENDED: {E.PENDING_REVIEW},
    E.APPROVED_IN_OFFICE_ONLY: {E.INTAKE_IN_PROGRESS, E.DISCHARGED},
    E.DISCHARGED: set(),
    E.WITHDRAWN: set(),
    E.DECEASED: set(),
}

# Whoever is anywhere else takes no dose at home, whatever an approval or a plan still says.
UNDER_TREATMENT = frozenset(
    {E.APPROVED_HOME, E.CONSENTED, E.RX_ACTIVE, E.COURSE_ACTIVE, E.MID_COURSE_REVIEW}
)

_HOME_SESSION: Mapping[SessionState, set[SessionState]] = {
    S.SCHEDULED: {S.CHECKIN_OPEN, S.CANCELLED},
    S.CHECKIN_OPEN: {S.BLOCKED, S.CLEARED, S.ABORTED, S.CANCELLED},
    S.BLOCKED: {S.CHECKIN_OPEN, S.CLEARED, S.ABORTED, S.CANCELLED},
    S.CLEARED: {S.MONITORING, S.CHECKIN_OPEN, S.BLOCKED, S.ABORTED, S.CANCELLED, S.UNACCOUNTED},
    S.MONITORING: {S.RELEASED, S.EMERGENCY, S.UNACCOUNTED},
    S.EMERGENCY: {S.MONITORING, S.RELEASED, S.CLOSED, S.UNACCOUNTED, S.ABORTED},
    S.RELEASED: {S.CLOSED, S.EMERGENCY},
    S.UNACCOUNTED: {S.MONITORING, S.EMERGENCY, S.RELEASED, S.CLOSED, S.ABORTED},
    S.CLOSED: set(),
    S.ABORTED: set(),
    S.CANCELLED: set(),
}

_OFFICE_SESSION: Mapping[OfficeState, set[OfficeState]] = {
    O.SCHEDULED: {O.ARRIVED, O.CANCELLED},
    O.ARRIVED: {O.PRE_CHECKS, O.CANCELLED},
    O.PRE_CHECKS: {O.DOSING, O.CANCELLED},
    O.DOSING: {O.MONITORING, O.EMERGENCY},
    O.MONITORING: {O.DISCHARGED, O.EMERGENCY},
    O.EMERGENCY: {O.MONITORING, O.DISCHARGED},
    O.DISCHARGED: {O.PMF_DUE, O.CLOSED},
    O.PMF_DUE: {O.PMF_SUBMITTED},
    O.PMF_SUBMITTED: {O.CLOSED},
    O.CLOSED: set(),
    O.CANCELLED: set(),
}

_ADVERSE_EVENT: Mapping[AdverseEventState, set[AdverseEventState]] = {
    A.REPORTED: {A.TRIAGED},
    A.TRIAGED: {A.UNDER_ASSESSMENT, A.ASSESSED},
    A.UNDER_ASSESSMENT: {A.ASSESSED},
    A.ASSESSED: {A.FOLLOW_UP, A.CLOSED, A.UNDER_ASSESSMENT},
    A.FOLLOW_UP: {A.CLOSED, A.UNDER_ASSESSMENT},
    A.CLOSED: {A.UNDER_ASSESSMENT},
}

_PLAN: Mapping[PlanState, set[PlanState]] = {
    PlanState.DRAFT: {PlanState.SIGNED, PlanState.ENDED},
    PlanState.SIGNED: {PlanState.SUSPENDED, PlanState.ENDED},
    PlanState.SUSPENDED: {PlanState.SIGNED, PlanState.ENDED},
    PlanState.ENDED: set(),
}

_ORDER: Mapping[OrderState, set[OrderState]] = {
    OrderState.ORDERED: {OrderState.SHIPPED, OrderState.CANCELLED},
    OrderState.SHIPPED: {OrderState.RECEIVED, OrderState.CANCELLED},
    OrderState.RECEIVED: set(),
    OrderState.CANCELLED: set(),
}

_APPOINTMENT: Mapping[AppointmentState, set[AppointmentState]] = {
    AppointmentState.BOOKED: {
        AppointmentState.HELD,
        AppointmentState.CANCELLED,
        AppointmentState.NO_SHOW,
    },
    AppointmentState.HELD: set(),
    AppointmentState.CANCELLED: set(),
    AppointmentState.NO_SHOW: set(),
}

_NOTE: Mapping[NoteState, set[NoteState]] = {
    NoteState.DRAFT: {NoteState.SIGNED},
    NoteState.SIGNED: set(),
}

_SITTER: Mapping[SitterState, set[SitterState]] = {
    SitterState.INVITED: {SitterState.ACCEPTED, SitterState.REMOVED},
    SitterState.ACCEPTED: {SitterState.REMOVED},
    SitterState.REMOVED: set(),
}

MOVES: Mapping[type[StrEnum], Mapping[StrEnum, frozenset[StrEnum]]] = MappingProxyType(
    {
        type(next(iter(table))): MappingProxyType(
            {state: frozenset(following) for state, following in table.items()}
        )
        for table in (
            _ENROLMENT,
            _HOME_SESSION,
            _OFFICE_SESSION,
            _ADVERSE_EVENT,
            _PLAN,
            _ORDER,
            _APPOINTMENT,
            _NOTE,
            _SITTER,
        )
    }
)

# A dose that was taken and an emergency happen to people, not to states: they are never refused.
_NOT_BEGUN = frozenset({S.SCHEDULED, S.ABORTED, S.CANCELLED})


def may_move(state: State, to: State) -> bool:
    """Say whether a command may bring this record from one state to the other."""
    return to in MOVES[type(state)][state] or _leaves_the_programme(state, to)


def after_dose_taken(state: SessionState) -> SessionState:
    """Give the state of a home session once a dose is reported, whatever it was before."""
    return state if state is S.EMERGENCY else S.MONITORING


def after_emergency(state: SessionState) -> SessionState:
    """Give the state of a home session once an emergency is raised; no check-in, no change."""
    return state if state in _NOT_BEGUN else SessionState.EMERGENCY


def _leaves_the_programme(state: StrEnum, to: StrEnum) -> bool:
    if to is E.DECEASED:
        return state is not E.DECEASED
    if to is E.WITHDRAWN:
        return state not in (E.WITHDRAWN, E.DECEASED)
    return to is E.SUSPENDED and state not in {*_GONE, E.SUSPENDED}
