"""What is planned, ordered, shipped and received?"""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.plan.catalogue import Dispensed
from models.platform.base import Base, Identified, Versioned, both_or_neither, choice
from models.platform.encryption import EncryptedJSON, EncryptedText
from rules.terms import OrderState, PlanState

_WHAT = ("product_id", "molecule", "route", "setting")


class TreatmentPlan(Identified, Versioned, Dispensed, Base):
    """A course under one approval: one product, a dose, a number, a spacing and an end."""

    __tablename__ = "treatment_plan"
    locks: ClassVar[tuple[Any, ...]] = (
        sa.UniqueConstraint("id", "patient_id", *_WHAT),
        sa.Index("ix_treatment_plan_patient", "patient_id", "drafted_at"),
        sa.Index(
            "uq_treatment_plan_live",
            "patient_id",
            "setting",
            unique=True,
            postgresql_where=sa.text("state IN ('draft', 'signed', 'suspended')"),
        ),
        sa.ForeignKeyConstraint(
            ["approval_id", "patient_id"], ["approval.id", "approval.patient_id"]
        ),
        sa.CheckConstraint("session_count BETWEEN 1 AND 6", name="six_sessions"),
        sa.CheckConstraint("spacing_hours >= 72", name="spacing"),
        sa.CheckConstraint(
            "setting <> 'home' OR dose_mg_hundredths BETWEEN 1 AND 45000", name="dose_cap"
        ),
        sa.CheckConstraint(both_or_neither("signed_at", "signed_by"), name="sign_pair"),
        sa.CheckConstraint(
            "booster_mg_hundredths IS NULL OR (booster_mg_hundredths > 0"
            " AND booster_mg_hundredths * 2 <= dose_mg_hundredths"
            " AND dose_mg_hundredths + booster_mg_hundredths <= 45000)",
            name="booster",
        ),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    approval_id: Mapped[UUID]
    state: Mapped[PlanState] = mapped_column(choice(PlanState, "state"), default=PlanState.DRAFT)
    dose_mg_hundredths: Mapped[int]
    booster_mg_hundredths: Mapped[int | None] = mapped_column(default=None)
    session_count: Mapped[int]
    spacing_hours: Mapped[int]
    titration: Mapped[list[dict[str, Any]] | None] = mapped_column(
        EncryptedJSON("treatment_plan.titration"), default=None
    )
    weight_g: Mapped[int | None] = mapped_column(default=None)
    weighed_at: Mapped[datetime | None] = mapped_column(default=None)
    dose_rationale: Mapped[str | None] = mapped_column(
        EncryptedText("treatment_plan.dose_rationale"), default=None
    )
    end_condition: Mapped[str] = mapped_column(EncryptedText("treatment_plan.end_condition"))
    residue_instruction: Mapped[str] = mapped_column(default="spit")
    benzodiazepine_plan: Mapped[str | None] = mapped_column(
        EncryptedText("treatment_plan.benzodiazepine_plan"), default=None
    )
    drafted_at: Mapped[datetime]
    signed_at: Mapped[datetime | None] = mapped_column(default=None)
    signed_by: Mapped[UUID | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class DoseChange(Identified, Base):
    """A signed change of the planned dose; append only."""

    __tablename__ = "dose_change"
    __table_args__ = (sa.Index("ix_dose_change_plan", "plan_id", "changed_at"),)

    plan_id: Mapped[UUID] = mapped_column(sa.ForeignKey("treatment_plan.id"))
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    from_mg_hundredths: Mapped[int]
    to_mg_hundredths: Mapped[int]
    rationale: Mapped[str] = mapped_column(EncryptedText("dose_change.rationale"))
    changed_by: Mapped[UUID]
    changed_at: Mapped[datetime]


class MedicationOrder(Identified, Versioned, Dispensed, Base):
    """An order under a signed plan; the prescription itself lives in the e-prescribing system."""

    __tablename__ = "medication_order"
    locks: ClassVar[tuple[Any, ...]] = (
        sa.UniqueConstraint("id", "patient_id", *_WHAT),
        sa.Index("ix_medication_order_patient", "patient_id", "ordered_at"),
        sa.UniqueConstraint("external_prescription_id"),
        sa.ForeignKeyConstraint(
            ["plan_id", "patient_id", *_WHAT],
            [f"treatment_plan.{name}" for name in ("id", "patient_id", *_WHAT)],
        ),
        sa.CheckConstraint("sessions_supplied BETWEEN 1 AND 6", name="supply"),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    plan_id: Mapped[UUID]
    state: Mapped[OrderState] = mapped_column(
        choice(OrderState, "state"), default=OrderState.ORDERED
    )
    external_prescription_id: Mapped[str]
    units: Mapped[int]
    sessions_supplied: Mapped[int]
    decision_id: Mapped[UUID] = mapped_column(sa.ForeignKey("gate_decision.id"))
    ordered_by: Mapped[UUID]
    ordered_at: Mapped[datetime]


class Lot(Identified, Base):
    """A lot of one product from one pharmacy; a recall stops every dose from it."""

    __tablename__ = "lot"
    __table_args__ = (
        sa.UniqueConstraint("pharmacy", "number"),
        sa.CheckConstraint(both_or_neither("recalled_at", "recalled_by"), name="recall_pair"),
    )

    number: Mapped[str]
    pharmacy: Mapped[str]
    product_id: Mapped[UUID] = mapped_column(sa.ForeignKey("product.id"))
    beyond_use_on: Mapped[date]
    recalled_at: Mapped[datetime | None] = mapped_column(default=None)
    recalled_by: Mapped[UUID | None] = mapped_column(default=None)


class Shipment(Identified, Versioned, Dispensed, Base):
    """A parcel under one order: shipped with a lot, received by count."""

    __tablename__ = "shipment"
    locks: ClassVar[tuple[Any, ...]] = (
        sa.Index("ix_shipment_patient", "patient_id", "shipped_at"),
        sa.ForeignKeyConstraint(
            ["order_id", "patient_id", *_WHAT],
            [f"medication_order.{name}" for name in ("id", "patient_id", *_WHAT)],
        ),
        sa.CheckConstraint("units > 0", name="units"),
        sa.CheckConstraint(both_or_neither("received_at", "units_received"), name="receipt_pair"),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    order_id: Mapped[UUID]
    lot_id: Mapped[UUID] = mapped_column(sa.ForeignKey("lot.id"))
    units: Mapped[int]
    shipped_at: Mapped[datetime]
    received_at: Mapped[datetime | None] = mapped_column(default=None)
    units_received: Mapped[int | None] = mapped_column(default=None)
