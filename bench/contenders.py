"""Who takes part? The house, and those who do the corresponding requests with less behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bench.hot import HOT, Crowd
from bench.http import Answer, Request

HOUSE = "vigil"


class Contender(Protocol):
    """Somebody who answers hot requests."""

    @property
    def name(self) -> str:
        """Say who it is."""

    @property
    def port(self) -> int:
        """Say where it listens."""

    @property
    def pid(self) -> int:
        """Give the process all of it descends from."""

    @property
    def database(self) -> str:
        """Name the database it asks."""

    def asked(self, what: str, count: int) -> Sequence[Request]:
        """Write out so many requests of a kind; none, if it does not answer that kind."""

    def is_right(self, what: str, answer: Answer) -> bool:
        """Say whether an answer is what it should be."""


@dataclass(frozen=True, slots=True)
class House:
    """The house, as it is shipped."""

    crowds: Mapping[str, Crowd]
    database: str
    name: str = HOUSE

    @property
    def port(self) -> int:
        """Say where it listens."""
        return next(iter(self.crowds.values())).served.port

    @property
    def pid(self) -> int:
        """Give the supervisor, which server and worker descend from."""
        return next(iter(self.crowds.values())).served.pid

    def asked(self, what: str, count: int) -> Sequence[Request]:
        """Write out so many requests of people who are really there."""
        hot = HOT[what]
        return hot.makes(self.crowds[what], count)

    def is_right(self, what: str, answer: Answer) -> bool:
        """Say whether an answer is what it should be."""
        return HOT[what].is_right(answer)
