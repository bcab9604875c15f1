"""How far off a phone's clock was, as we measured it; and until when a page is on its way."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both; what was kept before has neither."""
    op.add_column("vital_signs", sa.Column("clock_skew_seconds", sa.Integer(), nullable=True))
    op.add_column(
        "notification", sa.Column("paged_until", sa.DateTime(timezone=True), nullable=True)
    )


def downgrade() -> None:
    """Take both away again."""
    op.drop_column("notification", "paged_until")
    op.drop_column("vital_signs", "clock_skew_seconds")
