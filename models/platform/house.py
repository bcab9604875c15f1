"""Which kind of house is this database: one for patients, or one for trying things out?"""

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, choice, one_of


class HouseKind(StrEnum):
    """Whom it is for."""

    PATIENTS = "patients"
    SANDBOX = "sandbox"


class HouseMark(Base):
    """The one row that says whom this database is for; written once, and never changed.

    A trigger refuses to mark a sandbox where there is a patient already.
    """

    __tablename__ = "house_mark"
    __table_args__ = (sa.CheckConstraint("is_here", name="one_row"), sa.UniqueConstraint("kind"))

    is_here: Mapped[bool] = mapped_column(primary_key=True, default=True)
    kind: Mapped[HouseKind] = mapped_column(choice(HouseKind, "kind"))
    marked_at: Mapped[datetime]


class SandboxClock(Base):
    """Where the clock of a sandbox stands; a trigger lets it go forward only.

    The key makes it impossible to put a clock into a house for patients.
    """

    __tablename__ = "sandbox_clock"
    __table_args__ = (
        sa.CheckConstraint("is_here", name="one_row"),
        sa.CheckConstraint(one_of("house_kind", HouseKind.SANDBOX.value), name="in_a_sandbox"),
        sa.ForeignKeyConstraint(["house_kind"], ["house_mark.kind"]),
    )

    is_here: Mapped[bool] = mapped_column(primary_key=True, default=True)
    house_kind: Mapped[HouseKind] = mapped_column(sa.String(32), default=HouseKind.SANDBOX)
    stands_at: Mapped[datetime]
