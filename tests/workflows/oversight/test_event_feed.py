"""Does whoever follows the events of many miss none, repeat none, and see none of strangers?"""

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from models.people.patients import CareTeamMember
from models.platform.base import new_id
from models.platform.database import new_sessions
from models.platform.trail import AuditEvent, Event
from rules.terms import Role
from tests.factories import oversight, people
from tests.factories.evening import Evening
from tests.races import House
from workflows.oversight import event_feed
from workflows.oversight.event_feed import Found, Wanted
from workflows.platform.actor import Actor
from workflows.platform.errors import InvalidContent, NotPermitted

WRITERS, EACH, PATIENTS = 4, 40, 3
LONGEST_ACT_S = 0.01

Pull = Callable[..., Found]


@pytest.fixture
def evening(house: House) -> Evening:
    return house.an_evening()


def pull(house: House, actor: Actor, cursor: str | None = None, **wanted: Any) -> Found:
    most = wanted.pop("most", 100)
    with house.runtime.begin(actor) as work:
        return event_feed.follow(work, cursor, Wanted(**wanted), most)


def write(session: Session, patient_id: UUID, kind: str = "vital_signs.recorded", **over) -> UUID:
    row_id = new_id()
    told = {"object_type": kind.partition(".")[0], "object_id": row_id}
    told |= {"occurred_at": over.pop("at"), **over}
    session.execute(insert(Event).values(id=row_id, kind=kind, patient_id=patient_id, **told))
    return row_id


def written(house: House, evening: Evening, *kinds: str, **over) -> list[UUID]:
    with new_sessions(house.engine)() as session:
        at = over.pop("at", house.clock.now())
        rows = [write(session, evening.patient.id, kind, at=at, **over) for kind in kinds]
        session.commit()
        return rows


def ids(found: Found) -> list[UUID]:
    return [event.id for event in found.items]


def joins(house: House, evening: Evening, coach_id: UUID) -> UUID:
    with new_sessions(house.engine)() as session:
        place = CareTeamMember(
            patient_id=evening.patient.id,
            user_id=coach_id,
            role=Role.COACH,
            started_at=house.clock.now(),
        )
        session.add(place)
        session.commit()
        return place.id


def settled(house: House, actor: Actor) -> str:
    """Give the cursor behind everything that the factories wrote."""
    found = pull(house, actor)
    while found.more:
        found = pull(house, actor, found.cursor)
    return found.cursor


# The number of the slow one was lower, and the reader of many never came back for it.
def test_a_lower_number_that_commits_later_is_not_skipped(house, evening):
    other = house.an_evening()
    joins(house, other, evening.coach.id)
    cursor = settled(house, evening.as_coach)
    sessions, now = new_sessions(house.engine), house.clock.now()
    with sessions() as slow, sessions() as quick:
        first = write(slow, evening.patient.id, at=now)
        second = write(quick, other.patient.id, at=now)
        quick.commit()
        early = pull(house, evening.as_coach, cursor)
        assert ids(early) == []
        slow.commit()
    assert ids(pull(house, evening.as_coach, early.cursor)) == [first, second]


# Somebody imported a list for an hour in another corner, and nobody heard of anything.
def test_a_long_write_that_told_nothing_yet_holds_nobody_back(house, evening):
    cursor = settled(house, evening.as_coach)
    sessions = new_sessions(house.engine)
    with sessions() as long:
        long.execute(text("SELECT pg_current_xact_id()"))
        told = written(house, evening, "vital_signs.recorded")
        found = pull(house, evening.as_coach, cursor)
        assert ids(found) == told
        late = write(long, evening.patient.id, at=house.clock.now())
        long.commit()
    assert ids(pull(house, evening.as_coach, found.cursor)) == [late]


def test_what_was_taken_back_holds_nobody_back(house, evening):
    other = house.an_evening()
    joins(house, other, evening.coach.id)
    cursor = settled(house, evening.as_coach)
    with new_sessions(house.engine)() as session:
        undone = session.begin_nested()
        write(session, other.patient.id, at=house.clock.now())
        undone.rollback()
        told = written(house, evening, "vital_signs.recorded")
        kept = write(session, other.patient.id, at=house.clock.now())
        first = pull(house, evening.as_coach, cursor)
        session.commit()
    assert ids(first) == told
    assert ids(pull(house, evening.as_coach, first.cursor)) == [kept]


def test_at_full_speed_the_reader_of_many_ends_with_exactly_what_was_written(house, evening):
    others = [house.an_evening() for _ in range(PATIENTS - 1)]
    for other in others:
        joins(house, other, evening.coach.id)
    everybody = [one.patient.id for one in (evening, *others)]
    cursor, now = settled(house, evening.as_coach), house.clock.now()
    sessions, done = new_sessions(house.engine), list[UUID]()

    def writes(seed: int) -> None:
        chance = random.Random(seed)  # noqa: S311 - a schedule, and no secret
        for _ in range(EACH):
            with sessions() as session:
                row = write(session, chance.choice(everybody), at=now)
                time.sleep(chance.uniform(0, LONGEST_ACT_S))
                session.commit()
                done.append(row)

    seen = list[UUID]()
    with ThreadPoolExecutor(WRITERS) as pool:
        going = [pool.submit(writes, seed) for seed in range(WRITERS)]
        while not all(one.done() for one in going):
            found = pull(house, evening.as_coach, cursor, most=7)
            seen, cursor = seen + ids(found), found.cursor
        for one in going:
            one.result()
    while rest := ids(found := pull(house, evening.as_coach, cursor, most=7)):
        seen, cursor = seen + rest, found.cursor
    assert len(seen) == len(set(seen)) == WRITERS * EACH
    assert set(seen) == set(done)


