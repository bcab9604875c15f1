"""How does one patient's course go, told through HTTP by the people who live it?

The same story is told by the journeys, inside a test, and by the demonstration, to a running
service; only the way a request travels and the hand on the clock differ.
"""

from datetime import datetime, timedelta
from typing import Any

from tests.factories.evening import CLEAR_HOME, CLEAR_SCREEN, CLEAR_WORD, clear_day
from tests.factories.intake import CLEAR_ANSWERS
from tests.journeys.cast import Answer, Speaker, ok
from tests.journeys.preparing import LOT, STATE, ZONE, Preparing

WELL = (
    "urinary_trouble",
    "urinary_blood",
    "fall_or_injury",
    "drove",
    "took_more",
    "medical_help",
    "unreal_or_racing",
)
NOT_SERIOUS = dict.fromkeys(
    (
        "death",
        "life_threatening",
        "hospitalization",
        "disability",
        "congenital",
        "important_medical",
    ),
    False,
)


class Course(Preparing):
    """One patient's course, step by step, from the first question to the weeks after a dose."""

    def plans_evening(self) -> Any:
        """Schedule the next dose an hour from now."""
        wanted = {
            "plan_id": self.ids["plan"],
            "scheduled_at": (self.now + timedelta(hours=1)).isoformat(),
            "time_zone": ZONE,
            "sitter_id": self.ids["sitter"],
        }
        made = ok(self.cast.patient.post("/dose-sessions", wanted))
        self.session = made["id"]
        return made

    def compares_clocks(
        self, off: timedelta = timedelta(0), speaker: Speaker | None = None
    ) -> dict[str, str]:
        """Ask what time it is there, and read a phone that is off by so much."""
        told = ok((speaker or self.cast.patient).get("/clock"), 200)
        shown = datetime.fromisoformat(told["server_time"]) + off
        return {"nonce": told["nonce"], "device_time": shown.isoformat()}

    def opens_check_in(self) -> Any:
        """Open the check-in: where am I, which lot lies before me."""
        told = {"patient_state": STATE, "time_zone": ZONE, "lot_number": LOT}
        opened = ok(self.cast.patient.post(self.of_session("check-in"), told))
        self.answers_what_is_due()
        return opened

    def measures(self, systolic: int = 124, diastolic: int = 79, **more: Any) -> Any:
        """Take one reading with the cuff."""
        reading = {
            "systolic_mmhg": systolic,
            "diastolic_mmhg": diastolic,
            "heart_rate_bpm": 72,
            "spo2_percent": 98,
            "source": "device",
        } | more
        return ok(self.cast.patient.post(self.of_session("vital-signs"), reading))

    def is_watched_over(self, **changes: Any) -> Any:
        """Let the sitter give their word, from their own phone."""
        return ok(
            self.cast.sitter.post(self.of_session("sitter-attestations"), CLEAR_WORD | changes)
        )

    def answers(self, clock: dict[str, str] | None = None, **day: Any) -> Any:
        """Submit the fresh answers and get the decision."""
        told = self.check_body(**day) | {"clock": clock or self.compares_clocks()}
        decision = ok(self.cast.patient.post(self.of_session("predose-checks"), told))
        self.clearance = decision["clearance_id"] or ""
        return decision

    def check_body(self, **day: Any) -> dict[str, Any]:
        """Give tonight's answers, all well but for these."""
        return {
            "day": clear_day(
                self.now,
                **(
                    self._attested() | {"units_left": self.units_left(), "sleep_minutes": 430} | day
                ),
            ),
            "home": CLEAR_HOME,
            "suicide_screen": CLEAR_SCREEN,
        }

    def _attested(self) -> dict[str, int]:
        """Name the list of medicines that the phone shows: that of the newest history."""
        patient = self.cast.patient
        every = ok(patient.get(f"/patients/{self.ids['patient']}/intakes"), 200)["items"]
        newest = next(one for one in every if one["submitted_at"])
        return {"medicines_list_number": newest["number"]}

    def units_left(self) -> int:
        """Count the tablets that must still be there."""
        return int(self.ids["units"]) - int(self.ids.get("taken", "0"))

    def takes_dose(self, key: str | None = "fresh") -> Answer:
        """Spend the clearance, and count the tablets that it took."""
        answer = self.taps_start(key)
        if answer.status_code == 201:
            units = answer.json["dose_mg_hundredths"] // 10_000
            self.ids["taken"] = str(int(self.ids.get("taken", "0")) + units)
        return answer

    def taps_start(self, key: str | None = "fresh") -> Answer:
        """Ask to start with the clearance at hand."""
        wanted = {"clearance_id": self.clearance}
        return self.cast.patient.post(self.of_session("start"), wanted, key=key)

    def comes_to_the_evening(self) -> None:
        """Schedule a dose, wait for the hour, open the check-in, measure, and be attested for."""
        self.plans_evening()
        self.cast.clock.advance(hours=1)
        self.opens_check_in()
        self.measures()
        self.is_watched_over()

    def is_watched(self, minutes: int = 120) -> None:
        """Let the sitter look every quarter of an hour and measure at forty minutes."""
        for passed in range(5, minutes + 1, 5):
            self.cast.clock.advance(minutes=5)
            if passed % 15 == 0:
                self.is_looked_at()
            if passed == 40:
                self.measures(138, 86)

    def is_looked_at(self, **more: Any) -> Any:
        """Let the sitter look once."""
        return ok(self.cast.sitter.post(self.of_session("monitoring-checks"), {"moaas": 5} | more))

    def is_released(self, systolic: int = 126) -> Any:
        """Measure once more and let the sitter take the last look."""
        self.cast.clock.advance(minutes=2)
        self.measures(systolic, 80, for_release=True)
        look = {
            "moaas": 5,
            "state_check": {"q1": 0, "q2": 0, "q3": 0, "q4": 0},
            "oriented": True,
            "walks_unaided": True,
            "vomiting": False,
            "distress": False,
            "suicidal_thoughts": False,
            "sitter_attests": True,
        }
        return ok(self.cast.sitter.post(self.of_session("release-checks"), look))

    def answers_the_next_day(self) -> Any:
        """Answer the questions of the next day, all well."""
        self.cast.clock.advance(hours=22)
        patient = self.cast.patient
        due = ok(patient.get(self.of_patient("follow-ups")), 200)["items"]
        mine = [row for row in due if row["dose_session_id"] == self.session]
        first = next(row for row in mine if row["kind"] == "24_hours")
        told = {
            "side_effects": [],
            "global_change": 3,
            "suicide_screen": CLEAR_SCREEN,
            **dict.fromkeys(WELL, False),
            "urinary_pain": 0,
        }
        return ok(patient.post(f"/follow-ups/{first['id']}/answers", told))

    def finishes_session(self) -> None:
        """Watch, release, ask the next day, and review."""
        self.is_watched()
        released = self.is_released()
        assert released["outcome"] == "clear", released["findings"]
        self.answers_the_next_day()
        self.answers_instruments()
        self.is_reviewed()

    def answers_instruments(self) -> None:
        """Answer what a review stands on, all well."""
        for instrument, answers in CLEAR_ANSWERS.items():
            told = {"instrument": instrument, "answers": dict(answers)}
            ok(self.cast.patient.post(self.of_patient("assessments"), told))

    def goes_through_session(self) -> Any:
        """Go from the schedule to the review of one more session; gives the dose."""
        self.comes_to_the_evening()
        decision = self.answers()
        assert decision["outcome"] == "clear", decision["findings"]
        taken = ok(self.takes_dose())
        self.finishes_session()
        return taken

    def lets_pass(self, decision: Any, code: str) -> Answer:
        """Let the prescriber try to let one finding of a decision pass."""
        self.prescriber_proves_presence()
        told = {
            "code": code,
            "rationale": "Seen by video today; known for years, and stable now.",
            "unrelated": True,
        }
        return self.cast.prescriber.post(f"/gate-decisions/{decision['id']}/overrides", told)

    def is_reviewed(self) -> Any:
        """Let the prescriber look at how the session went."""
        return ok(self.cast.prescriber.post(self.of_session("review")))

    def reports_harm(self, **told: Any) -> Any:
        """Report harm, in the patient's own words."""
        return ok(self.cast.patient.post("/adverse-events", told))
