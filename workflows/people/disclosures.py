"""What of a record left the house, to whom and what for? Kept in the act that lets it go.

A copy for the patient is no disclosure (45 CFR 164.528(a)(1)(ii)). What is given for treatment
need not be counted by law; it is told all the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from models.people.rights import Disclosure
from models.platform.base import Base, new_id
from rules.oversight.retention import years_before
from rules.permissions import Permission
from rules.terms import DisclosurePurpose, RecipientKind
from workflows.platform import access
from workflows.platform.work import Work, command, reading

PAGE = 500


class Exit(NamedTuple):
    """One way out: who gets something, who that is in words, what it is, and what for."""

    kind: RecipientKind
    recipient: str
    what: str
    purpose: DisclosurePurpose


_REMS = "The Spravato REMS"
_LOOKED_UP = Exit(
    RecipientKind.STATE_RECORD,
    "The state's list of prescriptions",
    "Your name and day of birth, to look your prescriptions up",
    DisclosurePurpose.REQUIRED_BY_LAW,
)
# Every act that lets something of a record out, by its name in the trail. A house test holds the
# acts to this list.
EXITS: Mapping[str, Exit] = MappingProxyType(
    {
        "office_session.rems_enrolled": Exit(
            RecipientKind.REMS,
            _REMS,
            "That you are enrolled, with the signed form",
            DisclosurePurpose.DRUG_SAFETY,
        ),
        "office_session.form_submitted": Exit(
            RecipientKind.REMS,
            _REMS,
            "The monitoring form of a session at the clinic",
            DisclosurePurpose.DRUG_SAFETY,
        ),
        "order.placed": Exit(
            RecipientKind.PHARMACY,
            "The pharmacy that fills the prescription",
            "A prescription, with your name and where it is sent",
            DisclosurePurpose.TREATMENT,
        ),
        "dispatch_link.read": Exit(
            RecipientKind.OTHER,
            "Whoever was given the code for helpers, such as an ambulance crew",
            "The card for helpers: who and where you are, what you took, and your health",
            DisclosurePurpose.EMERGENCY,
        ),
        "pdmp.recorded": _LOOKED_UP,
        "evaluation.recorded": _LOOKED_UP,
    }
)


@dataclass(frozen=True, slots=True)
class Given:
    """Something that somebody of the house gave to somebody outside."""

    kind: RecipientKind
    recipient: str
    what: str
    purpose: DisclosurePurpose


def left(work: Work, row: Base, patient_id: UUID) -> None:
    """Keep that the act at hand let something out (a step); `row` is what it made."""
    known = EXITS[work.action]
    _keep(work, patient_id, known, (str(row.__tablename__), row.id))  # type: ignore[attr-defined] # every such row has an id


@command(permit=Permission.NOTE_DISCLOSURE, audit="disclosure.noted", once=True)
def note(work: Work, patient_id: UUID, given: Given) -> Disclosure:
    """Keep what was given by hand: a letter, a copy for a court, a call with another clinician."""
    patient = access.patient(work, patient_id, lock=True)
    known = Exit(given.kind, given.recipient, given.what, given.purpose)
    return _keep(work, patient.id, known, ("disclosure", new_id()))


@reading(permit=Permission.READ_DISCLOSURES, audit="disclosure.listed")
def of_patient(work: Work, patient_id: UUID) -> Sequence[Disclosure]:
    """List what left the house, newest first, as many years back as the law asks."""
    patient = access.patient(work, patient_id)
    since = years_before(work.now, work.limits.disclosures_told_years)
    query = (
        select(Disclosure)
        .where(Disclosure.patient_id == patient.id, Disclosure.disclosed_at >= since)
        .order_by(Disclosure.disclosed_at.desc(), Disclosure.id.desc())
        .limit(PAGE)
    )
    return work.session.scalars(query).all()


def _keep(work: Work, patient_id: UUID, known: Exit, subject: tuple[str, UUID]) -> Disclosure:
    kept = Disclosure(
        id=new_id(),
        patient_id=patient_id,
        recipient_kind=known.kind,
        recipient=known.recipient,
        what=known.what,
        purpose=known.purpose,
        subject_type=subject[0],
        subject_id=subject[1],
        disclosed_by=work.actor.user_id,
        disclosed_at=work.now,
    )
    work.session.add(kept)
    return kept
