"""The language a patient likes to be written to in."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the language; everybody so far was written to in English."""
    op.add_column(
        "patient",
        sa.Column("preferred_language", sa.String(length=32), nullable=False, server_default="en"),
    )
    op.create_check_constraint(
        op.f("ck_patient_preferred_language"), "patient", "preferred_language IN ('en', 'es')"
    )


def downgrade() -> None:
    """Take it out again."""
    op.drop_constraint(op.f("ck_patient_preferred_language"), "patient", type_="check")
    op.drop_column("patient", "preferred_language")
