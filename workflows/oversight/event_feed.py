"""What happened to whom I care for? By ids, in an order in which nobody is ever passed over.

A number is drawn before the commit, so a lower one may become readable later. Whoever draws one
holds, until the commit, a lock that says above which number it will be; who reads the events of
many stops below the lowest of them (`event_horizon`). Everything up to there is readable, and
nothing up to there comes any more, whatever other transactions or databases are busy with.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hmac import compare_digest
from types import MappingProxyType

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select

from models.dose.office_sessions import OfficeSession
from models.people.patients import Patient
from models.platform.encryption import key_ring
from models.platform.trail import Event
from rules.access.words import REGISTER
from rules.permissions import Permission
from workflows.oversight import feed
from workflows.platform import access, relations
from workflows.platform.errors import InvalidContent
from workflows.platform.work import DECLARED, Work, note_each_patient, reading

PURPOSE = "event_feed.cursor"
_NUMBER_BYTES, _CURSOR_BYTES = 8, 40
# Of what somebody on the care team is told: of what they could read, by the permission for it.
READ_BY: Mapping[Permission, tuple[str, ...]] = MappingProxyType(
    {
        Permission.READ_PATIENT: ("patient", "care_team_member"),
        Permission.READ_SITTERS: ("sitter",),
        Permission.READ_INTAKE: ("intake",),
        Permission.READ_DECISION: ("gate_decision", "override"),
        Permission.READ_INSTRUMENT: ("assessment",),
        Permission.READ_CONSENT: ("consent",),
        Permission.READ_PLAN: (
            *("approval", "evaluation", "treatment_plan", "dose_change"),
            *("medication_order", "shipment"),
        ),
        Permission.READ_APPOINTMENTS: ("appointment",),
        Permission.READ_READINESS: ("module_completion", "home_check", "intention"),
        Permission.READ_DOSE_SESSION: (
            *("dose_session", "dose_taken", "clearance", "predose_check", "vital_signs"),
            *("monitoring_check", "emergency_call", "release_check"),
        ),
        Permission.READ_OFFICE_SESSION: ("office_session", "monitoring_form", "rems_enrolment"),
        Permission.READ_FOLLOW_UPS: ("follow_up", "follow_up_answer"),
        Permission.READ_GOALS: ("goal", "goal_change"),
        Permission.READ_HARM: ("adverse_event",),
        Permission.READ_HOLDS: ("hold",),
        Permission.READ_ESCALATIONS: ("escalation",),
    }
)
CHANGED = ".changed"
"""How a kind ends that the database itself wrote, because nobody else had told the write."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of which kinds, and from when until before when; nothing said means everything."""

    kinds: Collection[str] = ()
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """Some events in order, and how far all of them were read; `more` says that there are more."""

    items: Sequence[Event]
    place: int
    more: bool
    cursor: str = ""


@reading(permit=Permission.FOLLOW_EVENTS, audit="events.followed")
def follow(work: Work, cursor: str | None, wanted: Wanted, most: int) -> Found:
    """Read the next events of everybody to whom one stands in a relation now."""
    access.see(work, None)
    refuse_unknown(wanted.kinds)
    found = after(work, 0 if cursor is None else _opened(work, cursor), wanted, most)
    note_each_patient(work, [one.patient_id for one in found.items if one.patient_id])
    return replace(found, cursor=_sealed(work, found.place))


def after(work: Work, place: int, wanted: Wanted, most: int) -> Found:
    """Give the next events that this person may follow, and the number behind them."""
    settled = horizon(work)  # asked before them, in a statement of its own
    query = _visible(work, wanted).where(Event.sequence > place, Event.sequence <= settled)
    found = list(work.session.scalars(query.order_by(Event.sequence).limit(most + 1)))
    items = found[:most]
    if len(found) <= most:  # all that is settled was looked at, also what is not theirs
        return Found(items, max(place, settled), more=False)
    return Found(items, items[-1].sequence, more=True)


