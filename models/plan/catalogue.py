"""Which products exist, and where may each be taken? Seeded once, immutable at run time.

The allow-table `product_setting` is the lock that no code opens: whatever is planned, ordered,
shipped or dosed points at one of its rows, and none of them puts esketamine into a home.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, declared_attr, mapped_column

from models.platform.base import Base, Identified, Row, choice
from rules.terms import DoseForm, Molecule, Route, Setting

HOME_IS_FOR_RACEMIC_KETAMINE_BY_MOUTH = (
    "setting <> 'home' OR (molecule = 'ketamine' AND route IN ('sublingual', 'buccal', 'oral'))"
)
ESKETAMINE_IS_FOR_CERTIFIED_SITES = "molecule <> 'esketamine' OR setting = 'certified_site'"


class Product(Identified, Base):
    """A product by molecule, route and form; its display name decides nothing."""

    __tablename__ = "product"
    __table_args__ = (
        sa.UniqueConstraint("id", "molecule", "route"),
        sa.UniqueConstraint("code"),
        sa.CheckConstraint("molecule <> 'arketamine'", name="no_arketamine"),
    )

    code: Mapped[str]
    display: Mapped[str]
    molecule: Mapped[Molecule] = mapped_column(choice(Molecule, "molecule"))
    route: Mapped[Route] = mapped_column(choice(Route, "route"))
    form: Mapped[DoseForm] = mapped_column(choice(DoseForm, "form"))
    strength_mg_hundredths: Mapped[int]
    ingredient_rxcui: Mapped[str]
    data_on: Mapped[date]


class ProductSetting(Base):
    """A product may be taken in this setting; no row means nowhere."""

    __tablename__ = "product_setting"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["product_id", "molecule", "route"],
            ["product.id", "product.molecule", "product.route"],
        ),
        sa.CheckConstraint(HOME_IS_FOR_RACEMIC_KETAMINE_BY_MOUTH, name="home_formulary"),
        sa.CheckConstraint(ESKETAMINE_IS_FOR_CERTIFIED_SITES, name="esketamine_in_office"),
    )

    product_id: Mapped[UUID] = mapped_column(primary_key=True)
    molecule: Mapped[Molecule] = mapped_column(choice(Molecule, "molecule"), primary_key=True)
    route: Mapped[Route] = mapped_column(choice(Route, "route"), primary_key=True)
    setting: Mapped[Setting] = mapped_column(choice(Setting, "setting"), primary_key=True)


class Dispensed(Row, kw_only=True, eq=False, repr=False):
    """The product and the place, on every row that could bring a drug to a person."""

    product_id: Mapped[UUID]
    molecule: Mapped[Molecule] = mapped_column(choice(Molecule, "molecule"))
    route: Mapped[Route] = mapped_column(choice(Route, "route"))
    setting: Mapped[Setting] = mapped_column(choice(Setting, "setting"))

    @declared_attr.directive
    def __table_args__(cls) -> tuple[Any, ...]:  # noqa: N805 - declared on the class
        return (*dispensed_locks(), *getattr(cls, "locks", ()))


def dispensed_locks() -> tuple[sa.Constraint, ...]:
    """Give the CHECKs and the composite key that a row with a product carries."""
    return (
        sa.CheckConstraint(HOME_IS_FOR_RACEMIC_KETAMINE_BY_MOUTH, name="home_formulary"),
        sa.CheckConstraint(ESKETAMINE_IS_FOR_CERTIFIED_SITES, name="esketamine_in_office"),
        sa.ForeignKeyConstraint(
            ["product_id", "molecule", "route", "setting"],
            [
                "product_setting.product_id",
                "product_setting.molecule",
                "product_setting.route",
                "product_setting.setting",
            ],
        ),
    )


class BlockedSubstance(Base):
    """A code or name that never goes home: the rulebook's list, for readers of the database."""

    __tablename__ = "blocked_substance"

    system: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    molecule: Mapped[str]
    reason_code: Mapped[str]


class CertifiedSite(Identified, Base):
    """An office of ours; esketamine needs its certification to be valid on the day."""

    __tablename__ = "certified_site"
    __table_args__ = (sa.UniqueConstraint("code"),)

    code: Mapped[str]
    name: Mapped[str]
    state: Mapped[str]
    time_zone: Mapped[str]
    inpatient: Mapped[bool]
    rems_certificate: Mapped[str]
    certified_from: Mapped[date]
    certified_until: Mapped[date]


class SiteStaff(Identified, Base):
    """Who works at which site, from a time to a time."""

    __tablename__ = "site_staff"
    __table_args__ = (sa.Index("ix_site_staff_user", "user_id"),)

    site_id: Mapped[UUID] = mapped_column(sa.ForeignKey("certified_site.id"))
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    rems_representative: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
