"""Which requests of the house are hot, and how are they asked by people who are really there?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from api.platform.tokens import issue_access_token
from bench import load
from bench.copying import Numbers
from bench.house import AS_THE_PROXY, Served
from bench.http import Answer, Request
from bench.pattern import GROUP, Pattern
from rules.terms import Role
from tests.factories.evening import CLEAR_HOME, CLEAR_SCREEN, clear_day

LOOK = {"moaas": 5, "state_check": {"q1": 1, "q2": 0, "q3": 0, "q4": 0}}
Makes = Callable[["Crowd", int], list[Request]]


@dataclass(slots=True)
class Crowd:
    """The patients of one pattern who are really there, and how far they have been used."""

    served: Served
    pattern: Pattern
    numbers: Numbers
    now: Callable[[], datetime]
    used: int = 0
    asked: int = 0

    def next(self, count: int) -> range:
        """Give patients who have not acted yet."""
        first = self.numbers.first + self.used
        self.used += count
        if self.used > self.numbers.count:
            message = "more patients are asked for than were made"
            raise LookupError(message)
        return range(first, first + count)

    def again(self, count: int) -> list[tuple[int, int]]:
        """Give so many patients, the same ones over and over, and how often each was asked."""
        places = range(self.asked, self.asked + count)
        self.asked += count
        own = self.numbers
        return [(own.first + place % own.count, place // own.count) for place in places]

    def tonight(self, number: int) -> str:
        """Give the address of tonight's session."""
        session = self.pattern.lived.tonight
        if session is None:
            message = "nobody of this pattern has an evening tonight"
            raise LookupError(message)
        return f"/v1/dose-sessions/{self.pattern.moved(session, number)}"

    def as_patient(self, number: int) -> dict[str, str]:
        """Speak as the patient."""
        return self._as(self.pattern.lived.people.patient_user, Role.PATIENT, number)

    def as_sitter(self, number: int) -> dict[str, str]:
        """Speak as the sitter."""
        return self._as(self.pattern.lived.people.sitter_user, Role.SITTER, number)

    def as_coach(self, number: int) -> dict[str, str]:
        """Speak as the coach."""
        return self._as(self.pattern.lived.people.coach, Role.COACH, number)

    def _as(self, user: UUID, role: Role, number: int) -> dict[str, str]:
        """Make the headers of somebody who is signed in, with a key of its own for each request."""
        login = dict(self.pattern.lived.people.logins)[user]
        who, signed_in = self.pattern.moved(user, number), self.pattern.moved(login, number)
        token = issue_access_token(self.served.settings, who, signed_in, (role,)).token
        return {"Authorization": f"Bearer {token}", "Idempotency-Key": str(uuid4()), **AS_THE_PROXY}


def checklist(crowd: Crowd, count: int) -> list[Request]:
    """Ask for a decision, each patient once, the clock of the phone compared just before."""
    return [_check(crowd, number, told) for number, told in _compared(crowd, crowd.next(count))]


def start(crowd: Crowd, count: int) -> list[Request]:
    """Spend a clearance, each patient once; the check before is not part of it."""
    numbers = crowd.next(count)
    asked = [_check(crowd, number, told) for number, told in _compared(crowd, numbers)]
    decided = _in_order(crowd.served.port, asked)
    return [
        Request.of(
            "POST",
            f"{crowd.tonight(number)}/start",
            crowd.as_patient(number),
            {"clearance_id": answer.json()["clearance_id"]},
        )
        for number, answer in zip(numbers, decided, strict=True)
    ]


def vitals(crowd: Crowd, count: int) -> list[Request]:
    """Bring what the cuff says; the same numbers twice in a row would be a copy."""
    return [
        Request.of(
            "POST",
            f"{crowd.tonight(number)}/vital-signs",
            crowd.as_sitter(number),
            {
                "source": "device",
                "systolic_mmhg": 118 + times % 13,
                "diastolic_mmhg": 78,
                "heart_rate_bpm": 70,
                "spo2_percent": 98,
            },
        )
        for number, times in crowd.again(count)
    ]


