"""Tries at the door by where they come from, and the ways back for who has lost something."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables."""
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
    op.create_table(
        "account_recovery",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("seen", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Uuid(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("token_hash", sa.LargeBinary(), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("seen IN ('in_person', 'video')", name=op.f("ck_account_recovery_seen")),
        sa.CheckConstraint("confirmed_by <> asked_by", name=op.f("ck_account_recovery_two_people")),
        sa.CheckConstraint(
            "asked_by <> user_id AND confirmed_by <> user_id",
            name=op.f("ck_account_recovery_not_for_oneself"),
        ),
        sa.CheckConstraint(
            "num_nulls(confirmed_by, confirmed_at, token_hash, expires_at) IN (0, 4)",
            name=op.f("ck_account_recovery_whole"),
        ),
        sa.CheckConstraint(
            "used_at IS NULL OR confirmed_at IS NOT NULL",
            name=op.f("ck_account_recovery_confirmed_first"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_account_recovery_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_recovery")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_account_recovery_token_hash")),
    )
    op.create_index("ix_account_recovery_user", "account_recovery", ["user_id"])
    op.execute(
        "GRANT SELECT, INSERT, UPDATE ON door_tries, recovery_code, account_recovery"
        " TO vigil_runtime"
    )
    op.execute("GRANT DELETE ON door_tries TO vigil_runtime")
    op.execute("GRANT SELECT ON door_tries, recovery_code, account_recovery TO vigil_reader")
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
    """Take them away."""
    op.drop_table("account_recovery")
    op.drop_table("recovery_code")
    op.execute("DROP FUNCTION recovery_code_once()")
    op.drop_table("door_tries")
