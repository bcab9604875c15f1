"""Treatment plans, dose changes and lots."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "lot",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("pharmacy", sa.Text(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("beyond_use_on", sa.Date(), nullable=False),
        sa.Column("recalled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("recalled_by", sa.Uuid(), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint(
            "num_nulls(recalled_at, recalled_by) IN (0, 2)", name=op.f("ck_lot_recall_pair")
        ),
        sa.ForeignKeyConstraint(["product_id"], ["product.id"], name=op.f("fk_lot_product_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sa.UniqueConstraint("pharmacy", "number", name=op.f("uq_lot_pharmacy_number")),
    )
    op.create_table(
        "treatment_plan",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("approval_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "signed",
                "suspended",
                "ended",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("dose_mg_hundredths", sa.Integer(), nullable=False),
        sa.Column("session_count", sa.Integer(), nullable=False),
        sa.Column("spacing_hours", sa.Integer(), nullable=False),
        sa.Column("titration", sa.LargeBinary(), nullable=True),
        sa.Column("weight_g", sa.Integer(), nullable=True),
        sa.Column("weighed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dose_rationale", sa.LargeBinary(), nullable=True),
        sa.Column("end_condition", sa.LargeBinary(), nullable=False),
        sa.Column("residue_instruction", sa.Text(), nullable=False),
        sa.Column("benzodiazepine_plan", sa.LargeBinary(), nullable=True),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_by", sa.Uuid(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
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
            name=op.f("ck_treatment_plan_esketamine_in_office"),
        ),
        sa.CheckConstraint(
            "setting <> 'home' OR (molecule = 'ketamine' AND route IN ('sublingual', 'buccal', 'oral'))",
            name=op.f("ck_treatment_plan_home_formulary"),
        ),
        sa.CheckConstraint(
            "setting <> 'home' OR dose_mg_hundredths BETWEEN 1 AND 45000",
            name=op.f("ck_treatment_plan_dose_cap"),
        ),
        sa.CheckConstraint(
            "num_nulls(signed_at, signed_by) IN (0, 2)", name=op.f("ck_treatment_plan_sign_pair")
        ),
        sa.CheckConstraint(
            "session_count BETWEEN 1 AND 6", name=op.f("ck_treatment_plan_six_sessions")
        ),
        sa.CheckConstraint("spacing_hours >= 72", name=op.f("ck_treatment_plan_spacing")),
        sa.ForeignKeyConstraint(
            ["approval_id", "patient_id"],
            ["approval.id", "approval.patient_id"],
            name=op.f("fk_treatment_plan_approval_id_patient_id"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_treatment_plan_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id", "molecule", "route", "setting"],
            [
                "product_setting.product_id",
                "product_setting.molecule",
                "product_setting.route",
                "product_setting.setting",
            ],
            name=op.f("fk_treatment_plan_product_id_molecule_route_setting"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_treatment_plan")),
        sa.UniqueConstraint(
            "id",
            "patient_id",
            "product_id",
            "molecule",
            "route",
            "setting",
            name=op.f("uq_treatment_plan_id_patient_id_product_id_molecule_route_setting"),
        ),
    )
    op.create_index(
        "ix_treatment_plan_patient", "treatment_plan", ["patient_id", "drafted_at"], unique=False
    )
    op.create_index(
        "uq_treatment_plan_live",
        "treatment_plan",
        ["patient_id", "setting"],
        unique=True,
        postgresql_where=sa.text("state IN ('draft', 'signed', 'suspended')"),
    )
    op.create_table(
        "dose_change",
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("from_mg_hundredths", sa.Integer(), nullable=False),
        sa.Column("to_mg_hundredths", sa.Integer(), nullable=False),
        sa.Column("rationale", sa.LargeBinary(), nullable=False),
        sa.Column("changed_by", sa.Uuid(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_dose_change_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["treatment_plan.id"], name=op.f("fk_dose_change_plan_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dose_change")),
    )
    op.create_index("ix_dose_change_plan", "dose_change", ["plan_id", "changed_at"], unique=False)


def downgrade() -> None:
    """Take them away again, while they are empty."""
    op.drop_index("ix_dose_change_plan", table_name="dose_change")
    op.drop_table("dose_change")
    op.drop_index(
        "uq_treatment_plan_live",
        table_name="treatment_plan",
        postgresql_where=sa.text("state IN ('draft', 'signed', 'suspended')"),
    )
    op.drop_index("ix_treatment_plan_patient", table_name="treatment_plan")
    op.drop_table("treatment_plan")
    op.drop_table("lot")
