"""How does a message reach somebody outside: by mail, phone, pager, or on the console?

Mail goes out by `VIGIL_SMTP_URL`, such as `smtps://name:password@mail.example:465?from=care@vigil.example`.
`VIGIL_APPRISE_URLS` may name more ways; `{phone}` in one stands for the person's number, `{email}`
for their address, and one without either is the shared pager, which only urgent messages reach.
"""

import logging
import sys
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

import apprise
from sqlalchemy import select

from models.people.accounts import UserAccount
from models.people.patients import Patient
from models.platform import data_keys
from models.platform.trail import Notification
from rules.permissions import Permission
from workflows.platform import access, jobs
from workflows.platform.actor import SYSTEM
from workflows.platform.errors import NotFound
from workflows.platform.language import preferred_by
from workflows.platform.settings import Settings
from workflows.platform.template import Template
from workflows.platform.templates import template_for
from workflows.platform.work import Runtime, Work, command, reading

# It writes addresses into its log; whether a message went out stands on the message's own row.
logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)
log = logging.getLogger(__name__)

SCHEMES = {"smtp": "mailto", "smtps": "mailtos"}
MAIL_HEADER = "X-Vigil-Message"


class NotDelivered(Exception):
    """No way out took the message; the queue tries again, ever later."""


class StillOnItsWay(NotDelivered):
    """The request that wrote this page is sending it; the queue looks again a little later."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to go: its own id, its words, and where to; never printed with the latter."""

    notification_id: UUID
    template: Template
    email: str = ""
    phone: str = ""

    def __repr__(self) -> str:
        """Show the id alone: an address ends in a log."""
        return f"Letter({self.notification_id})"


@jobs.job("deliver_notification")
def deliver(runtime: Runtime, notification_id: str) -> None:
    """Send one message; no transaction stays open while the world outside takes its time."""
    with runtime.begin(SYSTEM) as work:
        letter = prepare(work, UUID(notification_id))
    _send_and_note(runtime, letter)


def page_now(runtime: Runtime, notification_id: UUID) -> None:
    """Send one page without the queue; what it does not send in time, the queue sends."""
    with runtime.begin(SYSTEM) as work:
        letter = prepare_page(work, notification_id)
    _send_and_note(runtime, letter)


def _send_and_note(runtime: Runtime, letter: Letter | None) -> None:
    if letter is None:
        return
    went_out = send(runtime.settings, letter)
    with runtime.begin(SYSTEM) as work:
        note_attempt(work, letter.notification_id, went_out=went_out)
    if not went_out:
        log.error("message %s was not delivered", letter.notification_id)
        raise NotDelivered(str(letter.notification_id))


@reading(permit=Permission.RUN_SWEEP, audit="notification.prepared")
def prepare(work: Work, notification_id: UUID) -> Letter | None:
    """Put a message together, if it was not sent yet and nobody is sending it."""
    notice = _notice(work, notification_id)
    if notice.sent_at is not None:
        return None
    if _is_on_its_way(work, notice):
        raise StillOnItsWay(str(notice.id))
    return _letter(work, notice)


@reading(permit=Permission.RUN_SWEEP, audit="notification.paged")
def prepare_page(work: Work, notification_id: UUID) -> Letter | None:
    """Put a page together, while it is still ours to send."""
    notice = _notice(work, notification_id)
    ours = notice.sent_at is None and _is_on_its_way(work, notice)
    return _letter(work, notice) if ours else None


def _is_on_its_way(work: Work, notice: Notification) -> bool:
    return notice.paged_until is not None and work.now < notice.paged_until


def _letter(work: Work, notice: Notification) -> Letter:
    email, phone = _address(work, notice)
    language = preferred_by(work.session, notice.user_id)
    words = template_for(notice.template, language).with_secret(notice.secret)
    return Letter(notice.id, words, email, phone)


@command(permit=Permission.RUN_SWEEP, audit="notification.tried")
def note_attempt(work: Work, notification_id: UUID, *, went_out: bool) -> Notification:
    """Keep whether the message went out."""
    notice = _notice(work, notification_id)
    if went_out:
        notice.sent_at = work.now
    else:
        notice.failed_attempts += 1
        notice.paged_until = None
    return notice


def send(settings: Settings, letter: Letter) -> bool:
    """Send by every way that fits; one that takes it is enough."""
    ways = ways_to(settings, letter)
    if not ways and not settings.is_production:
        sys.stderr.write(f"vigil: message {letter.notification_id}: {letter.template.title}\n")
        return True
    took_it = [_sent_by(way, letter) for way in ways]
    return any(took_it)


def ways_to(settings: Settings, letter: Letter) -> list[str]:
    """Give the addresses of the ways out that lead to this person."""
    mail = [_mail(settings.smtp_url, letter)] if settings.smtp_url and letter.email else []
    others = [_filled_in(url, letter) for url in settings.apprise_urls if _fits(url, letter)]
    return mail + others


def _fits(url: str, letter: Letter) -> bool:
    needs = {"{phone}": letter.phone, "{email}": letter.email}
    asked = [value for mark, value in needs.items() if mark in url]
    return all(asked) if asked else letter.template.urgent


def _sent_by(way: str, letter: Letter) -> bool:
    out = apprise.Apprise()
    if not out.add(way):
        return False
    words = letter.template
    return bool(out.notify(title=words.title, body=words.body, body_format="text"))


def _mail(smtp_url: str, letter: Letter) -> str:
    scheme, _, rest = smtp_url.partition("://")
    joint = "&" if "?" in rest else "?"
    header = f"%2B{MAIL_HEADER}={letter.notification_id}"
    return (
        f"{SCHEMES.get(scheme, scheme)}://{rest}{joint}"
        f"to={quote(letter.email, safe='@')}&format=text&{header}"
    )


def _filled_in(url: str, letter: Letter) -> str:
    digits = "".join(sign for sign in letter.phone if sign.isdigit())
    return url.replace("{phone}", digits).replace("{email}", quote(letter.email, safe="@"))


def _notice(work: Work, notification_id: UUID) -> Notification:
    query = select(Notification).where(Notification.id == notification_id).with_for_update()
    notice = work.session.scalars(query).first()
    if notice is None:
        raise NotFound
    access.see(work, notice.patient_id)
    return notice


def _address(work: Work, notice: Notification) -> tuple[str, str]:
    if notice.user_id is not None:
        account = work.session.scalars(
            select(UserAccount).where(
                UserAccount.id == notice.user_id, data_keys.readable(UserAccount.id)
            )
        ).first()
        if account is None or account.disabled_at:
            return "", ""
        return account.email, account.phone or ""
    of_patient = (Patient.id == notice.patient_id, data_keys.readable(Patient.id))
    contact = work.session.scalar(select(Patient.contact).where(*of_patient))
    named = (contact or {}).get("emergency_contact")
    if not isinstance(named, dict):
        return "", ""
    return str(named.get("email") or ""), str(named.get("phone") or "")
