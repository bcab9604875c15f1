"""Does a message reach people, and does it say nothing about anybody?"""

import logging
import re
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from models.platform.trail import AuditEvent, Notification
from rules.terms import Language, Role, Rung
from tests.factories.people import a_patient, a_user
from tests.mail_server import a_mail_server
from workflows.oversight import escalations
from workflows.platform import delivery, notifications, ways_out
from workflows.platform.actor import SYSTEM
from workflows.platform.errors import NotFound
from workflows.platform.settings import ROOT
from workflows.platform.templates import IN, SOMETHING_NEW, TEMPLATES, template_for

CLINICAL = re.compile(
    r"ketamin|spravato|dose|drug|medic|treat|therap|psych|health|patient|clinic|doctor|prescri"
    r"|session|symptom|blood|pressure|heart|vital|suicid|mood|depress|emergenc|adverse|harm"
    r"|side effect|sitter|coach|monitor|check-in|trip|overdose|pregnan|risk",
    re.IGNORECASE,
)

CLINICAL_IN_SPANISH = re.compile(
    r"dosis|ketamina|tratamiento|medic|sesi|síntoma|sangre|presión|corazón|suicid|ánimo|depres"
    r"|emergenc|daño|efecto|acompaña|terap|viaje|embaraz|riesgo",
    re.IGNORECASE,
)


@pytest.fixture
def mailbox():
    with a_mail_server() as server:
        yield server


@pytest.fixture
def posting(runtime, mailbox):
    """Give the runtime with a way to that server."""
    runtime.settings = replace(runtime.settings, smtp_url=mailbox.url)
    return runtime


def tell(runtime, user_id, template="answer_at_once") -> Notification:
    with runtime.begin(SYSTEM) as work:
        return notifications.tell(work, user_id, template)


def test_a_message_arrives_over_real_smtp(posting, session, clock, mailbox):
    person = a_user(session, clock.now(), Role.SITTER, email="sid@example.org", name="Sid Sitter")
    session.commit()
    notice = tell(posting, person.id)
    delivery.deliver(posting, str(notice.id))
    (letter,) = mailbox.letters
    assert (letter["To"], letter["Subject"]) == ("sid@example.org", "Vigil: please answer now")
    assert letter[delivery.MAIL_HEADER] == str(notice.id)
    assert "Open Vigil now" in letter.get_content()
    assert not CLINICAL.search(letter.as_string().replace("sid@example.org", ""))
    assert "Sid" not in letter.get_content()
    kept = session.scalars(select(Notification)).one()
    assert (kept.sent_at, kept.failed_attempts) == (clock.now(), 0)
    assert "notification.tried" in session.scalars(select(AuditEvent.action)).all()


def test_the_same_job_twice_is_one_message(posting, session, clock, mailbox):
    person = a_user(session, clock.now(), Role.COACH)
    session.commit()
    notice = tell(posting, person.id)
    for _ in range(2):
        delivery.deliver(posting, str(notice.id))
    assert len(mailbox.letters) == 1


@pytest.mark.api_top_ten("API10.refusals_kept")
def test_a_server_that_says_no_leaves_the_job_to_be_tried_again(
    posting, session, clock, mailbox, caplog
):
    person = a_user(session, clock.now(), Role.COACH, email="cora@example.org")
    session.commit()
    notice = tell(posting, person.id)
    mailbox.full = True
    with caplog.at_level(logging.DEBUG), pytest.raises(delivery.NotDelivered):
        delivery.deliver(posting, str(notice.id))
    assert session.scalars(select(Notification.failed_attempts)).one() == 1
    ours = [record for record in caplog.records if not record.name.startswith("mail.")]
    assert ours
    assert not any("cora" in record.getMessage() for record in ours)
    mailbox.full = False
    delivery.deliver(posting, str(notice.id))
    assert len(mailbox.letters) == 1


def test_the_emergency_contact_is_reached_without_an_account(posting, session, clock, mailbox):
    contact = {"emergency_contact": {"name": "Robin", "email": "robin@example.org"}}
    patient = a_patient(session, clock.now(), contact=contact)
    session.commit()
    with posting.begin(SYSTEM) as work:
        work.subject = patient.id
        notifications.tell_emergency_contact(work, "reach_somebody")
    notice = session.scalars(select(Notification)).one()
    delivery.deliver(posting, str(notice.id))
    assert [letter["To"] for letter in mailbox.letters] == ["robin@example.org"]
    assert not CLINICAL.search(mailbox.letters[0].get_content())


