"""Is a patient seen only by those who have to do with them, and only as far as that goes?"""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from models.people.accounts import UserAccount
from models.people.patients import Patient
from models.platform.trail import AuditEvent
from rules.terms import Role
from tests.clock import HandClock
from tests.factories.people import a_care_team, a_patient, a_sitter, a_user, the_actor
from workflows.people import contacts, patients
from workflows.people.patients import Person
from workflows.platform.actor import SYSTEM, Actor
from workflows.platform.errors import (
    ChangedSinceRead,
    InvalidContent,
    NotFound,
    NotPermitted,
    RecordForbids,
)
from workflows.platform.runtime import Runtime
from workflows.staff import care_team

PERSON = Person(
    "Pat", "Ient", date(1992, 3, 4), "CO", "America/Denver", contact={"phone": "+13035550100"}
)


@pytest.fixture
def admin(runtime: Runtime) -> Actor:
    """Give somebody of the office."""
    with runtime.begin(SYSTEM) as work:
        return the_actor(a_user(work.session, work.now, Role.ADMIN), Role.ADMIN)


def own(patient: Patient) -> Actor:
    return Actor(patient.user_id, frozenset({Role.PATIENT}))


def test_an_invited_person_becomes_a_patient(runtime: Runtime, admin: Actor) -> None:
    with runtime.begin(SYSTEM) as work:
        user = a_user(work.session, work.now, Role.PATIENT)
    with runtime.begin(admin) as work:
        patient = patients.enrol(work, user.id, PERSON)

    with runtime.begin(own(patient)) as work:
        seen = patients.read_patient(work, patient.id)
        account = work.session.scalars(select(UserAccount).where(UserAccount.id == user.id)).one()
    assert (seen.given_name, seen.born_on, seen.version) == ("Pat", "1992-03-04", 1)
    assert account.phone_blind == contacts.phone_blind("+13035550100")


def test_nobody_is_enrolled_twice(runtime: Runtime, admin: Actor) -> None:
    with runtime.begin(SYSTEM) as work:
        patient = a_patient(work.session, work.now)

    with pytest.raises(RecordForbids) as refused, runtime.begin(admin) as work:
        patients.enrol(work, patient.user_id, PERSON)
    assert refused.value.code == "patient_exists"


def test_somebody_not_invited_as_a_patient_is_not_enrolled(runtime: Runtime, admin: Actor) -> None:
    with runtime.begin(SYSTEM) as work:
        coach = a_user(work.session, work.now, Role.COACH)

    with pytest.raises(RecordForbids), runtime.begin(admin) as work:
        patients.enrol(work, coach.id, PERSON)


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"state": "XX"}, "state"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"born_on": date(2026, 11, 24)}, "born_on"),
    ],
)
def test_an_impossible_person_is_refused(
    runtime: Runtime, admin: Actor, wrong: dict[str, Any], named: str
) -> None:
    with runtime.begin(SYSTEM) as work:
        user = a_user(work.session, work.now, Role.PATIENT)

    person = replace(PERSON, **wrong)
    with pytest.raises(InvalidContent) as refused, runtime.begin(admin) as work:
        patients.enrol(work, user.id, person)
    assert list(refused.value.more["errors"]) == [named]


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [
        (Role.COACH, {"given_name", "contact", "time_zone"}, {"born_on", "suspended_for"}),
        (Role.PRESCRIBER, {"given_name", "contact", "born_on", "suspended_for"}, set()),
        (Role.SAFETY_OFFICER, {"given_name", "contact", "born_on"}, set()),
    ],
)
def test_each_relation_shows_its_own_part(
    runtime: Runtime, role: Role, shown: set[str], hidden: set[str]
) -> None:
    with runtime.begin(SYSTEM) as work:
        patient = a_patient(work.session, work.now)
        user = a_user(work.session, work.now, role)
        a_care_team(work.session, work.now, patient, **{str(role): user})

    with runtime.begin(the_actor(user, role)) as work:
        seen = patients.read_patient(work, patient.id)
    assert {name for name in shown if getattr(seen, name) is not None} == shown
    assert {name for name in hidden if getattr(seen, name) is None} == hidden


def test_a_coach_who_prescribes_elsewhere_is_a_coach_here(runtime: Runtime) -> None:
    with runtime.begin(SYSTEM) as work:
        patient = a_patient(work.session, work.now)
        user = a_user(work.session, work.now, Role.COACH, Role.PRESCRIBER)
        a_care_team(work.session, work.now, patient, coach=user)

    with runtime.begin(the_actor(user, Role.COACH, Role.PRESCRIBER)) as work:
        assert patients.read_patient(work, patient.id).born_on is None


