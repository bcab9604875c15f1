"""Reading in an emergency: one person, one patient, an hour at most, reviewed by somebody else."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

RUNTIME, READER = "vigil_runtime", "vigil_reader"
REVIEW = ("reviewed_at", "reviewed_by", "justified", "review_words")
ONCE = ",".join(("ended_at", *REVIEW))
CHECKS = {
    "short": "ends_at > began_at AND ends_at <= began_at + interval '60 minutes'",
    "ended": "ended_at BETWEEN began_at AND ends_at",
    "fresh_factor": "factor_proved_at <= began_at"
    " AND began_at <= factor_proved_at + interval '5 minutes'",
    "two_people": "reviewed_by <> user_id",
    "review_whole": f"num_nulls({', '.join(REVIEW)}) IN (0, 4)",
    "ended_first": "reviewed_at IS NULL OR ended_at IS NOT NULL",
}


def upgrade() -> None:
    """Make the table, and what keeps it."""
    op.create_table(
        "break_glass",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("login_id", sa.Uuid(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                *("emergency_care", "nobody_else", "safety_concern"),
                name="reason",
                native_enum=False,
                create_constraint=False,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("factor_proved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("justified", sa.Boolean(), nullable=True),
        sa.Column("review_words", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "reason IN ('emergency_care', 'nobody_else', 'safety_concern')",
            name=op.f("ck_break_glass_reason"),
        ),
        *(
            sa.CheckConstraint(holds, name=op.f(f"ck_break_glass_{name}"))
            for name, holds in CHECKS.items()
        ),
        postgresql.ExcludeConstraint(
            (sa.column("user_id"), "="),
            (sa.column("patient_id"), "="),
            (sa.text("tstzrange(began_at, coalesce(ended_at, ends_at))"), "&&"),
            using="gist",
            name="ex_break_glass_open",
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_break_glass_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_break_glass_user_id")
        ),
        sa.ForeignKeyConstraint(
            ["login_id"], ["login_session.id"], name=op.f("fk_break_glass_login_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_break_glass")),
    )
    op.create_index("ix_break_glass_patient", "break_glass", ["patient_id", "began_at"])
    op.create_index(
        "ix_break_glass_waiting",
        "break_glass",
        ["began_at"],
        postgresql_where=sa.text("reviewed_at IS NULL"),
    )
    op.execute(
        "CREATE TRIGGER never_rewritten BEFORE UPDATE ON break_glass FOR EACH ROW"
        f" EXECUTE FUNCTION refuse_rewrite('{ONCE}', '{ONCE}')"
    )
    op.execute(
        "CREATE TRIGGER never_deleted BEFORE DELETE ON break_glass"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER never_emptied BEFORE TRUNCATE ON break_glass"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON break_glass TO {RUNTIME}")
    op.execute(f"GRANT SELECT ON break_glass TO {READER}")


def downgrade() -> None:
    """Take it away again, while it is empty."""
    op.drop_table("break_glass")
