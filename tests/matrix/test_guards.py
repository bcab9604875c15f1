"""Does the matrix see that a guard is gone?

A few of them are taken away here, one of each kind; `python -m tests.matrix.guards` takes all.
"""

import pytest

from tests.matrix import guards
from tests.matrix.asking import Asking
from tests.matrix.guards import Guard

ALL = {guard.name: guard for guard in guards.all_guards()}
# One of each kind.
SOME = (
    "role of start_dose",
    "role of read_private_note",
    "relation of read_patient",
    "relation of read_dose_session",
    "condition is_own",
    "condition cares",
    "end of the programme, start_dose",
    "an account outlives its owner",
    "sign-in",
    "disabled accounts",
    "roles that ended",
    "who left the team",
    "the role on the team",
    "whose caseload",
    "condition broke_the_glass",
    "a look that is over",
    "a glass that was closed",
    "whose look",
    "the mark of a broken glass",
)


@pytest.mark.asvs("8.2.1", "8.2.2", "8.3.2")
@pytest.mark.parametrize("name", SOME)
def test_the_matrix_turns_red_without_this_guard(asking: Asking, name: str) -> None:
    assert guards.noticed(asking, ALL[name]) is not None


def test_with_every_guard_in_place_nothing_of_it_is_red(asking: Asking) -> None:
    for name in SOME:
        standing = Guard(name, guards.nothing_gone, ALL[name].looks[:3])
        assert guards.noticed(asking, standing) is None
