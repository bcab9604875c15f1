"""Which lot is this, and who holds some of it when it must come back?"""

from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from models.dose.predose import Clearance
from models.people.patients import Patient
from models.plan.treatment_plans import Lot, Shipment
from models.platform.base import new_id
from rules.permissions import Permission
from rules.terms import Role
from workflows.people import clearances
from workflows.platform import access, notifications
from workflows.platform.errors import NotFound, RecordForbids
from workflows.platform.work import Work, command, note_each_patient, reading

RECALLED = "lot_recalled"
TEMPLATE = "parcel_notice"
LATEST_ZONE = ZoneInfo("Pacific/Honolulu")
PAGE = 100


def of_parcel(work: Work, product_id: UUID, pharmacy: str, number: str, beyond_use_on: date) -> Lot:
    """Find the lot or add it; one that differs, is recalled or out of date is refused."""
    lot_id = new_id()
    named = (Lot.pharmacy == pharmacy, Lot.number == number)
    work.session.execute(
        insert(Lot)
        .values(
            id=lot_id,
            number=number,
            pharmacy=pharmacy,
            product_id=product_id,
            beyond_use_on=beyond_use_on,
        )
        .on_conflict_do_nothing()
    )
    lot = work.session.scalars(select(Lot).where(*named).with_for_update(key_share=True)).one()
    if lot.product_id != product_id or lot.beyond_use_on != beyond_use_on:
        raise RecordForbids(code="lot_differs")
    if lot.recalled_at is not None:
        raise RecordForbids(code=RECALLED)
    if lot.beyond_use_on < work.now.astimezone(LATEST_ZONE).date():
        raise RecordForbids(code="product_expired")
    return lot


@command(permit=Permission.RECALL_LOT, audit="lot.recalled", once=True)
def recall_lot(work: Work, lot_id: UUID) -> Lot:
    """Recall a lot: every clearance of it dies in one statement, and every holder is told."""
    lot = work.session.scalars(
        select(Lot).where(Lot.id == lot_id).with_for_update(key_share=True)
    ).one_or_none()
    if lot is None:
        raise NotFound
    if lot.recalled_at is not None:
        raise RecordForbids(code="already_recalled")
    lot.recalled_at, lot.recalled_by = work.now, work.actor.user_id
    work.session.flush()
    clearances.end(work, RECALLED, Clearance.lot_id == lot.id)
    _tell_holders(work, lot.id)
    return lot


@reading(permit=Permission.RECALL_LOT, audit="lot.listed")
def read_lots(work: Work) -> list[Lot]:
    """List the lots, newest first."""
    return list(work.session.scalars(select(Lot).order_by(Lot.id.desc()).limit(PAGE)))


def _tell_holders(work: Work, lot_id: UUID) -> None:
    holders = work.session.execute(
        select(Patient.id, Patient.user_id)
        .where(Patient.id.in_(select(Shipment.patient_id).where(Shipment.lot_id == lot_id)))
        .order_by(Patient.id)
    ).all()
    for patient_id, user_id in holders:
        access.see(work, patient_id)
        notifications.tell(work, user_id, TEMPLATE)
        notifications.tell_care_team(work, Role.PRESCRIBER, TEMPLATE)
    access.see(work, None)
    note_each_patient(work, [patient_id for patient_id, _user_id in holders])
