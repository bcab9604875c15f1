"""How far off the phone's clock was when a reading came, as we measured it."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the measurement; readings from before it have none."""
    op.add_column("vital_signs", sa.Column("clock_skew_seconds", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Take the measurement away again."""
    op.drop_column("vital_signs", "clock_skew_seconds")
