"""Does the reference tell what the labels know from what nobody wrote down?"""

from datetime import timedelta

import pytest

from rules.limits import LIMITS
from rules.oversight.expected import REFERENCE, Expectedness, HarmTerm, expectedness, expedited
from rules.terms import Severity

E, U = Expectedness.EXPECTED, Expectedness.UNEXPECTED
NOBODY_KNOWS = Expectedness.CANNOT_TELL
MILD, MODERATE, SEVERE = Severity.MILD, Severity.MODERATE, Severity.SEVERE


def after(**parts: float) -> timedelta:
    return timedelta(**parts)


@pytest.mark.parametrize("term", HarmTerm)
def test_every_kind_of_harm_is_in_the_reference_with_its_source(term: HarmTerm) -> None:
    assert REFERENCE[term].cite


@pytest.mark.parametrize(
    ("term", "at", "severity", "found"),
    [
        (HarmTerm.DISSOCIATION, after(hours=2), MILD, E),
        (HarmTerm.DISSOCIATION, after(hours=2, seconds=1), MILD, U),
        (HarmTerm.DISSOCIATION, after(minutes=40), MODERATE, E),
        (HarmTerm.DISSOCIATION, after(minutes=40), SEVERE, U),
        (HarmTerm.NAUSEA_OR_VOMITING, after(hours=24), MILD, E),
        (HarmTerm.HALLUCINATION_OR_CONFUSION, after(hours=25), MILD, U),
        (HarmTerm.PRESSURE_OR_PULSE_RISE, after(hours=3), MODERATE, E),
        (HarmTerm.URINARY_HARM, None, SEVERE, E),
        (HarmTerm.LOSS_OF_CONSCIOUSNESS, after(days=30), SEVERE, E),
        (HarmTerm.MEMORY_COMPLAINT, after(days=300), MILD, E),
        (HarmTerm.MANIA_OR_PSYCHOSIS, after(hours=1), MILD, U),
        (HarmTerm.OTHER, after(hours=1), MILD, U),
        (HarmTerm.PREGNANCY_EXPOSURE, after(hours=1), MILD, Expectedness.SPECIAL_SITUATION),
        (HarmTerm.DISSOCIATION, None, MILD, NOBODY_KNOWS),
        (HarmTerm.DISSOCIATION, None, SEVERE, U),
        (HarmTerm.DISSOCIATION, after(hours=1), None, NOBODY_KNOWS),
        (HarmTerm.URINARY_HARM, None, None, NOBODY_KNOWS),
        (None, after(hours=1), MILD, NOBODY_KNOWS),
    ],
)
def test_what_the_reference_says(
    term: HarmTerm | None, at: timedelta | None, severity: Severity | None, found: Expectedness
) -> None:
    assert expectedness(term, at, severity) is found


def test_a_tighter_sheet_expects_less() -> None:
    tight = LIMITS.tightened(expected_up_to_grade=1)
    assert expectedness(HarmTerm.HEADACHE, after(hours=1), MODERATE, tight) is U
    assert expectedness(HarmTerm.HEADACHE, after(hours=1), MILD, tight) is E


@pytest.mark.parametrize("found", Expectedness)
@pytest.mark.parametrize("serious", [True, False])
def test_serious_and_not_known_to_be_expected_is_looked_at_first(
    found: Expectedness, serious: bool
) -> None:
    assert expedited(found, serious=serious) is (serious and found is not E)
