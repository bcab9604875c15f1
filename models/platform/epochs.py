"""Which life of the database is this, and is there a doubt that it is the one we think?"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base, one_of

DOUBTS = ("behind_the_witness", "phone_ahead")


class ClearanceEpoch(Base):
    """One life of the database; a clearance of an earlier one is never spent.

    `life` is the system identifier and the timeline that PostgreSQL itself tells. `durable_until`
    is the last moment that is surely in the record: what came after it may be lost.
    """

    __tablename__ = "clearance_epoch"
    __table_args__ = (sa.CheckConstraint("number > 0", name="counted"),)

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    life: Mapped[str]
    begun_at: Mapped[datetime | None] = mapped_column(default=None)
    durable_until: Mapped[datetime | None] = mapped_column(default=None)


class EpochDoubt(Base):
    """Somebody has seen more of this epoch than the database knows; it is not in force any more."""

    __tablename__ = "epoch_doubt"
    __table_args__ = (sa.CheckConstraint(one_of("why", *DOUBTS), name="why"),)

    epoch: Mapped[int] = mapped_column(sa.ForeignKey("clearance_epoch.number"), primary_key=True)
    why: Mapped[str] = mapped_column(primary_key=True)
    noted_at: Mapped[datetime]
