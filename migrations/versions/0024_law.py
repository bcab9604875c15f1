"""Law as revisions, and two people behind each: rows are added, never edited."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

RUNTIME, READER = "vigil_runtime", "vigil_reader"
APPEND_ONLY = ("jurisdiction", "federal_authority", "law_proposal", "law_confirmation")
SAID_BY_PEOPLE = ("law_proposal", "law_confirmation")
KEYS = {"jurisdiction": "state, valid_from", "federal_authority": "name, valid_from"}
CHECKS = {
    "state": "state ~ '^[A-Z]{2}$'",
    "revision": "revision >= 1",
    "period": "valid_until >= valid_from",
    "pdmp_hours": "pdmp_hours > 0",
    "days_supply": "sch3_days_supply_max > 0",
    "minor_age": "minor_age BETWEEN 18 AND 21",
    "extra_consent": "num_nulls(extra_consent_name, extra_consent_edition) IN (0, 2)",
    "review_is_short": "proposal_id IS NULL OR (counsel_reviewed_on IS NOT NULL"
    " AND review_expires_on <= counsel_reviewed_on + 180)",
    "pdmp_scope": "pdmp_scope IN ('every_prescription', 'first_prescription', 'not_mandated')",
}
FEDERAL_CHECKS = {"revision": "revision >= 1", "period": "valid_through >= valid_from"}
# What a review of before this migration did not ask is left empty: not known, and so not allowed.
NEW_COLUMNS = (
    ("valid_until", sa.Date),
    ("counsel_reviewed_on", sa.Date),
    ("pdmp_scope", lambda: sa.String(32)),
    ("sch3_days_supply_max", sa.Integer),
    ("npp_prescriber_allowed", sa.Boolean),
    ("compounding_ship_ok", sa.Boolean),
    ("extra_consent_name", sa.Text),
    ("extra_consent_edition", sa.Integer),
    ("minor_age", sa.Integer),
)
PROFESSIONS = ("physician", "nurse_practitioner", "physician_assistant", "other")


def upgrade() -> None:
    """Make room for revisions, for the two people, and for what the states say."""
    _proposals()
    for table, key in KEYS.items():
        op.add_column(
            table, sa.Column("revision", sa.Integer(), server_default="1", nullable=False)
        )
        op.add_column(table, sa.Column("proposal_id", sa.Uuid(), nullable=True))
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT pk_{table}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT pk_{table} PRIMARY KEY ({key}, revision)")
        op.create_unique_constraint(op.f(f"uq_{table}_proposal_id"), table, ["proposal_id"])
        op.create_foreign_key(
            op.f(f"fk_{table}_proposal_id"),
            table,
            "law_confirmation",
            ["proposal_id"],
            ["proposal_id"],
        )
    for name, kind in NEW_COLUMNS:
        op.add_column("jurisdiction", sa.Column(name, kind(), nullable=True))
    for name, holds in CHECKS.items():
        op.create_check_constraint(op.f(f"ck_jurisdiction_{name}"), "jurisdiction", holds)
    for name, holds in FEDERAL_CHECKS.items():
        op.create_check_constraint(op.f(f"ck_federal_authority_{name}"), "federal_authority", holds)
    _people()
    _guards()
    _row_from_two_people()


def downgrade() -> None:
    """Take it back; of each row of law only its first revision is understood by what was before."""
    op.execute("DROP TRIGGER row_of_law ON law_confirmation")
    op.execute("DROP FUNCTION row_of_law()")
    for table in APPEND_ONLY:
        op.execute(f"DROP TRIGGER never_changed ON {table}")
        op.execute(f"DROP TRIGGER never_emptied ON {table}")
    op.execute("DELETE FROM credential WHERE kind = 'counsel'")
    _kinds("'licence', 'dea', 'medical_director'")
    op.drop_constraint(op.f("ck_credential_profession"), "credential")
    op.drop_column("credential", "profession")
    op.drop_column("user_account", "time_zone")
    for name in FEDERAL_CHECKS:
        op.drop_constraint(op.f(f"ck_federal_authority_{name}"), "federal_authority")
    for name in CHECKS:
        op.drop_constraint(op.f(f"ck_jurisdiction_{name}"), "jurisdiction")
    for name, _ in NEW_COLUMNS:
        op.drop_column("jurisdiction", name)
    for table, key in KEYS.items():
        op.execute(f"DELETE FROM {table} WHERE revision > 1")
        op.drop_constraint(op.f(f"fk_{table}_proposal_id"), table)
        op.drop_constraint(op.f(f"uq_{table}_proposal_id"), table)
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT pk_{table}")
        op.execute(f"ALTER TABLE {table} ADD CONSTRAINT pk_{table} PRIMARY KEY ({key})")
        op.drop_column(table, "proposal_id")
        op.drop_column(table, "revision")
    op.drop_table("law_confirmation")
    op.drop_table("law_proposal")


def _proposals() -> None:
    op.create_table(
        "law_proposal",
        sa.Column(
            "kind",
            sa.Enum(
                "jurisdiction",
                "federal_authority",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("proposed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "name IN ('telemedicine') OR name ~ '^[A-Z]{2}$'", name=op.f("ck_law_proposal_name")
        ),
        sa.CheckConstraint("source <> ''", name=op.f("ck_law_proposal_source")),
        sa.ForeignKeyConstraint(
            ["proposed_by"], ["user_account.id"], name=op.f("fk_law_proposal_proposed_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_law_proposal")),
        sa.UniqueConstraint("id", "proposed_by", name=op.f("uq_law_proposal_id_proposed_by")),
    )
    op.create_index("ix_law_proposal_name", "law_proposal", ["kind", "name", "proposed_at"])
    op.create_table(
        "law_confirmation",
        sa.Column("proposal_id", sa.Uuid(), nullable=False),
        sa.Column("proposed_by", sa.Uuid(), nullable=False),
        sa.Column("confirmed_by", sa.Uuid(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "confirmed_by <> proposed_by", name=op.f("ck_law_confirmation_two_people")
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by"], ["user_account.id"], name=op.f("fk_law_confirmation_confirmed_by")
        ),
        sa.ForeignKeyConstraint(
            ["proposal_id", "proposed_by"],
            ["law_proposal.id", "law_proposal.proposed_by"],
            name=op.f("fk_law_confirmation_proposal_id_proposed_by"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_law_confirmation")),
        sa.UniqueConstraint("proposal_id", name=op.f("uq_law_confirmation_proposal_id")),
    )


def _people() -> None:
    """As what somebody is licensed, who is counsel, and whose midnight it is."""
    op.add_column("user_account", sa.Column("time_zone", sa.Text(), nullable=True))
    op.add_column("credential", sa.Column("profession", sa.String(32), nullable=True))
    op.create_check_constraint(
        op.f("ck_credential_profession"), "credential", f"profession IN {PROFESSIONS}"
    )
    _kinds("'licence', 'dea', 'medical_director', 'counsel'")


def _kinds(kinds: str) -> None:
    op.execute("ALTER TABLE credential DROP CONSTRAINT ck_credential_kind")
    op.execute(
        f"ALTER TABLE credential ADD CONSTRAINT ck_credential_kind CHECK (kind IN ({kinds}))"
    )


def _guards() -> None:
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    for table in SAID_BY_PEOPLE:
        op.execute(f"GRANT SELECT, INSERT ON {table} TO {RUNTIME}")
        op.execute(f"GRANT SELECT ON {table} TO {READER}")


def _row_from_two_people() -> None:
    """Let a confirmation write the row, as the owner: the run-time role writes no law itself."""
    op.execute(
        """
        CREATE FUNCTION row_of_law() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
            told law_proposal%ROWTYPE;
            here jurisdiction%ROWTYPE;
            land federal_authority%ROWTYPE;
            today date := (NEW.confirmed_at AT TIME ZONE 'UTC')::date;
        BEGIN
            SELECT * INTO STRICT told FROM law_proposal WHERE id = NEW.proposal_id;
            IF NOT EXISTS (SELECT 1 FROM role_grant r JOIN user_account u ON u.id = r.user_id
                    WHERE r.user_id = NEW.confirmed_by AND r.ended_at IS NULL
                    AND u.disabled_at IS NULL
                    AND (r.role = 'safety_officer' OR EXISTS (SELECT 1 FROM credential c
                        WHERE c.user_id = r.user_id AND c.kind = 'counsel'
                        AND c.valid_from <= today AND c.expires_on >= today
                        AND (c.revoked_on IS NULL OR c.revoked_on > today)
                        AND (told.kind = 'federal_authority' OR c.state = told.name)))) THEN
                RAISE EXCEPTION 'a row of law is confirmed by a safety officer or by counsel'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'law_needs_counsel';
            END IF;
            IF told.kind = 'jurisdiction' THEN
                here := jsonb_populate_record(NULL::jurisdiction, told.content);
                here.state := told.name;
                here.valid_from := told.valid_from;
                here.source := told.source;
                here.proposal_id := told.id;
                SELECT 1 + coalesce(max(revision), 0) INTO here.revision FROM jurisdiction
                    WHERE state = told.name AND valid_from = told.valid_from;
                INSERT INTO jurisdiction SELECT here.*;
            ELSE
                land := jsonb_populate_record(NULL::federal_authority, told.content);
                land.name := told.name;
                land.valid_from := told.valid_from;
                land.source := told.source;
                land.proposal_id := told.id;
                SELECT 1 + coalesce(max(revision), 0) INTO land.revision FROM federal_authority
                    WHERE name = told.name AND valid_from = told.valid_from;
                INSERT INTO federal_authority SELECT land.*;
            END IF;
            RETURN NULL;
        END $$
        """
    )
    op.execute("REVOKE EXECUTE ON FUNCTION row_of_law() FROM PUBLIC")
    op.execute(
        "CREATE TRIGGER row_of_law AFTER INSERT ON law_confirmation"
        " FOR EACH ROW EXECUTE FUNCTION row_of_law()"
    )
