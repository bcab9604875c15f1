"""Is a sitter somebody else, grown up and reachable, and is a concern kept from them?"""

from datetime import date, datetime

import pytest
from sqlalchemy import select

from models.people.patients import Patient, Sitter
from models.platform.trail import Notification
from rules.terms import Role, SitterState
from tests.clock import HandClock
from tests.factories.people import (
    PASSWORD,
    a_care_team,
    a_login,
    a_patient,
    a_sitter,
    a_user,
    the_actor,
)
from workflows.people import invitations, sitter_contact, sitters, sittings
from workflows.people.sitters import SitterInvited
from workflows.platform.actor import NOBODY, SYSTEM, Actor
from workflows.platform.errors import (
    InvalidContent,
    NotFound,
    NotPermitted,
    RecordForbids,
    TooManyTries,
)
from workflows.platform.runtime import Runtime

OWN_EMAIL, OWN_PHONE = "pat.ient@example.org", "+13035550100"
SITTERS_PHONE = "+17205550142"
GROWN_UP = date(1990, 5, 6)


@pytest.fixture
def patient(runtime: Runtime) -> Patient:
    """Give a patient with an e-mail and a phone of their own."""
    with runtime.begin(SYSTEM) as work:
        user = a_user(work.session, work.now, Role.PATIENT, email=OWN_EMAIL, phone=OWN_PHONE)
        return a_patient(work.session, work.now, user_id=user.id)


def own(patient: Patient) -> Actor:
    return Actor(patient.user_id, frozenset({Role.PATIENT}))


def sitting(sitter: Sitter, login_id: object = None) -> Actor:
    return Actor(sitter.user_id, frozenset({Role.SITTER}), login_id)  # type: ignore[arg-type]


def invite(
    runtime: Runtime, patient: Patient, email: str = "sid@example.org", phone: str | None = None
) -> SitterInvited:
    with runtime.begin(own(patient)) as work:
        return sitters.invite(work, "Sid", email, phone)


def come_in(runtime: Runtime, invited: SitterInvited) -> Actor:
    with runtime.begin(NOBODY) as work:
        account = invitations.accept(work, invited.invited.token, PASSWORD)
    return the_actor(account, Role.SITTER)


def take(
    runtime: Runtime,
    invited: SitterInvited,
    actor: Actor,
    phone: str = SITTERS_PHONE,
    born_on: date = GROWN_UP,
) -> Sitter:
    with runtime.begin(actor) as work:
        return sitters.accept(work, invited.sitter.id, phone=phone, born_on=born_on, consents=True)


def safety_version(runtime: Runtime) -> int:
    with runtime.begin(SYSTEM) as work:
        return work.session.scalars(select(Patient.safety_version)).one()


def test_a_sitter_comes_in_by_an_account_of_their_own(runtime: Runtime, patient: Patient) -> None:
    invited = invite(runtime, patient)
    actor = come_in(runtime, invited)
    sitter = take(runtime, invited, actor)

    assert (sitter.state, sitter.user_id) == (SitterState.ACCEPTED, actor.user_id)
    assert actor.user_id != patient.user_id
    assert sitter.contact_verified_at is None
    assert safety_version(runtime) == 2


@pytest.mark.parametrize(
    "email", ["pat.ient@example.org", "patient+sitter@example.org", "P.A.T.IENT@EXAMPLE.ORG"]
)
def test_the_patient_is_not_invited_by_another_spelling(
    runtime: Runtime, patient: Patient, email: str
) -> None:
    with pytest.raises(RecordForbids) as refused:
        invite(runtime, patient, email)
    assert refused.value.code == "sitter_is_patient"


@pytest.mark.parametrize("phone", ["+13035550100", "(303) 555-0100", "303.555.0100"])
def test_the_patients_phone_is_not_the_sitters(
    runtime: Runtime, patient: Patient, phone: str
) -> None:
    with pytest.raises(RecordForbids) as refused:
        invite(runtime, patient, phone=phone)
    assert refused.value.code == "sitter_is_patient"

    invited = invite(runtime, patient)
    actor = come_in(runtime, invited)
    with pytest.raises(RecordForbids) as refused:
        take(runtime, invited, actor, phone=phone)
    assert refused.value.code == "sitter_is_patient"


def test_the_patients_device_is_not_the_sitters(runtime: Runtime, patient: Patient) -> None:
    invited = invite(runtime, patient)
    actor = come_in(runtime, invited)
    with runtime.begin(SYSTEM) as work:
        theirs = a_login(
            work.session, work.now, a_user(work.session, work.now), user_id=patient.user_id
        )
        here = a_login(
            work.session,
            work.now,
            a_user(work.session, work.now),
            user_id=actor.user_id,
            device_key=theirs.device_key,
        )

    with pytest.raises(RecordForbids) as refused:
        take(runtime, invited, Actor(actor.user_id, actor.roles, here.id))
    assert refused.value.code == "sitter_is_patient"


