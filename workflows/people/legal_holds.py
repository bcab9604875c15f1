"""Which records must stay whatever their age, by whose word, and who lets them go again?

The office places such a hold and reads nothing of the record by it. One person asks to lift it and
another one does.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from models.people.rights import LegalHold
from models.platform.base import new_id
from rules.permissions import Permission
from workflows.people import second_factor, signing
from workflows.platform import access
from workflows.platform.errors import NotFound, RecordForbids
from workflows.platform.work import Work, command, note_each_patient, reading

PAGE = 200


@command(permit=Permission.KEEP_FOR_LAW, audit="legal_hold.placed", once=True)
def place(work: Work, patient_id: UUID, matter: str) -> LegalHold:
    """Keep this record until somebody asks for it no more; there may be several such matters."""
    held = access.patient_unread(work, patient_id)
    second_factor.insist_fresh(work)
    hold = LegalHold(
        id=new_id(),
        patient_id=held,
        matter=matter,
        placed_by=work.actor.person,
        placed_at=work.now,
    )
    work.session.add(hold)
    return hold


@command(permit=Permission.KEEP_FOR_LAW, audit="legal_hold.lift_asked", once=True)
def ask_to_lift(work: Work, legal_hold_id: UUID, reason: str) -> LegalHold:
    """Say that a matter is over; somebody else has to say so too."""
    hold = _standing(work, legal_hold_id)
    second_factor.insist_fresh(work)
    if hold.lift_asked_at is not None:
        raise RecordForbids("Somebody asked before.", code="lift_already_asked")
    hold.lift_asked_at, hold.lift_asked_by = work.now, work.actor.person
    hold.lift_reason = reason
    return hold


@command(permit=Permission.KEEP_FOR_LAW, audit="legal_hold.lifted", once=True)
def lift(work: Work, legal_hold_id: UUID) -> LegalHold:
    """Confirm that a matter is over, as somebody else than who asked."""
    hold = _standing(work, legal_hold_id)
    second_factor.insist_fresh(work)
    if hold.lift_asked_by is None:
        raise RecordForbids("Nobody asked to lift it.", code="lift_not_asked")
    signing.refuse_oneself(work, hold.lift_asked_by)
    hold.lifted_at, hold.lifted_by = work.now, work.actor.person
    return hold


@reading(permit=Permission.KEEP_FOR_LAW, audit="legal_hold.listed")
def standing(work: Work) -> Sequence[LegalHold]:
    """List every hold that stands, oldest first."""
    query = select(LegalHold).where(LegalHold.lifted_at.is_(None))
    oldest = query.order_by(LegalHold.placed_at, LegalHold.id).limit(PAGE)
    found = work.session.scalars(oldest).all()
    note_each_patient(work, [hold.patient_id for hold in found])
    return found


def _standing(work: Work, legal_hold_id: UUID) -> LegalHold:
    """Load a hold behind its patient, locked in this order, as everywhere."""
    whose = select(LegalHold.patient_id).where(LegalHold.id == legal_hold_id)
    patient_id = work.session.scalar(whose)
    if patient_id is None:
        raise NotFound
    access.patient_unread(work, patient_id)
    query = select(LegalHold).where(LegalHold.id == legal_hold_id).with_for_update()
    hold = work.session.scalars(query.execution_options(populate_existing=True)).one()
    if hold.lifted_at is not None:
        raise RecordForbids("It was lifted.", code="already_lifted")
    return hold
