"""The parameter sheet: tighter numbers, two signatures, an instant; and each decision names its own."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

TABLES = ("parameter_sheet", "parameter_signature", "parameters_in_force")
ROLES = (
    *("patient", "sitter", "coach", "prescriber", "safety_officer", "site_staff", "admin"),
    "system",
)


def upgrade() -> None:
    """Add the tables, the guards, and what a decision keeps of them."""
    _tables()
    op.execute(
        """
        CREATE FUNCTION sheet_has_two_signatures() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
        DECLARE
            sheet parameter_sheet%ROWTYPE;
            signers integer;
            directors integer;
            last timestamptz;
        BEGIN
            SELECT * INTO sheet FROM parameter_sheet WHERE id = NEW.sheet_id;
            SELECT count(DISTINCT s.signer_id), max(s.signed_at),
                count(*) FILTER (WHERE EXISTS (SELECT 1 FROM credential c
                    WHERE c.user_id = s.signer_id AND c.kind = 'medical_director'
                    AND s.signed_at::date BETWEEN c.valid_from AND c.expires_on
                    AND (c.revoked_on IS NULL OR c.revoked_on > s.signed_at::date)))
                INTO signers, last, directors
                FROM parameter_signature s WHERE s.sheet_id = NEW.sheet_id;
            IF signers < 2 THEN
                RAISE EXCEPTION 'a sheet holds when two people have signed it'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'sheet_two_signatures';
            END IF;
            IF directors < 1 THEN
                RAISE EXCEPTION 'one of the signatures is a medical director''s'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'sheet_director_signs';
            END IF;
            IF NEW.effective_from <> sheet.effective_from OR NEW.placed_at < last
                OR NEW.placed_at >= NEW.effective_from
                OR EXISTS (SELECT 1 FROM gate_decision d
                    WHERE d.decided_at >= NEW.effective_from) THEN
                RAISE EXCEPTION 'a sheet holds from an instant to come'
                    USING ERRCODE = 'check_violation', CONSTRAINT = 'sheet_not_in_the_past';
            END IF;
            RETURN NEW;
        END $$
        """
    )
    op.execute(
        "CREATE TRIGGER two_signatures BEFORE INSERT ON parameters_in_force FOR EACH ROW"
        " EXECUTE FUNCTION sheet_has_two_signatures()"
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
        op.execute(
            f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
        op.execute(f"GRANT SELECT, INSERT ON {table} TO vigil_runtime")
        op.execute(f"GRANT SELECT ON {table} TO vigil_reader")
    op.execute("ALTER TABLE gate_decision ADD COLUMN sheet integer")
    op.execute("ALTER TABLE gate_decision ADD COLUMN law text NOT NULL DEFAULT ''")
    op.execute(
        "ALTER TABLE gate_decision ADD CONSTRAINT fk_gate_decision_sheet"
        " FOREIGN KEY (sheet) REFERENCES parameter_sheet (number)"
    )


def downgrade() -> None:
    """Take the sheets away; what was decided under one keeps its facts."""
    op.execute("ALTER TABLE gate_decision DROP COLUMN sheet, DROP COLUMN law")
    op.execute("DROP FUNCTION sheet_has_two_signatures() CASCADE")
    for table in reversed(TABLES):
        op.drop_table(table)


def _tables() -> None:
    op.create_table(
        "parameter_sheet",
        sa.Column("number", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("changes", postgresql.JSONB(), nullable=False),
        sa.Column("signs", postgresql.JSONB(), nullable=False),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drafted_by", sa.Uuid(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["drafted_by"], ["user_account.id"], name=op.f("fk_parameter_sheet_drafted_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parameter_sheet")),
        sa.UniqueConstraint("number", name=op.f("uq_parameter_sheet_number")),
    )
    op.create_table(
        "parameter_signature",
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("signer_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(*ROLES, name="role", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("statement", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["parameter_sheet.id"], name=op.f("fk_parameter_signature_sheet_id")
        ),
        sa.ForeignKeyConstraint(
            ["signer_id"], ["user_account.id"], name=op.f("fk_parameter_signature_signer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parameter_signature")),
        sa.UniqueConstraint(
            "sheet_id", "signer_id", name=op.f("uq_parameter_signature_sheet_id_signer_id")
        ),
    )
    op.create_table(
        "parameters_in_force",
        sa.Column("sheet_id", sa.Uuid(), nullable=False),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sheet_id"], ["parameter_sheet.id"], name=op.f("fk_parameters_in_force_sheet_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parameters_in_force")),
        sa.UniqueConstraint("sheet_id", name=op.f("uq_parameters_in_force_sheet_id")),
        sa.UniqueConstraint("effective_from", name=op.f("uq_parameters_in_force_effective_from")),
    )
