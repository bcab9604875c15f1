"""How is medicine ordered, sent, received and, if it must be, recalled?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.plan.catalogue import ProductClaimIn, claim_of
from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from rules.terms import Molecule, OrderState, Route, Setting
from workflows.plan import lots, orders
from workflows.plan.orders import NewOrder, Parcel

STATE = r"^[A-Z]{2}$"
UNITS = {"min": 1, "max": 200}

blp = Blueprint("orders", description="From a signed plan to the patient's hands.")


class OrderIn(Schema):
    """An order; the prescription itself lives in the certified e-prescribing system."""

    external_prescription_id = fields.Code(required=True)
    patient_state = fields.Pattern(STATE, 2, required=True)
    sessions = fields.Whole(1, 6, load_default=None)
    product_claim = fields.Nested(ProductClaimIn(), load_default=None, allow_none=True)


class OrderOut(Schema):
    """An order as it stands."""

    id = fields.Id()
    patient_id = fields.Id()
    plan_id = fields.Id()
    state = fields.Choice(OrderState)
    product_id = fields.Id()
    molecule = fields.Choice(Molecule)
    route = fields.Choice(Route)
    setting = fields.Choice(Setting)
    external_prescription_id = fields.Code()
    units = fields.Whole()
    sessions_supplied = fields.Whole()
    decision_id = fields.Id()
    ordered_by = fields.Id()
    ordered_at = fields.Instant()


class ShipmentIn(Schema):
    """What the pharmacy sent."""

    lot_number = fields.Text(64, required=True)
    pharmacy = fields.Text(120, required=True)
    beyond_use_on = fields.LocalDate(required=True)
    units = fields.Whole(**UNITS, required=True)
    shipped_at = fields.Instant(required=True)


class ReceiptIn(Schema):
    """How many units the patient counted."""

    units_received = fields.Whole(0, 200, required=True)


class ShipmentOut(Schema):
    """A parcel as it stands."""

    id = fields.Id()
    patient_id = fields.Id()
    order_id = fields.Id()
    lot_id = fields.Id()
    setting = fields.Choice(Setting)
    units = fields.Whole()
    shipped_at = fields.Instant()
    received_at = fields.Instant(allow_none=True)
    units_received = fields.Whole(allow_none=True)


class LotOut(Schema):
    """A lot of one product from one pharmacy."""

    id = fields.Id()
    number = fields.Text(64)
    pharmacy = fields.Text(120)
    product_id = fields.Id()
    beyond_use_on = fields.LocalDate()
    recalled_at = fields.Instant(allow_none=True)


@blp.route("/treatment-plans/<uuid:plan_id>/orders")
class PlanOrders(MethodView):
    """Orders under one plan."""

    @blp.operation("order_medication", refuses=(409,), once=True)
    @blp.arguments(OrderIn())
    @blp.response(201, OrderOut())
    def post(self, told: dict[str, Any], plan_id: UUID) -> object:
        """Order medicine for the next sessions of a signed plan."""
        says = claim_of(told.pop("product_claim"))
        with begin() as work:
            return orders.order_medication(work, plan_id, NewOrder(**told, says=says))


@blp.route("/patients/<uuid:patient_id>/orders")
class PatientOrders(MethodView):
    """One patient's orders."""

    @blp.operation("list_orders")
    @blp.response(200, OrderOut(many=True))
    def get(self, patient_id: UUID) -> object:
        """List a patient's orders, newest first."""
        with begin() as work:
            return orders.read_orders(work, patient_id)


@blp.route("/orders/<uuid:order_id>/cancellation")
class OrderCancellation(MethodView):
    """An order called off."""

    @blp.operation("cancel_order", refuses=(409,), once=True)
    @blp.response(201, OrderOut())
    def post(self, order_id: UUID) -> object:
        """Cancel an order that has not arrived."""
        with begin() as work:
            return orders.cancel_order(work, order_id)


@blp.route("/orders/<uuid:order_id>/shipments")
class OrderShipments(MethodView):
    """Parcels under one order."""

    @blp.operation("record_shipment", refuses=(409,), once=True)
    @blp.arguments(ShipmentIn())
    @blp.response(201, ShipmentOut())
    def post(self, told: dict[str, Any], order_id: UUID) -> object:
        """Record what the pharmacy sent, with its lot and beyond-use date."""
        with begin() as work:
            return orders.record_shipment(work, order_id, Parcel(**told))


@blp.route("/patients/<uuid:patient_id>/shipments")
class PatientShipments(MethodView):
    """One patient's parcels."""

    @blp.operation("list_shipments")
    @blp.response(200, ShipmentOut(many=True))
    def get(self, patient_id: UUID) -> object:
        """List a patient's parcels, newest first."""
        with begin() as work:
            return orders.read_shipments(work, patient_id)


@blp.route("/shipments/<uuid:shipment_id>/receipt")
class ShipmentReceipt(MethodView):
    """A parcel in the patient's hands."""

    @blp.operation("confirm_receipt", refuses=(409,), once=True)
    @blp.arguments(ReceiptIn())
    @blp.response(201, ShipmentOut())
    def post(self, told: dict[str, Any], shipment_id: UUID) -> object:
        """Count what came, and say so."""
        with begin() as work:
            return orders.confirm_receipt(work, shipment_id, told["units_received"])


@blp.route("/lots")
class Lots(MethodView):
    """The lots that were sent."""

    @blp.operation("list_lots")
    @blp.response(200, LotOut(many=True))
    def get(self) -> object:
        """List the lots, newest first."""
        with begin() as work:
            return lots.read_lots(work)


@blp.route("/lots/<uuid:lot_id>/recall")
class LotRecall(MethodView):
    """A lot that must come back."""

    @blp.operation("recall_lot", refuses=(409,), once=True)
    @blp.response(201, LotOut())
    def post(self, lot_id: UUID) -> object:
        """Recall a lot: no dose of it is cleared any more, and its holders are told."""
        with begin() as work:
            return lots.recall_lot(work, lot_id)
