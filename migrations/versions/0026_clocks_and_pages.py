"""A phone's clock, a page on its way, the day of a report, and who answers for a site."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

# What may still be written on a report: all but what was said, and when it was first known.
JUDGED = (
    *("patient_id", "state", "serious", "severity_grade", "incomplete_icsr", "triaged_at"),
    *("triaged_by", "closed_at", "version"),
)


def upgrade() -> None:
    """Add all of it; what was kept before has nothing of it."""
    op.add_column("vital_signs", sa.Column("clock_skew_seconds", sa.Integer(), nullable=True))
    op.add_column(
        "notification", sa.Column("paged_until", sa.DateTime(timezone=True), nullable=True)
    )

    op.add_column("adverse_event", sa.Column("day_zero", sa.Date(), nullable=True))
    op.add_column("adverse_event", sa.Column("file_by", sa.Date(), nullable=True))
    _report_keeps_all_but((*JUDGED, "file_by"))
    op.add_column(
        "site_staff",
        sa.Column("rems_representative", sa.Boolean(), server_default=sa.false(), nullable=False),
    )


def downgrade() -> None:
    """Take all of it away again."""
    op.drop_column("site_staff", "rems_representative")
    _report_keeps_all_but(JUDGED)
    op.drop_column("adverse_event", "file_by")
    op.drop_column("adverse_event", "day_zero")
    op.drop_column("notification", "paged_until")
    op.drop_column("vital_signs", "clock_skew_seconds")


def _report_keeps_all_but(columns: tuple[str, ...]) -> None:
    op.execute("DROP TRIGGER never_rewritten ON adverse_event")
    op.execute(
        "CREATE TRIGGER never_rewritten BEFORE UPDATE ON adverse_event FOR EACH ROW"
        f" EXECUTE FUNCTION refuse_rewrite('{','.join(columns)}', 'patient_id,triaged_at')"
    )
