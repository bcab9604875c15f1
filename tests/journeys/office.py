"""How is Spravato given at a certified site, told through HTTP by the people of the office?"""

from datetime import timedelta
from typing import Any

from tests.journeys.cast import Answer, ok
from tests.journeys.course import Course

CALM = {"diastolic_mmhg": 78, "heart_rate_bpm": 70, "spo2_percent": 98}
WELL = ("sedation_resolved", "dissociation_resolved", "respiration_stable", "clinically_stable")
NOTHING_TO_REPORT = (
    "benzodiazepines",
    "non_benzodiazepine_sedatives",
    "psychostimulants",
    "monoamine_oxidase_inhibitors",
    "opioids",
    "sedation",
    "dissociation",
    "respiratory_depression",
    "serious_adverse_event",
)


class OfficeVisit:
    """One supervised session, step by step."""

    def __init__(self, course: Course) -> None:
        """Take the people of a course; nobody has come yet."""
        self.course, self.cast, self.ids = course, course.cast, course.ids
        self.address = ""

    def is_scheduled(self) -> Any:
        """Let the prescriber refer the patient."""
        wanted = {
            "patient_id": self.ids["patient"],
            "site_id": self.ids["site"],
            "product_code": "spravato-28",
            "setting": "certified_site",
            "dose_mg_hundredths": 5_600,
            "scheduled_at": (self.course.now + timedelta(hours=1)).isoformat(),
        }
        visit = ok(self.cast.prescriber.post("/office-sessions", wanted))
        self.address = f"/office-sessions/{visit['id']}"
        return visit

    def is_scheduled_and_enrolled(self) -> Any:
        """Refer the patient, and let the site record the REMS enrolment."""
        self.is_scheduled()
        today = self.course.now.date().isoformat()
        enrolled = {"enrolled_on": today, "reference": "REMS-DEMO-1"}
        return ok(self.cast.staff.post(self.course.of_patient("rems-enrolment"), enrolled))

    def is_checked(self) -> Any:
        """Let the patient come, and the staff ask and measure before the dose."""
        self.cast.clock.advance(hours=1)
        ok(self.cast.staff.post(f"{self.address}/arrival"))
        now = self.course.now
        answers = {
            "pulse_oximeter": True,
            "contraindicated": False,
            "ride_home": True,
            "last_food_at": (now - timedelta(hours=3)).isoformat(),
            "last_fluid_at": (now - timedelta(hours=1)).isoformat(),
            "nasal_product_today": False,
        }
        people = {
            "prescriber_id": self.ids["prescriber_id"],
            "observer_id": self.ids["staff_id"],
        }
        ok(self.cast.staff.post(f"{self.address}/pre-checks", people | {"answers": answers}))
        return self.is_measured(124)

    def is_measured(self, systolic: int) -> Any:
        """Take one reading."""
        reading = CALM | {"systolic_mmhg": systolic}
        return ok(self.cast.staff.post(f"{self.address}/vital-signs", reading))

    def is_dosed(self) -> Any:
        """Give two devices, five minutes apart, under observation."""
        ok(self.is_given())
        self.cast.clock.advance(minutes=5)
        return ok(self.is_given())

    def is_given(self) -> Answer:
        """Try to give one device."""
        return self.cast.staff.post(f"{self.address}/devices", {"lot_number": "SPR-1"})

    def is_discharged(self) -> Answer:
        """Try to let the patient go."""
        return self.cast.staff.post(f"{self.address}/discharge", dict.fromkeys(WELL, True))

    def form_is_sent(self) -> Any:
        """Send the monitoring form, signed by the observer."""
        form = dict.fromkeys(NOTHING_TO_REPORT, False) | {
            "minutes_until_ready_to_leave": 121,
            "vitals_acceptable_before": True,
            "vitals_acceptable_at_end": True,
        }
        return ok(self.cast.staff.post(f"{self.address}/monitoring-form", form))

    def now_reads(self) -> Any:
        """Read the session as it stands."""
        return ok(self.cast.staff.get(self.address), 200)
