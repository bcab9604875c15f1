"""Is another way tried when one does not work, and is a human told when none is left?"""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.oversight.holds import Escalation
from models.people.accounts import UserAccount
from models.platform.messages import MessagePreference, MessageTry
from models.platform.trail import Notification
from rules.terms import Language, Role, Rung, SubjectKind
from tests.factories.people import a_care_team, a_patient, a_user
from tests.mail_server import a_mail_server
from workflows.oversight import escalations
from workflows.oversight import unreached as _unreached  # noqa: F401 - the watcher
from workflows.platform import delivery, message_rounds, notifications, sweep, undelivered
from workflows.platform.actor import SYSTEM

PHONE = "+1 303 555 0100"


@pytest.fixture
def mailbox():
    with a_mail_server() as server:
        yield server


@pytest.fixture
def gateway():
    """Give a gateway of text messages; it takes them by mail, as some do."""
    with a_mail_server() as server:
        yield server


@pytest.fixture
def posting(runtime, mailbox, gateway):
    texts = f"mailto://127.0.0.1:{gateway.port}?from=care@vigil.example&to={{phone}}@gate.example"
    runtime.settings = replace(runtime.settings, smtp_url=mailbox.url, apprise_urls=(texts,))
    return runtime


@pytest.fixture
def full(mailbox, gateway) -> None:
    mailbox.full = gateway.full = True


@pytest.fixture
def patient(session, clock):
    coach = a_user(session, clock.now(), Role.COACH, email="cora@example.org")
    person = a_user(session, clock.now(), Role.PATIENT, email="pat@example.org", phone=PHONE)
    patient = a_patient(session, clock.now(), user_id=person.id)
    a_care_team(session, clock.now(), patient, coach=coach)
    session.commit()
    return patient


def tell(runtime, patient, template="questions_wait", *, subject=None) -> Notification:
    with runtime.begin(SYSTEM) as work:
        work.subject = patient.id
        return notifications.tell(work, patient.user_id, template, subject=subject)


def fail(runtime, notice, *, times=1) -> None:
    for _ in range(times):
        with pytest.raises(delivery.NotDelivered):
            delivery.deliver(runtime, str(notice.id))


def called(session) -> list[str]:
    session.expire_all()
    return list(session.scalars(select(Escalation.code)))


def ways(session) -> list[tuple[str, bool]]:
    rows = session.execute(select(MessageTry.way, MessageTry.taken).order_by(MessageTry.id))
    return [(row.way, row.taken) for row in rows]


def test_what_can_wait_goes_by_the_first_way_that_takes_it(
    posting, session, patient, mailbox, gateway
):
    delivery.deliver(posting, str(tell(posting, patient).id))
    assert (len(mailbox.letters), len(gateway.letters)) == (1, 0)
    assert ways(session) == [("mail", True)]


def test_the_next_way_is_tried_when_one_says_no(posting, session, patient, mailbox, gateway):
    mailbox.full = True
    notice = tell(posting, patient)
    delivery.deliver(posting, str(notice.id))
    (letter,) = gateway.letters
    assert letter["To"] == "13035550100@gate.example"
    assert ways(session) == [("mail", False), ("text", True)]
    assert session.scalars(select(Notification.sent_at)).one() is not None


def test_a_text_message_is_one_in_signs_that_every_phone_has(
    posting, session, patient, mailbox, gateway
):
    mailbox.full = True
    patient.preferred_language = Language.SPANISH
    session.commit()
    delivery.deliver(posting, str(tell(posting, patient, "decision_ready").id))
    (letter,) = gateway.letters
    said = letter.get_content().split()
    assert "esta" in said
    assert "está" not in said
    assert " ".join(said[:2]) == "Vigil: una"


def test_a_person_chooses_which_way_is_first(posting, session, clock, patient, mailbox, gateway):
    chosen = {"user_id": patient.user_id, "ways": ["text"], "set_at": clock.now()}
    session.add(MessagePreference(**chosen))
    session.commit()
    delivery.deliver(posting, str(tell(posting, patient).id))
    assert (len(mailbox.letters), len(gateway.letters)) == (0, 1)
    gateway.full = True
    fail(posting, tell(posting, patient))
    assert len(mailbox.letters) == 0, "nobody is written to by a way they did not choose"


def test_who_has_none_of_the_ways_they_chose_is_told_by_another(
    posting, session, clock, patient, mailbox
):
    chosen = {"user_id": patient.user_id, "ways": ["text"], "set_at": clock.now()}
    session.add(MessagePreference(**chosen))
    session.get(UserAccount, patient.user_id).phone = None
    session.commit()
    delivery.deliver(posting, str(tell(posting, patient).id))
    assert len(mailbox.letters) == 1


