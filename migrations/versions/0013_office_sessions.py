"""In-office sessions and monitoring forms."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "office_session",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("dose_mg_hundredths", sa.Integer(), nullable=False),
        sa.Column("scheduled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "scheduled",
                "arrived",
                "pre_checks",
                "dosing",
                "monitoring",
                "emergency",
                "discharged",
                "pmf_due",
                "pmf_submitted",
                "closed",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("prescriber_on_site_id", sa.Uuid(), nullable=True),
        sa.Column("observer_id", sa.Uuid(), nullable=True),
        sa.Column("pre_checks", sa.LargeBinary(), nullable=True),
        sa.Column("lot_number", sa.Text(), nullable=False),
        sa.Column("first_device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_device_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("devices_used", sa.Integer(), nullable=False),
        sa.Column("discharged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("discharged_by", sa.Uuid(), nullable=True),
        sa.Column("discharge", sa.LargeBinary(), nullable=True),
        sa.Column("no_driving_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("form_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("form_submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("form_submitted_by", sa.Uuid(), nullable=True),
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
            "discharged_at IS NULL OR last_device_at IS NULL OR discharged_at >= last_device_at + interval '120 minutes'",
            name=op.f("ck_office_session_watched_two_hours"),
        ),
        sa.CheckConstraint(
            "molecule <> 'esketamine' OR dose_mg_hundredths IN (5600, 8400)",
            name=op.f("ck_office_session_spravato_dose"),
        ),
        sa.CheckConstraint(
            "molecule <> 'esketamine' OR setting = 'certified_site'",
            name=op.f("ck_office_session_esketamine_in_office"),
        ),
        sa.CheckConstraint(
            "setting <> 'home' OR (molecule = 'ketamine' AND route IN ('sublingual', 'buccal', 'oral'))",
            name=op.f("ck_office_session_home_formulary"),
        ),
        sa.CheckConstraint(
            "setting IN ('certified_site', 'clinic')", name=op.f("ck_office_session_never_home")
        ),
        sa.CheckConstraint(
            "num_nulls(discharged_at, discharged_by) IN (0, 2)",
            name=op.f("ck_office_session_discharge_pair"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_office_session_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id", "molecule", "route", "setting"],
            [
                "product_setting.product_id",
                "product_setting.molecule",
                "product_setting.route",
                "product_setting.setting",
            ],
            name=op.f("fk_office_session_product_id_molecule_route_setting"),
        ),
        sa.ForeignKeyConstraint(
            ["site_id"], ["certified_site.id"], name=op.f("fk_office_session_site_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_office_session")),
    )
    op.create_index(
        "ix_office_session_patient", "office_session", ["patient_id", "scheduled_at"], unique=False
    )
    op.create_index(
        "ix_office_session_site", "office_session", ["site_id", "scheduled_at"], unique=False
    )
    op.create_table(
        "rems_enrolment",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("enrolled_on", sa.Date(), nullable=False),
        sa.Column("reference", sa.LargeBinary(), nullable=False),
        sa.Column("recorded_by", sa.Uuid(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_rems_enrolment_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rems_enrolment")),
        sa.UniqueConstraint("patient_id", name=op.f("uq_rems_enrolment_patient_id")),
    )
    op.create_table(
        "monitoring_form",
        sa.Column("office_session_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("signed_by", sa.Uuid(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["office_session_id"],
            ["office_session.id"],
            name=op.f("fk_monitoring_form_office_session_id"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_monitoring_form_patient_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monitoring_form")),
        sa.UniqueConstraint("office_session_id", name=op.f("uq_monitoring_form_office_session_id")),
    )


def downgrade() -> None:
    """Take them away again, while they are empty."""
    op.drop_table("monitoring_form")
    op.drop_table("rems_enrolment")
    op.drop_index("ix_office_session_site", table_name="office_session")
    op.drop_index("ix_office_session_patient", table_name="office_session")
    op.drop_table("office_session")