def test_somebody_of_the_care_team_does_not_sit(runtime: Runtime, patient: Patient) -> None:
    with runtime.begin(SYSTEM) as work:
        coach = a_user(work.session, work.now, Role.COACH, email="cora@example.org")
        a_care_team(work.session, work.now, patient, coach=coach)

    with pytest.raises(RecordForbids) as refused:
        invite(runtime, patient, "cora@example.org")
    assert refused.value.code == "sitter_unsafe"


@pytest.mark.parametrize(
    ("born_on", "fits"),
    [(date(2008, 11, 23), True), (date(2008, 11, 24), False), (date(2027, 1, 1), False)],
)
def test_a_sitter_is_eighteen_where_the_patient_is(
    runtime: Runtime, patient: Patient, born_on: date, fits: bool
) -> None:
    invited = invite(runtime, patient)
    actor = come_in(runtime, invited)

    if fits:
        assert take(runtime, invited, actor, born_on=born_on).state is SitterState.ACCEPTED
    else:
        with pytest.raises(RecordForbids) as refused:
            take(runtime, invited, actor, born_on=born_on)
        assert refused.value.code == "sitter_under_18"


def test_nobody_sits_without_agreeing_to_be_called(runtime: Runtime, patient: Patient) -> None:
    invited = invite(runtime, patient)
    actor = come_in(runtime, invited)

    with pytest.raises(InvalidContent), runtime.begin(actor) as work:
        sitters.accept(
            work, invited.sitter.id, phone=SITTERS_PHONE, born_on=GROWN_UP, consents=False
        )


def test_asking_again_makes_the_older_key_useless(runtime: Runtime, patient: Patient) -> None:
    first, second = invite(runtime, patient), invite(runtime, patient, "s.id+2@example.org")

    assert first.sitter.id == second.sitter.id
    with pytest.raises(NotFound):
        come_in(runtime, first)
    assert come_in(runtime, second).user_id is not None


def test_who_sits_already_is_not_asked_again(runtime: Runtime, patient: Patient) -> None:
    invited = invite(runtime, patient)
    come_in(runtime, invited)

    with pytest.raises(RecordForbids) as refused:
        invite(runtime, patient)
    assert refused.value.code == "sitter_already_invited"


def test_a_removed_sitter_does_not_come_in(runtime: Runtime, patient: Patient) -> None:
    invited = invite(runtime, patient)
    with runtime.begin(own(patient)) as work:
        assert sitters.remove(work, invited.sitter.id).state is SitterState.REMOVED

    with pytest.raises(NotFound):
        come_in(runtime, invited)


def test_a_place_is_taken_by_the_person_it_is_for(runtime: Runtime, patient: Patient) -> None:
    invited = invite(runtime, patient)
    come_in(runtime, invited)
    with runtime.begin(SYSTEM) as work:
        other = a_user(work.session, work.now, Role.SITTER)

    with pytest.raises(NotFound):
        take(runtime, invited, the_actor(other, Role.SITTER))


def test_one_sits_for_two_patients_with_one_account(runtime: Runtime, patient: Patient) -> None:
    actor = come_in(runtime, invite(runtime, patient))
    with runtime.begin(SYSTEM) as work:
        second = a_patient(work.session, work.now)
    invited = invite(runtime, second)
    with runtime.begin(actor) as work:
        invitations.accept_as_myself(work, invited.invited.token)
    take(runtime, invited, actor)

    with runtime.begin(actor) as work:
        assert [place.state for place in sittings.my_places(work)] == [
            SitterState.INVITED,
            SitterState.ACCEPTED,
        ]


def test_the_list_does_not_show_another_teams_sitters(runtime: Runtime, patient: Patient) -> None:
    with runtime.begin(SYSTEM) as work:
        other = a_patient(work.session, work.now)
        coach = a_user(work.session, work.now, Role.COACH)
        a_care_team(work.session, work.now, other, coach=coach)
        a_sitter(work.session, work.now, patient)

    for actor in (the_actor(coach, Role.COACH), own(other)):
        with pytest.raises(NotFound), runtime.begin(actor) as work:
            sitters.sitters_of(work, patient.id)


def test_a_concern_is_heard_and_kills_the_clearance(runtime: Runtime, patient: Patient) -> None:
    with runtime.begin(SYSTEM) as work:
        sitter = a_sitter(work.session, work.now, patient)
        coach = a_user(work.session, work.now, Role.COACH)
        a_care_team(work.session, work.now, patient, coach=coach)
    with runtime.begin(own(patient)) as work:
        sitters.tell_concern(work, sitter.id, unsafe=True, words="He shouts at me.")

    with runtime.begin(the_actor(coach, Role.COACH)) as work:
        (seen,) = sitters.sitters_of(work, patient.id)
        told = work.session.scalars(select(Notification)).one()
    assert seen.flagged_unsafe
    assert (told.user_id, told.template) == (coach.id, "patient_wants_a_word")
    assert safety_version(runtime) == 2


