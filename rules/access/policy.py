"""What does the access policy, taken as a whole, say about an act?

The lines are the one truth: which roles a permission has, which relation counts for which of them,
and which acts end with the programme are all read from them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from rules.access import aftercare, dose, intake, oversight, people, plan, preparation, sandbox
from rules.access.words import BROKEN_GLASS, HOUSE, Line, Relation
from rules.permissions import Permission
from rules.terms import EnrolmentState, Role

LINES: tuple[Line, ...] = (
    *people.LINES,
    *intake.LINES,
    *plan.LINES,
    *preparation.LINES,
    *dose.LINES,
    *aftercare.LINES,
    *oversight.LINES,
)
# What the house itself does at its rounds, and by no operation.
OF_THE_HOUSE = (Permission.RUN_SWEEP, Permission.REPORT_HARM, Permission.HAND_IN_QUEUE)
# From here no state leads back: the programme is over for this person.
PROGRAMME_ENDED = frozenset({EnrolmentState.WITHDRAWN, EnrolmentState.DECEASED})


class PolicyBroken(Exception):
    """The policy does not say one thing about everything that is served, so nothing starts."""


def line_of(operation: str) -> Line:
    """Give the line of an operation; without one, it may not be served."""
    try:
        return IN_A_SANDBOX[operation]
    except KeyError:
        raise PolicyBroken(no_line(operation)) from None


def no_line(operation: str) -> str:
    """Say which line is missing, in the words in which it has to be written."""
    return (
        f"{operation}: no line of the access policy. Add to LINES in rules/access/<room>.py, for"
        f' example: line("{operation}", May.<PERMISSION>, {{P: OWN, C: TEAM, R: TEAM}}),'
        f' or signed_in("{operation}"), or public("{operation}").'
    )


def may(roles: frozenset[Role], permission: Permission) -> bool:
    """Does any of these roles carry the permission?"""
    return not roles.isdisjoint(ROLES.get(permission, frozenset()))


def relations(permission: Permission, role: Role) -> frozenset[Relation]:
    """Give what counts for a role when it does this kind of act."""
    return RELATIONS.get((permission, role), frozenset())


def faults(lines: Iterable[Line]) -> list[str]:
    """Find what contradicts itself: an operation named twice, a permission with two casts."""
    found, seen, casts = [], set[str](), dict[Permission, tuple[str, frozenset[Role]]]()
    for one in lines:
        if one.operation in seen:
            found.append(f"{one.operation}: two lines of the access policy; keep one.")
        seen.add(one.operation)
        if one.permission is None:
            continue
        first, cast = casts.setdefault(one.permission, (one.operation, frozenset(one.who)))
        if cast != frozenset(one.who):
            found.append(
                f"{one.operation}: names other roles than {first}, and both need"
                f" {one.permission}. A role that is never near at a door has NOWHERE there; another"
                " cast needs another permission."
            )
    return found


def checked(lines: Iterable[Line]) -> Mapping[str, Line]:
    """Give the lines by their operation, or refuse a policy that contradicts itself."""
    known = tuple(lines)
    if broken := faults(known):
        raise PolicyBroken("\n".join(broken))
    return MappingProxyType({one.operation: one for one in known})


def _relations(lines: Iterable[Line]) -> Mapping[tuple[Permission, Role], frozenset[Relation]]:
    together: dict[tuple[Permission, Role], frozenset[Relation]] = defaultdict(frozenset)
    for one in lines:
        if one.permission is None:
            continue
        for role, near in one.who.items():
            together[one.permission, role] |= near
    for permission in OF_THE_HOUSE:
        together[permission, Role.SYSTEM] = frozenset({HOUSE})
    return MappingProxyType(dict(together))


def _roles(
    together: Mapping[tuple[Permission, Role], frozenset[Relation]],
) -> Mapping[Permission, frozenset[Role]]:
    cast: dict[Permission, set[Role]] = defaultdict(set)
    for permission, role in together:
        cast[permission].add(role)
    return MappingProxyType({kind: frozenset(roles) for kind, roles in cast.items()})


BY_OPERATION = checked(LINES)
# Served in a sandbox beside the others, and nowhere else.
IN_A_SANDBOX = checked((*LINES, *sandbox.LINES))
RELATIONS = _relations((*LINES, *sandbox.LINES))
ROLES = _roles(RELATIONS)
# What is read in an emergency by somebody without a relation. Nothing is done with any of them, and
# the notes of coaches and who else looked are not among them.
EMERGENCY_READS = frozenset(kind for (kind, _), near in RELATIONS.items() if BROKEN_GLASS in near)
CLOSED_WITH_THE_PROGRAMME = frozenset(one.closes for one in LINES if one.closes)
