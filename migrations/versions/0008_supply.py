"""Orders and shipments."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "medication_order",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "ordered",
                "shipped",
                "received",
                "cancelled",
                name="state",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("external_prescription_id", sa.Text(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("sessions_supplied", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("ordered_by", sa.Uuid(), nullable=False),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
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
            name=op.f("ck_medication_order_esketamine_in_office"),
        ),
        sa.CheckConstraint(
            "setting <> 'home' OR (molecule = 'ketamine' AND route IN ('sublingual', 'buccal', 'oral'))",
            name=op.f("ck_medication_order_home_formulary"),
        ),
        sa.CheckConstraint(
            "sessions_supplied BETWEEN 1 AND 6", name=op.f("ck_medication_order_supply")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["gate_decision.id"], name=op.f("fk_medication_order_decision_id")
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_medication_order_patient_id")
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
            name=op.f("fk_medication_order_plan_id_patient_id_product_id_molecule_route_setting"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id", "molecule", "route", "setting"],
            [
                "product_setting.product_id",
                "product_setting.molecule",
                "product_setting.route",
                "product_setting.setting",
            ],
            name=op.f("fk_medication_order_product_id_molecule_route_setting"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_medication_order")),
        sa.UniqueConstraint(
            "external_prescription_id", name=op.f("uq_medication_order_external_prescription_id")
        ),
        sa.UniqueConstraint(
            "id",
            "patient_id",
            "product_id",
            "molecule",
            "route",
            "setting",
            name=op.f("uq_medication_order_id_patient_id_product_id_molecule_route_setting"),
        ),
    )
    op.create_index(
        "ix_medication_order_patient",
        "medication_order",
        ["patient_id", "ordered_at"],
        unique=False,
    )
    op.create_table(
        "shipment",
        sa.Column("patient_id", sa.Uuid(), nullable=False),
        sa.Column("order_id", sa.Uuid(), nullable=False),
        sa.Column("lot_id", sa.Uuid(), nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("shipped_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("units_received", sa.Integer(), nullable=True),
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
            name=op.f("ck_shipment_esketamine_in_office"),
        ),
        sa.CheckConstraint(
            "setting <> 'home' OR (molecule = 'ketamine' AND route IN ('sublingual', 'buccal', 'oral'))",
            name=op.f("ck_shipment_home_formulary"),
        ),
        sa.CheckConstraint(
            "num_nulls(received_at, units_received) IN (0, 2)",
            name=op.f("ck_shipment_receipt_pair"),
        ),
        sa.CheckConstraint("units > 0", name=op.f("ck_shipment_units")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_shipment_lot_id")),
        sa.ForeignKeyConstraint(
            ["order_id", "patient_id", "product_id", "molecule", "route", "setting"],
            [
                "medication_order.id",
                "medication_order.patient_id",
                "medication_order.product_id",
                "medication_order.molecule",
                "medication_order.route",
                "medication_order.setting",
            ],
            name=op.f("fk_shipment_order_id_patient_id_product_id_molecule_route_setting"),
        ),
        sa.ForeignKeyConstraint(
            ["patient_id"], ["patient.id"], name=op.f("fk_shipment_patient_id")
        ),
        sa.ForeignKeyConstraint(
            ["product_id", "molecule", "route", "setting"],
            [
                "product_setting.product_id",
                "product_setting.molecule",
                "product_setting.route",
                "product_setting.setting",
            ],
            name=op.f("fk_shipment_product_id_molecule_route_setting"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipment")),
    )
    op.create_index("ix_shipment_patient", "shipment", ["patient_id", "shipped_at"], unique=False)


def downgrade() -> None:
    """Take them away again, while they are empty."""
    op.drop_index("ix_shipment_patient", table_name="shipment")
    op.drop_table("shipment")
    op.drop_index("ix_medication_order_patient", table_name="medication_order")
    op.drop_table("medication_order")
