"""How many sessions' medicine does the patient have, or is on its way?"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, func, select

from models.dose.dose_sessions import DoseSession
from models.dose.predose import DoseTaken
from models.plan.catalogue import Product
from models.plan.treatment_plans import MedicationOrder, Shipment, TreatmentPlan
from rules.terms import OrderState, SessionState
from workflows.plan import amounts
from workflows.platform.work import Work


@dataclass(frozen=True, slots=True)
class Supply:
    """Units at home or on their way, and how many make one session."""

    units_left: int
    units_per_session: int
    sessions_closed: int

    @property
    def sessions_left(self) -> int:
        """How many whole sessions the units make."""
        return max(0, self.units_left) // self.units_per_session


def read(work: Work, plan: TreatmentPlan) -> Supply:
    """Count in one statement what was sent and what was taken."""
    row = work.session.execute(
        select(
            Product.strength_mg_hundredths,
            _sent(plan).label("sent"),
            _taken(plan.patient_id).label("taken"),
            _closed(plan.id).label("closed"),
        ).where(Product.id == plan.product_id)
    ).one()
    strength: int = row.strength_mg_hundredths
    taken = sum(amounts.units_of(mg, strength) for mg in row.taken or ())
    each = -(-plan.dose_mg_hundredths // strength) - (
        -(plan.booster_mg_hundredths or 0) // strength
    )
    return Supply(int(row.sent) - taken, each, row.closed)


def _sent(plan: TreatmentPlan) -> ScalarSelect[Any]:
    """Every unit ordered of this product; once counted by the patient, the patient's count."""
    counted = func.coalesce(Shipment.units_received, MedicationOrder.units)
    return (
        select(func.coalesce(func.sum(counted), 0))
        .select_from(MedicationOrder)
        .outerjoin(Shipment, Shipment.order_id == MedicationOrder.id)
        .where(
            MedicationOrder.patient_id == plan.patient_id,
            MedicationOrder.product_id == plan.product_id,
            MedicationOrder.state != OrderState.CANCELLED,
        )
        .scalar_subquery()
    )


def _taken(patient_id: UUID) -> ScalarSelect[Any]:
    return (
        select(func.array_agg(amounts.taken_mg_hundredths()))
        .where(DoseTaken.patient_id == patient_id)
        .scalar_subquery()
    )


def _closed(plan_id: UUID) -> ScalarSelect[Any]:
    return (
        select(func.count())
        .select_from(DoseSession)
        .where(DoseSession.plan_id == plan_id, DoseSession.state == SessionState.CLOSED)
        .scalar_subquery()
    )
