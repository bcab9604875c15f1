"""Does a licensed human answer, and for how long without a gap?"""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from models.oversight.holds import OnCallShift
from models.platform.trail import AuditEvent, Event
from rules.terms import Role
from tests.factories.dose import a_shift
from tests.factories.people import a_credential, a_licensed_prescriber, a_user
from workflows.oversight import on_call, roster
from workflows.platform.actor import Actor
from workflows.platform.errors import InvalidContent, NotFound, NotPermitted, RecordForbids

HOUR = timedelta(hours=1)


@pytest.fixture
def doctor(session, clock):
    doctor = a_licensed_prescriber(session, clock.now())
    session.commit()
    return doctor


@pytest.fixture
def admin(session, clock):
    person = a_user(session, clock.now(), Role.ADMIN)
    session.commit()
    return Actor(person.id, frozenset({Role.ADMIN}))


def staff(runtime, admin, person, starts_at, ends_at) -> OnCallShift:
    with runtime.begin(admin) as work:
        return on_call.staff(work, person.id, starts_at, ends_at)


def test_an_admin_puts_a_clinician_on_call(runtime, session, clock, admin, doctor):
    now = clock.now()
    shift = staff(runtime, admin, doctor, now, now + 8 * HOUR)
    assert session.scalars(select(OnCallShift.id)).all() == [shift.id]
    assert "on_call.staffed" in session.scalars(select(AuditEvent.action)).all()
    assert "on_call.staffed" in session.scalars(select(Event.kind)).all()
    assert roster.who_answers(session, now) == [doctor.id]
    assert roster.who_answers(session, now + 8 * HOUR) == []


def test_two_shifts_of_one_person_never_overlap(runtime, clock, admin, doctor):
    now = clock.now()
    staff(runtime, admin, doctor, now, now + 8 * HOUR)
    with pytest.raises(RecordForbids) as refused:
        staff(runtime, admin, doctor, now + 7 * HOUR, now + 9 * HOUR)
    assert refused.value.code == "shift_overlaps"


def test_only_a_licensed_clinician_is_put_on_call(runtime, session, clock, admin):
    now = clock.now()
    coach = a_user(session, now, Role.COACH)
    expired = a_user(session, now, Role.PRESCRIBER)
    a_credential(session, expired, expires_on=date(2026, 11, 22))
    session.commit()
    for person in (coach, expired):
        with pytest.raises(RecordForbids) as refused:
            staff(runtime, admin, person, now, now + HOUR)
        assert refused.value.code == "not_a_licensed_clinician"


def test_a_shift_ends_after_it_starts_and_not_in_the_past(runtime, clock, admin, doctor):
    now = clock.now()
    for starts_at, ends_at in ((now, now), (now + HOUR, now), (now - 2 * HOUR, now - HOUR)):
        with pytest.raises(InvalidContent):
            staff(runtime, admin, doctor, starts_at, ends_at)


def test_a_clinician_does_not_staff_shifts(runtime, clock, doctor):
    prescriber = Actor(doctor.id, frozenset({Role.PRESCRIBER}))
    with pytest.raises(NotPermitted):
        staff(runtime, prescriber, doctor, clock.now(), clock.now() + HOUR)


def test_a_shift_taken_back_covers_nothing(runtime, session, clock, admin, doctor):
    shift = staff(runtime, admin, doctor, clock.now(), clock.now() + HOUR)
    with runtime.begin(admin) as work:
        on_call.cancel(work, shift.id)
        assert on_call.read_shifts(work) == []
    assert roster.cover_until(session, clock.now()) is None
    with pytest.raises(NotFound), runtime.begin(admin) as work:
        on_call.cancel(work, doctor.id)


def test_cover_ends_where_nobody_follows(session, clock, doctor):
    now = clock.now()
    second = a_licensed_prescriber(session, now, "TX")
    a_shift(session, doctor, now, hours=4)
    a_shift(session, second, now + 4 * HOUR, hours=4)
    a_shift(session, doctor, now + 9 * HOUR, hours=4)
    assert roster.cover_until(session, now) == now + 8 * HOUR
    assert roster.cover_until(session, now + 8 * HOUR) is None
    assert roster.cover_until(session, now + 10 * HOUR) == now + 13 * HOUR


def test_a_longer_shift_inside_does_not_shorten_the_cover(session, clock, doctor):
    now = clock.now()
    second = a_licensed_prescriber(session, now)
    a_shift(session, doctor, now - HOUR, hours=10)
    a_shift(session, second, now, hours=2)
    assert roster.cover_until(session, now) == now + 9 * HOUR


def test_a_shift_of_somebody_who_may_not_practise_any_more_covers_nothing(session, clock, doctor):
    a_shift(session, doctor, clock.now())
    doctor.disabled_at = clock.now()
    session.flush()
    assert roster.cover_until(session, clock.now()) is None
    assert roster.who_answers(session, clock.now()) == []