def look(crowd: Crowd, count: int) -> list[Request]:
    """Say how the person is."""
    return [
        Request.of(
            "POST", f"{crowd.tonight(number)}/monitoring-checks", crowd.as_sitter(number), LOOK
        )
        for number, _ in crowd.again(count)
    ]


def timeline(crowd: Crowd, count: int) -> list[Request]:
    """Read the first page of what happened to oneself."""
    patient = crowd.pattern.lived.people.patient
    return [
        Request.of(
            "GET",
            f"/v1/patients/{crowd.pattern.moved(patient, number)}/timeline?limit=20",
            crowd.as_patient(number),
        )
        for number, _ in crowd.again(count)
    ]


def me(crowd: Crowd, count: int) -> list[Request]:
    """Ask who one is: a token is checked, and hardly anything else is done."""
    return [Request.of("GET", "/v1/me", crowd.as_patient(n)) for n, _ in crowd.again(count)]


def caseload(crowd: Crowd, count: int) -> list[Request]:
    """Read a coach's list of fifty patients."""
    first = crowd.numbers.first
    groups = range(first, first + crowd.numbers.count, GROUP)
    coaches = [crowd.as_coach(number) for number in groups]
    return [
        Request.of("GET", "/v1/caseload?limit=50", coaches[at % len(coaches)])
        for at in range(count)
    ]


@dataclass(frozen=True, slots=True)
class Hot:
    """A hot request: how it is asked, at what stage of the evening, and what a good answer is."""

    name: str
    says: str
    makes: Makes
    stage: str
    spends: bool
    is_right: Callable[[Answer], bool]


def _says(**told: Any) -> Callable[[Answer], bool]:
    def is_right(answer: Answer) -> bool:
        body = answer.json()
        return answer.status in (200, 201) and all(body.get(n) == v for n, v in told.items())

    return is_right


def _has(name: str) -> Callable[[Answer], bool]:
    return lambda answer: answer.status == 200 and bool(answer.json().get(name))


HOT = {
    hot.name: hot
    for hot in (
        Hot("checklist", "pre-dose checklist to decision", checklist, "ready", spends=True,
            is_right=_says(outcome="clear")),
        Hot("start", "dose start", start, "ready", spends=True, is_right=_says(cleared=True)),
        Hot("vitals", "a reading during the watch", vitals, "watched", spends=False,
            is_right=_says(purpose="during", plausible=True)),
        Hot("look", "a look during the watch", look, "watched", spends=False,
            is_right=_says(call_emergency_services=False)),
        Hot("timeline", "a page of the timeline", timeline, "ready", spends=False,
            is_right=_has("items")),
        Hot("caseload", "a coach's list of fifty", caseload, "ready", spends=False,
            is_right=_has("items")),
        Hot("me", "who am I: the token is checked", me, "ready", spends=False,
            is_right=_has("user_id")),
    )
}  # fmt: skip


def _compared(crowd: Crowd, numbers: range) -> list[tuple[int, dict[str, str]]]:
    """Let each phone compare its clock with ours, as it does before it asks."""
    asked = [Request.of("GET", "/v1/clock", crowd.as_patient(number)) for number in numbers]
    told = _in_order(crowd.served.port, asked)
    return [(number, answer.json()) for number, answer in zip(numbers, told, strict=True)]


def _check(crowd: Crowd, number: int, told: dict[str, str]) -> Request:
    units = crowd.pattern.lived.units_left
    body = {
        "clock": {"nonce": told["nonce"], "device_time": crowd.now().isoformat()},
        "day": clear_day(crowd.now(), units_left=units),
        "home": CLEAR_HOME,
        "suicide_screen": CLEAR_SCREEN,
    }
    headers = crowd.as_patient(number)
    return Request.of("POST", f"{crowd.tonight(number)}/predose-checks", headers, body)


def _in_order(port: int, asked: Sequence[Request]) -> list[Answer]:
    """Ask one after the other on one connection, so that the answers come in order."""
    run = load.closed(port, asked, connections=1)
    if run.bad:
        wrong = next((a for a in run.answers if not 200 <= a.status < 300), None)
        message = f"a step before the measured one failed: {wrong}"
        raise RuntimeError(message)
    return run.answers
