"""Is a care team made of people who hold the role, and never of the patient?"""

import pytest
from sqlalchemy import select

from models.people.patients import Patient
from rules.terms import Role
from tests.factories.people import a_care_team, a_patient, a_user, the_actor
from workflows.platform.actor import SYSTEM, Actor
from workflows.platform.errors import InvalidContent, NotFound, NotPermitted, RecordForbids
from workflows.platform.runtime import Runtime
from workflows.staff import care_team


@pytest.fixture
def admin(runtime: Runtime) -> Actor:
    """Give somebody of the office."""
    with runtime.begin(SYSTEM) as work:
        return the_actor(a_user(work.session, work.now, Role.ADMIN), Role.ADMIN)


def test_the_patient_reads_who_cares_for_them(runtime: Runtime, admin: Actor) -> None:
    with runtime.begin(SYSTEM) as work:
        patient = a_patient(work.session, work.now)
        coach = a_user(work.session, work.now, Role.COACH, name="Cora Coach")
    with runtime.begin(admin) as work:
        member = care_team.assign(work, patient.id, coach.id, Role.COACH)

    with runtime.begin(Actor(patient.user_id, frozenset({Role.PATIENT}))) as work:
        (seen,) = care_team.team_of(work, patient.id)
        version = work.session.scalars(select(Patient.safety_version)).one()
    assert (seen.id, seen.display_name, seen.role) == (member.id, "Cora Coach", Role.COACH)
    assert version == 2


def test_the_team_of_another_teams_patient_is_not_there(runtime: Runtime) -> None:
    with runtime.begin(SYSTEM) as work:
        mine, theirs = (a_patient(work.session, work.now) for _ in range(2))
        coach = a_user(work.session, work.now, Role.COACH)
        a_care_team(work.session, work.now, mine, coach=coach)

    with pytest.raises(NotFound), runtime.begin(the_actor(coach, Role.COACH)) as work:
        care_team.team_of(work, theirs.id)


def test_a_role_that_is_not_held_is_not_given_to_a_patient(runtime: Runtime, admin: Actor) -> None:
    with runtime.begin(SYSTEM) as work:
        patient = a_patient(work.session, work.now)
        coach = a_user(work.session, work.now, Role.COACH)

    with pytest.raises(RecordForbids) as refused, runtime.begin(admin) as work:
        care_team.assign(work, patient.id, coach.id, Role.PRESCRIBER)
    assert refused.value.code == "role_not_held"


def test_nobody_cares_for_themselves(runtime: Runtime, admin: Actor) -> None:
    with runtime.begin(SYSTEM) as work:
        doctor = a_user(work.session, work.now, Role.PATIENT, Role.PRESCRIBER)
        patient = a_patient(work.session, work.now, user_id=doctor.id)

    with pytest.raises(RecordForbids) as refused, runtime.begin(admin) as work:
        care_team.assign(work, patient.id, doctor.id, Role.PRESCRIBER)
    assert refused.value.code == "own_record"


@pytest.mark.parametrize("role", [Role.SITTER, Role.ADMIN, Role.SITE_STAFF, Role.SYSTEM])
def test_a_team_has_three_roles(runtime: Runtime, admin: Actor, role: Role) -> None:
    with runtime.begin(SYSTEM) as work:
        patient = a_patient(work.session, work.now)
        user = a_user(work.session, work.now, role)

    with pytest.raises(InvalidContent), runtime.begin(admin) as work:
        care_team.assign(work, patient.id, user.id, role)


def test_nobody_is_on_a_team_twice(runtime: Runtime, admin: Actor) -> None:
    with runtime.begin(SYSTEM) as work:
        patient = a_patient(work.session, work.now)
        coach = a_user(work.session, work.now, Role.COACH)
        a_care_team(work.session, work.now, patient, coach=coach)

    with pytest.raises(RecordForbids) as refused, runtime.begin(admin) as work:
        care_team.assign(work, patient.id, coach.id, Role.COACH)
    assert refused.value.code == "already_on_care_team"


def test_a_member_is_ended_on_their_own_team_only(runtime: Runtime, admin: Actor) -> None:
    with runtime.begin(SYSTEM) as work:
        mine, theirs = (a_patient(work.session, work.now) for _ in range(2))
        coach = a_user(work.session, work.now, Role.COACH)
        (member,) = a_care_team(work.session, work.now, mine, coach=coach)

    with pytest.raises(NotFound), runtime.begin(admin) as work:
        care_team.end(work, theirs.id, member.id)
    with runtime.begin(admin) as work:
        assert care_team.end(work, mine.id, member.id).ended_at == work.now


def test_staff_do_not_put_themselves_on_a_team(runtime: Runtime) -> None:
    with runtime.begin(SYSTEM) as work:
        patient = a_patient(work.session, work.now)
        coach = a_user(work.session, work.now, Role.COACH)

    with pytest.raises(NotPermitted), runtime.begin(the_actor(coach, Role.COACH)) as work:
        care_team.assign(work, patient.id, coach.id, Role.COACH)
