"""How does one evening of a story go, from the plan for it to the look back at it?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from random import Random

from workflows.sandbox import well
from workflows.sandbox.preparing import PATIENT, PRESCRIBER
from workflows.sandbox.steps import Kept, Scene, Step, Until
from workflows.sandbox.well import HOUR, MINUTE

LOOKS, MEASURED_AT = range(15, 121, 15), 40
SILENT = range(30, 50)  # the minutes in which nobody looks, when a look is missed
NEXT_DAY = 25 * HOUR  # whatever opens a day after an evening that began a little later is open
SITTER, ON_CALL = "sitter", "stand_in"


@dataclass(frozen=True, slots=True)
class Evening:
    """One evening: when, with how many tablets in the house, and whether somebody forgets."""

    scene: Scene
    at: datetime
    units_left: int
    chance: Random
    forgets: bool = False

    def whole(self) -> Iterator[Step | Until]:
        """Play it, from an hour before to the day after."""
        yield Until(self.at - HOUR)
        yield from self.before()
        yield from self.watch()
        yield from self.release()
        yield Until(self.at + NEXT_DAY)
        yield from self.afterwards()

    def before(self) -> Iterator[Step | Until]:
        """Plan it, open the check-in, answer and measure, and take the dose with a go-ahead."""
        planned = {
            "plan_id": Kept("plan_id"),
            "scheduled_at": self.at.isoformat(),
            "time_zone": Kept("zone"),
            "sitter_id": Kept("sitter_id"),
        }
        yield Step(PATIENT, "schedule_dose_session", planned, keeps={"dose_session_id": "id"})
        yield Until(self.at)
        here = {"patient_state": Kept("state"), "time_zone": Kept("zone")}
        opened = here | {"lot_number": Kept("lot")}
        yield Step(PATIENT, "open_check_in", opened)
        yield from self._answers_what_is_due()
        yield self._measures(self._systolic(118), 79)
        yield Step(SITTER, "attest_as_sitter", well.SITTER_WORD)
        clock = {"nonce": "nonce", "server_time": "server_time"}
        yield Step(PATIENT, "compare_clocks", keeps=clock)
        yield Step(
            PATIENT,
            "submit_predose_check",
            well.tonight(self.units_left),
            keeps={"clearance_id": "clearance_id"},
            gives="clear",
        )
        yield Step(PATIENT, "start_dose", {"clearance_id": Kept("clearance_id")})

    def watch(self) -> Iterator[Step | Until]:
        """Look every quarter of an hour; a look that is missed climbs until somebody answers."""
        for minute in sorted({*LOOKS, MEASURED_AT}):
            if minute == MEASURED_AT:
                yield Until(self.at + minute * MINUTE)
                yield self._measures(self._systolic(132), 86)
            elif not (self.forgets and minute in SILENT):
                yield Until(self.at + minute * MINUTE)
                yield Step(SITTER, "record_monitoring_check", {"moaas": 5})
            elif minute == max(look for look in LOOKS if look in SILENT):
                yield from self._somebody_answers()

    def release(self) -> Iterator[Step | Until]:
        """Measure once more and take the last look."""
        yield Until(self.at + (max(LOOKS) + 2) * MINUTE)
        yield self._measures(self._systolic(120), 80, for_release=True)
        yield Step(SITTER, "submit_release_check", well.LAST_LOOK, gives="clear")

    def afterwards(self) -> Iterator[Step]:
        """Answer the questions of the next day, and let the prescriber look back."""
        yield from answers_contacts(self.scene)
        yield from self._answers_what_is_due()
        yield Step(PRESCRIBER, "review_session")

    def _answers_what_is_due(self) -> Iterator[Step]:
        yield Step(PATIENT, "read_instruments_due", keeps={"due": "items"})
        due = {one["instrument"] for one in self.scene.kept["due"] if one["part_of"] is None}
        for instrument in sorted(due):
            yield Step(PATIENT, "answer_instrument", well.answers(instrument))

    def _somebody_answers(self) -> Iterator[Step | Until]:
        """Wait until the silence has climbed to who is on call, and let them take it on."""
        yield Until(self.at + max(SILENT) * MINUTE)
        yield Step(ON_CALL, "list_escalations", keeps={"calls": "items"})
        for call in self.scene.kept["calls"]:
            if call["subject_id"] == self.scene.kept["dose_session_id"]:
                yield Step(ON_CALL, "acknowledge_escalation", of={"escalation_id": call["id"]})
        yield Step(SITTER, "record_monitoring_check", {"moaas": 5})

    def _measures(self, systolic: int, diastolic: int, **more: bool) -> Step:
        return Step(PATIENT, "record_vital_signs", well.reading(systolic, diastolic, **more))

    def _systolic(self, about: int) -> int:
        return about + self.chance.randrange(0, 8)


def answers_contacts(scene: Scene) -> Iterator[Step]:
    """Let the patient answer whatever is asked after the doses so far, once it is open."""
    yield Step(PATIENT, "list_follow_ups", keeps={"contacts": "items"})
    for contact in reversed(scene.kept["contacts"]):
        open_since = datetime.fromisoformat(contact["window_from"])
        if contact["done_at"] is None and open_since <= scene.now:
            of = {"follow_up_id": contact["id"]}
            yield Step(PATIENT, "answer_follow_up", well.NEXT_DAY, of=of)
