"""Who may let a soft finding pass, and who has to sign beside them?

One clinician may not talk themselves past everything: from the third finding on another one has to
look, and some findings need two signatures however few there are (rules of override, protocol §8.5
and §3.2).
"""

from collections.abc import Collection

from rules.limits import LIMITS, Limits

# A serious reaction before: the medical director signs beside the prescriber (protocol §3.2).
BY_THE_DIRECTOR = frozenset({"prior_serious_ketamine_reaction"})
# Age, heart and blood pressure add up: any of them, with the two others there, needs two (§8.5).
TOGETHER = frozenset({"age_65_plus", "cardiac_history", "hypertension_controlled"})


def needs_cosigner(code: str, raised: Collection[str]) -> bool:
    """Say whether this finding passes only with a second signature; `raised` is all that stands."""
    return code in BY_THE_DIRECTOR or (code in TOGETHER and TOGETHER.issubset(raised))


def cosigned_by_director(code: str) -> bool:
    """Say whether the second signature has to be the medical director's."""
    return code in BY_THE_DIRECTOR


def another_has_to(signed_by_me: int, limits: Limits = LIMITS) -> bool:
    """Say whether one clinician let as many findings pass as one may; another signs the next."""
    return signed_by_me >= limits.overrides_by_one_clinician_max
