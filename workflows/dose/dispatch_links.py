"""Who hands the card for helpers out, and who has read it?

The code is told once, to whoever makes it, and travels by voice, by paper or behind the `#` of an
address: never in a part of an address that a server writes down. The card is put together when it
is read, so that it is as fresh as the record, and kept as it was shown.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from models.dose.dispatch import DispatchLink, DispatchReading
from models.dose.dose_sessions import WATCHED_STATES
from models.oversight.holds import Escalation
from models.platform.base import new_id
from models.platform.encryption import key_ring
from rules.permissions import Permission
from rules.terms import Role, SubjectKind
from workflows.dose import dispatch_packet, emergencies
from workflows.dose.dispatch_packet import Packet
from workflows.people import disclosures
from workflows.platform import access, lock_order, notifications
from workflows.platform.errors import NotFound, NotNow
from workflows.platform.work import Work, command, reading

SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # read aloud, none is taken for another
LENGTH, GROUP = 16, 4
PAGE = 50
NOT_GOOD = "dispatch-code-not-good"


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A link and, this once, the code that shows the card."""

    link: DispatchLink
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class LinkSeen:
    """A link without its code, and everything that was shown for it."""

    id: UUID
    dose_session_id: UUID | None
    made_at: datetime
    expires_at: datetime
    readings: Sequence["ReadingSeen"]


@dataclass(frozen=True, slots=True)
class ReadingSeen:
    """The card as it was shown; how the sitter is reached stays with us."""

    number: int
    read_at: datetime
    packet: Packet = field(repr=False)


@command(permit=Permission.MAKE_DISPATCH_LINK, audit="dispatch_link.made")
def make_in_session(work: Work, dose_session_id: UUID) -> HandedOut:
    """Hand the card of a session out, while somebody is under a dose or in danger."""
    dose_session = access.dose_session(work, dose_session_id, lock=True)
    if dose_session.state not in WATCHED_STATES and not emergencies.is_open(work, dose_session):
        raise NotNow(dose_session.state, allowed=WATCHED_STATES)
    return _make(work, dose_session.patient_id, dose_session.id)


@command(permit=Permission.MAKE_DISPATCH_LINK, audit="dispatch_link.made")
def make_for_patient(work: Work, patient_id: UUID) -> HandedOut:
    """Hand the card of a patient out, whether or not a session is under way."""
    return _make(work, access.patient(work, patient_id, lock=True).id, None)


@command(permit=Permission.MAKE_DISPATCH_LINK, audit="dispatch_link.made")
def make_for_escalation(work: Work, escalation_id: UUID) -> HandedOut:
    """Hand the card out for a call for help that this person may answer, on call as well."""
    called: Escalation = access.escalation(work, escalation_id, lock=True)
    if called.patient_id is None:
        raise NotFound
    in_session = called.subject_type is SubjectKind.DOSE_SESSION
    return _make(work, called.patient_id, called.subject_id if in_session else None)


@command(permit=Permission.SIGN_IN, audit="dispatch_link.read", public=True)
def read_packet(work: Work, code: str) -> Packet:
    """Show the card to whoever has the code; all that was shown is kept and told."""
    link = _good_link(work, code)
    reading = DispatchReading(
        id=new_id(),
        patient_id=link.patient_id,
        dispatch_link_id=link.id,
        number=link.readings + 1,
        packet=dispatch_packet.put_together(work, link.patient_id, link.dose_session_id),
        read_at=work.now,
    )
    work.session.add(reading)
    link.readings += 1
    if link.first_read_at is None:
        link.first_read_at = work.now
        link.read_until = work.now + work.limits.dispatch_readings_within
    work.session.flush()
    work.audit("dispatch_reading.kept", object_type="dispatch_reading", object_id=str(reading.id))
    disclosures.left(work, reading, link.patient_id)
    _tell_of_it(work, link)
    told: Packet = dispatch_packet.as_told(reading.packet)
    return told


@reading(permit=Permission.READ_DISPATCH_LINKS, audit="dispatch_link.listed")
def of_patient(work: Work, patient_id: UUID) -> list[LinkSeen]:
    """List the links of a patient, newest first, with everything that was shown."""
    patient = access.patient(work, patient_id)
    links = work.session.scalars(
        select(DispatchLink)
        .where(DispatchLink.patient_id == patient.id)
        .order_by(DispatchLink.made_at.desc(), DispatchLink.id.desc())
        .limit(PAGE)
    ).all()
    shown = work.session.scalars(
        select(DispatchReading)
        .where(DispatchReading.dispatch_link_id.in_([link.id for link in links]))
        .order_by(DispatchReading.number)
    ).all()
    return [_seen(one, [row for row in shown if row.dispatch_link_id == one.id]) for one in links]


def fingerprint(code: str) -> bytes:
    """Give what is kept of a code, however it was written down."""
    plain = "".join(sign for sign in code.upper() if sign in SIGNS)
    return key_ring().stamp("dispatch_link.code", plain.encode())


def _make(work: Work, patient_id: UUID, dose_session_id: UUID | None) -> HandedOut:
    if work.actor.user_id is None:  # somebody whom nobody knows is shown nothing
        raise NotFound
    drawn = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    link = DispatchLink(
        id=new_id(),
        patient_id=patient_id,
        dose_session_id=dose_session_id,
        code_hash=fingerprint(drawn),
        made_by=work.actor.user_id,
        made_at=work.now,
        expires_at=work.now + work.limits.dispatch_link_life,
    )
    work.session.add(link)
    work.session.flush()
    work.audit("dispatch_link.kept", object_type="dispatch_link", object_id=str(link.id))
    return HandedOut(link, "-".join(_groups(drawn)))


def _groups(drawn: str) -> list[str]:
    return [drawn[at : at + GROUP] for at in range(0, LENGTH, GROUP)]


def _good_link(work: Work, code: str) -> DispatchLink:
    """Find what a code shows; patient, then link, are locked: no reading is counted twice."""
    ours = select(DispatchLink).where(DispatchLink.code_hash == fingerprint(code))
    seen = work.session.scalars(ours).first()
    if seen is not None:
        access.see(work, seen.patient_id)
        lock_order.patient_first(work)
    found = work.session.scalars(
        ours.with_for_update().execution_options(populate_existing=True)
    ).first()
    if found is None or not _is_good(found, work.now, work.limits.dispatch_readings_max):
        raise NotFound("This code is not, or no longer, good.", code=NOT_GOOD)
    return found


def _is_good(link: DispatchLink, now: datetime, most: int) -> bool:
    return now < (link.read_until or link.expires_at) and link.readings < most


def _seen(link: DispatchLink, shown: Sequence[DispatchReading]) -> LinkSeen:
    again = dispatch_packet.without_phone_of_sitter
    cards = [
        ReadingSeen(row.number, row.read_at, dispatch_packet.as_told(again(row.packet)))
        for row in shown
    ]
    return LinkSeen(link.id, link.dose_session_id, link.made_at, link.expires_at, cards)


def _tell_of_it(work: Work, link: DispatchLink) -> None:
    """Tell the patient and those who answer for them, at the first reading."""
    if link.readings > 1:
        return
    subject = (SubjectKind.PATIENT, link.patient_id)
    notifications.tell_patient(work, "card_was_read", subject=subject)
    notifications.tell_care_team(work, Role.PRESCRIBER, "card_was_read", subject=subject)
    notifications.tell_care_team(work, Role.SAFETY_OFFICER, "card_was_read", subject=subject)
