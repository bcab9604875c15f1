"""What makes up a message, whatever its language?"""

from dataclasses import dataclass, replace
from enum import StrEnum


class Haste(StrEnum):
    """How soon must somebody read it? Whoever writes no word about it has written `soon`."""

    NOW = "now"
    """It speaks of this moment: never held, and not sent any more when the moment is over."""
    SOON = "soon"
    """Never held; better late than never."""
    CAN_WAIT = "can_wait"
    """Held while a dose works and while its reader wants quiet."""


# What the alphabet of text messages (GSM 03.38) lacks: one such sign halves the room, and a message
# in two parts may arrive by halves. It has é, ñ and ¿.
PLAINER = str.maketrans("áíóúÁÍÓÚ", "aiouAIOU")


@dataclass(frozen=True, slots=True)
class Template:
    """The words of one message; `urgent` ones also go to the shared pager."""

    title: str
    body: str
    urgent: bool = False
    haste: Haste = Haste.SOON

    @property
    def can_wait(self) -> bool:
        """Say whether its reader decides when and by which way it comes."""
        return self.haste is Haste.CAN_WAIT and not self.urgent

    @property
    def only_now(self) -> bool:
        """Say whether it is worth nothing an hour later."""
        return self.haste is Haste.NOW or self.urgent

    @property
    def short(self) -> str:
        """Give both as one text message: in signs that every phone has, so that it stays one."""
        return f"{self.title}\n{self.body}".translate(PLAINER)

    def with_secret(self, secret: str | None) -> "Template":
        """Give the words with a one-time code in them, if there is one."""
        return self if secret is None else replace(self, body=f"{self.body} {secret}")
