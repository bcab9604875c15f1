"""Which edition of an instrument was answered, and do the answers fit it?

A form that is out of date can be refused. Danger in it cannot: what speaks of suicide, mania or
the bladder is kept under the newest edition that it fits, whatever else was wrong with the form.
"""

from collections.abc import Mapping
from typing import NamedTuple

from rules.intake import outcomes
from rules.intake.instrument_shape import Questionnaire, Standing
from rules.intake.instruments import EDITIONS, edition_of
from rules.limits import Limits
from rules.terms import Instrument
from workflows.platform.errors import InvalidContent

Answers = Mapping[str, int | bool | None]
NOT_ASKED_FOR = frozenset({"cssrs_incomplete"})  # a gap, not a danger


class Told(NamedTuple):
    """The answers that are kept, and the edition they are kept under."""

    answers: Answers
    edition: str


def read(instrument: Instrument, answers: Answers, edition: str | None, limits: Limits) -> Told:
    """Give the answers with their edition; refuse what is wrong, unless there is danger in it."""
    shape = edition_of(instrument, edition)
    if shape is not None and shape.by_an_observer:
        raise InvalidContent(errors={"instrument": ["This is filled in by whoever watches."]})
    if shape is not None and shape.standing is not Standing.RETIRED:
        if not (wrong := misfits(shape, answers)):
            return Told(answers, shape.edition)
        refusal = InvalidContent(errors={"answers": wrong})
    else:
        retired = shape is not None
        refusal = InvalidContent(
            code=f"instrument_edition_{'retired' if retired else 'unknown'}",
            errors={"edition": ["Read the instrument again and answer its newest edition."]},
        )
    if (kept := _danger_in(instrument, answers, limits)) is None:
        raise refusal
    return kept


def misfits(shape: Questionnaire, answers: Answers) -> dict[str, list[str]]:
    """Name what is no answer to this edition; a missing answer is no mistake."""
    told = {item: shape.why_not(item, said) for item, said in answers.items()}
    return {item: [why] for item, why in told.items() if why}


def _danger_in(instrument: Instrument, answers: Answers, limits: Limits) -> Told | None:
    """Keep what fits best, if it alarms; what fits no item at all is left out."""
    for shape in sorted(EDITIONS[instrument], key=lambda one: len(misfits(one, answers))):
        if shape.by_an_observer or shape.standing is Standing.RETIRED:
            continue
        wrong = misfits(shape, answers)
        fits = {item: said for item, said in answers.items() if item not in wrong}
        alarms = outcomes.score(instrument, fits, limits, shape.edition).alarms
        if not NOT_ASKED_FOR.issuperset(alarms):
            return Told(fits, shape.edition)
    return None
