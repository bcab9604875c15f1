"""Which fields never say anything to whom, whatever the operation?

A name stands here when no work of that role needs what is in it: the least that is necessary. An
answer may have the field; for somebody with no other role it is empty. Which part of a row is shown
by which relation is decided where the answer is put together, in the workflow.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from rules.access.words import A, C, F, O, P, R, S
from rules.terms import Role

# Why somebody is treated, and with what and how much: the reasoning of those who prescribe.
DOSING_REASONS = frozenset(
    {"rationale", "titration", "weight_g", "spacing_hours", "conditions", "end_condition"}
)
DIAGNOSIS = frozenset({"diagnoses", "diagnosis", "medicines", "sex_at_birth", "suspended_for"})
THE_DRUG = frozenset({"molecule", "route", "plan_id", "product_id", "dose_mg_hundredths"})
WHO_IT_IS = frozenset({"given_name", "family_name", "born_on", "contact"})
IN_CONFIDENCE = frozenset({"flagged_unsafe", "unsafe"})  # of the patient, about the sitter
NOTES = frozenset({"summary", "own_words", "words", "answers", "observed"})

HIDDEN_FIELDS: Mapping[Role, frozenset[str]] = MappingProxyType(
    {
        P: frozenset(),
        S: DOSING_REASONS | DIAGNOSIS | WHO_IT_IS | IN_CONFIDENCE,
        C: DOSING_REASONS | DIAGNOSIS | {"born_on"},
        R: frozenset(),
        O: frozenset(),
        F: DOSING_REASONS | DIAGNOSIS | IN_CONFIDENCE,
        A: DOSING_REASONS | DIAGNOSIS | THE_DRUG | WHO_IT_IS | IN_CONFIDENCE | NOTES,
    }
)


def hidden_from(roles: Iterable[Role]) -> frozenset[str]:
    """Give the fields that stay empty for somebody with these roles, and no others."""
    unseen = [HIDDEN_FIELDS[role] for role in roles]
    return frozenset.intersection(*unseen) if unseen else frozenset()
