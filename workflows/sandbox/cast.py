"""Who plays in a course? People who are asked in, come in and sign in like everybody else."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from rules.terms import Role
from workflows.sandbox import well
from workflows.sandbox.calendar import Calendar, Place
from workflows.sandbox.steps import Day, Kept, Scene, Step
from workflows.sandbox.voices import CALLER, Voice, Voices

DOMAIN = "course.example"
LICENCE, DEA = "DEMO-0000", "AD0000000"
FAR = 2 * 365


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the story, and the role it needs."""

    name: str
    role: Role
    shown_as: str

    @property
    def staff(self) -> bool:
        """Say whether a second factor is asked of them."""
        return self.role not in (Role.PATIENT, Role.SITTER)


PARTS = (
    Part("office", Role.ADMIN, "Course Office"),
    Part("patient", Role.PATIENT, "Course Patient"),
    Part("coach", Role.COACH, "Course Coach"),
    Part("prescriber", Role.PRESCRIBER, "Course Prescriber"),
    Part("stand_in", Role.PRESCRIBER, "Course Prescriber On Call"),
    Part("officer", Role.SAFETY_OFFICER, "Course Safety Officer"),
    Part("nurse", Role.SITE_STAFF, "Course Site Nurse"),
)
SITTER = Part("sitter", Role.SITTER, "Course Sitter")


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of one course; their addresses are of this course alone."""

    scene: Scene
    voices: Voices
    number: int

    def comes_in(self) -> Iterator[Step]:
        """Ask everybody in; staff set up their second factor at once."""
        for part in PARTS:
            told = {"email": self.email(part), "name": part.shown_as, "role": part.role.value}
            key = {"token": "token"}
            yield Step(CALLER, "invite_person", told, keeps=key)
            yield from self.accepts(part)

    def accepts(self, part: Part) -> Iterator[Step]:
        """Let somebody make an account of the invitation that was given last."""
        password = secrets.token_urlsafe(15)
        self.voices.people[part.name] = Voice(self.email(part), password, part.staff)
        told = {"token": Kept("token"), "password": password}
        yield Step("", "accept_invitation", told, keeps={part.name: "id"})
        if not part.staff:
            return
        known = {"current_password": password}
        yield Step(part.name, "begin_second_factor", known, keeps={"secret": "secret"})
        self.voices.people[part.name].secret = self.scene.kept.pop("secret")
        shown = {"code": self.voices.authenticator(part.name, self.scene.now)}
        yield Step(part.name, "confirm_second_factor", shown)

    def email(self, part: Part) -> str:
        """Give an address that no mail can reach."""
        return f"{part.name}.{self.number}@{DOMAIN}"


def takes_up_work(calendar: Calendar) -> Iterator[Step]:
    """Let the office enrol the patient, record papers, make the team, and staff the nights."""
    place, ends = calendar.place, calendar.licence_ends
    yield Step("office", "enrol_patient", _patient(place), keeps={"patient_id": "id"})
    for who, until in (("prescriber", ends), ("stand_in", None)):
        yield _paper(who, place, "licence", LICENCE, until.isoformat() if until else Day(FAR))
        yield _paper(who, place, "dea", DEA, Day(FAR))
    for who, role in (
        ("coach", Role.COACH),
        ("prescriber", Role.PRESCRIBER),
        ("officer", Role.SAFETY_OFFICER),
    ):
        yield Step("office", "assign_care_team", {"user_id": Kept(who), "role": role.value})
    shift = {
        "user_id": Kept("stand_in"),
        "starts_at": calendar.begins.isoformat(),
        "ends_at": (calendar.ends + timedelta(days=3)).isoformat(),
    }
    yield Step("office", "staff_on_call", shift)


def renews_licence(place: Place) -> Step:
    """Let the office record the next licence of the prescriber."""
    return _paper("prescriber", place, "licence", f"{LICENCE}1", Day(FAR))


def _patient(place: Place) -> dict[str, object]:
    return {
        "user_id": Kept("patient"),
        "given_name": "Course",
        "family_name": "Patient",
        "born_on": "1992-03-04",
        "state": place.state,
        "time_zone": place.zone,
        "contact": {
            "phone": well.PHONE,
            "address": place.address,
            "emergency_contact": well.NEIGHBOUR,
            "pharmacy": well.PHARMACY,
        },
    }


def _paper(who: str, place: Place, kind: str, number: str, until: object) -> Step:
    told = {
        "kind": kind,
        "state": place.state,
        "number": number,
        "valid_from": Day(-7),
        "expires_on": until,
    }
    return Step("office", "record_credential", told, of={"user_id": who})