@pytest.mark.parametrize("role", [Role.COACH, Role.PRESCRIBER, Role.SAFETY_OFFICER, Role.PATIENT])
def test_the_list_does_not_show_another_teams_patients(runtime: Runtime, role: Role) -> None:
    with runtime.begin(SYSTEM) as work:
        mine, theirs = (a_patient(work.session, work.now) for _ in range(2))
        user = a_user(work.session, work.now, role)
        if role is not Role.PATIENT:
            a_care_team(work.session, work.now, mine, **{str(role): user})
    actor = own(mine) if role is Role.PATIENT else the_actor(user, role)

    with runtime.begin(actor) as work:
        assert [seen.id for seen in patients.own_patients(work)] == [mine.id]
    with pytest.raises(NotFound), runtime.begin(actor) as work:
        patients.read_patient(work, theirs.id)


@pytest.mark.parametrize("role", [Role.ADMIN, Role.SITTER])
def test_office_and_sitters_read_no_patient(runtime: Runtime, role: Role) -> None:
    with runtime.begin(SYSTEM) as work:
        patient = a_patient(work.session, work.now)
        a_sitter(work.session, work.now, patient)
        user = a_user(work.session, work.now, role)

    with pytest.raises(NotPermitted), runtime.begin(the_actor(user, role)) as work:
        patients.read_patient(work, patient.id)


def test_a_patient_leaves_the_sight_of_somebody_off_the_team(
    runtime: Runtime, admin: Actor
) -> None:
    with runtime.begin(SYSTEM) as work:
        patient = a_patient(work.session, work.now)
        coach = a_user(work.session, work.now, Role.COACH)
        (member,) = a_care_team(work.session, work.now, patient, coach=coach)
    with runtime.begin(admin) as work:
        care_team.end(work, patient.id, member.id)

    with pytest.raises(NotFound), runtime.begin(the_actor(coach, Role.COACH)) as work:
        patients.read_patient(work, patient.id)


def test_the_list_goes_on_where_it_stopped(runtime: Runtime, clock: HandClock) -> None:
    with runtime.begin(SYSTEM) as work:
        coach = a_user(work.session, work.now, Role.COACH)
        made = [a_patient(work.session, work.now) for _ in range(5)]
        for patient in made:
            a_care_team(work.session, work.now, patient, coach=coach)
    actor = the_actor(coach, Role.COACH)

    with runtime.begin(actor) as work:
        first = patients.own_patients(work, limit=2)
        last = first[1]
        rest = patients.own_patients(work, after=(last.enrolled_at, last.id), limit=10)
    assert len(first) == 3
    assert [seen.id for seen in (*first[:2], *rest)] == sorted(patient.id for patient in made)


def test_each_patient_on_a_list_has_an_entry_in_their_trail(runtime: Runtime) -> None:
    with runtime.begin(SYSTEM) as work:
        coach = a_user(work.session, work.now, Role.COACH)
        made = [a_patient(work.session, work.now) for _ in range(2)]
        for patient in made:
            a_care_team(work.session, work.now, patient, coach=coach)
    with runtime.begin(the_actor(coach, Role.COACH)) as work:
        patients.own_patients(work)

    with runtime.begin(SYSTEM) as work:
        noted = work.session.scalars(
            select(AuditEvent.patient_id).where(AuditEvent.outcome == "listed")
        ).all()
    assert set(noted) == {patient.id for patient in made}


def test_a_patient_corrects_how_to_be_reached(runtime: Runtime) -> None:
    with runtime.begin(SYSTEM) as work:
        patient = a_patient(work.session, work.now)
    changes = {"state": "CA", "contact": {"phone": "+14155550123"}}
    with runtime.begin(own(patient)) as work:
        amended = patients.amend_identity(work, patient.id, changes, version=1)

    assert (amended.state, amended.version, amended.safety_version) == ("CA", 2, 2)
    with runtime.begin(SYSTEM) as work:
        account = work.session.scalars(select(UserAccount)).one()
    assert account.phone_blind == contacts.phone_blind("+14155550123")


def test_a_correction_of_an_old_version_is_refused(runtime: Runtime) -> None:
    with runtime.begin(SYSTEM) as work:
        patient = a_patient(work.session, work.now)

    with pytest.raises(ChangedSinceRead), runtime.begin(own(patient)) as work:
        patients.amend_identity(work, patient.id, {"state": "CA"}, version=7)


def test_the_day_of_birth_is_not_the_patients_to_change(runtime: Runtime) -> None:
    with runtime.begin(SYSTEM) as work:
        patient = a_patient(work.session, work.now)
    with runtime.begin(own(patient)) as work:
        amended = patients.amend_identity(work, patient.id, {"born_on": "2001-01-01"}, version=1)

    assert amended.born_on == "1992-03-04"


def test_nobody_amends_another_patient(runtime: Runtime) -> None:
    with runtime.begin(SYSTEM) as work:
        mine, theirs = (a_patient(work.session, work.now) for _ in range(2))

    with pytest.raises(NotFound), runtime.begin(own(mine)) as work:
        patients.amend_identity(work, theirs.id, {"state": "CA"}, version=1)
