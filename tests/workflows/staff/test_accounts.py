"""Do roles and disabled accounts take effect at once, and who may change them?"""

import pytest
from sqlalchemy import select

from models.people.accounts import LoginSession, RoleGrant
from models.people.patients import Patient
from models.plan.catalogue import CertifiedSite
from rules.terms import Role
from tests.factories.people import (
    a_care_team,
    a_licensed_prescriber,
    a_login,
    a_patient,
    a_user,
    the_actor,
)
from tests.factories.plan import the_demo_site
from workflows.people import who
from workflows.platform.actor import SYSTEM, Actor
from workflows.platform.errors import InvalidContent, NotFound, NotPermitted, RecordForbids
from workflows.platform.runtime import Runtime
from workflows.staff import accounts, care_team


@pytest.fixture
def admin(runtime: Runtime) -> Actor:
    """Give somebody of the office."""
    with runtime.begin(SYSTEM) as work:
        return the_actor(a_user(work.session, work.now, Role.ADMIN), Role.ADMIN)


def test_a_role_is_gone_with_the_next_request(runtime: Runtime, admin: Actor) -> None:
    with runtime.begin(SYSTEM) as work:
        user = a_user(work.session, work.now, Role.COACH, Role.PATIENT)
        login = a_login(work.session, work.now, user)
    with runtime.begin(admin) as work:
        accounts.end_role(work, user.id, Role.COACH)

    assert who.actor_of(runtime, login.id, user.id, "").roles == {Role.PATIENT}


def test_a_new_role_asks_for_a_new_sign_in(runtime: Runtime, admin: Actor) -> None:
    with runtime.begin(SYSTEM) as work:
        user = a_user(work.session, work.now, Role.PATIENT)
        a_login(work.session, work.now, user)
    with runtime.begin(admin) as work:
        accounts.grant_role(work, user.id, Role.COACH)

    with runtime.begin(SYSTEM) as work:
        assert work.session.scalars(select(LoginSession.revoke_reason)).one() == "role_granted"


def test_a_role_is_held_once(runtime: Runtime, admin: Actor) -> None:
    with runtime.begin(SYSTEM) as work:
        user = a_user(work.session, work.now, Role.COACH)

    with pytest.raises(RecordForbids) as refused, runtime.begin(admin) as work:
        accounts.grant_role(work, user.id, Role.COACH)
    assert refused.value.code == "role_already_held"


@pytest.mark.parametrize("role", [Role.PATIENT, Role.SITTER, Role.SYSTEM])
def test_only_roles_of_the_staff_are_granted(runtime: Runtime, admin: Actor, role: Role) -> None:
    with runtime.begin(SYSTEM) as work:
        user = a_user(work.session, work.now, Role.COACH)

    with pytest.raises(InvalidContent), runtime.begin(admin) as work:
        accounts.grant_role(work, user.id, role)


def test_an_administrator_does_not_shut_themselves_out(runtime: Runtime, admin: Actor) -> None:
    assert admin.user_id is not None
    with pytest.raises(RecordForbids), runtime.begin(admin) as work:
        accounts.disable_person(work, admin.user_id)
    with pytest.raises(RecordForbids), runtime.begin(admin) as work:
        accounts.end_role(work, admin.user_id, Role.ADMIN)


def test_an_enabled_person_has_to_sign_in_anew(runtime: Runtime, admin: Actor) -> None:
    with runtime.begin(SYSTEM) as work:
        user = a_user(work.session, work.now, Role.COACH)
        a_login(work.session, work.now, user)
    with runtime.begin(admin) as work:
        accounts.disable_person(work, user.id)
    with runtime.begin(admin) as work:
        assert accounts.enable_person(work, user.id).disabled_at is None

    with runtime.begin(SYSTEM) as work:
        assert work.session.scalars(select(LoginSession.revoked_at)).one() is not None


