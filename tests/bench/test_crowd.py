"""Does every copy get what is its own, and the staff no more than once?"""

from datetime import UTC, datetime
from itertools import pairwise
from uuid import UUID, uuid4

import pytest

from bench import data
from bench.evenings import Lived, People
from bench.pattern import GROUP, OWN, STAFF, Pattern, Row, thinned


def a_pattern(**whose: str) -> Pattern:
    people = People(*(uuid4() for _ in range(6)), ())
    ids = {str(UUID(name)): kind for name, kind in whose.items()}
    return Pattern(Lived(people, None, 0), (), {}, ids)


@pytest.mark.parametrize("patients", [20, 20_000, 50_050])
def test_no_two_parts_of_a_crowd_share_their_staff(patients: int) -> None:
    parts = list(data._parts(patients))
    assert sum(part.count for part in parts) == patients
    for before, after in pairwise(parts):
        assert before.each[-1] + 1 == after.first
        assert before.groups[-1] < after.groups[0]


def test_a_patient_has_ids_of_their_own_and_a_group_shares_its_coach() -> None:
    own, staff, other = uuid4(), uuid4(), uuid4()
    found = a_pattern(**{own.hex: OWN, staff.hex: STAFF})
    first, last, next_group = GROUP, 2 * GROUP - 1, 2 * GROUP
    assert found.moved(own, first) != found.moved(own, last)
    assert found.moved(staff, first) == found.moved(staff, last) != found.moved(staff, next_group)
    assert found.moved(other, first) == other


def test_a_thin_history_keeps_the_staff_and_the_first_rows_of_each_table() -> None:
    rows = [Row("vital_signs", {"id": str(uuid4())}, OWN) for _ in range(3)]
    rows += [Row("role_grant", {"id": str(uuid4())}, STAFF) for _ in range(3)]
    whole = a_pattern()
    kept = thinned(Pattern(whole.lived, tuple(rows), {}, {}), most=1).rows
    assert [row.table for row in kept] == ["vital_signs", *["role_grant"] * 3]


def test_what_a_crowd_had_to_do_is_done() -> None:
    from bench.copying import _settled

    due = datetime(2999, 1, 1, tzinfo=UTC).isoformat()
    waiting = Row("deadline", {"due_at": due, "missed_at": None}, OWN)
    assert _settled(waiting, is_crowd=True) == due
    assert _settled(waiting, is_crowd=False) is None
