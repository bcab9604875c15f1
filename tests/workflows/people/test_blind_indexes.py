"""Does everybody come in again, and is everybody still told apart, under another index key?"""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from models.people.accounts import Invitation, UserAccount
from models.people.patients import Sitter
from models.platform.encryption import key_ring, use_key_ring
from rules.terms import Role
from tests.factories import people
from workflows.people import blind_indexes, contacts
from workflows.platform.actor import SYSTEM
from workflows.platform.runtime import Runtime

MAIL, PHONE = "ada@example.org", "+1 303 555 0142"


@pytest.fixture
def another_key() -> Iterator[None]:
    """Use another index key from here on, and the one of the tests afterwards."""
    before = key_ring()
    yield use_key_ring(replace(before, index_key=bytes(range(64, 96))))
    use_key_ring(before)


@pytest.fixture
def ada(runtime: Runtime) -> Iterator[UserAccount]:
    """Give somebody with an address and a number, who was also invited as a sitter."""
    with runtime.begin(SYSTEM) as work:
        ada = people.a_user(work.session, work.now, Role.COACH, email=MAIL, phone=PHONE)
        patient = people.a_patient(work.session, work.now)
        for mail, user_id in ((MAIL, ada.id), ("bo@example.org", None)):
            sitter = Sitter(
                patient_id=patient.id,
                user_id=user_id,
                name="Somebody",
                email_blind=contacts.email_blind(mail),
                invited_at=work.now,
            )
            work.session.add(sitter)
            work.session.flush()
            work.session.add(
                Invitation(
                    token_hash=sitter.id.bytes,
                    email=mail,
                    display_name="Somebody",
                    role=Role.SITTER,
                    sitter_id=sitter.id,
                    invited_at=work.now,
                    expires_at=work.now,
                )
            )
    return ada


@pytest.mark.asvs("11.2.2")
def test_who_is_found_by_an_address_is_found_under_the_new_key(
    ada: UserAccount, connection: Connection, another_key: None
) -> None:
    by_mail = select(UserAccount.id).where(UserAccount.email_blind == contacts.email_blind(MAIL))
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        assert session.scalar(by_mail) is None
        assert blind_indexes.write_anew(connection) >= 3
        assert session.scalar(by_mail) == ada.id
        mine = session.get_one(UserAccount, ada.id)
        assert mine.phone_blind == contacts.phone_blind(PHONE)
        sitters = session.scalars(select(Sitter.email_blind)).all()
        assert {*sitters} == {contacts.email_blind(MAIL), contacts.email_blind("bo@example.org")}


def test_the_same_text_has_another_fingerprint_in_every_field() -> None:
    assert contacts.email_blind("13035550142") != contacts.phone_blind("+13035550142")
