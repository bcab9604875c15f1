"""How does a client ask which products there are, and what a product is?"""

from typing import Any

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from rules.plan.resolver import ProductClaim
from rules.terms import DoseForm, Molecule, Route, Setting
from workflows.plan import catalogue

blp = Blueprint("catalogue", description="Products, by molecule, and where each may be taken.")


class ProductClaimIn(Schema):
    """What somebody says a product is; every part is optional and none is believed alone."""

    rxcui = fields.Text(32, load_default=None)
    ndc = fields.Text(32, load_default=None)
    unii = fields.Text(32, load_default=None)
    cas = fields.Text(32, load_default=None)
    atc = fields.Text(32, load_default=None)
    formulary_code = fields.Text(64, load_default=None)
    text = fields.Text(500, load_default=None)
    route = fields.Choice(Route, load_default=None)
    form = fields.Choice(DoseForm, load_default=None)
    other_codes = fields.List(fields.Text(64), 20, load_default=tuple)


class ProductOut(Schema):
    """A product of the catalogue, and the settings in which it may be taken."""

    id = fields.Id()
    code = fields.Code()
    display = fields.Text(200)
    molecule = fields.Choice(Molecule)
    route = fields.Choice(Route)
    form = fields.Choice(DoseForm)
    strength_mg_hundredths = fields.Whole()
    data_on = fields.LocalDate()
    settings = fields.List(fields.Choice(Setting), 10)


class ResolutionOut(Schema):
    """What a product is, and in plain words whether it may be taken at home."""

    molecules = fields.List(fields.Choice(Molecule), 3)
    barred_at_home = fields.Truth()
    code = fields.Code(allow_none=True)
    says = fields.Text(1000)
    remedy = fields.Text(500, min=0)
    source = fields.Text(500, min=0)
    normalised = fields.Text(4000, min=0)


def claim_of(told: dict[str, Any] | None) -> ProductClaim | None:
    """Make a claim of what was said about a product; nothing said is no claim."""
    if not told or not any(told.values()):
        return None
    return ProductClaim(**told | {"other_codes": tuple(told["other_codes"])})


@blp.route("/products")
class Products(MethodView):
    """The catalogue."""

    @blp.operation("list_products")
    @blp.response(200, ProductOut(many=True))
    def get(self) -> object:
        """List every product with the settings in which it may be taken."""
        with begin() as work:
            return catalogue.read_products(work)


@blp.route("/products/resolve")
class ProductResolution(MethodView):
    """What a code or a name stands for."""

    @blp.operation("resolve_product")
    @blp.arguments(ProductClaimIn())
    @blp.response(200, ResolutionOut())
    def post(self, told: dict[str, Any]) -> object:
        """Say which molecule a code or text stands for, and why some never go home."""
        with begin() as work:
            return catalogue.resolve_product(work, claim_of(told) or ProductClaim())
