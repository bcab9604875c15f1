"""Which questionnaires are there? Items, ranges, bands and codes; never the wording of others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from rules.terms import Instrument


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A named stretch of scores, from this value up to the next band."""

    name: str
    starts_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Questionnaire:
    """The shape of an instrument; LOINC codes only where they were verified."""

    items: tuple[str, ...]
    lowest: int = 0
    highest: int = 3
    yes_no: tuple[str, ...] = ()
    reversed_items: tuple[str, ...] = ()
    bands: tuple[Band, ...] = ()
    wording_may_ship: bool = False
    panel_loinc: str | None = None
    total_loinc: str | None = None
    item_loinc: Mapping[str, str] = field(default_factory=dict)

    def band(self, total: int) -> str | None:
        """Name the stretch that a total lies in."""
        names = [band.name for band in self.bands if total >= band.starts_at]
        return names[-1] if names else None


def _items(count: int) -> tuple[str, ...]:
    return tuple(f"q{number}" for number in range(1, count + 1))


def _bands(**starts: int) -> tuple[Band, ...]:
    return tuple(Band(name=name, starts_at=start) for name, start in starts.items())


def _codes(*codes: str) -> Mapping[str, str]:
    return MappingProxyType(dict(zip(_items(len(codes)), codes, strict=True)))


QUESTIONNAIRES: Mapping[Instrument, Questionnaire] = MappingProxyType(
    {
        Instrument.PHQ9: Questionnaire(
            items=_items(9),
            bands=_bands(minimal=0, mild=5, moderate=10, moderately_severe=15, severe=20),
            wording_may_ship=True,
            panel_loinc="44249-1",
            total_loinc="44261-6",
            item_loinc=_codes(
                "44250-9",
                "44255-8",
                "44259-0",
                "44254-1",
                "44251-7",
                "44258-2",
                "44252-5",
                "44253-3",
                "44260-8",
            ),
        ),
        Instrument.GAD7: Questionnaire(
            items=_items(7),
            bands=_bands(minimal=0, mild=5, moderate=10, severe=15),
            wording_may_ship=True,
            panel_loinc="69737-5",
            total_loinc="70274-6",
            # The last two are irritable, then afraid; a public list has them the other way round.
            item_loinc=_codes(
                "69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7"
            ),
        ),
        Instrument.PCL5: Questionnaire(
            items=_items(20),
            highest=4,
            bands=_bands(below_cut_off=0, probable=33),
            wording_may_ship=True,
        ),
        Instrument.CSSRS: Questionnaire(
            items=(*_items(6), "q6_recent"),
            yes_no=(*_items(6), "q6_recent"),
            item_loinc=MappingProxyType(
                {
                    "q1": "93246-7",
                    "q2": "93247-5",
                    "q3": "93248-3",
                    "q4": "93249-1",
                    "q5": "93250-9",
                    "q6": "93267-3",
                    "q6_recent": "93269-9",
                }
            ),
            total_loinc="93374-7",
        ),
        Instrument.AUDIT_C: Questionnaire(
            items=_items(3),
            highest=4,
            bands=_bands(low=0, positive=3, high=8),
            panel_loinc="72109-2",
            total_loinc="75626-2",
            item_loinc=MappingProxyType({"q3": "68520-6"}),
        ),
        Instrument.DAST10: Questionnaire(
            items=_items(10),
            highest=1,
            yes_no=_items(10),
            reversed_items=("q3",),
            bands=_bands(none=0, low=1, moderate=3, substantial=6, severe=9),
            total_loinc="82667-7",
        ),
        Instrument.ASRM: Questionnaire(
            items=_items(5), highest=4, bands=_bands(below_cut_off=0, likely_mania=6)
        ),
        Instrument.MOAAS: Questionnaire(
            items=("q1",),
            highest=5,
            bands=_bands(emergency=0, drowsy=3, alert=5),
            wording_may_ship=True,
        ),
        Instrument.USC6: Questionnaire(
            items=(*_items(5), "blood"),
            yes_no=("blood",),
            bands=_bands(clean=0, review=3, hold=6),
            wording_may_ship=True,
        ),
        Instrument.CCC4: Questionnaire(
            items=_items(4), bands=_bands(clean=0, review=6), wording_may_ship=True
        ),
        Instrument.SDC4: Questionnaire(items=_items(4), wording_may_ship=True),
        Instrument.PGI_I: Questionnaire(
            items=("q1",),
            lowest=1,
            highest=7,
            bands=_bands(much_better=1, better=3, no_change=4, worse=5),
            wording_may_ship=True,
        ),
    }
)
