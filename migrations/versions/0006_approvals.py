"""Evaluations and approvals."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "evaluation",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("prescriber_id", sa.Uuid(), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("modality", sa.Text(), nullable=False),
        sa.Column("patient_state", sa.Text(), nullable=False),
        sa.Column("identity_verified", sa.Boolean(), nullable=False),
        sa.Column("identity_method", sa.Text(), nullable=False),
        sa.Column("capacity", sa.Boolean(), nullable=False),
        sa.Column("diagnosis_documented", sa.Boolean(), nullable=False),
        sa.Column("diagnoses", sa.LargeBinary(), nullable=False),
        sa.Column("pdmp_checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("pdmp_result", sa.Text(), nullable=False),
        sa.Column("pdmp_reference", sa.Text(), nullable=False),
        sa.Column("findings", sa.LargeBinary(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "modality IN ('video', 'in_person')", name=op.f("ck_evaluation_modality")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_evaluation_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["prescriber_id"], ["user_account.id"], name=op.f("fk_evaluation_prescriber_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluation")),
    )
    op.create_index("ix_evaluation_patient", "evaluation", ["patient_id", "held_at"], unique=False)
    op.create_table(
        "pdmp_query",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("prescriber_id", sa.Uuid(), nullable=False),
        sa.Column("patient_state", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("patient_state ~ '^[A-Z]{2}$'", name=op.f("ck_pdmp_query_state")),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_pdmp_query_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["prescriber_id"], ["user_account.id"], name=op.f("fk_pdmp_query_prescriber_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pdmp_query")),
    )
    op.create_index(
        "ix_pdmp_query_patient", "pdmp_query", ["patient_id", "checked_at"], unique=False
    )
    op.create_table(
        "approval",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("evaluation_id", sa.Uuid(), nullable=False),
        sa.Column("intake_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=True),
        sa.Column("prescriber_id", sa.Uuid(), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "home",
                "in_office_only",
                "declined",
                "more_information",
                name="decision",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("conditions", sa.LargeBinary(), nullable=True),
        sa.Column("rationale", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sessions_allowed", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "expires_at <= signed_at + interval '90 days'", name=op.f("ck_approval_ninety_days")
        ),
        sa.CheckConstraint(
            "num_nulls(ended_at, end_reason) IN (0, 2)", name=op.f("ck_approval_end_pair")
        ),
        sa.CheckConstraint(
            "sessions_allowed BETWEEN 0 AND 6", name=op.f("ck_approval_six_sessions")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["gate_decision.id"], name=op.f("fk_approval_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["evaluation_id"], ["evaluation.id"], name=op.f("fk_approval_evaluation_id")
        ),
        sa.ForeignKeyConstraint(["intake_id"], ["intake.id"], name=op.f("fk_approval_intake_id")),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_approval_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["prescriber_id"], ["user_account.id"], name=op.f("fk_approval_prescriber_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approval")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_approval_id_patient_id")),
    )
    op.create_index("ix_approval_patient", "approval", ["patient_id", "signed_at"], unique=False)
    op.create_index(
        "uq_approval_live",
        "approval",
        ["patient_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )


def downgrade() -> None:
    """Take them away again, while they are empty."""
    op.drop_index(
        "uq_approval_live", table_name="approval", postgresql_where=sa.text("ended_at IS NULL")
    )
    op.drop_index("ix_approval_patient", table_name="approval")
    op.drop_table("approval")
    op.drop_index("ix_pdmp_query_patient", table_name="pdmp_query")
    op.drop_table("pdmp_query")
    op.drop_index("ix_evaluation_patient", table_name="evaluation")
    op.drop_table("evaluation")