def test_ending_a_prescribers_role_kills_the_clearances_of_their_patients(
    runtime: Runtime, admin: Actor
) -> None:
    with runtime.begin(SYSTEM) as work:
        prescriber = a_licensed_prescriber(work.session, work.now)
        theirs, other = (a_patient(work.session, work.now) for _ in range(2))
        a_care_team(work.session, work.now, theirs, prescriber=prescriber)
    with runtime.begin(admin) as work:
        accounts.end_role(work, prescriber.id, Role.PRESCRIBER)

    with runtime.begin(SYSTEM) as work:
        versions = dict(work.session.execute(select(Patient.id, Patient.safety_version)).all())
    assert (versions[theirs.id], versions[other.id]) == (2, 1)


def test_site_staff_are_assigned_to_a_site_and_leave_it(runtime: Runtime, admin: Actor) -> None:
    with runtime.begin(SYSTEM) as work:
        staff = a_user(work.session, work.now, Role.SITE_STAFF)
        site_id = work.session.scalars(select(CertifiedSite.id)).first()
    assert site_id is not None
    with runtime.begin(admin) as work:
        first = accounts.assign_to_site(work, staff.id, site_id)
    with runtime.begin(admin) as work:
        assert accounts.assign_to_site(work, staff.id, site_id).id == first.id
    with runtime.begin(admin) as work:
        assert accounts.end_at_site(work, staff.id, site_id).ended_at == work.now


def test_a_coach_does_not_work_at_a_site(runtime: Runtime, admin: Actor) -> None:
    with runtime.begin(SYSTEM) as work:
        coach = a_user(work.session, work.now, Role.COACH)
        site_id = work.session.scalars(select(CertifiedSite.id)).first()
    assert site_id is not None

    with pytest.raises(RecordForbids), runtime.begin(admin) as work:
        accounts.assign_to_site(work, coach.id, site_id)


def test_people_are_listed_with_the_roles_they_hold_now(runtime: Runtime, admin: Actor) -> None:
    with runtime.begin(SYSTEM) as work:
        user = a_user(work.session, work.now, Role.COACH, Role.PRESCRIBER, name="Cora")
        work.session.add(
            RoleGrant(user_id=user.id, role=Role.ADMIN, granted_at=work.now, ended_at=work.now)
        )

    with runtime.begin(admin) as work:
        seen = {person.id: person for person in accounts.people(work)}
    assert set(seen[user.id].roles) == {Role.COACH, Role.PRESCRIBER}
    assert len(seen) == 2


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_nobody_else_touches_accounts(runtime: Runtime, role: Role) -> None:
    with runtime.begin(SYSTEM) as work:
        user = a_user(work.session, work.now, role)

    actor = the_actor(user, role)
    with pytest.raises(NotPermitted), runtime.begin(actor) as work:
        accounts.disable_person(work, user.id)
    with pytest.raises(NotPermitted), runtime.begin(actor) as work:
        accounts.people(work)
    with pytest.raises(NotPermitted), runtime.begin(actor) as work:
        accounts.grant_role(work, user.id, Role.ADMIN)


def test_an_unknown_person_is_not_found(runtime: Runtime, admin: Actor) -> None:
    with runtime.begin(SYSTEM) as work:
        user = a_user(work.session, work.now, Role.COACH)
    with pytest.raises(NotFound), runtime.begin(admin) as work:
        accounts.end_role(work, user.id, Role.ADMIN)


# An administrator made herself a prescriber, put herself on a team and read the record.
def test_nobody_gives_power_over_records_to_themselves(runtime: Runtime) -> None:
    with runtime.begin(SYSTEM) as work:
        admin = a_user(work.session, work.now, Role.ADMIN, Role.COACH, Role.SITE_STAFF)
        patient = a_patient(work.session, work.now)
        site = the_demo_site(work.session)
    actor = the_actor(admin, Role.ADMIN, Role.COACH, Role.SITE_STAFF)
    acts = (
        lambda work: accounts.grant_role(work, admin.id, Role.SAFETY_OFFICER),
        lambda work: accounts.assign_to_site(work, admin.id, site.id),
        lambda work: care_team.assign(work, patient.id, admin.id, Role.COACH),
    )
    for act in acts:
        with pytest.raises(RecordForbids) as refused, runtime.begin(actor) as work:
            act(work)
        assert refused.value.code == "own_account"
