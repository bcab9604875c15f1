"""Is the patient prepared? Readiness is computed from what was done, never ticked."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from rules import citations
from rules.core import Check, Point, rule
from rules.facts import Facts
from rules.terms import Force


class PreparationItem(StrEnum):
    """What must be done before a first dose at home, in the order of doing."""

    CONSENT_SIGNED = "consent_signed"
    APPOINTMENT_HELD = "appointment_held"
    MODULES_PASSED = "modules_passed"
    CUFF_REHEARSED = "cuff_rehearsed"
    SITTER_TRAINED = "sitter_trained"
    HOME_CHECKED = "home_checked"

    @property
    def says(self) -> str:
        """Say it to the patient."""
        return _SAYS[self]


_SAYS = {
    PreparationItem.CONSENT_SIGNED: "Read and sign the current consent form.",
    PreparationItem.APPOINTMENT_HELD: "Meet your coach by video for your preparation visit.",
    PreparationItem.MODULES_PASSED: "Finish the preparation lessons and their short questions.",
    PreparationItem.CUFF_REHEARSED: "Take a practice reading with your own blood pressure cuff.",
    PreparationItem.SITTER_TRAINED: "Your sitter goes through the short training.",
    PreparationItem.HOME_CHECKED: "Go through the safety list for the place you will use.",
}


@dataclass(frozen=True, slots=True)
class Readiness:
    """Everything that must be done, and what is still to do."""

    missing: tuple[PreparationItem, ...]

    @property
    def ready(self) -> bool:
        """True when nothing is missing."""
        return not self.missing

    @property
    def done(self) -> tuple[PreparationItem, ...]:
        """What has been done already."""
        return tuple(item for item in PreparationItem if item not in self.missing)


def readiness(missing: Collection[str]) -> Readiness:
    """Put what is missing into the order of doing; a name nobody knows is an error."""
    known = {PreparationItem(name) for name in missing}
    return Readiness(tuple(item for item in PreparationItem if item in known))


@rule(
    "prep_session_missing",
    Force.HARD,
    at=Point.CHECK_IN | Point.DOSE,
    says="Your preparation is not finished yet, so you can't take a dose today.",
    clinician="Preparation is incomplete.",
    remedy="Finish what is still open under Preparation.",
    cite=citations.PROTOCOL_PREPARATION,
)
def preparation_is_complete(facts: Facts) -> Check:
    """No item of preparation is missing."""
    missing = facts.course.preparation_missing
    if missing is None:
        return Check(None, "preparation not known", "nothing missing")
    return Check(not missing, ", ".join(missing) or "complete", "nothing missing")


@rule(
    "prep_session_stale",
    Force.SOFT,
    at=Point.CHECK_IN | Point.DOSE,
    says="Your preparation visit was a while ago. Your prescriber must agree before you go on.",
    clinician="The last preparation session is older than its life.",
    remedy="Book a short preparation visit, or ask your prescriber.",
    cite=citations.PROTOCOL_PREPARATION,
)
def preparation_is_recent(facts: Facts) -> Check:
    """The last preparation lies within its life."""
    prepared, life = facts.course.prepared_at, facts.limits.preparation_life
    limit = f"within {life.days} days"
    if prepared is None:
        return Check(None, "no date of preparation", limit)
    return Check(facts.now - prepared <= life, f"prepared on {prepared:%Y-%m-%d}", limit)
