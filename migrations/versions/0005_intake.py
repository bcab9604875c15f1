"""Intake, instruments and consent; decisions of the gates."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "consent_text",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("effective_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent_text")),
        sa.UniqueConstraint(
            "name", "edition", "language", name=op.f("uq_consent_text_name_edition_language")
        ),
        sa.UniqueConstraint("sha256", name=op.f("uq_consent_text_sha256")),
    )
    op.create_table(
        "assessment",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("instrument", sa.Text(), nullable=False),
        sa.Column("instrument_version", sa.Text(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("result", sa.LargeBinary(), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("dose_session_id", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_assessment_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
    )
    op.create_index(
        "ix_assessment_patient",
        "assessment",
        ["patient_id", "instrument", "taken_at"],
        unique=False,
    )
    op.create_index(
        "ix_assessment_patient_taken", "assessment", ["patient_id", "taken_at"], unique=False
    )
    op.create_table(
        "consent",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("text_sha256", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_seconds", sa.Integer(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("kind IN ('given', 'withdrawn')", name=op.f("ck_consent_kind")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_consent_patient_id")),
        sa.ForeignKeyConstraint(
            ["text_sha256"], ["consent_text.sha256"], name=op.f("fk_consent_text_sha256")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index("ix_consent_patient", "consent", ["patient_id", "signed_at"], unique=False)
    op.create_table(
        "gate_decision",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column(
            "subject_type",
            sa.Enum(
                "patient",
                "intake",
                "approval",
                "treatment_plan",
                "dose_session",
                "office_session",
                "adverse_event",
                "follow_up",
                "assessment",
                "escalation",
                name="subject_type",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("point", sa.Text(), nullable=False),
        sa.Column("ruleset", sa.Text(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "clear",
                "hold",
                "stop",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("suitability", sa.Text(), nullable=True),
        sa.Column("codes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("findings", sa.LargeBinary(), nullable=False),
        sa.Column("facts", sa.LargeBinary(), nullable=False),
        sa.Column("inputs_hash", sa.LargeBinary(), nullable=False),
        sa.Column("clearance_id", sa.Uuid(), nullable=True),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "clearance_id IS NULL OR outcome = 'clear'",
            name=op.f("ck_gate_decision_only_clear_gives_clearance"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_gate_decision_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gate_decision")),
    )
    op.create_index(
        "ix_gate_decision_patient", "gate_decision", ["patient_id", "decided_at"], unique=False
    )
    op.create_index(
        "ix_gate_decision_subject", "gate_decision", ["subject_id", "decided_at"], unique=False
    )
    op.create_table(
        "intake",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("questionnaire", sa.Text(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("digest", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_intake_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intake")),
        sa.UniqueConstraint("patient_id", "number", name=op.f("uq_intake_patient_id_number")),
    )
    op.create_index(
        "uq_intake_draft",
        "intake",
        ["patient_id"],
        unique=True,
        postgresql_where=sa.text("submitted_at IS NULL"),
    )
    op.create_table(
        "override",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column(
            "subject_type",
            sa.Enum(
                "patient",
                "intake",
                "approval",
                "treatment_plan",
                "dose_session",
                "office_session",
                "adverse_event",
                "follow_up",
                "assessment",
                "escalation",
                name="subject_type",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("rationale", sa.LargeBinary(), nullable=False),
        sa.Column("finding_hash", sa.LargeBinary(), nullable=False),
        sa.Column("overridden_by", sa.Uuid(), nullable=False),
        sa.Column("overridden_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "num_nulls(voided_at, void_reason) IN (0, 2)", name=op.f("ck_override_void_pair")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["gate_decision.id"], name=op.f("fk_override_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_override_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_override")),
    )
    op.create_index("ix_override_subject", "override", ["subject_id", "code"], unique=False)
    op.create_table(
        "risk_assessment",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("assessment_id", sa.Uuid(), nullable=False),
        sa.Column("assessed_by", sa.Uuid(), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("safety_plan", sa.Boolean(), nullable=False),
        sa.Column("cleared", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assessment_id"], ["assessment.id"], name=op.f("fk_risk_assessment_assessment_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_risk_assessment_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_assessment")),
    )
    op.create_index(
        "ix_risk_assessment_patient", "risk_assessment", ["patient_id", "assessed_at"], unique=False
    )


def downgrade() -> None:
    """Take them away again, while they are empty."""
    op.drop_index("ix_risk_assessment_patient", table_name="risk_assessment")
    op.drop_table("risk_assessment")
    op.drop_index("ix_override_subject", table_name="override")
    op.drop_table("override")
    op.drop_index(
        "uq_intake_draft", table_name="intake", postgresql_where=sa.text("submitted_at IS NULL")
    )
    op.drop_table("intake")
    op.drop_index("ix_gate_decision_subject", table_name="gate_decision")
    op.drop_index("ix_gate_decision_patient", table_name="gate_decision")
    op.drop_table("gate_decision")
    op.drop_index("ix_consent_patient", table_name="consent")
    op.drop_table("consent")
    op.drop_index("ix_assessment_patient_taken", table_name="assessment")
    op.drop_index("ix_assessment_patient", table_name="assessment")
    op.drop_table("assessment")
    op.drop_table("consent_text")
