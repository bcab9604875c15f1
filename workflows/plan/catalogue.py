"""Which products are there, and what is this product that somebody names?"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from sqlalchemy import func, select

from models.plan.catalogue import Product, ProductSetting
from rules import gates
from rules.core import Rule
from rules.limits.telling import told
from rules.permissions import Permission
from rules.plan.resolver import ProductClaim, Resolution, resolve
from rules.terms import DoseForm, Molecule, Role, Route, Setting, SubjectKind
from workflows.plan import plan_facts
from workflows.platform import notifications
from workflows.platform.errors import ProductBarred, RecordForbids
from workflows.platform.work import Work, reading

NOT_LISTED = "product_not_on_home_formulary"


@dataclass(frozen=True, slots=True)
class ListedProduct:
    """A product of the catalogue, and where it may be taken."""

    id: UUID
    code: str
    display: str
    molecule: Molecule
    route: Route
    form: DoseForm
    strength_mg_hundredths: int
    data_on: date
    settings: tuple[Setting, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """What a product is, and in plain words whether it may be taken at home."""

    molecules: tuple[Molecule, ...]
    barred_at_home: bool
    code: str | None
    says: str
    remedy: str
    source: str
    normalised: str


@reading(permit=Permission.READ_CATALOGUE, audit="catalogue.listed")
def read_products(work: Work) -> Sequence[ListedProduct]:
    """List every product with the settings in which it may be taken."""
    rows = work.session.execute(
        select(Product, func.array_agg(ProductSetting.setting))
        .join(ProductSetting, ProductSetting.product_id == Product.id)
        .group_by(Product.id)
        .order_by(Product.code)
    )
    return [_listed(product, settings) for product, settings in rows]


@reading(permit=Permission.RESOLVE_PRODUCT, audit="catalogue.resolved")
def resolve_product(work: Work, claim: ProductClaim) -> Resolved:
    """Say which molecule a code or a text stands for, and why some never go home."""
    found, code = _resolution(work, claim)
    rule = gates.rule_for(code) if code else None
    return Resolved(
        molecules=found.molecules,
        barred_at_home=code is not None,
        code=code,
        says=told(rule.says, work.limits) if rule else _ALLOWED,
        remedy=told(rule.remedy, work.limits) if rule else "",
        source=rule.cite if rule else "",
        normalised=found.normalised,
    )


def for_home(work: Work, code: str, says: ProductClaim | None = None) -> plan_facts.Planned:
    """Give the product of a home code, or refuse with the reason that stands against it.

    Whatever else the request says about the product is resolved together with the code: what is
    barred wins, and what does not agree is refused.
    """
    claim = replace(says or ProductClaim(), formulary_code=code)
    _found, barred = _resolution(work, claim)
    if barred is not None:
        raise _told_to_safety_officers(refusal(work, barred))
    planned = plan_facts.read_product(work, code)
    if planned is None or not planned.on_home_formulary:
        raise refusal(work, NOT_LISTED)
    return planned


def refusal(work: Work, code: str, kind: type[RecordForbids] = ProductBarred) -> RecordForbids:
    """Make the refusal of a product, with the words of its rule."""
    rule: Rule = gates.rule_for(code)
    words = told(f"{rule.says} {rule.remedy}", work.limits)
    return kind(words.strip(), code=code)


def _told_to_safety_officers(refused: RecordForbids) -> RecordForbids:
    """Let the safety officers know that somebody tried to bring a barred product home."""

    def tell(again: Work) -> None:
        subject = (SubjectKind.PATIENT, again.subject) if again.subject else None
        notifications.tell_everybody_with(
            again, Role.SAFETY_OFFICER, "report_received", subject=subject
        )

    refused.keep = tell
    return refused


def _resolution(work: Work, claim: ProductClaim) -> tuple[Resolution, str | None]:
    """Resolve with our own codes; one of ours that is not for home says so."""
    rows = work.session.execute(
        select(Product.code, Product.molecule, func.array_agg(ProductSetting.setting))
        .join(ProductSetting, ProductSetting.product_id == Product.id)
        .group_by(Product.id)
    ).all()
    found = resolve(claim, {code: (molecule,) for code, molecule, _settings in rows}, work.limits)
    home = {code for code, _molecule, settings in rows if Setting.HOME in settings}
    if found.code is None and claim.formulary_code and claim.formulary_code not in home:
        return found, NOT_LISTED
    return found, found.code


def _listed(product: Product, settings: Sequence[str]) -> ListedProduct:
    return ListedProduct(
        product.id,
        product.code,
        product.display,
        product.molecule,
        product.route,
        product.form,
        product.strength_mg_hundredths,
        product.data_on,
        tuple(sorted(Setting(setting) for setting in settings)),
    )


_ALLOWED = "This medicine is on our list for use at home. Only your prescriber can plan it for you."
