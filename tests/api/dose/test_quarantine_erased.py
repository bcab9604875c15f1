"""Does nothing come back, by the door of the quarantine, of a record that was erased?"""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.dose.quarantine import QuarantinedItem
from models.platform import data_keys
from models.platform.data_keys import DataKey
from tests.carried import Carried, count, rows

LOOK = {"moaas": 5}


def erased(session: Session, clock, whose: UUID | None) -> None:
    """Destroy somebody's key, as two people do."""
    asked = {"asked_at": clock.now(), "asked_by": uuid4(), "ground": "asked_by_patient"}
    session.execute(update(DataKey).where(DataKey.id == whose).values(**asked))
    gone = {"wrapped": None, "erased_at": clock.now() + timedelta(days=1), "erased_by": uuid4()}
    session.execute(update(DataKey).where(DataKey.id == whose).values(**gone))
    session.commit()


@pytest.fixture
def held(sitters_phone, session, clock, watched) -> Carried:
    """Give a phone on which a look was written down."""
    sitters_phone.write("monitor_check", LOOK, subject_id=str(watched.dose_session.id))
    return sitters_phone


def test_under_an_account_that_was_erased_nothing_is_taken(held, session, clock, watched):
    erased(session, clock, watched.sitter.user_id)
    answer = held.hand_in()
    assert (answer.status_code, answer.json["code"]) == (401, "queue-key-unknown")
    assert count(session, QuarantinedItem) == 0


def test_of_a_patient_whose_record_was_erased_nothing_is_named(held, session, clock, watched):
    erased(session, clock, watched.patient.id)
    assert held.hand_in().json["verdicts"][0]["verdict"] == "held"
    (item,) = rows(session, QuarantinedItem)
    assert item.patient_id is None


def test_what_is_held_goes_with_the_key_of_whom_it_is_about(held, session, clock, watched):
    held.hand_in()
    sealed = session.connection().exec_driver_sql("SELECT content FROM quarantined_item").scalar()
    assert bytes(sealed)[1:17] == watched.patient.id.bytes
    assert session.scalar(select(DataKey.wrapped).where(DataKey.id == watched.patient.id))
    assert watched.patient.id != data_keys.HOUSE
