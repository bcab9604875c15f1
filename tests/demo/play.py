"""`make demo`: play a whole course to a freshly started service, over HTTP, on any date."""

import sys
import time

import pyotp

from tests.demo.people import Person
from tests.demo.scenes import SCENES
from tests.demo.service import PASSWORD, Service
from tests.demo.transcript import Transcript
from tests.journeys.cast import Cast, ok
from tests.journeys.course import Course
from workflows.people.demo_factors import secret_of

PEOPLE = {
    "patient": "patient-one",
    "sitter": "sitter-two",
    "coach": "coach",
    "prescriber": "prescriber-one",
    "officer": "safety-officer",
    "admin": "admin",
    "staff": "site-staff",
}
A_SWEEP_S = 3.5  # the worker looks every three seconds


def main() -> int:
    """Start, play, stop; not 0 if any outcome differs from the expected one."""
    told = Transcript()
    with Service() as service:
        course = Course(_cast(service))
        told.note(f"a fresh service on {service.url}; for it, today is {course.now:%d %B %Y}")
        try:
            for scene in SCENES:
                scene(course, told)
        except AssertionError as differs:
            told.broke_off(differs)
            sys.stderr.write(service.last_words())
        except KeyboardInterrupt:
            told.broke_off("stopped by hand")
    return told.end()


def _cast(service: Service) -> Cast:
    people = {part: _person(service, f"{name}@demo.example") for part, name in PEOPLE.items()}
    selves = {part: ok(person.get("/me"), 200) for part, person in people.items()}
    patient = ok(people["patient"].get(f"/patients/{selves['patient']['patient_id']}"), 200)
    everybody = ok(people["admin"].get("/people"), 200)["items"]
    names = {row["id"]: row["display_name"] for row in everybody}
    return Cast(
        **people,
        ids={
            "patient": patient["id"],
            "patient_name": f"{patient['given_name']} {patient['family_name']}",
            "patient_email": people["patient"].email,
            "prescriber_name": names[selves["prescriber"]["user_id"]],
            "prescriber_id": selves["prescriber"]["user_id"],
            "coach_id": selves["coach"]["user_id"],
            "staff_id": selves["staff"]["user_id"],
            "sitter_email": people["sitter"].email,
            "factor": secret_of(people["prescriber"].email, PASSWORD),
            "site": ok(people["staff"].get("/certified-sites"), 200)[0]["id"],
        },
        clock=service.clock,
        sweep=lambda: time.sleep(A_SWEEP_S),
        sitter_code=lambda: service.digits_for(people["sitter"].email),
    )


def _person(service: Service, email: str) -> Person:
    authenticator = pyotp.TOTP(secret_of(email, PASSWORD))
    return Person(service.url, email, PASSWORD, lambda: authenticator.at(service.clock.now()))


if __name__ == "__main__":
    sys.exit(main())
