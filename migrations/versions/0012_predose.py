"""Pre-dose checks, clearances and doses taken."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "clearance",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("dose_session_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("dose_mg_hundredths", sa.Integer(), nullable=False),
        sa.Column("sitter_id", sa.Uuid(), nullable=False),
        sa.Column("inputs_hash", sa.LargeBinary(), nullable=False),
        sa.Column("safety_version", sa.Integer(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "expires_at <= issued_at + interval '30 minutes'", name=op.f("ck_clearance_half_hour")
        ),
        sa.CheckConstraint(
            "num_nulls(voided_at, void_reason) IN (0, 2)", name=op.f("ck_clearance_void_pair")
        ),
        sa.CheckConstraint(
            "spent_at IS NULL OR spent_at <= expires_at", name=op.f("ck_clearance_spent_in_time")
        ),
        sa.CheckConstraint(
            "spent_at IS NULL OR voided_at IS NULL", name=op.f("ck_clearance_spent_or_void")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["gate_decision.id"], name=op.f("fk_clearance_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["dose_session_id", "patient_id"],
            ["dose_session.id", "dose_session.patient_id"],
            name=op.f("fk_clearance_dose_session_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_clearance_lot_id")),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_clearance_patient_id")
        ),
        sa.ForeignKeyConstraint(["sitter_id"], ["sitter.id"], name=op.f("fk_clearance_sitter_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clearance")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_clearance_decision_id")),
        sa.UniqueConstraint("id", "dose_session_id", name=op.f("uq_clearance_id_dose_session_id")),
    )
    op.create_index(
        "uq_clearance_live",
        "clearance",
        ["dose_session_id"],
        unique=True,
        postgresql_where=sa.text("spent_at IS NULL AND voided_at IS NULL"),
    )
    op.create_table(
        "predose_check",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("dose_session_id", sa.Uuid(), nullable=False),
        sa.Column("questionnaire", sa.Text(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("submitted_by", sa.Uuid(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dose_session_id"], ["dose_session.id"], name=op.f("fk_predose_check_dose_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_predose_check_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_predose_check")),
    )
    op.create_index(
        "ix_predose_check_patient", "predose_check", ["patient_id", "submitted_at"], unique=False
    )
    op.create_index(
        "ix_predose_check_session",
        "predose_check",
        ["dose_session_id", "submitted_at"],
        unique=False,
    )
    op.create_table(
        "sitter_attestation",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("dose_session_id", sa.Uuid(), nullable=False),
        sa.Column("sitter_id", sa.Uuid(), nullable=False),
        sa.Column("login_id", sa.Uuid(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("attested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dose_session_id"],
            ["dose_session.id"],
            name=op.f("fk_sitter_attestation_dose_session_id"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_sitter_attestation_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["sitter_id"], ["sitter.id"], name=op.f("fk_sitter_attestation_sitter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitter_attestation")),
    )
    op.create_index(
        "ix_sitter_attestation_session",
        "sitter_attestation",
        ["dose_session_id", "attested_at"],
        unique=False,
    )
    op.create_table(
        "dose_taken",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("dose_session_id", sa.Uuid(), nullable=True),
        sa.Column("clearance_id", sa.Uuid(), nullable=True),
        sa.Column("cleared", sa.Boolean(), nullable=False),
        sa.Column("dose_mg_hundredths", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("local_date", sa.Text(), nullable=False),
        sa.Column("device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("no_driving_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deviation", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "NOT cleared OR dose_mg_hundredths IS NOT NULL",
            name=op.f("ck_dose_taken_cleared_dose_is_known"),
        ),
        sa.CheckConstraint(
            "cleared = (clearance_id IS NOT NULL)",
            name=op.f("ck_dose_taken_cleared_means_clearance"),
        ),
        sa.ForeignKeyConstraint(
            ["clearance_id", "dose_session_id"],
            ["clearance.id", "clearance.dose_session_id"],
            name=op.f("fk_dose_taken_clearance_id_dose_session_id"),
        ),
        sa.ForeignKeyConstraint(
            ["dose_session_id"], ["dose_session.id"], name=op.f("fk_dose_taken_dose_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_dose_taken_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dose_taken")),
        sa.UniqueConstraint("clearance_id", name=op.f("uq_dose_taken_clearance_id")),
    )
    op.create_index("ix_dose_taken_patient", "dose_taken", ["patient_id", "taken_at"], unique=False)
    op.create_index(
        "uq_dose_taken_cleared",
        "dose_taken",
        ["dose_session_id"],
        unique=True,
        postgresql_where=sa.text("clearance_id IS NOT NULL"),
    )


def downgrade() -> None:
    """Take them away again, while they are empty."""
    op.drop_index(
        "uq_dose_taken_cleared",
        table_name="dose_taken",
        postgresql_where=sa.text("clearance_id IS NOT NULL"),
    )
    op.drop_index("ix_dose_taken_patient", table_name="dose_taken")
    op.drop_table("dose_taken")
    op.drop_index("ix_sitter_attestation_session", table_name="sitter_attestation")
    op.drop_table("sitter_attestation")
    op.drop_index("ix_predose_check_session", table_name="predose_check")
    op.drop_index("ix_predose_check_patient", table_name="predose_check")
    op.drop_table("predose_check")
    op.drop_index(
        "uq_clearance_live",
        table_name="clearance",
        postgresql_where=sa.text("spent_at IS NULL AND voided_at IS NULL"),
    )
    op.drop_table("clearance")
