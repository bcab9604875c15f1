"""Is a person under a dose left in peace and told afterwards, and is what cannot wait not held?"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from models.platform.messages import MessagePreference
from models.platform.trail import AuditEvent, Notification
from rules.terms import OfficeState, Role, SessionState
from tests.factories.dose import Evening, a_monitored_session
from tests.factories.oversight import an_office_session
from tests.factories.people import a_patient, a_user
from tests.mail_server import MailServer, a_mail_server
from workflows.oversight import escalations
from workflows.platform import delivery, message_rounds, notifications, quiet
from workflows.platform.actor import SYSTEM
from workflows.platform.templates import CAN_WAIT, NOW, TEMPLATES, template_for

CAN, CANNOT = "questions_wait", "answer_at_once"
WAITING = text("SELECT args->>'notification_id' FROM procrastinate_jobs WHERE status = 'todo'")


@pytest.fixture
def mailbox():
    with a_mail_server() as server:
        yield server


@pytest.fixture
def posting(runtime, mailbox):
    runtime.settings = replace(runtime.settings, smtp_url=mailbox.url)
    return runtime


@dataclass
class Post:
    """A house that writes messages and a worker that has taken every job there was."""

    runtime: Any
    session: Any
    mailbox: MailServer

    def tell(self, user_id: UUID | None, template: str) -> UUID:
        """Write one message, and let the worker try it."""
        with self.runtime.begin(SYSTEM) as work:
            notice = notifications.tell(work, user_id, template)
        self._work([str(notice.id)])
        return notice.id

    def round(self) -> list[str]:
        """Make one round and do what it handed in."""
        message_rounds.hand_in_due(self.runtime)
        found = list(self.session.scalars(WAITING))
        self._work(found)
        return found

    def _work(self, found: list[str]) -> None:
        """Try each message once, and let the queue forget it, as it does after its last try."""
        try:
            for one in found:
                delivery.deliver(self.runtime, one)
        finally:
            self.session.execute(text("DELETE FROM procrastinate_jobs"))
            self.session.commit()

    def row(self, notice_id: UUID) -> Notification:
        """Look at a message anew."""
        self.session.expire_all()
        return self.session.scalars(select(Notification).where(Notification.id == notice_id)).one()


@pytest.fixture
def post(posting, session, mailbox) -> Post:
    return Post(posting, session, mailbox)


@pytest.fixture
def evening(session, clock) -> Evening:
    made = a_monitored_session(session, clock.now())
    session.commit()
    return made


@pytest.mark.parametrize("who", ["patient", "sitter"])
@pytest.mark.parametrize("state", [SessionState.MONITORING, SessionState.EMERGENCY])
def test_what_can_wait_goes_out_when_the_watch_is_over(post, session, clock, evening, who, state):
    evening.dose_session.state = state
    session.commit()
    notice_id = post.tell(getattr(evening, who).user_id, CAN)
    clock.advance(minutes=119)
    assert post.round() == []
    assert post.mailbox.letters == []
    held = post.row(notice_id)
    assert (held.held_for, held.sent_at, held.failed_attempts) == ("dose", None, 0)

    evening.dose_session.state = SessionState.RELEASED
    session.commit()
    clock.advance(minutes=6)
    assert post.round() == [str(notice_id)]
    assert [letter[delivery.MAIL_HEADER] for letter in post.mailbox.letters] == [str(notice_id)]
    sent = post.row(notice_id)
    assert (sent.held_for, sent.not_before, sent.sent_at) == (None, None, clock.now())
    assert post.round() == []


def test_somebody_is_left_in_peace_at_a_site_too(post, session, clock):
    patient = a_patient(session, clock.now())
    visit = an_office_session(session, clock.now(), patient, state=OfficeState.MONITORING)
    session.commit()
    post.tell(patient.user_id, CAN)
    assert post.mailbox.letters == []
    visit.state = OfficeState.DISCHARGED
    session.commit()
    assert len(post.round()) == 1


@pytest.mark.parametrize("template", [*sorted(set(TEMPLATES) - CAN_WAIT), "nobody_wrote_this"])
def test_what_cannot_wait_is_never_held(post, evening, template):
    post.tell(evening.patient.user_id, template)
    post.tell(evening.sitter.user_id, template)
    assert len(post.mailbox.letters) == 2


def test_the_watch_of_somebody_else_keeps_no_message_back(post, session, clock, evening):
    other = a_patient(session, clock.now(), email="other@example.org")
    session.commit()
    for user_id in (evening.coach.id, evening.prescriber.id, other.user_id):
        post.tell(user_id, CAN)
    assert len(post.mailbox.letters) == 3


def test_a_message_that_was_held_is_held_again_when_the_next_dose_works(
    post, session, clock, evening
):
    post.tell(evening.patient.user_id, CAN)
    evening.dose_session.state = SessionState.RELEASED
    session.commit()
    message_rounds.hand_in_due(post.runtime)
    evening.dose_session.state = SessionState.MONITORING
    session.commit()
    for one in session.scalars(WAITING):
        delivery.deliver(post.runtime, one)
    assert post.mailbox.letters == []


def test_holding_is_in_the_trail_once(post, session, evening):
    post.tell(evening.patient.user_id, CAN)
    for _ in range(3):
        post.round()
    actions = session.scalars(select(AuditEvent.action)).all()
    assert actions.count("notification.held") == 1


def tell_in_a_bad_hour(post, session, clock, template):
    """Tell somebody while no provider takes anything."""
    person = a_user(session, clock.now(), Role.COACH)
    session.commit()
    post.mailbox.full = True
    with pytest.raises(delivery.NotDelivered):
        post.tell(person.id, template)


def test_a_night_without_a_provider_is_outlasted_by_the_row(post, session, clock):
    tell_in_a_bad_hour(post, session, clock, CAN)
    post.mailbox.full = False
    clock.advance(minutes=9)
    assert post.round() == []
    clock.advance(minutes=1)
    assert len(post.round()) == len(post.mailbox.letters) == 1


def test_what_speaks_of_a_moment_is_not_sent_when_it_is_over(post, session, clock):
    tell_in_a_bad_hour(post, session, clock, CANNOT)
    post.mailbox.full = False
    clock.advance(hours=3)
    assert post.round() == []


def test_after_a_day_nobody_tries_any_more(post, session, clock):
    tell_in_a_bad_hour(post, session, clock, CAN)
    clock.advance(days=1)
    with pytest.raises(delivery.NotDelivered):
        post.round()
    clock.advance(days=1)
    assert post.round() == []


def test_every_template_says_how_soon_in_one_way_only():
    assert set() == NOW & CAN_WAIT
    assert set(TEMPLATES) >= NOW | CAN_WAIT
    urgent = {name for name, words in TEMPLATES.items() if words.urgent}
    assert not urgent & CAN_WAIT
    called = set(escalations.TEMPLATES.values())
    assert called <= {name for name in TEMPLATES if template_for(name).only_now}


NIGHT, NOON = (22 * 60, 7 * 60), (12 * 60, 13 * 60)


@pytest.mark.parametrize(
    ("now", "between", "ends"),
    [
        ("2026-11-24T04:59", NIGHT, None),  # 21:59 in Denver
        ("2026-11-24T05:00", NIGHT, "2026-11-24T14:00"),
        ("2026-11-24T13:59", NIGHT, "2026-11-24T14:00"),
        ("2026-11-24T14:00", NIGHT, None),
        ("2026-11-24T19:30", NOON, "2026-11-24T20:00"),
        ("2026-11-24T20:00", NOON, None),
        # The clocks there are set back on 1 November: the night has an hour more.
        ("2026-11-01T05:00", NIGHT, "2026-11-01T14:00"),
        # An hour that comes twice is quiet both times: until its second half past one.
        ("2026-11-01T07:10", (0, 90), "2026-11-01T08:30"),
        ("2026-11-01T08:10", (0, 90), "2026-11-01T08:30"),
        # Half past two never comes on 8 March: it is quiet until the clocks have jumped over it.
        ("2026-03-08T08:30", (0, 150), "2026-03-08T09:30"),
    ],
)
def test_quiet_ends_by_the_clock_on_the_wall(now, between, ends):
    at = datetime.fromisoformat(now).replace(tzinfo=UTC)
    wanted = None if ends is None else datetime.fromisoformat(ends).replace(tzinfo=UTC)
    assert quiet.quiet_ends(at, "America/Denver", *between) == wanted


def test_a_night_is_the_night_of_the_patient(post, session, clock):
    """It is 17:00 in UTC: ten in the morning in Denver, two at night in Tokyo."""
    for zone, email in (("America/Denver", "d@example.org"), ("Asia/Tokyo", "t@example.org")):
        patient = a_patient(session, clock.now(), time_zone=zone, email=email)
        wants = {"quiet_from_minute": NIGHT[0], "quiet_until_minute": NIGHT[1]}
        session.add(
            MessagePreference(user_id=patient.user_id, ways=["mail"], set_at=clock.now(), **wants)
        )
        session.commit()
        post.tell(patient.user_id, CAN)
        post.tell(patient.user_id, CANNOT)
    told = [letter["To"] for letter in post.mailbox.letters]
    assert told == ["d@example.org", "d@example.org", "t@example.org"]
    clock.advance(hours=4, minutes=59)
    assert post.round() == []
    clock.advance(minutes=1)
    assert len(post.round()) == 1
    assert post.mailbox.letters[-1]["To"] == "t@example.org"
