"""Tries at the door by where they come from, and codes for who has lost the second factor."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both tables."""
    op.create_table(
        "door_tries",
        sa.Column("place", sa.LargeBinary(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("last_failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("throttled_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("place", name=op.f("pk_door_tries")),
    )
    op.create_index("ix_door_tries_last_failed_at", "door_tries", ["last_failed_at"])
    op.create_table(
        "recovery_code",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_recovery_code_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recovery_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recovery_code_code_hash")),
    )
    op.create_index("ix_recovery_code_user", "recovery_code", ["user_id"])
    op.execute("GRANT SELECT, INSERT, UPDATE ON door_tries, recovery_code TO vigil_runtime")
    op.execute("GRANT DELETE ON door_tries TO vigil_runtime")
    op.execute("GRANT SELECT ON door_tries, recovery_code TO vigil_reader")
    # A code that was used, or ended, opens nothing again, whatever the code thinks of it.
    op.execute(
        """
        CREATE FUNCTION recovery_code_once() RETURNS trigger
        LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
        BEGIN
            IF OLD.used_at IS NOT NULL OR OLD.ended_at IS NOT NULL
                OR NEW.code_hash <> OLD.code_hash OR NEW.user_id <> OLD.user_id THEN
                RAISE EXCEPTION 'a recovery code is used once'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'recovery_code_once';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER used_once BEFORE UPDATE ON recovery_code"
        " FOR EACH ROW EXECUTE FUNCTION recovery_code_once()"
    )


def downgrade() -> None:
    """Take both away."""
    op.drop_table("recovery_code")
    op.execute("DROP FUNCTION recovery_code_once()")
    op.drop_table("door_tries")
