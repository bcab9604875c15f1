"""After an erasure, does nothing of one person open again, and does everything else go on?"""

from datetime import timedelta
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from models.people.accounts import LoginSession, UserAccount
from models.people.patients import Patient
from models.platform import data_keys
from models.platform.data_keys import DataKey
from models.platform.encryption import Erased, key_ring
from models.preparation.appointments import Intention
from rules.limits import LIMITS
from rules.terms import EnrolmentState, Role
from tests.clock import HandClock
from tests.factories import people
from tests.old_seals import in_form_1
from workflows.oversight import adverse_events, audit_check, erasure
from workflows.oversight.erasure import Ground
from workflows.people import legal_holds, patients
from workflows.platform.actor import SYSTEM, Actor
from workflows.platform.errors import (
    FreshFactorNeeded,
    NotFound,
    NotNow,
    NotPermitted,
    RecordErased,
    RecordForbids,
)
from workflows.platform.runtime import Runtime
from workflows.staff import accounts

WHY = Ground.KEPT_UNLAWFULLY


class Office:
    """Two people of the staff, somebody who left the programme, and somebody who stays."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        with runtime.begin(SYSTEM) as work:
            session, now = work.session, work.now
            left = {"enrolment": EnrolmentState.WITHDRAWN}
            self.gone = people.a_patient(session, now, given_name="Quillon", **left)
            self.stays = people.a_patient(session, now, given_name="Marisol")
            session.add(Intention(patient_id=self.gone.id, words="to sleep", set_at=now))
            self.first, self.second = self._member(session, now), self._member(session, now)
            self.director = people.a_user(session, now, Role.SAFETY_OFFICER)

    def _member(self, session, now, *, ago: timedelta = timedelta()) -> Actor:
        user = people.a_user(session, now, Role.ADMIN)
        login = people.a_login(session, now, user, factor_proved_at=now - ago)
        return people.the_actor(user, Role.ADMIN, login_id=login.id)

    def asks(self, actor: Actor | None = None, why: Ground = WHY) -> None:
        with self.runtime.begin(actor or self.first) as work:
            erasure.ask(work, self.gone.id, why)

    def erases(self, actor: Actor | None = None) -> None:
        with self.runtime.begin(actor or self.second) as work:
            erasure.carry_out(work, self.gone.id)

    def reads(self, whom: Patient) -> str | None:
        with self.runtime.begin(Actor(whom.user_id, frozenset({Role.PATIENT}))) as work:
            return patients.read_patient(work, whom.id).given_name


@pytest.fixture
def office(runtime: Runtime) -> Office:
    return Office(runtime)


def proved_again(runtime: Runtime, *actors: Actor) -> None:
    """Let them show their factors once more: years have passed."""
    with runtime.begin(SYSTEM) as work:
        logins = [actor.login_id for actor in actors]
        proved = sa.update(LoginSession).where(LoginSession.id.in_(logins))
        work.session.execute(proved.values(factor_proved_at=work.now))


@pytest.mark.parametrize("why", [Ground.ASKED_BY_PATIENT, Ground.RETENTION_OVER])
def test_no_wish_ends_the_time_for_which_a_record_is_kept(office, clock, why) -> None:
    office.asks(why=why)
    with pytest.raises(RecordForbids) as refused:
        office.erases()
    assert refused.value.code == "record_must_be_kept"
    clock.advance(days=366 * LIMITS.medical_record_years)
    proved_again(office.runtime, office.second)
    office.erases()
    with pytest.raises(RecordErased):
        office.reads(office.gone)


@pytest.mark.parametrize("why", Ground)
def test_a_matter_of_law_keeps_every_record(office, clock, why) -> None:
    with office.runtime.begin(office.first) as work:
        legal_holds.place(work, office.gone.id, "A court has asked for it.")
    clock.advance(days=366 * LIMITS.medical_record_years)
    proved_again(office.runtime, office.first, office.second)
    office.asks(why=why)
    with pytest.raises(RecordForbids) as refused:
        office.erases()
    assert refused.value.code == "legal_hold_stands"
    assert office.reads(office.gone) == "Quillon"


@pytest.mark.asvs("14.2.7")
def test_nothing_of_the_erased_opens_and_everybody_else_reads_on(office: Office) -> None:
    assert office.reads(office.gone) == "Quillon"
    office.asks()
    assert office.reads(office.gone) == "Quillon"
    office.erases()
    with pytest.raises(RecordErased):
        office.reads(office.gone)
    assert office.reads(office.stays) == "Marisol"
    with office.runtime.begin(SYSTEM) as work:
        for column in (Patient.born_on, Intention.words):
            with pytest.raises(Erased):
                work.session.scalars(sa.select(column).where(_of(column, office.gone.id))).all()
        mine = UserAccount.id == office.gone.user_id
        with pytest.raises(Erased):
            work.session.scalars(sa.select(UserAccount.email).where(mine)).all()


def _of(column, patient_id):
    return (
        column.class_.id if column.class_ is Patient else column.class_.patient_id
    ) == patient_id


# One erased record made the list of everybody else unreadable.
def test_lists_leave_the_erased_out(office: Office) -> None:
    office.asks()
    office.erases()
    with office.runtime.begin(office.first) as work:
        listed = {seen.id for seen in accounts.people(work, limit=100)}
    assert office.gone.user_id not in listed
    assert office.stays.user_id in listed
    officer = people.the_actor(office.director, Role.SAFETY_OFFICER)
    with office.runtime.begin(officer) as work:
        assert adverse_events.read_all(work, None, 10) == []


def test_the_trail_stays_whole_and_says_who_did_it(office: Office, connection: Connection) -> None:
    office.asks()
    office.erases()
    assert audit_check.check(connection, {}, [], f"patient:{office.gone.id}").found == []
    said = sa.text(
        "SELECT action FROM audit_event WHERE patient_id = :id ORDER BY seq DESC LIMIT 2"
    )
    told = connection.execute(said, {"id": office.gone.id}).scalars().all()
    assert told == ["erasure.done", "erasure.asked"]


def test_nothing_more_is_written_about_the_erased(office: Office) -> None:
    office.asks()
    office.erases()
    now = office.runtime.clock.now()
    with pytest.raises(RecordErased), office.runtime.begin(SYSTEM) as work:
        work.session.add(Intention(patient_id=office.gone.id, words="again", set_at=now))


@pytest.mark.asvs("2.3.5")
def test_two_people_erase_and_neither_is_the_patient(office: Office) -> None:
    office.asks()
    with pytest.raises(RecordForbids, match="Somebody else"):
        office.erases(office.first)
    with pytest.raises(RecordForbids):
        office.asks(office.second)
    assert office.reads(office.gone) == "Quillon"


def test_nobody_erases_what_nobody_asked_for(office: Office) -> None:
    with pytest.raises(RecordForbids) as refused:
        office.erases()
    assert refused.value.code == "erasure_not_asked"
    office.asks()
    with office.runtime.begin(office.second) as work:
        erasure.withdraw(work, office.gone.id)
    with pytest.raises(RecordForbids):
        office.erases()


def test_who_is_still_in_the_programme_is_not_erased(office: Office) -> None:
    with pytest.raises(NotNow), office.runtime.begin(office.first) as work:
        erasure.ask(work, office.stays.id, WHY)
    with pytest.raises(NotFound), office.runtime.begin(office.first) as work:
        erasure.ask(work, uuid4(), WHY)


def test_it_takes_a_role_and_a_fresh_proof(office: Office, clock: HandClock) -> None:
    with pytest.raises(NotPermitted):
        office.asks(Actor(uuid4(), frozenset({Role.COACH})))
    clock.advance(minutes=90)
    with pytest.raises(FreshFactorNeeded):
        office.asks()


def test_what_is_in_the_form_before_has_to_be_renewed_first(
    office: Office, connection: Connection
) -> None:
    before = in_form_1(key_ring(), b"Quillon", "patient.given_name")
    change = sa.text("UPDATE patient SET given_name = :value WHERE id = :id")
    connection.execute(change, {"value": before, "id": office.gone.id})
    office.asks()
    with pytest.raises(RecordForbids) as refused:
        office.erases()
    assert refused.value.code == "seals_not_renewed"


def test_an_account_that_is_needed_for_work_stays(office: Office) -> None:
    with office.runtime.begin(SYSTEM) as work:
        work.session.add(
            people.RoleGrant(user_id=office.gone.user_id, role=Role.COACH, granted_at=work.now)
        )
    office.asks()
    office.erases()
    with office.runtime.begin(SYSTEM) as work:
        name = sa.select(UserAccount.display_name).where(UserAccount.id == office.gone.user_id)
        assert work.session.scalar(name) == "Pat Ient"


@pytest.mark.parametrize(
    "change",
    [
        "wrapped = NULL, erased_at = now(), erased_by = gen_random_uuid()",
        "wrapped = NULL",
        "id = gen_random_uuid()",
        "asked_at = now(), asked_by = id, ground = 'x', wrapped = NULL, erased_at = now(),"
        " erased_by = gen_random_uuid()",
    ],
)
def test_the_database_lets_no_key_vanish_unasked(
    office: Office, connection: Connection, change: str
) -> None:
    of_it = sa.text(f"UPDATE data_key SET {change} WHERE id = :id")
    with pytest.raises(IntegrityError):
        connection.execute(of_it, {"id": office.gone.id})


def test_a_key_never_comes_back(office: Office, connection: Connection) -> None:
    office.asks()
    office.erases()
    back = sa.text(
        "UPDATE data_key SET wrapped = :key, erased_at = NULL, erased_by = NULL WHERE id = :id"
    )
    with pytest.raises(IntegrityError):
        connection.execute(back, {"id": office.gone.id, "key": b"another"})


def test_the_key_of_the_house_is_never_erased(office: Office, connection: Connection) -> None:
    with office.runtime.begin(SYSTEM) as work:
        data_keys.key_of(work.session.connection(), data_keys.HOUSE)
        house = work.session.get_one(DataKey, data_keys.HOUSE)
        house.asked_at, house.asked_by, house.ground = work.now, uuid4(), "x"
    gone = "UPDATE data_key SET wrapped = NULL, erased_at = asked_at, erased_by = gen_random_uuid()"
    with pytest.raises(IntegrityError, match="house_stays"):
        connection.execute(sa.text(f"{gone} WHERE id = :id"), {"id": data_keys.HOUSE})
