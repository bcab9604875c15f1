"""What is a rule, and what does it find?"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import Flag, auto
from types import ModuleType

from rules.facts import Facts
from rules.limits import LIMITS, Limits
from rules.limits.telling import told
from rules.terms import Force, Outcome


class Point(Flag):
    """The moments at which the gates are asked; a rule names every moment it guards."""

    SCREEN = auto()
    SCHEDULE = auto()
    APPROVAL = auto()
    ORDER = auto()
    CHECK_IN = auto()
    DOSE = auto()
    RELEASE = auto()
    OFFICE_START = auto()
    OFFICE_DISCHARGE = auto()
    OFFICE_SCHEDULE = auto()


@dataclass(frozen=True, slots=True)
class Check:
    """One look at the facts: met, not met, or nobody knows (None)."""

    met: bool | None
    observed: str = ""
    limit: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A sentence a clinician signs: what must be true, when, and what to say if it is not.

    Its three texts name the numbers in braces; a finding tells them under its own limits.
    """

    code: str
    force: Force
    at: Point
    says: str
    clinician: str
    remedy: str
    cite: str
    look: Callable[[Facts], Check]

    def find(self, facts: Facts) -> "Finding":
        """Look at the facts and say what was found."""
        check = self.look(facts)
        soft_and_not_met = self.force is Force.SOFT and check.met is False
        passed = soft_and_not_met and self.code in facts.overridden
        return Finding(self, check, passed, facts.limits)


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule together with what it saw."""

    rule: Rule
    check: Check
    overridden: bool
    limits: Limits = field(default=LIMITS, compare=False, repr=False)

    @property
    def says(self) -> str:
        """What the patient reads, with the numbers that decided."""
        return told(self.rule.says, self.limits)

    @property
    def clinician(self) -> str:
        """What the clinician reads, with the numbers that decided."""
        return told(self.rule.clinician, self.limits)

    @property
    def remedy(self) -> str:
        """What helps, with the numbers that decided."""
        return told(self.rule.remedy, self.limits)

    @property
    def outcome(self) -> Outcome:
        """Unknown stops, also for a soft rule: nobody may override what nobody knows."""
        if self.check.met or self.rule.force in (Force.ADVISORY, Force.ESCALATION):
            return Outcome.CLEAR
        if self.check.met is None or self.rule.force is Force.HARD:
            return Outcome.STOP
        return Outcome.CLEAR if self.overridden else Outcome.HOLD

    @property
    def raised(self) -> bool:
        """True when the rule was not met, whether or not it stops anything."""
        return self.check.met is not True


@dataclass(frozen=True, slots=True)
class Decision:
    """Everything one gate found at one moment, worst first."""

    point: Point
    ruleset: str
    outcome: Outcome
    findings: tuple[Finding, ...]

    @property
    def raised(self) -> tuple[Finding, ...]:
        """The findings that stop, hold or advise, worst first."""
        return tuple(finding for finding in self.findings if finding.raised)

    @property
    def codes(self) -> tuple[str, ...]:
        """The reason codes raised, worst first."""
        return tuple(finding.rule.code for finding in self.raised)


def rule(  # noqa: PLR0913 - a rule is one sentence with all its parts
    code: str,
    force: Force,
    *,
    at: Point,
    says: str,
    remedy: str,
    cite: str,
    clinician: str = "",
) -> Callable[[Callable[[Facts], Check]], Rule]:
    """Make a rule of a look at the facts; the code is public and is never renamed or reused."""

    def bind(look: Callable[[Facts], Check]) -> Rule:
        words = clinician or (look.__doc__ or says).strip()
        return Rule(code, force, at, says, words, remedy, cite, look)

    return bind


def rules_in(module: ModuleType) -> tuple[Rule, ...]:
    """Every rule a module defines, alone or in a table, in the order written."""
    return tuple(_rules_among(vars(module).values()))


def _rules_among(values: Iterable[object]) -> Iterable[Rule]:
    for value in values:
        if isinstance(value, Rule):
            yield value
        elif isinstance(value, tuple):
            yield from (item for item in value if isinstance(item, Rule))
