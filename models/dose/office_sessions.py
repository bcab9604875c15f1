"""What happens when a dose is given at a site of ours?"""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.plan.catalogue import Dispensed
from models.platform.base import Base, Identified, Versioned, both_or_neither, choice
from models.platform.encryption import EncryptedJSON, EncryptedText
from rules.terms import OfficeState

WATCHED_AT_SITE = (OfficeState.DOSING, OfficeState.MONITORING, OfficeState.EMERGENCY)


class RemsEnrolment(Identified, Base):
    """A patient's enrolment in the Spravato REMS, signed before the first treatment."""

    __tablename__ = "rems_enrolment"
    __table_args__ = (sa.UniqueConstraint("patient_id"),)

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    enrolled_on: Mapped[date]
    reference: Mapped[str] = mapped_column(EncryptedText("rems_enrolment.reference"))
    recorded_by: Mapped[UUID]
    recorded_at: Mapped[datetime]


class OfficeSession(Identified, Versioned, Dispensed, Base):
    """One supervised dose at a certified site or clinic; product and setting never change."""

    __tablename__ = "office_session"
    locks: ClassVar[tuple[Any, ...]] = (
        sa.CheckConstraint("setting IN ('certified_site', 'clinic')", name="never_home"),
        sa.Index("ix_office_session_patient", "patient_id", "scheduled_at"),
        sa.Index("ix_office_session_site", "site_id", "scheduled_at"),
        sa.CheckConstraint(
            "molecule <> 'esketamine' OR dose_mg_hundredths IN (5600, 8400)", name="spravato_dose"
        ),
        sa.CheckConstraint(
            both_or_neither("discharged_at", "discharged_by"), name="discharge_pair"
        ),
        sa.CheckConstraint(
            "discharged_at IS NULL OR last_device_at IS NULL"
            " OR discharged_at >= last_device_at + interval '120 minutes'",
            name="watched_two_hours",
        ),
    )

    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    site_id: Mapped[UUID] = mapped_column(sa.ForeignKey("certified_site.id"))
    dose_mg_hundredths: Mapped[int]
    scheduled_at: Mapped[datetime]
    state: Mapped[OfficeState] = mapped_column(
        choice(OfficeState, "state"), default=OfficeState.SCHEDULED
    )
    prescriber_on_site_id: Mapped[UUID | None] = mapped_column(default=None)
    observer_id: Mapped[UUID | None] = mapped_column(default=None)
    pre_checks: Mapped[dict[str, Any] | None] = mapped_column(
        EncryptedJSON("office_session.pre_checks"), default=None
    )
    lot_number: Mapped[str] = mapped_column(default="")
    first_device_at: Mapped[datetime | None] = mapped_column(default=None)
    last_device_at: Mapped[datetime | None] = mapped_column(default=None)
    devices_used: Mapped[int] = mapped_column(default=0)
    discharged_at: Mapped[datetime | None] = mapped_column(default=None)
    discharged_by: Mapped[UUID | None] = mapped_column(default=None)
    discharge: Mapped[dict[str, Any] | None] = mapped_column(
        EncryptedJSON("office_session.discharge"), default=None
    )
    no_driving_until: Mapped[datetime | None] = mapped_column(default=None)
    form_due_at: Mapped[datetime | None] = mapped_column(default=None)
    form_submitted_at: Mapped[datetime | None] = mapped_column(default=None)
    form_submitted_by: Mapped[UUID | None] = mapped_column(default=None)
    created_by: Mapped[UUID]
    created_at: Mapped[datetime]


class MonitoringForm(Identified, Base):
    """The REMS patient monitoring form of one session, signed by the person who watched."""

    __tablename__ = "monitoring_form"
    __table_args__ = (sa.UniqueConstraint("office_session_id"),)

    office_session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("office_session.id"))
    patient_id: Mapped[UUID] = mapped_column(sa.ForeignKey("patient.id"))
    content: Mapped[dict[str, Any]] = mapped_column(EncryptedJSON("monitoring_form.content"))
    signed_by: Mapped[UUID]
    submitted_at: Mapped[datetime]
