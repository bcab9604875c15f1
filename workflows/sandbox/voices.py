"""How does a story speak? As each of its people, signed in like everybody else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pyotp

from workflows.people import stays

CALLER = "caller"
IN_TIME = timedelta(minutes=1)  # a sign-in is renewed before it ends


@dataclass(frozen=True, slots=True)
class Said:
    """One request to the house."""

    operation: str
    ids: Mapping[str, str]
    body: Any = None
    token: str = field(default="", repr=False)
    key: str = ""
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back, and from which address."""

    method: str
    path: str
    status: int
    body: Any

    @property
    def codes(self) -> tuple[str, ...]:
        """Give the codes of what was found, the code of the refusal first."""
        if not isinstance(self.body, dict):
            return ()
        own = [self.body["code"]] if self.status >= 400 and "code" in self.body else []
        found = [one["code"] for one in self.body.get("findings") or ()]
        return tuple(dict.fromkeys([*own, *found]))

    def told(self, name: str) -> str:
        """Give one word of the answer, if it has it."""
        return str(self.body.get(name) or "") if isinstance(self.body, dict) else ""


Speak = Callable[[Said], Heard]


@dataclass(slots=True)
class Voice:
    """One person of the story."""

    email: str
    password: str = field(repr=False)
    staff: bool
    secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    signed_in_at: datetime | None = None


class Voices:
    """Everybody of one story."""

    def __init__(self, speak: Speak, caller: str) -> None:
        """Take the way to the house, and the token of whoever asked for the story."""
        self._speak, self._caller, self._said = speak, caller, 0
        self.people: dict[str, Voice] = {}

    def say(self, by: str, said: Said, now: datetime, present: timedelta | None = None) -> Heard:
        """Speak as somebody; who must be here right now has just shown the second factor."""
        return self._speak(
            Said(
                said.operation,
                said.ids,
                said.body,
                self._token(by, now, present),
                self._next_key(),
                said.version,
            )
        )

    def authenticator(self, by: str, now: datetime) -> str:
        """Give what the authenticator of somebody shows."""
        return pyotp.TOTP(self.people[by].secret).at(now)

    def _token(self, by: str, now: datetime, present: timedelta | None) -> str:
        if by in ("", CALLER):
            return self._caller if by else ""
        voice = self.people[by]
        stay = stays.STAFF_STAY if voice.staff else stays.PATIENT_STAY
        lasts = stay.idle - IN_TIME if present is None else min(stay.idle, present) - IN_TIME
        if voice.signed_in_at is None or now >= voice.signed_in_at + lasts:
            self._sign_in(voice, now)
        return voice.token

    def _sign_in(self, voice: Voice, now: datetime) -> None:
        told = {"email": voice.email, "password": voice.password}
        if voice.secret:
            told["code"] = pyotp.TOTP(voice.secret).at(now)
        heard = self._speak(Said("log_in", {}, told, key=self._next_key()))
        voice.token = heard.told("access_token")
        voice.signed_in_at = now

    def _next_key(self) -> str:
        self._said += 1
        return f"story-{self._said}"
