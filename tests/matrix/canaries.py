"""Which words of the record may reach whom? One planted in each kind of thing that is kept."""

from collections.abc import Iterable

from rules.terms import Role

# Nobody says these by chance: whoever finds one has found a leak.
WORDS = {
    "dosing": "zyglophrix because the earlier dose did too little",
    "concern": "vermilloquat, he shouts at me",
    "private": "quandrifel, a memory of the father",
    "coaching": "ostrivane, we talked about sleep",
    "harm": "brumazelle, my head hurts",
    "diagnosis": "thrandulique, recurrent since 2019",
    "glass": "drimmoquent, nobody of the team answers",
    "address": "Pellucidran Road 7",
}
ADDRESS = {
    "line": WORDS["address"],
    "city": "Denver",
    "state": "CO",
    "postal_code": "80202",
}
DIAGNOSIS = "major_depressive_disorder"
FINDING = {
    "code": "liver_disease",
    "force": "soft",
    "outcome": "hold",
    "unknown": False,
    "overridden": False,
    "observed": "kelvatrine in the liver",
    "limit": "none",
    "says": "Your liver needs a look first.",
    "clinician": "Liver disease.",
    "remedy": "Talk to the prescriber.",
    "source": "test",
    "put_right_by": "prescriber",
    "retry_after": None,
}
# What nobody may find who has none but these roles. Each role's line is what its work needs not.
HIDDEN_FROM: dict[Role, frozenset[str]] = {
    Role.PATIENT: frozenset(
        {"private", "coaching", "glass"}
    ),  # a draft is nobody's but its author's
    Role.SITTER: frozenset(WORDS) - {"address"},  # a first name, a time, an address
    Role.COACH: frozenset({"dosing", "diagnosis", "glass"}),
    Role.PRESCRIBER: frozenset({"private", "coaching", "glass"}),
    Role.SAFETY_OFFICER: frozenset({"private", "coaching"}),
    Role.SITE_STAFF: frozenset(WORDS) - {"harm", "address"},
    Role.ADMIN: frozenset(WORDS),
}


def hidden_from(roles: Iterable[Role]) -> frozenset[str]:
    """Give what somebody with these roles may never find; of two roles, the one that sees more."""
    unseen = [HIDDEN_FROM[role] for role in roles]
    return frozenset.intersection(*unseen) if unseen else frozenset(WORDS)
