"""`make demo`: play a whole course to a freshly started service, over HTTP, on any date."""

import sys
import time

from tests.demo.people import Person
from tests.demo.scenes import SCENES
from tests.demo.service import PASSWORD, Service
from tests.demo.transcript import Transcript
from tests.journeys.course import Cast, Course, ok

PEOPLE = {
    "patient": "patient-one",
    "sitter": "sitter-two",
    "coach": "coach",
    "prescriber": "prescriber-one",
    "officer": "safety-officer",
    "admin": "admin",
    "staff": "site-staff",
}
SWEEP_S = 1.5


def main() -> int:
    """Start, play, stop; not 0 if any outcome differs from the expected one."""
    told = Transcript()
    with Service() as service:
        course = Course(_cast(service))
        for scene in SCENES:
            scene(course, told)
    return told.end()


def _cast(service: Service) -> Cast:
    people = {
        part: Person(service.url, f"{name}@demo.example", PASSWORD) for part, name in PEOPLE.items()
    }
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
            "site": ok(people["staff"].get("/certified-sites"), 200)[0]["id"],
        },
        clock=service.clock,
        sweep=lambda: time.sleep(SWEEP_S),
        sitter_code=lambda: service.digits_for(people["sitter"].email),
    )


if __name__ == "__main__":
    sys.exit(main())
