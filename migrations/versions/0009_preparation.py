"""Slots, appointments and preparation."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "slot",
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "evaluation",
                "preparation",
                "coaching",
                "review",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("host_id"), "="),
            (sa.text("tstzrange(starts_at, ends_at)"), "&&"),
            using="gist",
            name="ex_slot_host",
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_slot_order")),
        sa.ForeignKeyConstraint(["host_id"], ["user_account.id"], name=op.f("fk_slot_host_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
    )
    op.create_index("ix_slot_kind", "slot", ["kind", "starts_at"], unique=False)
    op.create_table(
        "appointment",
        sa.Column("slot_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("host_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "evaluation",
                "preparation",
                "coaching",
                "review",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "booked",
                "held",
                "cancelled",
                "no_show",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("video_link", sa.LargeBinary(), nullable=False),
        sa.Column("dose_session_id", sa.Uuid(), nullable=True),
        sa.Column("booked_by", sa.Uuid(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("held_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sitter_attended", sa.Boolean(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["host_id"], ["user_account.id"], name=op.f("fk_appointment_host_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_appointment_patient_id")
        ),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_appointment_slot_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    op.create_index("ix_appointment_host", "appointment", ["host_id", "starts_at"], unique=False)
    op.create_index(
        "ix_appointment_patient", "appointment", ["patient_id", "starts_at"], unique=False
    )
    op.create_index(
        "uq_appointment_slot",
        "appointment",
        ["slot_id"],
        unique=True,
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    op.create_table(
        "home_check",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_home_check_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home_check")),
    )
    op.create_index(
        "ix_home_check_patient", "home_check", ["patient_id", "checked_at"], unique=False
    )
    op.create_table(
        "intention",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_intention_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_intention")),
    )
    op.create_index("ix_intention_patient", "intention", ["patient_id", "set_at"], unique=False)
    op.create_table(
        "module_completion",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("module", sa.Text(), nullable=False),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_module_completion_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_module_completion")),
    )
    op.create_index(
        "ix_module_completion_patient", "module_completion", ["patient_id", "module"], unique=False
    )


def downgrade() -> None:
    """Take them away again, while they are empty."""
    op.drop_index("ix_module_completion_patient", table_name="module_completion")
    op.drop_table("module_completion")
    op.drop_index("ix_intention_patient", table_name="intention")
    op.drop_table("intention")
    op.drop_index("ix_home_check_patient", table_name="home_check")
    op.drop_table("home_check")
    op.drop_index(
        "uq_appointment_slot",
        table_name="appointment",
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    op.drop_index("ix_appointment_patient", table_name="appointment")
    op.drop_index("ix_appointment_host", table_name="appointment")
    op.drop_table("appointment")
    op.drop_index("ix_slot_kind", table_name="slot")
    op.drop_table("slot")
