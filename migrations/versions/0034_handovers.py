"""What somebody left behind when they left: with whom it went on, or that it waits."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

RUNTIME, READER = "vigil_runtime", "vigil_reader"
ONCE = "to_user_id,settled_at,settled_by"
CHOICES = {
    "kind": ("care", "appointment", "on_call_shift", "site_watch"),
    "why": ("disabled", "role_ended", "left_team", "left_site"),
}
CHECKS = {
    "to_somebody_else": "to_user_id <> from_user_id",
    "settled_pair": "num_nulls(settled_at, settled_by) IN (0, 2)",
    "who_has_it_has_it": "to_user_id IS NULL OR settled_at IS NOT NULL",
}
PEOPLE = {"patient_id": "patient", "from_user_id": "user_account", "to_user_id": "user_account"}


def upgrade() -> None:
    """Make the table, and what keeps it."""
    op.create_table(
        "handover",
        *(
            sa.Column(
                name,
                sa.Enum(*words, name=name, native_enum=False, create_constraint=False, length=32),
                nullable=False,
            )
            for name, words in CHOICES.items()
        ),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("from_user_id", sa.Uuid(), nullable=False),
        sa.Column("to_user_id", sa.Uuid(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        *(
            sa.CheckConstraint(
                f"{name} IN ({', '.join(repr(word) for word in words)})",
                name=op.f(f"ck_handover_{name}"),
            )
            for name, words in CHOICES.items()
        ),
        *(
            sa.CheckConstraint(holds, name=op.f(f"ck_handover_{name}"))
            for name, holds in CHECKS.items()
        ),
        *(
            sa.ForeignKeyConstraint([name], [f"{table}.id"], name=op.f(f"fk_handover_{name}"))
            for name, table in PEOPLE.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover")),
    )
    op.create_index(
        "uq_handover_open",
        "handover",
        ["kind", "subject_id", "role"],
        unique=True,
        postgresql_where=sa.text("settled_at IS NULL"),
    )
    op.create_index("ix_handover_patient", "handover", ["patient_id", "opened_at"])
    op.execute(
        "CREATE TRIGGER never_rewritten BEFORE UPDATE ON handover FOR EACH ROW"
        f" EXECUTE FUNCTION refuse_rewrite('{ONCE}', '{ONCE}')"
    )
    op.execute(
        "CREATE TRIGGER never_deleted BEFORE DELETE ON handover"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        "CREATE TRIGGER never_emptied BEFORE TRUNCATE ON handover"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(f"GRANT SELECT, INSERT, UPDATE ON handover TO {RUNTIME}")
    op.execute(f"GRANT SELECT ON handover TO {READER}")


def downgrade() -> None:
    """Take it away again, while it is empty."""
    op.drop_table("handover")
