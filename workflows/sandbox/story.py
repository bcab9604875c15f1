"""What is the whole story of a course, from the first invitation to the visit in the office?"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from workflows.sandbox import cast, office, preparing
from workflows.sandbox.calendar import Calendar, Incident
from workflows.sandbox.cast import Cast
from workflows.sandbox.evening import Evening, answers_contacts
from workflows.sandbox.preparing import UNITS_EACH
from workflows.sandbox.steps import Scene, Step, Until

SUPPLIED_WITH = 2  # sessions, by one order
MORNINGS = (2, 3)  # days after an evening on which the patient looks for questions
FORGETS = 2  # the evening on which nobody looks for a while
LICENCE_OVER = 4  # the evening after which the licence of the prescriber is over
NOT_LICENSED = "prescriber_not_licensed_in_state"
KEEPS_FOR = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class Story:
    """One course: its people, its days and its incidents; the same seed tells the same."""

    scene: Scene
    cast: Cast
    calendar: Calendar
    seed: int

    def whole(self) -> Iterator[Step | Until]:
        """Tell it."""
        yield from self.cast.comes_in()
        yield Until(self.calendar.begins)
        yield from cast.takes_up_work(self.calendar)
        yield from self._prepares()
        chance = Random(self.seed)  # noqa: S311 - the readings of a story, and no secret
        for number, at in enumerate(self.calendar.evenings, 1):
            left = UNITS_EACH * (SUPPLIED_WITH - (number - 1) % SUPPLIED_WITH)
            forgets = number == FORGETS and Incident.MISSED_LOOK in self.calendar.incidents
            yield from Evening(self.scene, at, left, chance, forgets).whole()
            for days in MORNINGS:
                yield Until(self.calendar.later(at, days))
                yield from answers_contacts(self.scene)
            if number % SUPPLIED_WITH == 0 and number < len(self.calendar.evenings):
                yield from self._is_supplied_again(number)
        if Incident.OFFICE_VISIT in self.calendar.incidents:
            yield from office.visit(self.calendar.visit)

    def _prepares(self) -> Iterator[Step | Until]:
        """Tell how the patient comes to the first evening."""
        self.scene.kept["beyond_use_on"] = (self.calendar.begins + KEEPS_FOR).date().isoformat()
        yield from preparing.history()
        yield preparing.meeting()
        yield from preparing.decision()
        yield from preparing.supply(self._prescription(0))
        yield from preparing.sitter(self.cast)
        yield from preparing.books_preparation()
        yield Until(self.scene.now + timedelta(minutes=10))
        yield preparing.holds_preparation()
        yield from preparing.lessons()
        yield Step(preparing.PATIENT, "read_readiness", keeps={"ready": "ready"})

    def _is_supplied_again(self, number: int) -> Iterator[Step]:
        """Meet and order; who holds no licence any more is refused until it is renewed."""
        yield preparing.meeting()
        if number == LICENCE_OVER and Incident.LICENCE_END in self.calendar.incidents:
            yield from preparing.supply(self._prescription(number), refused=NOT_LICENSED)
            yield cast.renews_licence(self.calendar.place)
        yield from preparing.supply(self._prescription(number))

    def _prescription(self, number: int) -> str:
        return f"RX-{self.cast.number}-{number}"