def test_what_cannot_wait_goes_by_every_way_whatever_was_chosen(
    posting, session, clock, patient, mailbox, gateway
):
    chosen = {"user_id": patient.user_id, "ways": ["text"], "set_at": clock.now()}
    session.add(MessagePreference(**chosen))
    session.commit()
    for template in ("answer_at_once", "password_changed"):
        delivery.deliver(posting, str(tell(posting, patient, template).id))
    assert (len(mailbox.letters), len(gateway.letters)) == (2, 2)


@pytest.mark.parametrize(
    ("template", "tries"), [("answer_at_once", 5), ("help_was_called", 5), ("parcel_notice", 8)]
)
def test_a_human_is_told_when_the_tries_are_used_up(
    posting, session, full, patient, template, tries
):
    notice = tell(posting, patient, template)
    fail(posting, notice, times=tries - 1)
    sweep.run_once(posting)
    assert called(session) == []
    fail(posting, notice)
    sweep.run_once(posting)
    assert called(session) == ["message_undelivered"]
    call = session.scalars(select(Escalation)).one()
    assert (call.patient_id, call.rung) == (patient.id, Rung.COACH.value)
    assert session.get(Notification, notice.id).undelivered_at == posting.clock.now()


def test_what_can_wait_is_tried_for_a_day_before_a_human_is_told(
    posting, session, clock, patient, mailbox, gateway
):
    mailbox.full = gateway.full = True
    notice = tell(posting, patient)
    fail(posting, notice, times=20)
    clock.advance(hours=23, minutes=59)
    fail(posting, notice)
    sweep.run_once(posting)
    assert called(session) == []
    clock.advance(minutes=1)
    fail(posting, notice)
    sweep.run_once(posting)
    assert called(session) == ["message_undelivered"]
    clock.advance(days=1)
    assert message_rounds.hand_in_due(posting) == 0


def test_a_bad_hour_is_one_call_about_a_patient(posting, session, patient, mailbox, gateway):
    mailbox.full = gateway.full = True
    for _ in range(3):
        fail(posting, tell(posting, patient, "parcel_notice"), times=8)
    sweep.run_once(posting)
    assert called(session) == ["message_undelivered"]


def test_a_message_of_a_call_begets_no_other_call(
    posting, session, clock, patient, mailbox, gateway
):
    mailbox.full = gateway.full = True
    with posting.begin(SYSTEM) as work:
        work.subject = patient.id
        subject = (SubjectKind.PATIENT, patient.id)
        escalations.raise_one(work, "follow_up_overdue", subject=subject)
    fail(posting, session.scalars(select(Notification)).one(), times=8)
    clock.advance(seconds=1)
    sweep.run_once(posting)
    assert called(session) == ["follow_up_overdue"]
    rung = session.scalars(select(Escalation.rung)).one()
    clock.advance(days=1)
    sweep.run_once(posting)
    session.expire_all()
    assert session.scalars(select(Escalation.rung)).one() > rung


def test_what_went_out_meanwhile_calls_nobody(posting, session, clock, patient, mailbox, gateway):
    mailbox.full = gateway.full = True
    notice = tell(posting, patient, "parcel_notice")
    fail(posting, notice, times=8)
    mailbox.full = False
    clock.advance(seconds=1)
    delivery.deliver(posting, str(notice.id))
    sweep.run_once(posting)
    assert called(session) == []


def test_what_is_about_no_patient_is_told_to_the_admins(posting, session, clock, mailbox, gateway):
    admin = a_user(session, clock.now(), Role.ADMIN, email="root@example.org")
    coach = a_user(session, clock.now(), Role.COACH, email="cora@example.org")
    session.commit()
    mailbox.full = True
    with posting.begin(SYSTEM) as work:
        notice = notifications.tell(work, coach.id, "password_changed")
    fail(posting, notice, times=8)
    sweep.run_once(posting)
    about = session.scalars(
        select(Notification).where(Notification.template == undelivered.TEMPLATE)
    ).one()
    assert about.user_id == admin.id
    fail(posting, about, times=8)
    assert sweep.run_once(posting) == 0, "and a message about that calls nobody"


def test_somebody_without_any_way_is_told_of_at_once(posting, session, clock, patient):
    posting.settings = replace(
        posting.settings, smtp_url="", apprise_urls=("x://{phone}",), environment="production"
    )
    session.get(UserAccount, patient.user_id).phone = None
    session.commit()
    notice = tell(posting, patient)
    fail(posting, notice)
    sweep.run_once(posting)
    assert called(session) == ["message_undelivered"]
    clock.advance(hours=1)
    assert message_rounds.hand_in_due(posting) == 0


def test_nobody_is_called_because_somebody_has_left(posting, session, clock, patient, mailbox):
    notice = tell(posting, patient)
    mailbox.full = True
    session.get(UserAccount, patient.user_id).disabled_at = clock.now()
    session.commit()
    delivery.deliver(posting, str(notice.id))
    clock.advance(by=timedelta(days=2))
    sweep.run_once(posting)
    assert (called(session), message_rounds.hand_in_due(posting)) == ([], 0)
