"""What does a message say? That something waits, and never what, or about whom.

Whoever looks over a shoulder at a locked phone learns nothing from it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Template:
    """The words of one message; `urgent` ones also go to the shared pager."""

    title: str
    body: str
    urgent: bool = False


SOMETHING_NEW = Template("Vigil: something new", "There is something new for you. Open Vigil.")

TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {
        "answer_at_once": Template(
            "Vigil: please answer now",
            "We are waiting for your answer. Open Vigil now. If you are worried, call 911.",
        ),
        "answer_please": Template(
            "Vigil: please answer", "We are waiting for your answer. Open Vigil when you read this."
        ),
        "reach_somebody": Template(
            "Please reach the person who named you",
            "Somebody named you to be reached when they do not answer. Please call them now, or go "
            "and see them. If you cannot reach them and are worried, call 911.",
        ),
        "somebody_needs_you": Template(
            "Vigil: somebody needs you", "Somebody on your list waits for an answer. Open Vigil."
        ),
        "somebody_needs_you_now": Template(
            "Vigil: answer now",
            "Somebody needs an answer from you now. Open Vigil and take it on.",
            urgent=True,
        ),
        "help_was_called": Template(
            "Vigil: answer now",
            "Somebody called for help. Open Vigil and take it on.",
            urgent=True,
        ),
        "form_due": Template(
            "Vigil: a form is due", "A form of yours is not sent yet. Open Vigil to finish it."
        ),
        "invitation": Template(
            "You are invited to Vigil",
            "Somebody invited you to Vigil. Use the link they gave you.",
        ),
        "something_new": SOMETHING_NEW,
    }
)


def template_for(name: str) -> Template:
    """Give the words of a message; one without words of its own still says that something waits."""
    return TEMPLATES.get(name, SOMETHING_NEW)
