"""Adverse events, holds, escalations and on-call shifts."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "on_call_shift",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("user_id"), "="),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            where=sa.text("cancelled_at IS NULL"),
            using="gist",
            name="ex_on_call_shift_user",
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_on_call_shift_order")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_on_call_shift_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_on_call_shift")),
    )
    op.create_index(
        "ix_on_call_shift_time", "on_call_shift", ["starts_at", "ends_at"], unique=False
    )
    op.create_table(
        "adverse_event",
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("dose_session_id", sa.Uuid(), nullable=True),
        sa.Column("office_session_id", sa.Uuid(), nullable=True),
        sa.Column("reporter_id", sa.Uuid(), nullable=True),
        sa.Column("reporter_verified", sa.Boolean(), nullable=False),
        sa.Column("reporter_role", sa.Text(), nullable=False),
        sa.Column("own_words", sa.LargeBinary(), nullable=True),
        sa.Column("report", sa.LargeBinary(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "reported",
                "triaged",
                "under_assessment",
                "assessed",
                "follow_up",
                "closed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("serious", sa.Boolean(), nullable=True),
        sa.Column("severity_grade", sa.Integer(), nullable=True),
        sa.Column("incomplete_icsr", sa.Boolean(), nullable=False),
        sa.Column("aware_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("triage_due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("triaged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("triaged_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("severity_grade BETWEEN 1 AND 5", name=op.f("ck_adverse_event_grade")),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_adverse_event_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adverse_event")),
    )
    op.create_index(
        "ix_adverse_event_open",
        "adverse_event",
        ["patient_id"],
        unique=False,
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.create_index(
        "ix_adverse_event_patient", "adverse_event", ["patient_id", "aware_at"], unique=False
    )
    op.create_table(
        "escalation",
        sa.Column("patient_id", sa.Uuid(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
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
        sa.Column("rung", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("climbed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "num_nulls(acknowledged_at, acknowledged_by) IN (0, 2)",
            name=op.f("ck_escalation_acknowledge_pair"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_escalation_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalation")),
        sa.UniqueConstraint(
            "subject_id", "code", "opened_at", name=op.f("uq_escalation_subject_id_code_opened_at")
        ),
    )
    op.create_index(
        "ix_escalation_open",
        "escalation",
        ["opened_at"],
        unique=False,
        postgresql_where=sa.text("acknowledged_at IS NULL"),
    )
    op.create_index(
        "ix_escalation_patient", "escalation", ["patient_id", "opened_at"], unique=False
    )
    op.create_table(
        "hold",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "coach",
                "prescriber",
                "safety_officer",
                "patient",
                "sitter",
                "adverse_event",
                "emergency",
                "suicide_risk",
                "system",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("code", sa.Text(), nullable=False),
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
        sa.Column("subject_id", sa.Uuid(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("placed_by", sa.Uuid(), nullable=True),
        sa.Column("placed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.Column("release_rationale", sa.LargeBinary(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "num_nulls(released_at, released_by, release_rationale) IN (0, 3)",
            name=op.f("ck_hold_release_trio"),
        ),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_hold_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hold")),
    )
    op.create_index(
        "ix_hold_open",
        "hold",
        ["patient_id"],
        unique=False,
        postgresql_where=sa.text("released_at IS NULL"),
    )
    op.create_index("ix_hold_patient", "hold", ["patient_id", "placed_at"], unique=False)
    op.create_table(
        "adverse_event_addition",
        sa.Column("adverse_event_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["adverse_event_id"],
            ["adverse_event.id"],
            name=op.f("fk_adverse_event_addition_adverse_event_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adverse_event_addition")),
    )
    op.create_index(
        "ix_adverse_event_addition_event",
        "adverse_event_addition",
        ["adverse_event_id", "added_at"],
        unique=False,
    )
    op.create_table(
        "adverse_event_assessment",
        sa.Column("adverse_event_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("serious", sa.Boolean(), nullable=False),
        sa.Column("severity_grade", sa.Integer(), nullable=True),
        sa.Column("assessed_by", sa.Uuid(), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["adverse_event_id"],
            ["adverse_event.id"],
            name=op.f("fk_adverse_event_assessment_adverse_event_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_adverse_event_assessment")),
        sa.UniqueConstraint(
            "adverse_event_id",
            "number",
            name=op.f("uq_adverse_event_assessment_adverse_event_id_number"),
        ),
    )


def downgrade() -> None:
    """Take them away again, while they are empty."""
    op.drop_table("adverse_event_assessment")
    op.drop_index("ix_adverse_event_addition_event", table_name="adverse_event_addition")
    op.drop_table("adverse_event_addition")
    op.drop_index("ix_hold_patient", table_name="hold")
    op.drop_index(
        "ix_hold_open", table_name="hold", postgresql_where=sa.text("released_at IS NULL")
    )
    op.drop_table("hold")
    op.drop_index("ix_escalation_patient", table_name="escalation")
    op.drop_index(
        "ix_escalation_open",
        table_name="escalation",
        postgresql_where=sa.text("acknowledged_at IS NULL"),
    )
    op.drop_table("escalation")
    op.drop_index("ix_adverse_event_patient", table_name="adverse_event")
    op.drop_index(
        "ix_adverse_event_open",
        table_name="adverse_event",
        postgresql_where=sa.text("state <> 'closed'"),
    )
    op.drop_table("adverse_event")
    op.drop_index("ix_on_call_shift_time", table_name="on_call_shift")
    op.drop_table("on_call_shift")
