"""Is a prescriber's paper kept as it was shown, and does its withdrawal reach the patients?"""

from datetime import date

import pytest
from sqlalchemy import select

from models.people.patients import Patient
from rules.terms import Role
from tests.factories.people import a_care_team, a_credential, a_patient, a_user, the_actor
from workflows.people import credentials
from workflows.people.credentials import CredentialKind, CredentialShown
from workflows.platform.actor import SYSTEM, Actor
from workflows.platform.errors import InvalidContent, NotPermitted, RecordForbids
from workflows.platform.runtime import Runtime

LICENCE = CredentialShown(
    CredentialKind.LICENCE, "CO", "DR.0012345", date(2026, 1, 1), date(2027, 4, 30)
)
EXPIRED = CredentialShown(
    CredentialKind.DEA, "CO", "FR1234563", date(2026, 1, 1), date(2025, 12, 31)
)


@pytest.fixture
def admin(runtime: Runtime) -> Actor:
    """Give somebody of the office."""
    with runtime.begin(SYSTEM) as work:
        return the_actor(a_user(work.session, work.now, Role.ADMIN), Role.ADMIN)


def shown(number: str) -> CredentialShown:
    return CredentialShown(CredentialKind.DEA, "CO", number, date(2026, 1, 1), date(2027, 4, 30))


def test_a_licence_is_recorded_and_listed(runtime: Runtime, admin: Actor) -> None:
    with runtime.begin(SYSTEM) as work:
        prescriber = a_user(work.session, work.now, Role.PRESCRIBER)
    with runtime.begin(admin) as work:
        made = credentials.record_credential(work, prescriber.id, LICENCE)

    with runtime.begin(admin) as work:
        (found,) = credentials.credentials_of(work, prescriber.id)
    assert (found.id, found.state, found.number) == (made.id, "CO", "DR.0012345")


@pytest.mark.parametrize("number", ["AD0000000", "FR1234563"])
def test_a_dea_number_with_its_check_digit_is_taken(
    runtime: Runtime, admin: Actor, number: str
) -> None:
    with runtime.begin(SYSTEM) as work:
        prescriber = a_user(work.session, work.now, Role.PRESCRIBER)

    with runtime.begin(admin) as work:
        assert credentials.record_credential(work, prescriber.id, shown(number)).number == number


@pytest.mark.parametrize("number", ["FR1234564", "FR123456", "fr1234563", "1R1234563", ""])
def test_a_mistyped_dea_number_is_refused(runtime: Runtime, admin: Actor, number: str) -> None:
    with runtime.begin(SYSTEM) as work:
        prescriber = a_user(work.session, work.now, Role.PRESCRIBER)

    with pytest.raises(InvalidContent), runtime.begin(admin) as work:
        credentials.record_credential(work, prescriber.id, shown(number))


def test_a_paper_does_not_expire_before_it_begins(runtime: Runtime, admin: Actor) -> None:
    with runtime.begin(SYSTEM) as work:
        prescriber = a_user(work.session, work.now, Role.PRESCRIBER)

    with pytest.raises(InvalidContent), runtime.begin(admin) as work:
        credentials.record_credential(work, prescriber.id, EXPIRED)


def test_a_coach_has_no_licence_here(runtime: Runtime, admin: Actor) -> None:
    with runtime.begin(SYSTEM) as work:
        coach = a_user(work.session, work.now, Role.COACH)

    with pytest.raises(RecordForbids), runtime.begin(admin) as work:
        credentials.record_credential(work, coach.id, LICENCE)


def test_a_withdrawn_licence_kills_the_clearances_of_the_patients(
    runtime: Runtime, admin: Actor
) -> None:
    with runtime.begin(SYSTEM) as work:
        prescriber = a_user(work.session, work.now, Role.PRESCRIBER)
        licence = a_credential(work.session, prescriber)
        patient = a_patient(work.session, work.now)
        a_care_team(work.session, work.now, patient, prescriber=prescriber)
    with runtime.begin(admin) as work:
        kept = credentials.revoke_credential(work, licence.id, date(2026, 11, 23))

    with runtime.begin(SYSTEM) as work:
        assert work.session.scalars(select(Patient.safety_version)).one() == 2
    assert kept.revoked_on == date(2026, 11, 23)


def test_a_withdrawal_is_never_moved_to_a_later_day(runtime: Runtime, admin: Actor) -> None:
    with runtime.begin(SYSTEM) as work:
        licence = a_credential(work.session, a_user(work.session, work.now, Role.PRESCRIBER))
    for day in (date(2026, 11, 20), date(2026, 11, 25)):
        with runtime.begin(admin) as work:
            kept = credentials.revoke_credential(work, licence.id, day)

    assert kept.revoked_on == date(2026, 11, 20)


def test_nobody_records_their_own_licence(runtime: Runtime) -> None:
    with runtime.begin(SYSTEM) as work:
        prescriber = a_user(work.session, work.now, Role.PRESCRIBER)

    with (
        pytest.raises(NotPermitted),
        runtime.begin(the_actor(prescriber, Role.PRESCRIBER)) as work,
    ):
        credentials.record_credential(work, prescriber.id, LICENCE)
