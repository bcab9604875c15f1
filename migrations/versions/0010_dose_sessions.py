"""Dose sessions at home, and the vital signs."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "dose_session",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("dose_mg_hundredths", sa.Integer(), nullable=False),
        sa.Column("sitter_id", sa.Uuid(), nullable=True),
        sa.Column("sitter_user_id", sa.Uuid(), nullable=True),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "scheduled",
                "checkin_open",
                "blocked",
                "cleared",
                "monitoring",
                "emergency",
                "released",
                "closed",
                "aborted",
                "cancelled",
                "unaccounted",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("patient_state", sa.Text(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=True),
        sa.Column("check_in_opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dosed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cleared_dose", sa.Boolean(), nullable=True),
        sa.Column("no_driving_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by", sa.Uuid(), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column(
            "molecule",
            sa.Enum(
                "ketamine",
                "esketamine",
                "arketamine",
                name="molecule",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "route",
            sa.Enum(
                "sublingual",
                "buccal",
                "oral",
                "nasal",
                "intramuscular",
                "intravenous",
                "subcutaneous",
                "rectal",
                "inhaled",
                name="route",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column(
            "setting",
            sa.Enum(
                "home",
                "certified_site",
                "clinic",
                name="setting",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.CheckConstraint(
            "molecule <> 'esketamine' OR setting = 'certified_site'",
            name=op.f("ck_dose_session_esketamine_in_office"),
        ),
        sa.CheckConstraint(
            "released_at IS NULL OR dosed_at IS NULL OR released_at >= dosed_at + interval '120 minutes'",
            name=op.f("ck_dose_session_watched_two_hours"),
        ),
        sa.CheckConstraint(
            "setting <> 'home' OR (molecule = 'ketamine' AND route IN ('sublingual', 'buccal', 'oral'))",
            name=op.f("ck_dose_session_home_formulary"),
        ),
        sa.CheckConstraint("setting = 'home'", name=op.f("ck_dose_session_home_only")),
        sa.CheckConstraint(
            "dose_mg_hundredths BETWEEN 1 AND 45000", name=op.f("ck_dose_session_dose_cap")
        ),
        sa.CheckConstraint(
            "num_nulls(released_at, released_by) IN (0, 2)",
            name=op.f("ck_dose_session_release_pair"),
        ),
        sa.CheckConstraint("number BETWEEN 1 AND 6", name=op.f("ck_dose_session_six_sessions")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_dose_session_lot_id")),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_dose_session_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id", "patient_id", "product_id", "molecule", "route", "setting"],
            [
                "treatment_plan.id",
                "treatment_plan.patient_id",
                "treatment_plan.product_id",
                "treatment_plan.molecule",
                "treatment_plan.route",
                "treatment_plan.setting",
            ],
            name=op.f("fk_dose_session_plan_id_patient_id_product_id_molecule_route_setting"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id", "molecule", "route", "setting"],
            [
                "product_setting.product_id",
                "product_setting.molecule",
                "product_setting.route",
                "product_setting.setting",
            ],
            name=op.f("fk_dose_session_product_id_molecule_route_setting"),
        ),
        sa.ForeignKeyConstraint(
            ["sitter_id", "patient_id"],
            ["sitter.id", "sitter.patient_id"],
            name=op.f("fk_dose_session_sitter_id_patient_id"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dose_session")),
        sa.UniqueConstraint("id", "patient_id", name=op.f("uq_dose_session_id_patient_id")),
    )
    op.create_index(
        "ix_dose_session_patient", "dose_session", ["patient_id", "scheduled_at"], unique=False
    )
    op.create_index("ix_dose_session_sitter", "dose_session", ["sitter_id"], unique=False)
    op.create_index(
        "uq_dose_session_active",
        "dose_session",
        ["patient_id"],
        unique=True,
        postgresql_where=sa.text(
            "state IN ('checkin_open', 'blocked', 'cleared', 'monitoring', 'emergency')"
        ),
    )
    op.create_index(
        "uq_dose_session_number",
        "dose_session",
        ["plan_id", "number"],
        unique=True,
        postgresql_where=sa.text("state NOT IN ('cancelled', 'aborted')"),
    )
    op.create_index(
        "uq_dose_session_sitter_active",
        "dose_session",
        ["sitter_user_id"],
        unique=True,
        postgresql_where=sa.text(
            "state IN ('checkin_open', 'blocked', 'cleared', 'monitoring', 'emergency')"
        ),
    )
    op.create_table(
        "vital_signs",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("dose_session_id", sa.Uuid(), nullable=True),
        sa.Column("office_session_id", sa.Uuid(), nullable=True),
        sa.Column(
            "purpose",
            sa.Enum(
                "rehearsal",
                "pre_dose",
                "during",
                "release",
                "office",
                name="purpose",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("systolic_mmhg", sa.Integer(), nullable=True),
        sa.Column("diastolic_mmhg", sa.Integer(), nullable=True),
        sa.Column("heart_rate_bpm", sa.Integer(), nullable=True),
        sa.Column("spo2_percent", sa.Integer(), nullable=True),
        sa.Column(
            "source",
            sa.Enum(
                "device",
                "photo",
                "spoken_on_video",
                "typed",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("cuff_serial", sa.LargeBinary(), nullable=False),
        sa.Column("measured_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("plausible", sa.Boolean(), nullable=False),
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
        sa.CheckConstraint(
            "diastolic_mmhg BETWEEN 1 AND 400", name=op.f("ck_vital_signs_diastolic")
        ),
        sa.CheckConstraint(
            "heart_rate_bpm BETWEEN 1 AND 400", name=op.f("ck_vital_signs_heart_rate")
        ),
        sa.CheckConstraint("spo2_percent BETWEEN 1 AND 100", name=op.f("ck_vital_signs_spo2")),
        sa.CheckConstraint("systolic_mmhg BETWEEN 1 AND 400", name=op.f("ck_vital_signs_systolic")),
        sa.ForeignKeyConstraint(
            ["dose_session_id"], ["dose_session.id"], name=op.f("fk_vital_signs_dose_session_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_vital_signs_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vital_signs")),
    )
    op.create_index(
        "ix_vital_signs_patient", "vital_signs", ["patient_id", "measured_at"], unique=False
    )
    op.create_index(
        "ix_vital_signs_session", "vital_signs", ["dose_session_id", "measured_at"], unique=False
    )


def downgrade() -> None:
    """Take them away again, while they are empty."""
    op.drop_index("ix_vital_signs_session", table_name="vital_signs")
    op.drop_index("ix_vital_signs_patient", table_name="vital_signs")
    op.drop_table("vital_signs")
    op.drop_index(
        "uq_dose_session_sitter_active",
        table_name="dose_session",
        postgresql_where=sa.text(
            "state IN ('checkin_open', 'blocked', 'cleared', 'monitoring', 'emergency')"
        ),
    )
    op.drop_index(
        "uq_dose_session_number",
        table_name="dose_session",
        postgresql_where=sa.text("state NOT IN ('cancelled', 'aborted')"),
    )
    op.drop_index(
        "uq_dose_session_active",
        table_name="dose_session",
        postgresql_where=sa.text(
            "state IN ('checkin_open', 'blocked', 'cleared', 'monitoring', 'emergency')"
        ),
    )
    op.drop_index("ix_dose_session_sitter", table_name="dose_session")
    op.drop_index("ix_dose_session_patient", table_name="dose_session")
    op.drop_table("dose_session")
