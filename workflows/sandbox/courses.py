"""How is a whole course played by one call? By its own people, through the doors of the house.

Every step is a request like any other, so nothing is written past an act and nothing is let through
that a client would not be. What was played stays, however far it came.
"""

from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from rules.permissions import Permission
from workflows.people import sitter_contact
from workflows.platform.actor import SYSTEM
from workflows.platform.work import Runtime, Work, command
from workflows.sandbox import calendar, clock, stops
from workflows.sandbox.calendar import Calendar, Wanted
from workflows.sandbox.cast import Cast
from workflows.sandbox.steps import Scene, Step, Until
from workflows.sandbox.story import Story
from workflows.sandbox.voices import Heard, Said, Speak, Voices

MOST_STEPS = 1000
MOST_MOVES = 3  # for one wait, each as long as one request may take
MOVE = "move_sandbox_clock"
NOT_REACHED = "not_reached"


@dataclass(slots=True)
class Done:
    """One step as it was played; `happened` are the kinds of events on the way."""

    at: datetime
    by: str
    operation: str
    method: str = ""
    path: str = ""
    status: int = 0
    outcome: str = ""
    codes: tuple[str, ...] = ()
    object_id: UUID | None = None
    first_event: int | None = None
    last_event: int | None = None
    happened: list[str] = field(default_factory=list)
    as_told: bool = True


@dataclass(frozen=True, slots=True)
class Played:
    """The course as far as it came; the last step says where it stopped, if it did."""

    finished: bool
    now: datetime
    patient_id: UUID | None
    steps: tuple[Done, ...]


@command(permit=Permission.MOVE_CLOCK, audit="sandbox.course_asked")
def ask_course(work: Work, wanted: Wanted) -> Calendar:
    """Say when everything of this course would take place."""
    return calendar.plan(wanted, work.now)


def play(house: Runtime, speak: Speak, caller: str, days: Calendar, seed: int) -> Played:
    """Play it from now to its end, or to the first step that comes out otherwise than told."""
    with clock.alone(house):
        stage = _Stage(house, Voices(speak, caller), days)
        story = Story(stage.scene, stage.cast, days, seed)
        done: list[Done] = []
        steps = story.whole()
        for step in islice(steps, MOST_STEPS):
            done.append(stage.plays(step))
            if not done[-1].as_told:
                break
        finished = done[-1].as_told and next(steps, None) is None
        stage.looks_back(done)
        patient = stage.scene.kept.get("patient_id")
        return Played(finished, stage.scene.now, patient and UUID(patient), tuple(done))


class _Stage:
    """The house while a story is played in it."""

    def __init__(self, house: Runtime, voices: Voices, days: Calendar) -> None:
        """Begin where the clock stands; the people are named after the event before them."""
        self.runtime, self._voices = house, voices
        self._factor_life = house.limits().second_factor_life
        with house.begin(SYSTEM) as work:
            self._begun = self._last = stops.newest(work)
            self.scene = Scene(work.now, ZoneInfo(days.place.zone))
        self.cast = Cast(self.scene, voices, self._begun)
        self.scene.kept |= {
            "zone": days.place.zone.value,
            "state": days.place.state,
            "address": days.place.address,
            "lot": f"DEMO-{self._begun}",
            "patient_name": "Course Patient",
            "prescriber_name": "Course Prescriber",
        }

    def plays(self, step: Step | Until) -> Done:
        """Play one step, and number the events that came of it."""
        done = self._waits(step) if isinstance(step, Until) else self._asks(step)
        with self.runtime.begin(SYSTEM) as work:
            newest = stops.newest(work)
            if isinstance(step, Step) and step.operation == "send_contact_code":
                sitter = UUID(self.scene.kept["sitter"])
                digits = sitter_contact.code_to_deliver(work.session, sitter, work.now)
                self.scene.kept["digits"] = digits
        if newest > self._last:
            done.first_event, done.last_event = self._last + 1, newest
        self._last = newest
        return done

    def looks_back(self, done: list[Done]) -> None:
        """Say of every step which kinds of events came of it."""
        kinds = {one.sequence: one.kind for one in clock.happened_since(self.runtime, self._begun)}
        for one in done:
            if one.first_event is not None and one.last_event is not None:
                numbers = range(one.first_event, one.last_event + 1)
                one.happened = sorted({kinds[number] for number in numbers if number in kinds})

    def _waits(self, until: Until) -> Done:
        """Let time pass; what falls due on the way happens there."""
        reached = False
        for _ in range(MOST_MOVES):
            passed = clock.pass_time(self.runtime, until.at)
            self.scene.now, reached = passed.now, passed.reached
            if reached:
                break
        outcome = "" if reached else NOT_REACHED
        return Done(self.scene.now, "clock", MOVE, outcome=outcome, as_told=reached)

    def _asks(self, step: Step) -> Done:
        scene = self.scene
        version = scene.kept[step.edits] if step.edits else None
        body = None if step.body is None else scene.filled(step.body)
        said = Said(step.operation, scene.ids(step), body, version=version)
        present = self._factor_life if step.present else None
        heard = self._voices.say(step.by, said, scene.now, present)
        as_told = _as_told(step, heard) and (heard.status >= 400 or scene.keep(step, heard.body))
        return Done(
            scene.now,
            step.by,
            step.operation,
            heard.method,
            heard.path,
            heard.status,
            heard.told("outcome"),
            heard.codes,
            _id(heard),
            as_told=as_told,
        )


def _as_told(step: Step, heard: Heard) -> bool:
    """Say whether it came out as the story has it."""
    if step.refused:
        return heard.status >= 400 and step.refused in heard.codes
    return heard.status < 400 and step.gives in ("", heard.told("outcome"))


def _id(heard: Heard) -> UUID | None:
    """Give the id of what was made; of a refusal there is none."""
    told = heard.told("id") if heard.status < 400 else ""
    return UUID(told) if told else None
