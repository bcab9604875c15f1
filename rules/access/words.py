"""In which words is a line of the access policy written?"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from rules.permissions import Permission
from rules.terms import Role

# One letter a role keeps the table a table.
P, S, C, R, O, F, A, W = (  # noqa: E741
    Role.PATIENT,
    Role.SITTER,
    Role.COACH,
    Role.PRESCRIBER,
    Role.SAFETY_OFFICER,
    Role.SITE_STAFF,
    Role.ADMIN,
    Role.SYSTEM,
)


class Relation(StrEnum):
    """How somebody stands to the patient whom an act is about; what is over is none of them."""

    OWN = "own"  # it is my own record, and I am alive in it
    TEAM = "team"  # I am on the care team now, in the role in which I act
    ON_CALL = "on_call"  # I cover: I am on call now, and somebody calls for help
    SITS = "sits"  # I am the sitter of this session
    SAT = "sat"  # I am named in this session, and the patient has taken me off since
    PLACE = "place"  # it is my own place as a sitter
    SITE = "site"  # the patient is treated at the site where I work now
    REGISTER = "register"  # I keep the register of harm of the whole programme
    REPORTED = "reported"  # it is harm that I reported myself
    AUTHOR = "author"  # I wrote it, and am on the care team still
    OFFICE = "office"  # I run the office, and read nothing of the record by it
    BROKEN_GLASS = "broken_glass"  # I broke the glass for this patient, with a reason, for a while
    LOOK = "look"  # it is a look behind the glass that I took myself
    SELF = "self"  # it is about myself: my account, my slots, my duty
    ANY = "any"  # there is no patient in it
    HOUSE = "house"  # I am the house itself, at its rounds


OWN = Relation.OWN
TEAM = Relation.TEAM
ON_CALL = Relation.ON_CALL
SITS = Relation.SITS
SAT = Relation.SAT
PLACE = Relation.PLACE
SITE = Relation.SITE
REGISTER = Relation.REGISTER
REPORTED = Relation.REPORTED
AUTHOR = Relation.AUTHOR
OFFICE = Relation.OFFICE
BROKEN_GLASS = Relation.BROKEN_GLASS
LOOK = Relation.LOOK
SELF = Relation.SELF
ANY = Relation.ANY
HOUSE = Relation.HOUSE
NEAR = (TEAM, BROKEN_GLASS)  # on the team; in an emergency, who broke the glass
NOWHERE: tuple[Relation, ...] = ()  # the kind of act is theirs, and never at this door
MYSELF = dict.fromkeys((P, S, C, R, O, F, A), SELF)
ANYBODY = dict.fromkeys((P, S, C, R, O, F, A), ANY)


class Outside(StrEnum):
    """What does somebody learn who has the role and not the relation?"""

    HIDDEN = "hidden"  # 404, the same as for what does not exist
    NARROWED = "narrowed"  # a list of what is theirs, and everything else is missing from it


NARROWED = Outside.NARROWED


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Who may do one operation. Whoever is not named may not: 403.

    `closes` is the name of the act in the trail when it would carry a treatment on: it is refused
    with 409 once the patient has withdrawn or died. Facts are kept and records read all the same.
    """

    operation: str
    permission: Permission | None
    who: Mapping[Role, frozenset[Relation]]
    outside: Outside = Outside.HIDDEN
    closes: str = ""
    public: bool = False

    @property
    def everybody(self) -> bool:
        """Whether it is enough to be signed in."""
        return self.permission is None and not self.public


Told = Mapping[Role, Relation | tuple[Relation, ...]]


def line(
    operation: str,
    permission: Permission,
    who: Told,
    outside: Outside = Outside.HIDDEN,
    *,
    closes: str = "",
) -> Line:
    """Name who may, and by which relation."""
    return Line(
        operation=operation,
        permission=permission,
        who=_who(who),
        outside=outside,
        closes=closes,
    )


def public(operation: str, permission: Permission | None = None, who: Told | None = None) -> Line:
    """Let anybody in; `who` names the roles whose relation counts when they are signed in."""
    return Line(operation=operation, permission=permission, who=_who(who or {}), public=True)


def signed_in(operation: str) -> Line:
    """Let in whoever is signed in: it tells nothing of anybody else."""
    return Line(operation=operation, permission=None, who=_who({}))


def _who(told: Told) -> Mapping[Role, frozenset[Relation]]:
    return MappingProxyType(
        {
            role: frozenset(given if isinstance(given, tuple) else (given,))
            for role, given in told.items()
        }
    )
