"""Follow-ups, coaching notes and goals."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "goal",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.Column("practices", sa.LargeBinary(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'reached', 'left')", name=op.f("ck_goal_goal_state")),
        sa.ForeignKeyConstraint(["patient_id"], ["patient.id"], name=op.f("fk_goal_patient_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal")),
    )
    op.create_index("ix_goal_patient", "goal", ["patient_id", "set_at"], unique=False)
    op.create_table(
        "private_note",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("mentions_harm", sa.Boolean(), nullable=False),
        sa.Column("adverse_event_id", sa.Uuid(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_private_note_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_private_note_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_private_note")),
    )
    op.create_index(
        "ix_private_note_author", "private_note", ["author_id", "patient_id"], unique=False
    )
    op.create_table(
        "goal_change",
        sa.Column("goal_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("was", sa.LargeBinary(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["goal_id"], ["goal.id"], name=op.f("fk_goal_change_goal_id")),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_goal_change_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_goal_change")),
    )
    op.create_table(
        "coaching_note",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("appointment_id", sa.Uuid(), nullable=True),
        sa.Column("dose_session_id", sa.Uuid(), nullable=True),
        sa.Column("amends_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "signed",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("summary", sa.LargeBinary(), nullable=False),
        sa.Column("mentions_harm", sa.Boolean(), nullable=False),
        sa.Column("adverse_event_id", sa.Uuid(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'signed') = (signed_at IS NOT NULL)",
            name=op.f("ck_coaching_note_signed_state"),
        ),
        sa.CheckConstraint(
            "num_nulls(signed_at, signed_by) IN (0, 2)", name=op.f("ck_coaching_note_sign_pair")
        ),
        sa.ForeignKeyConstraint(
            ["amends_id"], ["coaching_note.id"], name=op.f("fk_coaching_note_amends_id")
        ),
        sa.ForeignKeyConstraint(
            ["appointment_id"], ["appointment.id"], name=op.f("fk_coaching_note_appointment_id")
        ),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_coaching_note_author_id")
        ),
        sa.ForeignKeyConstraint(
            ["dose_session_id"], ["dose_session.id"], name=op.f("fk_coaching_note_dose_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_coaching_note_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coaching_note")),
    )
    op.create_index(
        "ix_coaching_note_patient", "coaching_note", ["patient_id", "written_at"], unique=False
    )
    op.create_table(
        "follow_up",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("dose_session_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "24_hours",
                "72_hours",
                "1_week",
                "2_weeks",
                "4_weeks",
                "12_weeks",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_from", sa.DateTime(timezone=True), nullable=False),
        sa.Column("window_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dose_session_id"], ["dose_session.id"], name=op.f("fk_follow_up_dose_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_follow_up_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up")),
        sa.UniqueConstraint(
            "dose_session_id", "kind", name=op.f("uq_follow_up_dose_session_id_kind")
        ),
    )
    op.create_index("ix_follow_up_patient", "follow_up", ["patient_id", "due_at"], unique=False)
    op.create_table(
        "follow_up_answer",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("follow_up_id", sa.Uuid(), nullable=False),
        sa.Column("answers", sa.LargeBinary(), nullable=False),
        sa.Column("complete", sa.Boolean(), nullable=False),
        sa.Column("timing", sa.Text(), nullable=False),
        sa.Column("alarm_codes", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("adverse_event_id", sa.Uuid(), nullable=True),
        sa.Column("device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["follow_up_id"], ["follow_up.id"], name=op.f("fk_follow_up_answer_follow_up_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_follow_up_answer_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_follow_up_answer")),
    )
    op.create_index(
        "ix_follow_up_answer_follow_up",
        "follow_up_answer",
        ["follow_up_id", "received_at"],
        unique=False,
    )
    op.create_index(
        "ix_follow_up_answer_patient",
        "follow_up_answer",
        ["patient_id", "received_at"],
        unique=False,
    )


def downgrade() -> None:
    """Take them away again, while they are empty."""
    op.drop_index("ix_follow_up_answer_patient", table_name="follow_up_answer")
    op.drop_index("ix_follow_up_answer_follow_up", table_name="follow_up_answer")
    op.drop_table("follow_up_answer")
    op.drop_index("ix_follow_up_patient", table_name="follow_up")
    op.drop_table("follow_up")
    op.drop_index("ix_coaching_note_patient", table_name="coaching_note")
    op.drop_table("coaching_note")
    op.drop_table("goal_change")
    op.drop_index("ix_private_note_author", table_name="private_note")
    op.drop_table("private_note")
    op.drop_index("ix_goal_patient", table_name="goal")
    op.drop_table("goal")
