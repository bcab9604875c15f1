"""Patients, care teams and sitters."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "patient",
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("given_name", sa.LargeBinary(), nullable=False),
        sa.Column("family_name", sa.LargeBinary(), nullable=False),
        sa.Column("born_on", sa.LargeBinary(), nullable=False),
        sa.Column("sex_at_birth", sa.LargeBinary(), nullable=True),
        sa.Column("contact", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column(
            "enrolment",
            sa.Enum(
                "prospect",
                "intake_in_progress",
                "intake_submitted",
                "screened_out",
                "pending_review",
                "approved_home",
                "approved_in_office_only",
                "declined",
                "more_information",
                "consented",
                "rx_active",
                "course_active",
                "mid_course_review",
                "paused",
                "course_complete",
                "maintenance_review",
                "suspended",
                "discharged",
                "withdrawn",
                "deceased",
                name="enrolment",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("suspended_for", sa.Text(), nullable=False),
        sa.Column("material_change_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("safety_version", sa.Integer(), nullable=False),
        sa.Column("enrolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_patient_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_patient")),
        sa.UniqueConstraint("user_id", name=op.f("uq_patient_user_id")),
    )
    op.create_table(
        "care_team_member",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "patient",
                "sitter",
                "coach",
                "prescriber",
                "safety_officer",
                "site_staff",
                "admin",
                "system",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "role IN ('coach', 'prescriber', 'safety_officer')",
            name=op.f("ck_care_team_member_care_role"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_care_team_member_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_care_team_member_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_team_member")),
    )
    op.create_index(
        "ix_care_team_member_user",
        "care_team_member",
        ["user_id", "patient_id"],
        unique=False,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(
        "uq_care_team_member_open",
        "care_team_member",
        ["patient_id", "user_id", "role"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "sitter",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=True),
        sa.Column("name", sa.LargeBinary(), nullable=False),
        sa.Column("email_blind", sa.LargeBinary(), nullable=False),
        sa.Column("phone", sa.LargeBinary(), nullable=True),
        sa.Column("phone_blind", sa.LargeBinary(), nullable=True),
        sa.Column("born_on", sa.LargeBinary(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "invited",
                "accepted",
                "removed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("consented_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("contact_verified_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trained_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("training_version", sa.Text(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_sitter_patient_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_sitter_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitter")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_sitter_id_patient_id")),
    )
    op.create_index("ix_sitter_patient", "sitter", ["patient_id"], unique=False)
    op.create_index("ix_sitter_user", "sitter", ["user_id"], unique=False)
    op.create_index(
        "uq_sitter_invited",
        "sitter",
        ["patient_id", "email_blind"],
        unique=True,
        postgresql_where=sa.text("state <> 'removed'"),
    )
    op.create_table(
        "sitter_concern",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("sitter_id", sa.Uuid(), nullable=False),
        sa.Column("unsafe", sa.Boolean(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_sitter_concern_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["sitter_id"], ["sitter.id"], name=op.f("fk_sitter_concern_sitter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitter_concern")),
    )
    op.create_index("ix_sitter_concern_sitter", "sitter_concern", ["sitter_id"], unique=False)
    op.create_table(
        "sitter_contact_code",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("sitter_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.LargeBinary(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("expires_at > sent_at", name=op.f("ck_sitter_contact_code_order")),
        sa.CheckConstraint("tries BETWEEN 0 AND 5", name=op.f("ck_sitter_contact_code_tries")),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_sitter_contact_code_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["sitter_id"], ["sitter.id"], name=op.f("fk_sitter_contact_code_sitter_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sitter_contact_code")),
    )
    op.create_index(
        "ix_sitter_contact_code_sitter",
        "sitter_contact_code",
        ["sitter_id", "sent_at"],
        unique=False,
    )


def downgrade() -> None:
    """Take them away again, while they are empty."""
    op.drop_index("ix_sitter_contact_code_sitter", table_name="sitter_contact_code")
    op.drop_table("sitter_contact_code")
    op.drop_index("ix_sitter_concern_sitter", table_name="sitter_concern")
    op.drop_table("sitter_concern")
    op.drop_index(
        "uq_sitter_invited", table_name="sitter", postgresql_where=sa.text("state <> 'removed'")
    )
    op.drop_index("ix_sitter_user", table_name="sitter")
    op.drop_index("ix_sitter_patient", table_name="sitter")
    op.drop_table("sitter")
    op.drop_index(
        "uq_care_team_member_open",
        table_name="care_team_member",
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_index(
        "ix_care_team_member_user",
        table_name="care_team_member",
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.drop_table("care_team_member")
    op.drop_table("patient")
