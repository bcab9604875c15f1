"""Copies of whole records, and what left the house: two ledgers that nobody changes."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

RUNTIME, READER = "vigil_runtime", "vigil_reader"
TABLES = ("record_export", "disclosure")
RECIPIENTS = (
    *("patient", "pharmacy", "rems", "state_record", "authority"),
    *("clinician", "lawyer", "other"),
)
PURPOSES = ("treatment", "drug_safety", "required_by_law", "asked_by_patient", "emergency")


def upgrade() -> None:
    """Make both, and what keeps them."""
    op.create_table(
        "record_export",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("made_by", sa.Uuid(), nullable=False),
        _word("recipient", *RECIPIENTS),
        _word("written_as", "json", "pdf"),
        sa.Column("in_confidence", sa.Boolean(), nullable=False),
        sa.Column("row_total", sa.Integer(), nullable=False),
        sa.Column("row_counts", postgresql.JSONB(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _one_of("record_export", "recipient", *RECIPIENTS),
        _one_of("record_export", "written_as", "json", "pdf"),
        sa.CheckConstraint("row_total >= 1", name=op.f("ck_record_export_row_total")),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_record_export_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["made_by"], ["user_account.id"], name=op.f("fk_record_export_made_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_record_export")),
    )
    op.create_index("ix_record_export_patient", "record_export", ["patient_id", "made_at"])
    op.create_table(
        "disclosure",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        _word("recipient_kind", *RECIPIENTS),
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("what", sa.LargeBinary(), nullable=False),
        _word("purpose", *PURPOSES),
        sa.Column("subject_type", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("disclosed_by", sa.Uuid(), nullable=True),
        sa.Column("disclosed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        _one_of("disclosure", "recipient_kind", *RECIPIENTS),
        _one_of("disclosure", "purpose", *PURPOSES),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_disclosure_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disclosure")),
        sa.UniqueConstraint(
            "subject_id",
            "recipient_kind",
            "disclosed_at",
            name=op.f("uq_disclosure_subject_id_recipient_kind_disclosed_at"),
        ),
    )
    op.create_index("ix_disclosure_patient", "disclosure", ["patient_id", "disclosed_at"])
    for table in TABLES:
        _keep(table)
    for column in ("recipient", "what"):
        op.create_check_constraint(f"{column}_sealed", "disclosure", _bound(column))


def downgrade() -> None:
    """Take them away again, while they are empty."""
    for table in TABLES:
        op.drop_table(table)


def _word(name: str, *words: str) -> sa.Column[str]:
    kind = sa.Enum(*words, name=name, native_enum=False, create_constraint=False, length=32)
    return sa.Column(name, kind, nullable=False)


def _one_of(table: str, column: str, *words: str) -> sa.CheckConstraint:
    known = ", ".join(repr(word) for word in words)
    return sa.CheckConstraint(f"{column} IN ({known})", name=op.f(f"ck_{table}_{column}"))


def _keep(table: str) -> None:
    """Nobody changes, deletes or empties it; the run-time role has not even the right."""
    op.execute(
        f"CREATE TRIGGER never_changed BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION refuse_change()"
    )
    op.execute(
        f"CREATE TRIGGER never_emptied BEFORE TRUNCATE ON {table}"
        " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(f"GRANT SELECT, INSERT ON {table} TO {RUNTIME}")
    op.execute(f"GRANT SELECT ON {table} TO {READER}")


def _bound(column: str) -> str:
    return (
        f"substr({column}, 1, 1) = '\\x01'::bytea OR substr({column}, 1, 1) = '\\x02'::bytea"
        f" AND octet_length({column}) >= 61"
        f" AND substr({column}, 18, 16) = uuid_send(id)"
    )