def may_follow(work: Work, event_id: object) -> bool:
    """Ask whether this person may still follow this one event."""
    query = _visible(work, Wanted()).where(Event.id == event_id)
    return work.session.scalars(query).first() is not None


def horizon(work: Work) -> int:
    """Give the number up to which every event is there that ever will be."""
    return int(work.session.scalars(select(func.event_horizon())).one())


def known_kinds() -> frozenset[str]:
    """Name every kind of event there is: what acts promise, and what the database writes."""
    told = {act.audit for act in DECLARED.values() if act.kind != "reading"}
    types = {name for names in READ_BY.values() for name in names} | feed.SHOWN
    return frozenset(told | {f"{name}{CHANGED}" for name in types})


def refuse_unknown(kinds: Collection[str]) -> None:
    """Refuse a kind that never comes: whoever waits for it would wait for ever."""
    if not known_kinds().issuperset(kinds):
        raise InvalidContent(errors={"kinds": ["Names a kind of event that there is not."]})


def _visible(work: Work, wanted: Wanted) -> Select[Event]:
    """Ask for events by the relation in which this person stands now, kind by kind."""
    mine = and_(relations.is_own(work), feed.shown())
    query = (
        select(Event)
        .join(Patient, Patient.id == Event.patient_id)
        .where(or_(mine, *_of_patients(work), _at_my_site(work)))
    )
    if wanted.kinds:
        query = query.where(Event.kind.in_(sorted(wanted.kinds)))
    if wanted.since is not None:
        query = query.where(Event.occurred_at >= wanted.since)
    if wanted.until is not None:
        query = query.where(Event.occurred_at < wanted.until)
    return query


def _of_patients(work: Work) -> list[ColumnElement[bool]]:
    """Ask for the care team, and for the register of harm; nobody is seen here behind the glass."""
    ways = []
    for permit, types in READ_BY.items():
        reads = replace(work, permit=permit)
        near = [relations.cares(reads)]
        if permit in _REGISTERED and relations.acting_by(reads, REGISTER):
            near = [Event.patient_id.is_not(None)]
        ways.append(and_(Event.object_type.in_(types), or_(*near)))
    notes = replace(work, permit=Permission.READ_COACHING_NOTE)
    ways.append(and_(Event.kind.in_(feed.NOTES_SHOWN), relations.cares(notes)))
    return ways


_REGISTERED = (Permission.READ_HARM, Permission.READ_ESCALATIONS)


def _at_my_site(work: Work) -> ColumnElement[bool]:
    """Ask for the sessions of the site where this person works now, and for no other of theirs."""
    reads = replace(work, permit=Permission.READ_OFFICE_SESSION)
    return and_(
        Event.object_type == OfficeSession.__tablename__,
        exists().where(
            OfficeSession.id == Event.object_id, relations.works_at(reads, OfficeSession.site_id)
        ),
    )


def _sealed(work: Work, place: int) -> str:
    number = place.to_bytes(_NUMBER_BYTES, "big")
    return urlsafe_b64encode(number + _stamp(work, number)).decode()


def _opened(work: Work, cursor: str) -> int:
    """Take a cursor of ours, given to this person; anything else means to begin again."""
    try:
        opened = urlsafe_b64decode(cursor.encode("ascii"))
    except ValueError:  # also what is not ASCII
        opened = b""
    number, stamp = opened[:_NUMBER_BYTES], opened[_NUMBER_BYTES:]
    if len(opened) != _CURSOR_BYTES or not compare_digest(stamp, _stamp(work, number)):
        raise InvalidContent(
            "Begin again without a cursor.",
            errors={"cursor": ["Is not a cursor of ours."]},
            code="cursor-not-good",
        )
    return int.from_bytes(number, "big")


def _stamp(work: Work, number: bytes) -> bytes:
    return key_ring().stamp(PURPOSE, work.actor.person.bytes + number)
