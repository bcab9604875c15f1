"""What makes up the definition of an instrument? Its items, how they score, and what they mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from rules.limits import Limits

Nothing: Mapping[str, str] = MappingProxyType({})


class Standing(StrEnum):
    """What may be done with an edition; every one stays readable and scorable for ever."""

    CURRENT = "current"
    ACCEPTED = "accepted"
    RETIRED = "retired"


class Licence(StrEnum):
    """Whose words they are."""

    FREE = "free"
    PUBLIC_DOMAIN = "public_domain"
    WITH_ATTRIBUTION = "with_attribution"
    OWN_WORDS = "own_words"
    LICENCE_NEEDED = "licence_needed"

    @property
    def wording_may_ship(self) -> bool:
        """Say whether the wording may stand in what we publish."""
        return self is not Licence.LICENCE_NEEDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A named stretch of scores, from this value up to the next band.

    Where the name says what the house does, the value is a limit of the house: `starts_at` counts
    from that one then (`limit` is its name). A band as published starts where it was published.
    """

    name: str
    starts_at: int = 0
    limit: str | None = None

    def starts_under(self, limits: Limits) -> int:
        """Say where it starts under these limits."""
        return self.starts_at + (getattr(limits, self.limit) if self.limit else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """An item is asked only when another one was answered like this."""

    item: str
    answer: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Items that are also added up by themselves."""

    name: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What calls for somebody: one of these items, or the sum, from this limit of the house on.

    `limit` is a name in `rules/limits.py`; None means any yes, or any point at all.
    """

    code: str
    items: tuple[str, ...] = ()
    limit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How much better counts as better; the numbers are names in `rules/limits.py`."""

    responds_from_percent: str | None = None
    remits_below: str | None = None
    remits_from_baseline: str | None = None
    reliable_from: str | None = None
    meaningful_from: str | None = None
    meaningful_below: str | None = None
    better_at_most: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """One edition of an instrument; LOINC codes only where they were verified.

    `items` are scored and required, unless `enabled_when` says that one was not to be asked.
    `optional` items are asked, kept and not scored.
    """

    items: tuple[str, ...]
    edition: str = "2026.11"
    standing: Standing = Standing.CURRENT
    lowest: int = 0
    highest: int = 3
    yes_no: tuple[str, ...] = ()
    reversed_items: tuple[str, ...] = ()
    not_counted: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    enabled_when: Mapping[str, When] = field(default_factory=dict)
    recall: str = "now"
    by_an_observer: bool = False
    bands: tuple[Band, ...] = ()
    cut_off: str | None = None
    cut_off_men: str | None = None
    clusters: tuple[Cluster, ...] = ()
    progress: Progress | None = None
    triggers: tuple[Trigger, ...] = ()
    licence: Licence = Licence.LICENCE_NEEDED
    licence_statement: str = ""
    panel_loinc: str | None = None
    total_loinc: str | None = None
    item_loinc: Mapping[str, str] = field(default_factory=lambda: Nothing)

    @property
    def every_item(self) -> tuple[str, ...]:
        """Give all items in the order of asking."""
        return (*self.items, *self.optional)

    @property
    def wording_may_ship(self) -> bool:
        """Say whether the wording may stand in what we publish."""
        return self.licence.wording_may_ship

    def bands_under(self, limits: Limits) -> tuple[tuple[str, int], ...]:
        """Give the bands that are left under these limits: a worse one may swallow a milder one."""
        starts = [(band.name, band.starts_under(limits)) for band in self.bands]
        return tuple(
            (name, start)
            for place, (name, start) in enumerate(starts)
            if all(start < later for _, later in starts[place + 1 :])
        )

    def band(self, total: int, limits: Limits) -> str | None:
        """Name the stretch that a total lies in."""
        names = [name for name, start in self.bands_under(limits) if total >= start]
        return names[-1] if names else None

    def why_not(self, item: str, said: object) -> str | None:
        """Say why this is no answer to the item; a missing answer is no mistake."""
        if item not in self.every_item:
            return "There is no such item."
        if said is None:
            return None
        if item in self.yes_no:
            return None if isinstance(said, bool) else "Answer true or false."
        fits = type(said) is int and self.lowest <= said <= self.highest
        return None if fits else f"Answer from {self.lowest} to {self.highest}."
