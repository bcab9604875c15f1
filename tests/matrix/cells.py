"""What must come of a cell? Worked out from the policy and from who somebody is, and nothing else.

No line of the code under test is asked: neither the roles of a permission, nor a relation, nor a
query. What a persona is to the patient stands in `people.WHO`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from rules.access import policy
from rules.access.words import ANY, NARROWED, OWN, SELF, Line, Relation
from rules.terms import EnrolmentState, Role
from tests.matrix.people import WHO
from tests.matrix.requests import names_a_row

STRANGER, DISABLED = "a stranger", "disabled"
EVERYBODY = (STRANGER, DISABLED, *WHO)

# Told as a fact: kept whatever the record says, also of somebody who is said to have died.
FACTS = frozenset(
    {
        *("report_adverse_event", "add_to_adverse_event", "answer_follow_up", "answer_instrument"),
        *("report_change", "withdraw_consent", "record_vital_signs"),
        *("record_monitoring_check", "record_sitter_departure", "record_administration_deviation"),
        *("raise_emergency", "raise_emergency_for_patient", "report_dose_taken", "check_home"),
        *("record_rehearsal_reading", "record_office_vital_signs", "place_hold"),
        *("place_hold_in_session", "tell_sitter_concern", "push_late_facts"),
        "hand_in_queue",
    }
)


class State(StrEnum):
    """How it stands with what the address names."""

    THERE = "there"
    MISSING = "missing"
    WITHDRAWN = "withdrawn"
    DECEASED = "deceased"
    SUSPENDED = "suspended"  # takes nothing from anybody, so only who comes in is asked again

    @property
    def enrolment(self) -> EnrolmentState | None:
        """The state the patient is put into; none where it stays as it is."""
        return None if self in (State.THERE, State.MISSING) else EnrolmentState(self.value)


class Expected(StrEnum):
    """What is answered, by kind."""

    LET_IN = "let in"
    NARROWED = "200, with nothing of this patient"
    NOT_SIGNED_IN = "401"
    NOT_PERMITTED = "403"
    NOT_FOUND = "404"
    ENDED = "409 programme-ended"


@dataclass(frozen=True, slots=True)
class Cell:
    """One operation, asked by one person, in one state."""

    operation: str
    who: str
    state: State

    def __str__(self) -> str:
        """Name it as a sentence."""
        return f"{self.operation} by {self.who}, {self.state}"

    @property
    def expected(self) -> Expected:
        """What the policy says comes of it."""
        return expected(policy.line_of(self.operation), self.who, self.state)


def expected(line: Line, who: str, state: State) -> Expected:
    """Read the line."""
    at_the_door = who in (STRANGER, DISABLED)
    if line.public or (line.everybody and not at_the_door):
        return Expected.LET_IN
    if at_the_door:
        return Expected.NOT_SIGNED_IN
    if not line.who.keys() & WHO[who].keys():
        return Expected.NOT_PERMITTED
    if state is State.MISSING:
        return Expected.NOT_FOUND
    if any(near(line, who, role, state) for role in line.who.keys() & WHO[who].keys()):
        ended = line.closes and state in (State.WITHDRAWN, State.DECEASED)
        return Expected.ENDED if ended else Expected.LET_IN
    return Expected.NARROWED if line.outside is NARROWED else Expected.NOT_FOUND


def near(line: Line, who: str, role: Role, state: State) -> frozenset[Relation]:
    """Give what counts of how somebody stands to the patient, in this role and this state."""
    held = WHO[who][role]
    if state is State.DECEASED and line.operation not in FACTS:
        held -= {OWN}
    return held & line.who[role]


def all_cells() -> Iterator[Cell]:
    """Give every cell: all there is by everybody, and the other states where a row is named."""
    for operation in policy.BY_OPERATION:
        yield from cells_of(operation)


def cells_of(operation: str) -> Iterator[Cell]:
    """Give the cells of one operation."""
    for who in EVERYBODY:
        yield Cell(operation, who, State.THERE)
    if not names_a_row(operation):
        return
    line = policy.line_of(operation)
    others = (*State,)[1:] if about_a_patient(line) else (State.MISSING,)
    # Whoever has not the role is refused before.
    known = [who for who, roles in WHO.items() if roles.keys() & line.who.keys()]
    for state in others:  # one state after the other: putting the patient into it takes time
        yield from _in_the_state(operation, state, known)


def _in_the_state(operation: str, state: State, known: Iterable[str]) -> Iterator[Cell]:
    for who in known:
        cell = Cell(operation, who, state)
        if state is not State.SUSPENDED or cell.expected is Expected.LET_IN:
            yield cell


def about_a_patient(line: Line) -> bool:
    """Say whether anybody needs a relation to a patient for it."""
    return any(near - {SELF, ANY} for near in line.who.values())