def test_somebody_who_left_is_told_nothing(posting, session, clock, mailbox):
    person = a_user(session, clock.now(), Role.COACH)
    person.disabled_at = clock.now()
    session.commit()
    delivery.deliver(posting, str(tell(posting, person.id).id))
    assert mailbox.letters == []


def test_without_a_way_out_the_console_says_so_and_names_nobody(runtime, session, clock, capsys):
    person = a_user(session, clock.now(), Role.COACH, email="cora@example.org")
    session.commit()
    notice = tell(runtime, person.id)
    delivery.deliver(runtime, str(notice.id))
    said = capsys.readouterr().err
    assert str(notice.id) in said
    assert "cora" not in said


def test_a_message_nobody_wrote_is_not_found(runtime):
    with pytest.raises(NotFound):
        delivery.deliver(runtime, str(uuid4()))


@pytest.mark.parametrize(
    ("template", "phone", "ways"),
    [
        ("answer_please", "+1 303 555 0100", ["x://13035550100"]),
        ("answer_please", "", []),
        ("somebody_needs_you_now", "", ["pager://shared"]),
        ("somebody_needs_you_now", "+1 303 555 0100", ["x://13035550100", "pager://shared"]),
    ],
)
def test_a_shared_pager_hears_only_what_is_urgent(settings, template, phone, ways):
    told = replace(settings, apprise_urls=("x://{phone}", "pager://shared"))
    letter = delivery.Letter(uuid4(), template_for(template), "a@example.org", phone)
    assert [way.url for way in ways_out.ways_to(told, letter)] == ways
    assert "example.org" not in repr(letter)


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_has_a_clinical_word(name):
    words = TEMPLATES[name]
    assert not CLINICAL.search(f"{words.title} {words.body}")


def test_a_message_without_words_of_its_own_still_says_that_something_waits():
    assert template_for("nobody_wrote_this") is SOMETHING_NEW


def test_every_rung_has_its_words():
    assert {escalations.TEMPLATES[rung] for rung in Rung} <= set(TEMPLATES)


def test_every_message_the_house_sends_has_words():
    sent = set()
    for file in (ROOT / "workflows").rglob("*.py"):
        sent |= set(re.findall(r"tell(?:_\w+)?\([^()]*?\"([a-z_]+)\"", file.read_text()))
    assert sent - set(TEMPLATES) == set()


def test_a_job_for_a_message_carries_its_id_alone(runtime, session, clock):
    person = a_user(session, clock.now(), Role.COACH)
    session.commit()
    notice = tell(runtime, person.id)
    args = session.execute(text("SELECT args FROM procrastinate_jobs")).scalars().all()
    assert args == [{"notification_id": str(notice.id)}]


@pytest.mark.parametrize("name", sorted(IN["es"]))
def test_a_spanish_message_says_as_little_as_the_english_one(name: str) -> None:
    english, spanish = template_for(name), template_for(name, "es")
    assert spanish != english
    assert spanish.urgent is english.urgent
    assert ("911" in spanish.body) is ("911" in english.body)
    assert not CLINICAL_IN_SPANISH.search(f"{spanish.title} {spanish.body}")


def test_a_patient_is_written_to_in_their_own_language(posting, session, clock, mailbox):
    patient = a_patient(session, clock.now(), preferred_language=Language.SPANISH)
    coach = a_user(session, clock.now(), Role.COACH)
    session.commit()
    for user_id in (patient.user_id, coach.id):
        delivery.deliver(posting, str(tell(posting, user_id, "questions_wait").id))
    assert [letter["Subject"] for letter in mailbox.letters] == [
        "Vigil: algunas preguntas",
        "Vigil: some questions",
    ]


def test_what_is_not_written_in_a_language_goes_out_in_english() -> None:
    assert template_for("questions_wait", "fr") == template_for("questions_wait")
    assert template_for("nobody_wrote_this", "es") == IN["es"]["something_new"]
