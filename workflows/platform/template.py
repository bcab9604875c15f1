"""What makes up a message, whatever its language?"""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Template:
    """The words of one message; `urgent` ones also go to the shared pager."""

    title: str
    body: str
    urgent: bool = False

    def with_secret(self, secret: str | None) -> "Template":
        """Give the words with a one-time code in them, if there is one."""
        return self if secret is None else replace(self, body=f"{self.body} {secret}")
