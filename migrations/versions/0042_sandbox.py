"""A sandbox: a house of its own with a clock that can be moved, and never one for patients."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

RUNTIME, READER = "vigil_runtime", "vigil_reader"


def upgrade() -> None:
    """Make the mark and the clock, and what keeps them."""
    op.create_table(
        "house_mark",
        sa.Column("is_here", sa.Boolean(), nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("is_here", name=op.f("ck_house_mark_one_row")),
        sa.CheckConstraint("kind IN ('patients', 'sandbox')", name=op.f("ck_house_mark_kind")),
        sa.PrimaryKeyConstraint("is_here", name=op.f("pk_house_mark")),
        sa.UniqueConstraint("kind", name=op.f("uq_house_mark_kind")),
    )
    op.create_table(
        "sandbox_clock",
        sa.Column("is_here", sa.Boolean(), nullable=False),
        sa.Column("house_kind", sa.String(32), nullable=False),
        sa.Column("stands_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("is_here", name=op.f("ck_sandbox_clock_one_row")),
        sa.CheckConstraint("house_kind IN ('sandbox')", name=op.f("ck_sandbox_clock_in_a_sandbox")),
        sa.ForeignKeyConstraint(
            ["house_kind"], ["house_mark.kind"], name=op.f("fk_sandbox_clock_house_kind")
        ),
        sa.PrimaryKeyConstraint("is_here", name=op.f("pk_sandbox_clock")),
    )
    _guards()
    op.execute(f"GRANT SELECT, INSERT ON house_mark, sandbox_clock TO {RUNTIME}")
    op.execute(f"GRANT UPDATE (stands_at) ON sandbox_clock TO {RUNTIME}")
    op.execute(f"GRANT SELECT ON house_mark, sandbox_clock TO {READER}")


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("sandbox_clock")
    op.drop_table("house_mark")
    op.execute("DROP FUNCTION keep_sandbox_apart()")
    op.execute("DROP FUNCTION only_forward()")


def _guards() -> None:
    """A house with patients never becomes a sandbox, and its clock never goes back."""
    op.execute(
        """
        CREATE FUNCTION keep_sandbox_apart() RETURNS trigger
        LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
        BEGIN
            LOCK TABLE patient IN SHARE MODE;
            IF EXISTS (SELECT FROM patient) THEN
                RAISE EXCEPTION 'there are patients in this house'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'keep_sandbox_apart';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        """
        CREATE FUNCTION only_forward() RETURNS trigger
        LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
        BEGIN
            IF NEW.stands_at < OLD.stands_at THEN
                RAISE EXCEPTION 'the clock of a sandbox goes forward only'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'only_forward';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER keep_sandbox_apart BEFORE INSERT ON house_mark FOR EACH ROW"
        " WHEN (NEW.kind = 'sandbox') EXECUTE FUNCTION keep_sandbox_apart()"
    )
    op.execute(
        "CREATE TRIGGER only_forward BEFORE UPDATE ON sandbox_clock"
        " FOR EACH ROW EXECUTE FUNCTION only_forward()"
    )
    for table, kept in (("house_mark", "UPDATE OR DELETE"), ("sandbox_clock", "DELETE")):
        op.execute(
            f"CREATE TRIGGER never_changed BEFORE {kept} ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