def test_a_page_ends_where_the_next_begins(house, evening):
    cursor = settled(house, evening.as_coach)
    rows = written(house, evening, *["vital_signs.recorded"] * 3)
    first = pull(house, evening.as_coach, cursor, most=2)
    second = pull(house, evening.as_coach, first.cursor, most=2)
    assert (ids(first), first.more) == (rows[:2], True)
    assert (ids(second), second.more) == (rows[2:], False)
    assert ids(pull(house, evening.as_coach, second.cursor)) == []


def test_a_range_is_read_again_and_a_kind_alone(house, evening):
    now, actor = house.clock.now(), evening.as_coach
    (old,) = written(house, evening, "hold.placed", at=now - timedelta(days=9))
    (new,) = written(house, evening, "hold.placed", at=now + timedelta(days=9))
    (other,) = written(house, evening, "vital_signs.recorded", at=now + timedelta(days=9))
    assert ids(pull(house, actor, kinds=("hold.placed",))) == [old, new]
    later = {"since": now + timedelta(days=1)}
    assert ids(pull(house, actor, **later)) == [new, other]
    earlier = {"until": now - timedelta(days=8), "kinds": ("hold.placed",)}
    assert ids(pull(house, actor, **earlier)) == [old]
    assert (
        ids(pull(house, actor, since=now + timedelta(days=9), until=now + timedelta(days=9))) == []
    )
    with pytest.raises(InvalidContent):
        pull(house, actor, kinds=("hold.plased",))


def test_only_whoever_stands_in_a_relation_now_sees_it(house, evening):
    other = house.an_evening()
    place = joins(house, other, evening.coach.id)
    (theirs,) = written(house, other, "hold.placed")
    asked = {"kinds": ("hold.placed",)}
    assert ids(pull(house, evening.as_coach, **asked)) == [theirs]
    assert ids(pull(house, evening.as_prescriber, **asked)) == []
    assert ids(pull(house, other.as_patient, **asked)) == [theirs]
    with pytest.raises(NotPermitted):
        pull(house, evening.as_sitter, **asked)
    with new_sessions(house.engine)() as session:
        session.get_one(CareTeamMember, place).ended_at = house.clock.now()
        session.commit()
    assert ids(pull(house, evening.as_coach, **asked)) == []


# A coach cares for her, and the answers of her intake are not for a coach.
def test_nobody_is_told_of_what_they_could_not_read(house, evening):
    kinds = ("intake.submitted", "private_note.written", "coaching_note.drafted")
    kinds += ("break_glass.begun", "legal_hold.placed", "escalation.acknowledged")
    rows = dict(zip(kinds, written(house, evening, *kinds), strict=True))
    (signed,) = written(house, evening, "coaching_note.signed")

    def told(actor: Actor) -> set[UUID]:
        return set(ids(pull(house, actor, kinds=(*kinds, "coaching_note.signed"))))

    assert told(evening.as_coach) == {rows["escalation.acknowledged"], signed}
    assert told(evening.as_prescriber) == {
        rows["intake.submitted"],
        rows["escalation.acknowledged"],
        signed,
    }
    assert told(evening.as_patient) == {rows["intake.submitted"], signed}


def test_a_site_hears_of_its_own_sessions_and_of_nothing_else(house):
    now = house.clock.now()
    with new_sessions(house.engine)() as session:
        day = oversight.an_office_day(session, now)
        here = oversight.an_office_session(session, now, day.patient)
        session.commit()
    with new_sessions(house.engine)() as session:
        mine = write(session, day.patient.id, "office_session.arrived", at=now, object_id=here.id)
        write(session, day.patient.id, "office_session.arrived", at=now)
        write(session, day.patient.id, "hold.placed", at=now)
        session.commit()
    kinds = ("office_session.arrived", "hold.placed")
    assert ids(pull(house, day.as_observer, kinds=kinds)) == [mine]


def test_the_register_of_harm_hears_of_harm_to_anybody(house, evening):
    with new_sessions(house.engine)() as session:
        officer = people.a_user(session, house.clock.now(), Role.SAFETY_OFFICER)
        session.commit()
    harm, _ = written(house, evening, "adverse_event.reported", "hold.placed")
    keeper = Actor(officer.id, frozenset({Role.SAFETY_OFFICER}))
    assert ids(pull(house, keeper, kinds=("adverse_event.reported", "hold.placed"))) == [harm]


def test_each_patient_reads_in_their_trail_who_followed(house, evening):
    written(house, evening, "hold.placed")
    pull(house, evening.as_coach, kinds=("hold.placed",))
    looks = select(AuditEvent.patient_id).where(
        AuditEvent.action == "events.followed", AuditEvent.outcome == "listed"
    )
    with new_sessions(house.engine)() as session:
        assert session.scalars(looks).all() == [evening.patient.id]


@pytest.mark.parametrize("cursor", ["", "x", "ä", "A" * 64, "=" * 64])
def test_a_cursor_that_is_not_ours_means_to_begin_again(house, evening, cursor):
    with pytest.raises(InvalidContent) as refused:
        pull(house, evening.as_coach, cursor)
    assert refused.value.code == "cursor-not-good"


def test_a_cursor_is_nobody_elses(house, evening):
    theirs = settled(house, evening.as_prescriber)
    with pytest.raises(InvalidContent):
        pull(house, evening.as_coach, theirs)
