"""What was the end of every chain at a moment, and who signed that?"""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from models.platform.base import Base


class AuditCheckpoint(Base):
    """One signed note about all chains; it holds the digest of the one before, and leaves the host.

    `note` is what was signed, with its signature. Only `delivered_at` is written later, once.
    """

    __tablename__ = "audit_checkpoint"
    __table_args__ = (sa.CheckConstraint("number >= 1", name="number"),)

    number: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    made_at: Mapped[datetime]
    note: Mapped[str]
    delivered_at: Mapped[datetime | None] = mapped_column(default=None)


class AuditCheckpointHead(Base):
    """The end of one chain at a checkpoint, if it had moved since the checkpoint before."""

    __tablename__ = "audit_checkpoint_head"

    stream: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(
        sa.BigInteger,
        sa.ForeignKey("audit_checkpoint.number"),
        primary_key=True,
        autoincrement=False,
    )
    seq: Mapped[int] = mapped_column(sa.BigInteger)
    hash: Mapped[bytes]
