"""A second factor for each person; an override names when it was proved, and who signed beside."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

FREE = "voided_at,void_reason,cosigned_by,cosigned_at"
ONCE = "voided_at,cosigned_by,cosigned_at"


def upgrade() -> None:
    """Add the factor, its proof on a sign-in, and the second signature."""
    op.create_table(
        "second_factor",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_step", sa.BigInteger(), nullable=True),
        sa.Column("failed_tries", sa.Integer(), nullable=False),
        sa.Column("throttled_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "confirmed_at IS NULL OR last_step IS NOT NULL",
            name=op.f("ck_second_factor_step_spent"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_second_factor_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_second_factor")),
    )
    op.create_index(
        "uq_second_factor_live",
        "second_factor",
        ["user_id"],
        unique=True,
        postgresql_where=sa.text("confirmed_at IS NOT NULL AND ended_at IS NULL"),
    )
    op.execute("GRANT SELECT, INSERT, UPDATE ON second_factor TO vigil_runtime")
    op.execute("GRANT SELECT ON second_factor TO vigil_reader")
    op.execute("ALTER TABLE login_session ADD COLUMN factor_proved_at timestamptz")
    op.execute("ALTER TABLE override ADD COLUMN factor_proved_at timestamptz")
    op.execute("ALTER TABLE override ADD COLUMN needs_cosigner boolean NOT NULL DEFAULT false")
    op.execute("ALTER TABLE override ADD COLUMN cosigned_by uuid")
    op.execute("ALTER TABLE override ADD COLUMN cosigned_at timestamptz")
    op.execute(
        "ALTER TABLE override ADD CONSTRAINT ck_override_cosigned_pair"
        " CHECK (num_nulls(cosigned_at, cosigned_by) IN (0, 2)),"
        " ADD CONSTRAINT ck_override_two_clinicians CHECK (cosigned_by <> overridden_by)"
    )
    # Rows signed before this release keep what they say; every new one is held to this.
    op.execute(
        """
        CREATE FUNCTION override_is_signed() RETURNS trigger
        LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
        BEGIN
            IF NEW.factor_proved_at IS NULL OR NEW.factor_proved_at > NEW.overridden_at
                OR NEW.overridden_at > NEW.factor_proved_at + interval '5 minutes' THEN
                RAISE EXCEPTION 'an override needs a second factor proved just before'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'override_fresh_factor';
            END IF;
            IF NEW.code = 'prior_serious_ketamine_reaction' AND NOT NEW.needs_cosigner THEN
                RAISE EXCEPTION 'the medical director signs beside this override'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'override_director_signs';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER signed_freshly BEFORE INSERT ON override FOR EACH ROW"
        " EXECUTE FUNCTION override_is_signed()"
    )
    _guard_override(FREE, ONCE)
    _kinds("'licence', 'dea', 'medical_director'")


def downgrade() -> None:
    """Take the factor and the second signature off."""
    op.execute("DELETE FROM credential WHERE kind = 'medical_director'")
    _kinds("'licence', 'dea'")
    _guard_override("voided_at,void_reason", "voided_at")
    op.execute("DROP FUNCTION override_is_signed() CASCADE")
    for column in ("factor_proved_at", "needs_cosigner", "cosigned_by", "cosigned_at"):
        op.execute(f"ALTER TABLE override DROP COLUMN {column}")
    op.execute("ALTER TABLE login_session DROP COLUMN factor_proved_at")
    op.drop_table("second_factor")


def _guard_override(free: str, once: str) -> None:
    op.execute("DROP TRIGGER never_rewritten ON override")
    op.execute(
        "CREATE TRIGGER never_rewritten BEFORE UPDATE ON override FOR EACH ROW"
        f" EXECUTE FUNCTION refuse_rewrite('{free}', '{once}')"
    )


def _kinds(kinds: str) -> None:
    op.execute("ALTER TABLE credential DROP CONSTRAINT ck_credential_kind")
    op.execute(
        f"ALTER TABLE credential ADD CONSTRAINT ck_credential_kind CHECK (kind IN ({kinds}))"
    )
