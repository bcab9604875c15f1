"""How do we word the two instruments that are our own? The others come with a licence."""

from collections.abc import Mapping
from types import MappingProxyType

from rules.terms import Instrument

WORDS: Mapping[Instrument, Mapping[str, str]] = MappingProxyType(
    {
        Instrument.USC6: MappingProxyType(
            {
                "q1": "In the last 4 weeks: did you pass urine more often than is usual for you?",
                "q2": "Did you suddenly have to go at once?",
                "q3": "Did you wake at night to pass urine?",
                "q4": "Did it hurt or burn to pass urine?",
                "q5": "Did you have pain low in the belly that got better after you went?",
                "blood": "Did you see blood in your urine?",
            }
        ),
        Instrument.CCC4: MappingProxyType(
            {
                "q1": "In the last 2 weeks: did you lose the thread of conversations?",
                "q2": "Did you forget plans you had just made?",
                "q3": "Were you slower to think than usual?",
                "q4": "Did others notice any of this?",
            }
        ),
    }
)
SCALES: Mapping[Instrument, tuple[str, ...]] = MappingProxyType(
    {
        Instrument.USC6: ("Never", "On some days", "On most days", "Every day"),
        Instrument.CCC4: ("Never", "Sometimes", "Often", "Almost always"),
    }
)
