"""The watch: checks, emergency calls and release."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "emergency_call",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("dose_session_id", sa.Uuid(), nullable=True),
        sa.Column("office_session_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("raised_by", sa.Uuid(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dose_session_id"], ["dose_session.id"], name=op.f("fk_emergency_call_dose_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_emergency_call_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_call")),
    )
    op.create_index(
        "ix_emergency_call_patient", "emergency_call", ["patient_id", "raised_at"], unique=False
    )
    op.create_table(
        "monitoring_check",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("dose_session_id", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moaas", sa.Integer(), nullable=True),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("symptoms", sa.LargeBinary(), nullable=False),
        sa.Column("alarm_codes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column(
            "urgency",
            sa.Enum(
                "recheck",
                "clinician",
                "emergency_services",
                name="urgency",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dose_session_id"],
            ["dose_session.id"],
            name=op.f("fk_monitoring_check_dose_session_id"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_monitoring_check_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitoring_check")),
    )
    op.create_index(
        "ix_monitoring_check_patient",
        "monitoring_check",
        ["patient_id", "checked_at"],
        unique=False,
    )
    op.create_index(
        "ix_monitoring_check_session",
        "monitoring_check",
        ["dose_session_id", "checked_at"],
        unique=False,
    )
    op.create_table(
        "release_check",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("dose_session_id", sa.Uuid(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("checked_by", sa.Uuid(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["gate_decision.id"], name=op.f("fk_release_check_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["dose_session_id"], ["dose_session.id"], name=op.f("fk_release_check_dose_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_release_check_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_check")),
    )
    op.create_index(
        "ix_release_check_session", "release_check", ["dose_session_id", "checked_at"], unique=False
    )


def downgrade() -> None:
    """Take them away again, while they are empty."""
    op.drop_index("ix_release_check_session", table_name="release_check")
    op.drop_table("release_check")
    op.drop_index("ix_monitoring_check_session", table_name="monitoring_check")
    op.drop_index("ix_monitoring_check_patient", table_name="monitoring_check")
    op.drop_table("monitoring_check")
    op.drop_index("ix_emergency_call_patient", table_name="emergency_call")
    op.drop_table("emergency_call")
