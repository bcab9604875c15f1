"""What does an instrument say, and does the wording fit its definition exactly?"""

from collections.abc import Mapping
from dataclasses import dataclass

from rules.intake.instrument_shape import Questionnaire

LANGUAGES = ("en", "es")
ALL = "*"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """One instrument in one language.

    `choices` are the words of the answers, lowest value first, for one item or, under `*`, for
    every item without words of its own.
    """

    title: str
    instruction: str
    items: Mapping[str, str]
    choices: Mapping[str, tuple[str, ...]]

    def choices_of(self, item: str) -> tuple[str, ...]:
        """Give the words of the answers to one item."""
        return self.choices.get(item, self.choices.get(ALL, ()))


def misfits(shape: Questionnaire, words: Wording) -> list[str]:
    """Name what is missing or too much; a form with another question is another instrument."""
    wrong = [item for item in shape.every_item if not words.items.get(item, "").strip()]
    wrong += [item for item in words.items if item not in shape.every_item]
    wrong += [item for item in words.choices if item not in (ALL, *shape.every_item)]
    values = shape.highest - shape.lowest + 1
    for item in shape.every_item:
        given = words.choices_of(item)
        if item not in shape.yes_no and (len(given) != values or not all(map(str.strip, given))):
            wrong.append(f"choices of {item}")
    if not (words.title.strip() and words.instruction.strip()):
        wrong.append("title or instruction")
    return wrong
