"""Who plays in a course, and how does each of them speak? In a test, or to a running service."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol


class Answer(Protocol):
    """What came back."""

    status_code: int
    json: Any


class Speaker(Protocol):
    """One person who speaks to the service."""

    def get(self, path: str) -> Answer:
        """Read."""

    def post(
        self, path: str, json: Any = None, *, key: str | None = ..., version: int | None = ...
    ) -> Answer:
        """Do."""

    def put(self, path: str, json: Any = None, *, version: int | None = ...) -> Answer:
        """Replace."""

    def patch(self, path: str, json: Any = None, *, version: int | None = ...) -> Answer:
        """Change."""


class Hands(Protocol):
    """The hand on the clock."""

    def now(self) -> datetime:
        """Say what time it is in the story."""

    def advance(self, **parts: float) -> None:
        """Let time pass."""


@dataclass(slots=True)
class Cast:
    """The people of one course, each with a sign-in of their own."""

    patient: Speaker
    sitter: Speaker
    coach: Speaker
    prescriber: Speaker
    officer: Speaker
    admin: Speaker
    staff: Speaker
    ids: dict[str, str]
    clock: Hands
    sweep: Callable[[], object]
    sitter_code: Callable[[], str]
    seen: dict[str, Any] = field(default_factory=dict)


def ok(answer: Answer, status: int = 201) -> Any:
    """Give the body of an answer that must have this status."""
    if answer.status_code != status:
        message = f"expected {status}, got {answer.status_code}: {answer.json}"
        raise AssertionError(message)
    return answer.json
