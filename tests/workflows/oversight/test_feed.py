"""Does whoever follows the changes of a record get every one of them, once, and in one order?"""

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from uuid import UUID

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from models.platform.base import new_id
from models.platform.database import new_sessions
from models.platform.trail import Event
from tests.factories.evening import Evening
from tests.races import House
from workflows.oversight import feed
from workflows.oversight.feed import Changes
from workflows.platform.errors import InvalidContent

WRITERS, EACH = 4, 40
LONGEST_ACT_S = 0.01
A_WHILE_S = 0.5


@pytest.fixture
def evening(house: House) -> Evening:
    return house.an_evening()


@pytest.fixture
def pull(house: House, evening: Evening) -> Callable[..., Changes]:
    def read(cursor: str | None = None, most: int = 100) -> Changes:
        with house.runtime.begin(evening.as_patient) as work:
            return feed.follow(work, cursor, most)

    return read


def write(session: Session, evening: Evening, kind: str = "vital_signs") -> UUID:
    row_id = new_id()
    session.execute(
        insert(Event).values(
            id=row_id,
            kind=f"{kind}.recorded",
            patient_id=evening.patient.id,
            object_type=kind,
            object_id=row_id,
            occurred_at=evening.session.scheduled_at,
        )
    )
    return row_id


def ids(found: Changes) -> list[UUID]:
    return [event.id for event in found.items]


# The number is drawn at the first word, and the reader who had gone by numbers never came back.
def test_who_writes_later_of_the_same_patient_is_numbered_after_the_commit(house, evening, pull):
    sessions = new_sessions(house.engine)

    def writes() -> UUID:
        with sessions() as session:
            row = write(session, evening)
            session.commit()
            return row

    with sessions() as slow, ThreadPoolExecutor(1) as pool:
        first = write(slow, evening)
        second = pool.submit(writes)
        assert wait([second], timeout=A_WHILE_S).not_done
        slow.commit()
    found = pull(None, 1)
    assert ids(found) == [first]
    assert ids(pull(found.cursor)) == [second.result()]


def test_nobody_waits_for_the_record_of_somebody_else(house, evening, pull):
    sessions = new_sessions(house.engine)
    with sessions() as slow, sessions() as quick:
        write(slow, house.an_evening())
        mine = write(quick, evening)
        quick.commit()
        assert ids(pull()) == [mine]


def test_at_full_speed_the_reader_ends_with_exactly_what_was_written(house, evening, pull):
    sessions, written = new_sessions(house.engine), list[UUID]()

    def writes(seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 - a schedule, and no secret
        for _ in range(EACH):
            with sessions() as session:
                row = write(session, evening)
                time.sleep(chance.uniform(0, LONGEST_ACT_S))
                session.commit()
                written.append(row)

    seen, cursor = list[UUID](), None
    with ThreadPoolExecutor(WRITERS) as pool:
        going = [pool.submit(writes, seed) for seed in range(WRITERS)]
        while not all(one.done() for one in going):
            found = pull(cursor, 7)
            seen, cursor = seen + ids(found), found.cursor
        for one in going:
            one.result()
    while rest := ids(found := pull(cursor, 7)):
        seen, cursor = seen + rest, found.cursor
    assert len(seen) == len(set(seen)) == WRITERS * EACH
    assert set(seen) == set(written)


def test_a_page_ends_where_the_next_begins(house, evening, pull):
    with new_sessions(house.engine)() as session:
        rows = [write(session, evening) for _ in range(3)]
        session.commit()
    first = pull(None, 2)
    second = pull(first.cursor, 2)
    assert (ids(first), first.more) == (rows[:2], True)
    assert (ids(second), second.more) == (rows[2:], False)
    last = pull(second.cursor, 2)
    assert (ids(last), last.cursor) == ([], second.cursor)


def test_drafts_and_what_others_keep_to_themselves_are_not_followed(house, evening, pull):
    with new_sessions(house.engine)() as session:
        for kind in ("private_note", "coaching_note", "escalation", "break_glass"):
            write(session, evening, kind)
        session.commit()
    assert ids(pull()) == []


@pytest.mark.parametrize("cursor", ["", "x", "ä", "A" * 64, "=" * 64])
def test_a_cursor_that_is_not_ours_means_to_begin_again(pull, cursor):
    with pytest.raises(InvalidContent) as refused:
        pull(cursor)
    assert refused.value.code == "cursor-not-good"


def test_a_cursor_is_nobody_elses(house, evening, pull):
    other = house.an_evening()
    with house.runtime.begin(other.as_patient) as work:
        theirs = feed.follow(work, None, 1).cursor
    with pytest.raises(InvalidContent):
        pull(theirs)
