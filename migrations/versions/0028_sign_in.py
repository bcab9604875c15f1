"""Which passwords are too short to stand alone; passkeys, and the challenges they answer."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what a second step needs."""
    op.execute("ALTER TABLE user_account ADD COLUMN short_password boolean NOT NULL DEFAULT false")
    op.execute("ALTER TABLE user_account ALTER COLUMN short_password DROP DEFAULT")
    op.create_table(
        "passkey",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("sign_count >= 0", name=op.f("ck_passkey_count_from_zero")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_passkey_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_passkey_credential_id")),
    )
    op.create_index("ix_passkey_user", "passkey", ["user_id"])
    op.create_table(
        "passkey_challenge",
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("login_id", sa.Uuid(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "purpose IN ('register', 'log_in', 'prove')", name=op.f("ck_passkey_challenge_purpose")
        ),
        sa.CheckConstraint(
            "(purpose = 'log_in') = (user_id IS NULL)",
            name=op.f("ck_passkey_challenge_nobody_at_the_door"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_passkey_challenge_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passkey_challenge")),
        sa.UniqueConstraint("challenge", name=op.f("uq_passkey_challenge_challenge")),
    )
    op.create_index("ix_passkey_challenge_expires", "passkey_challenge", ["expires_at"])
    op.execute("GRANT SELECT, INSERT, UPDATE ON passkey, passkey_challenge TO vigil_runtime")
    op.execute("GRANT DELETE ON passkey_challenge TO vigil_runtime")
    op.execute("GRANT SELECT ON passkey, passkey_challenge TO vigil_reader")
    # A challenge that was spent stays spent, whatever the code thinks of it.
    op.execute(
        """
        CREATE FUNCTION challenge_spent_once() RETURNS trigger
        LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
        BEGIN
            IF OLD.spent_at IS NOT NULL OR NEW.challenge <> OLD.challenge
                OR NEW.expires_at <> OLD.expires_at OR NEW.purpose <> OLD.purpose
                OR NEW.user_id IS DISTINCT FROM OLD.user_id THEN
                RAISE EXCEPTION 'a challenge is answered once'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'challenge_spent_once';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER spent_once BEFORE UPDATE ON passkey_challenge"
        " FOR EACH ROW EXECUTE FUNCTION challenge_spent_once()"
    )
    # The count of a key that is copied does not rise; one that was ended opens nothing again.
    op.execute(
        """
        CREATE FUNCTION passkey_goes_forward() RETURNS trigger
        LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
        BEGIN
            IF OLD.ended_at IS NOT NULL OR NEW.sign_count < OLD.sign_count
                OR NEW.user_id <> OLD.user_id OR NEW.public_key <> OLD.public_key
                OR NEW.credential_id <> OLD.credential_id THEN
                RAISE EXCEPTION 'a passkey goes forward only'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'passkey_goes_forward';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER goes_forward BEFORE UPDATE ON passkey"
        " FOR EACH ROW EXECUTE FUNCTION passkey_goes_forward()"
    )


def downgrade() -> None:
    """Take it off again."""
    for table, function in (
        ("passkey_challenge", "challenge_spent_once"),
        ("passkey", "passkey_goes_forward"),
    ):
        op.drop_table(table)
        op.execute(f"DROP FUNCTION {function}()")
    op.execute("ALTER TABLE user_account DROP COLUMN short_password")
