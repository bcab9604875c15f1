"""By which ways does a message leave the house: by mail, to a phone, to the pager?

Mail goes out by `VIGIL_SMTP_URL`, such as `smtps://name:password@mail.example:465?from=care@vigil.example`.
`VIGIL_APPRISE_URLS` may name more ways; `{phone}` in one stands for the person's number, `{email}`
for their address, and one without either is the shared pager, which only urgent messages reach.
`{message}` stands for the id of the message, by which a provider can say later what became of it.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

import apprise

from models.platform.messages import MAIL, PAGER, TEXT, WAYS
from workflows.platform.settings import Settings
from workflows.platform.template import Template

# It writes addresses into its log; whether a message went out stands on the message's own row.
logging.getLogger("apprise").setLevel(logging.CRITICAL + 1)

SCHEMES = {"smtp": "mailto", "smtps": "mailtos"}
MAIL_HEADER = "X-Vigil-Message"


@dataclass(frozen=True, slots=True)
class Letter:
    """A message ready to go: its own id, its words, and where to; never printed with the latter.

    `wanted` are the ways its reader chose, in order; `closed` those that are known to lead nowhere.
    Somebody who is `gone` is told nothing, and that is no failure.
    """

    notification_id: UUID
    template: Template
    email: str = ""
    phone: str = ""
    wanted: tuple[str, ...] = WAYS
    closed: frozenset[str] = frozenset()
    gone: bool = False

    def __repr__(self) -> str:
        """Show the id alone: an address ends in a log."""
        return f"Letter({self.notification_id})"


@dataclass(frozen=True, slots=True)
class WayOut:
    """One way to one person; never printed with where it leads."""

    kind: str
    url: str

    def __repr__(self) -> str:
        """Show the kind alone."""
        return f"WayOut({self.kind})"


@dataclass(frozen=True, slots=True)
class Tried:
    """One try by one way, and whether it was taken."""

    kind: str
    taken: bool


def ways_to(settings: Settings, letter: Letter) -> list[WayOut]:
    """Give the ways out that lead to this person and are open, in the order they are tried."""
    mail = (
        [WayOut(MAIL, _mail(settings.smtp_url, letter))]
        if settings.smtp_url and letter.email
        else []
    )
    others = [
        WayOut(_kind(url), _filled_in(url, letter))
        for url in settings.apprise_urls
        if _fits(url, letter)
    ]
    found = _wanted(letter, mail + others) if letter.template.can_wait else mail + others
    return [way for way in found if way.kind not in letter.closed]


def send(letter: Letter, ways: Sequence[WayOut]) -> list[Tried]:
    """Send by every way; what can wait goes by the next one only where the one before said no."""
    tried: list[Tried] = []
    for way in ways:
        tried.append(Tried(way.kind, _sent_by(way, letter)))
        if letter.template.can_wait and tried[-1].taken:
            break
    return tried


def _wanted(letter: Letter, ways: list[WayOut]) -> list[WayOut]:
    """Give the ways its reader chose, in their order; if none of them is there, all there are."""
    chosen = [way for way in ways if way.kind in letter.wanted]
    return sorted(chosen, key=lambda way: letter.wanted.index(way.kind)) or ways


def _kind(url: str) -> str:
    if "{phone}" in url:
        return TEXT
    return MAIL if "{email}" in url else PAGER


def _fits(url: str, letter: Letter) -> bool:
    needs = {"{phone}": letter.phone, "{email}": letter.email}
    asked = [value for mark, value in needs.items() if mark in url]
    return all(asked) if asked else letter.template.urgent


def _sent_by(way: WayOut, letter: Letter) -> bool:
    out = apprise.Apprise()
    if not out.add(way.url):
        return False
    words = letter.template
    if way.kind == TEXT:
        return bool(out.notify(body=words.short, body_format="text"))
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
    filled = {
        "{phone}": digits,
        "{email}": quote(letter.email, safe="@"),
        "{message}": str(letter.notification_id),
    }
    for mark, value in filled.items():
        url = url.replace(mark, value)
    return url