# Whoever sat was put on the care team later, and the list told them what was said of them.
def test_a_sitter_on_the_care_team_does_not_read_what_was_said_of_them(
    runtime: Runtime, patient: Patient
) -> None:
    with runtime.begin(SYSTEM) as work:
        coach = a_user(work.session, work.now, Role.COACH, Role.SITTER)
        sitter = a_sitter(work.session, work.now, patient, user_id=coach.id)
        a_care_team(work.session, work.now, patient, coach=coach)
    with runtime.begin(own(patient)) as work:
        sitters.tell_concern(work, sitter.id, unsafe=True, words="He shouts at me.")

    with runtime.begin(the_actor(coach, Role.COACH, Role.SITTER)) as work:
        assert [seen.flagged_unsafe for seen in sitters.sitters_of(work, patient.id)] == [False]


def test_a_concern_can_be_taken_back(runtime: Runtime, patient: Patient, clock: HandClock) -> None:
    with runtime.begin(SYSTEM) as work:
        sitter = a_sitter(work.session, work.now, patient)
    for unsafe in (True, False):
        with runtime.begin(own(patient)) as work:
            sitters.tell_concern(work, sitter.id, unsafe=unsafe)
        clock.advance(minutes=1)

    with runtime.begin(own(patient)) as work:
        assert [seen.flagged_unsafe for seen in sitters.sitters_of(work, patient.id)] == [False]


def test_the_sitter_learns_nothing_of_a_concern(runtime: Runtime, patient: Patient) -> None:
    with runtime.begin(SYSTEM) as work:
        sitter = a_sitter(work.session, work.now, patient)
    with runtime.begin(sitting(sitter)) as work:
        before = sittings.my_places(work)
    with runtime.begin(own(patient)) as work:
        sitters.tell_concern(work, sitter.id, unsafe=True, words="He shouts at me.")

    with runtime.begin(sitting(sitter)) as work:
        assert sittings.my_places(work) == before
    with pytest.raises(NotPermitted), runtime.begin(sitting(sitter)) as work:
        sitters.sitters_of(work, patient.id)


def send_code(runtime: Runtime, sitter: Sitter) -> str:
    with runtime.begin(sitting(sitter)) as work:
        return sitter_contact.send_code(work, sitter.id).code


def check(runtime: Runtime, sitter: Sitter, digits: str) -> tuple[bool, int]:
    with runtime.begin(sitting(sitter)) as work:
        found = sitter_contact.check_code(work, sitter.id, digits)
    return found.verified, found.tries_left


@pytest.fixture
def unverified(runtime: Runtime, patient: Patient) -> Sitter:
    """Give a sitter whose phone nobody has rung yet."""
    with runtime.begin(SYSTEM) as work:
        return a_sitter(work.session, work.now, patient, contact_verified_at=None)


def verified_at(runtime: Runtime) -> datetime | None:
    with runtime.begin(SYSTEM) as work:
        return work.session.scalars(select(Sitter.contact_verified_at)).one()


def test_six_digits_prove_the_phone_once(
    runtime: Runtime, unverified: Sitter, clock: HandClock
) -> None:
    code = send_code(runtime, unverified)

    assert check(runtime, unverified, code) == (True, 0)
    assert verified_at(runtime) == clock.now()
    assert check(runtime, unverified, code) == (False, 0)
    assert safety_version(runtime) == 2


def test_five_wrong_tries_kill_the_digits(runtime: Runtime, unverified: Sitter) -> None:
    code = send_code(runtime, unverified)
    wrong = f"{(int(code) + 1) % 10**6:06}"

    assert [check(runtime, unverified, wrong)[1] for _ in range(6)] == [4, 3, 2, 1, 0, 0]
    assert check(runtime, unverified, code) == (False, 0)
    assert verified_at(runtime) is None


def test_the_digits_live_ten_minutes(
    runtime: Runtime, unverified: Sitter, clock: HandClock
) -> None:
    code = send_code(runtime, unverified)
    clock.advance(minutes=10)

    assert check(runtime, unverified, code) == (False, 0)


def test_the_digits_go_to_whoever_delivers_them_and_lie_sealed(
    runtime: Runtime, unverified: Sitter
) -> None:
    code = send_code(runtime, unverified)

    with runtime.begin(SYSTEM) as work:
        assert unverified.user_id is not None
        told = work.session.scalars(select(Notification)).one()
        given = sitter_contact.code_to_deliver(work.session, told.user_id, work.now)
        raw = work.session.connection().exec_driver_sql("SELECT code FROM sitter_contact_code")
        assert code.encode() not in bytes(raw.scalar_one())
    assert (given, told.template) == (code, sitter_contact.TEMPLATE)


def test_a_phone_is_not_rung_without_end(
    runtime: Runtime, unverified: Sitter, clock: HandClock
) -> None:
    for _ in range(5):
        send_code(runtime, unverified)
    with pytest.raises(TooManyTries):
        send_code(runtime, unverified)

    clock.advance(hours=1)
    assert len(send_code(runtime, unverified)) == 6
