"""The catalogue: products, settings, sites, law."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "blocked_substance",
        sa.Column("system", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("molecule", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("system", "value", name=op.f("pk_blocked_substance")),
    )
    op.create_table(
        "certified_site",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("inpatient", sa.Boolean(), nullable=False),
        sa.Column("rems_certificate", sa.Text(), nullable=False),
        sa.Column("certified_from", sa.Date(), nullable=False),
        sa.Column("certified_until", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certified_site")),
        sa.UniqueConstraint("code", name=op.f("uq_certified_site_code")),
    )
    op.create_table(
        "federal_authority",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_through", sa.Date(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", "valid_from", name=op.f("pk_federal_authority")),
    )
    op.create_table(
        "jurisdiction",
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("review_expires_on", sa.Date(), nullable=False),
        sa.Column("in_person_required", sa.Boolean(), nullable=False),
        sa.Column("pdmp_hours", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("state", "valid_from", name=op.f("pk_jurisdiction")),
    )
    op.create_table(
        "product",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("display", sa.Text(), nullable=False),
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
            "form",
            sa.Enum(
                "rapid_dissolve_tablet",
                "troche",
                "lozenge",
                "nasal_spray",
                "injection",
                name="form",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("strength_mg_hundredths", sa.Integer(), nullable=False),
        sa.Column("ingredient_rxcui", sa.Text(), nullable=False),
        sa.Column("data_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("molecule <> 'arketamine'", name=op.f("ck_product_no_arketamine")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_product")),
        sa.UniqueConstraint("code", name=op.f("uq_product_code")),
        sa.UniqueConstraint("id", "molecule", "route", name=op.f("uq_product_id_molecule_route")),
    )
    op.create_table(
        "product_setting",
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
            name=op.f("ck_product_setting_esketamine_in_office"),
        ),
        sa.CheckConstraint(
            "setting <> 'home' OR (molecule = 'ketamine' AND route IN ('sublingual', 'buccal', 'oral'))",
            name=op.f("ck_product_setting_home_formulary"),
        ),
        sa.ForeignKeyConstraint(
            ["product_id", "molecule", "route"],
            ["product.id", "product.molecule", "product.route"],
            name=op.f("fk_product_setting_product_id_molecule_route"),
        ),
        sa.PrimaryKeyConstraint(
            "product_id", "molecule", "route", "setting", name=op.f("pk_product_setting")
        ),
    )
    op.create_table(
        "site_staff",
        sa.Column("site_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(
            ["site_id"], ["certified_site.id"], name=op.f("fk_site_staff_site_id")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_site_staff_user_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_staff")),
    )
    op.create_index("ix_site_staff_user", "site_staff", ["user_id"], unique=False)


def downgrade() -> None:
    """Take them away again, while they are empty."""
    op.drop_index("ix_site_staff_user", table_name="site_staff")
    op.drop_table("site_staff")
    op.drop_table("product_setting")
    op.drop_table("product")
    op.drop_table("jurisdiction")
    op.drop_table("federal_authority")
    op.drop_table("certified_site")
    op.drop_table("blocked_substance")
