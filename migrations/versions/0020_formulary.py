"""The products there are, and where each may be taken; nobody adds one at run time."""

from uuid import UUID

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

DATA_ON = "2026-11-01"
KETAMINE_RXCUI = "6130"
ESKETAMINE_RXCUI = "2119365"
BY_MOUTH = ("home", "clinic")

# id, code, display, molecule, route, form, strength in hundredths of a mg, RxCUI, settings
PRODUCTS = (
    (1, "ket-rdt-50", "Ketamine 50 mg rapid-dissolve tablet (compounded)", "ketamine",
     "sublingual", "rapid_dissolve_tablet", 5_000, KETAMINE_RXCUI, BY_MOUTH),
    (2, "ket-rdt-100", "Ketamine 100 mg rapid-dissolve tablet (compounded)", "ketamine",
     "sublingual", "rapid_dissolve_tablet", 10_000, KETAMINE_RXCUI, BY_MOUTH),
    (3, "ket-troche-100", "Ketamine 100 mg troche (compounded)", "ketamine",
     "buccal", "troche", 10_000, KETAMINE_RXCUI, BY_MOUTH),
    (4, "ket-lozenge-50", "Ketamine 50 mg lozenge (compounded)", "ketamine",
     "oral", "lozenge", 5_000, KETAMINE_RXCUI, BY_MOUTH),
    (5, "spravato-28", "Spravato (esketamine) 28 mg nasal spray device", "esketamine",
     "nasal", "nasal_spray", 2_800, ESKETAMINE_RXCUI, ("certified_site",)),
    (6, "ket-im-50", "Ketamine 50 mg/mL injection, intramuscular", "ketamine",
     "intramuscular", "injection", 5_000, KETAMINE_RXCUI, ("clinic", "certified_site")),
    (7, "ket-iv-50", "Ketamine 50 mg/mL injection, intravenous", "ketamine",
     "intravenous", "injection", 5_000, KETAMINE_RXCUI, ("clinic", "certified_site")),
)  # fmt: skip


def upgrade() -> None:
    """Seed the catalogue and its allow-table."""
    connection = op.get_bind()
    for number, code, display, molecule, route, form, strength, rxcui, settings in PRODUCTS:
        what = {"id": UUID(int=number), "molecule": molecule, "route": route}
        connection.execute(
            sa.text(
                "INSERT INTO product (id, code, display, molecule, route, form,"
                " strength_mg_hundredths, ingredient_rxcui, data_on) VALUES (:id, :code, :display,"
                " :molecule, :route, :form, :strength, :rxcui, :data_on)"
            ),
            what
            | {"code": code, "display": display, "form": form, "strength": strength}
            | {"rxcui": rxcui, "data_on": DATA_ON},
        )
        for setting in settings:
            connection.execute(
                sa.text(
                    "INSERT INTO product_setting (product_id, molecule, route, setting)"
                    " VALUES (:id, :molecule, :route, :setting)"
                ),
                what | {"setting": setting},
            )


def downgrade() -> None:
    """Empty the catalogue; the seals have to come off for it."""
    for table in ("product_setting", "product"):
        op.execute(f"ALTER TABLE {table} DISABLE TRIGGER sealed")
        op.execute(f"DELETE FROM {table}")
        op.execute(f"ALTER TABLE {table} ENABLE TRIGGER sealed")
