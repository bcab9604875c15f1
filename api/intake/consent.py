"""How does a client show the consent text, take a signature and take it back?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from workflows.intake import consent

blp = Blueprint("consent", description="What the patient agreed to, by the hash of the text.")

_SHA256 = r"^[0-9a-f]{64}$"


class ConsentTextQuery(Schema):
    """Which text, in which language; a state may add one of its own to ours."""

    kind = fields.Code(load_default="at_home_ketamine")
    language = fields.Pattern(r"^[a-z]{2}$", 2, load_default="en")


class ConsentTextOut(Schema):
    """The text in force; sign it by its hash."""

    name = fields.Code()
    edition = fields.Whole()
    language = fields.Code()
    sha256 = fields.Pattern(_SHA256)
    effective_from = fields.Instant()
    body = fields.Text(50_000)


class ConsentIn(Schema):
    """The signature: the hash of the text that was shown, and the patient's full name."""

    sha256 = fields.Pattern(_SHA256, required=True)
    signature = fields.Text(200, required=True)
    read_seconds = fields.Whole(0, 86_400, required=True)


class WithdrawalIn(Schema):
    """The patient's full name."""

    signature = fields.Text(200, required=True)


class ConsentOut(Schema):
    """A signature, or its withdrawal."""

    id = fields.Id()
    patient_id = fields.Id()
    text_sha256 = fields.Pattern(_SHA256)
    kind = fields.Code(("given", "withdrawn"))
    signed_at = fields.Instant()


class ConsentsOut(Schema):
    """Every signature and withdrawal, newest first."""

    items = fields.List(fields.Nested(ConsentOut()), 1000)


@blp.route("/consent-texts/current")
class CurrentConsentText(MethodView):
    """The text in force."""

    @blp.operation("read_consent_text")
    @blp.arguments(ConsentTextQuery(), location="query")
    @blp.response(200, ConsentTextOut())
    def get(self, wanted: dict[str, Any]) -> object:
        """Read the consent text in force."""
        with begin() as work:
            return consent.current_text(work, wanted["language"], wanted["kind"])


@blp.route("/patients/<uuid:patient_id>/consents")
class Consents(MethodView):
    """The signatures of one patient."""

    @blp.operation("sign_consent", refuses=(409,), once=True)
    @blp.arguments(ConsentIn())
    @blp.response(201, ConsentOut())
    def post(self, told: dict[str, Any], patient_id: UUID) -> object:
        """Sign the text in force; another one answers consent_outdated."""
        with begin() as work:
            return consent.sign(work, patient_id, **told)

    @blp.operation("list_consents")
    @blp.response(200, ConsentsOut())
    def get(self, patient_id: UUID) -> object:
        """List what was signed and taken back, newest first."""
        with begin() as work:
            return {"items": consent.list_of_patient(work, patient_id)}


@blp.route("/patients/<uuid:patient_id>/consent-withdrawals")
class ConsentWithdrawals(MethodView):
    """Consents taken back."""

    @blp.operation("withdraw_consent", once=True)
    @blp.arguments(WithdrawalIn())
    @blp.response(201, ConsentOut())
    def post(self, told: dict[str, Any], patient_id: UUID) -> object:
        """Take your consent back, at any time; no dose follows until you sign again."""
        with begin() as work:
            return consent.withdraw(work, patient_id, told["signature"])
