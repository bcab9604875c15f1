"""How is law proposed, confirmed by a second person, and seen to end in time?"""

from typing import Any
from uuid import UUID

import marshmallow as ma
from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.pagination import PageQuery, page, page_of
from api.platform.request import begin
from rules.terms import EndingKind, LawKind, PdmpScope
from workflows.plan import forecast, law_proposals
from workflows.plan.law_proposals import FederalLaw, Proposed, StateLaw

STATE = r"^[A-Z]{2}$"
MOST = 500

blp = Blueprint("law", description="Law as dated data: two people for each row, and its end.")


class ExtraTextIn(Schema):
    """A published text that the state adds to the consent."""

    name = fields.Code(required=True)
    edition = fields.Whole(1, 1000, required=True)


class StateLawIn(Schema):
    """What the reviewed law of one state says."""

    state = fields.Pattern(STATE, 2, required=True)
    enabled = fields.Truth(required=True)
    valid_until = fields.LocalDate(load_default=None, allow_none=True)
    counsel_reviewed_on = fields.LocalDate(required=True)
    review_expires_on = fields.LocalDate(required=True)
    in_person_required = fields.Truth(required=True)
    pdmp_scope = fields.Choice(PdmpScope, required=True)
    pdmp_hours = fields.Whole(1, 24, required=True)
    sch3_days_supply_max = fields.Whole(1, 184, required=True)
    npp_prescriber_allowed = fields.Truth(required=True)
    compounding_ship_ok = fields.Truth(required=True)
    extra_consent_text = fields.Nested(ExtraTextIn(), load_default=None, allow_none=True)
    minor_age = fields.Whole(18, 21, required=True)


class FederalLawIn(Schema):
    """How long a federal permission lasts."""

    name = fields.Code(("telemedicine",), required=True)
    valid_through = fields.LocalDate(required=True)


class LawProposalIn(Schema):
    """A row for a state, or for a federal permission; one of them."""

    valid_from = fields.LocalDate(required=True)
    source = fields.Text(500, required=True)
    jurisdiction = fields.Nested(StateLawIn(), load_default=None, allow_none=True)
    federal_authority = fields.Nested(FederalLawIn(), load_default=None, allow_none=True)

    @ma.validates_schema
    def one_of_them(self, told: dict[str, Any], **_: Any) -> None:
        """Refuse none and both."""
        if (told["jurisdiction"] is None) is (told["federal_authority"] is None):
            raise ma.ValidationError("Say either jurisdiction or federal_authority.")


class LawConfirmationOut(Schema):
    """The word of the second person."""

    id = fields.Id()
    proposal_id = fields.Id()
    proposed_by = fields.Id()
    confirmed_by = fields.Id()
    confirmed_at = fields.Instant()


class LawProposalOut(Schema):
    """What somebody says the law is."""

    id = fields.Id()
    kind = fields.Choice(LawKind)
    name = fields.Text(32)
    valid_from = fields.LocalDate()
    source = fields.Text(500)
    proposed_by = fields.Id()
    proposed_at = fields.Instant()


class LawProposalSeenOut(Schema):
    """A proposal, and who confirmed it, if somebody did."""

    proposal = fields.Nested(LawProposalOut())
    confirmation = fields.Nested(LawConfirmationOut(), allow_none=True)


class JurisdictionOut(Schema):
    """One revision of one row of a state's law."""

    state = fields.Pattern(STATE, 2)
    valid_from = fields.LocalDate()
    revision = fields.Whole()
    valid_until = fields.LocalDate(allow_none=True)
    enabled = fields.Truth()
    counsel_reviewed_on = fields.LocalDate(allow_none=True)
    review_expires_on = fields.LocalDate()
    in_person_required = fields.Truth()
    pdmp_scope = fields.Choice(PdmpScope, allow_none=True)
    pdmp_hours = fields.Whole()
    sch3_days_supply_max = fields.Whole(allow_none=True)
    npp_prescriber_allowed = fields.Truth(allow_none=True)
    compounding_ship_ok = fields.Truth(allow_none=True)
    extra_consent_name = fields.Text(64, allow_none=True)
    extra_consent_edition = fields.Whole(allow_none=True)
    minor_age = fields.Whole(allow_none=True)
    source = fields.Text(1000)
    proposal_id = fields.Id(allow_none=True)


class FederalAuthorityOut(Schema):
    """One revision of one federal permission."""

    name = fields.Text(32)
    valid_from = fields.LocalDate()
    revision = fields.Whole()
    valid_through = fields.LocalDate()
    source = fields.Text(1000)
    proposal_id = fields.Id(allow_none=True)


class ForecastQuery(Schema):
    """How far ahead: 30, 60 or 90 days."""

    within_days = fields.Whole(30, 90, load_default=90)


class EndingOut(Schema):
    """A right that ends with nothing after it, and how many patients it touches."""

    id = fields.Id()
    kind = fields.Choice(EndingKind)
    name = fields.Text(64)
    holder_id = fields.Id(allow_none=True)
    ends_on = fields.LocalDate()
    days_left = fields.Whole()
    patients = fields.Whole()


class TouchedPatientOut(Schema):
    """A patient whom it touches, by id only."""

    patient_id = fields.Id()


@blp.route("/law/proposals")
class LawProposals(MethodView):
    """What was proposed."""

    @blp.operation("propose_law", once=True)
    @blp.arguments(LawProposalIn())
    @blp.response(201, LawProposalOut())
    def post(self, told: dict[str, Any]) -> object:
        """Propose a new or renewed row of law, with its source; another person confirms it."""
        with begin() as work:
            return law_proposals.propose(work, _proposed(told))

    @blp.operation("list_law_proposals")
    @blp.response(200, LawProposalSeenOut(many=True))
    def get(self) -> object:
        """List what was proposed, newest first, and who confirmed it."""
        with begin() as work:
            return law_proposals.read_proposals(work)


@blp.route("/law/proposals/<uuid:proposal_id>/confirmation")
class LawProposalConfirmed(MethodView):
    """The second person's word."""

    @blp.operation("confirm_law", refuses=(409,), once=True)
    @blp.response(201, LawConfirmationOut())
    def post(self, proposal_id: UUID) -> object:
        """Confirm what somebody else proposed; from its first day on it is the law here."""
        with begin() as work:
            return law_proposals.confirm(work, proposal_id)


@blp.route("/law/jurisdictions")
class Jurisdictions(MethodView):
    """The law of the states."""

    @blp.operation("list_jurisdictions")
    @blp.response(200, JurisdictionOut(many=True))
    def get(self) -> object:
        """List every revision of every row; the newest that has begun is in force."""
        with begin() as work:
            return law_proposals.read_jurisdictions(work)


@blp.route("/law/federal-authorities")
class FederalAuthorities(MethodView):
    """The federal permissions."""

    @blp.operation("list_federal_authorities")
    @blp.response(200, FederalAuthorityOut(many=True))
    def get(self) -> object:
        """List every revision of every federal permission."""
        with begin() as work:
            return law_proposals.read_federal(work)


@blp.route("/law/endings")
class Endings(MethodView):
    """What ends soon."""

    @blp.operation("forecast_endings")
    @blp.arguments(ForecastQuery(), location="query")
    @blp.response(200, EndingOut(many=True))
    def get(self, wanted: dict[str, Any]) -> object:
        """List law, licences, DEA registrations and certifications that end, nearest first."""
        with begin() as work:
            return forecast.read_forecast(work, wanted["within_days"])


@blp.route("/law/endings/<uuid:ending_id>/patients")
class EndingPatients(MethodView):
    """Whom it touches."""

    @blp.operation("list_patients_touched")
    @blp.arguments(PageQuery(), location="query")
    @blp.response(200, page_of(TouchedPatientOut)())
    def get(self, wanted: dict[str, Any], ending_id: UUID) -> object:
        """List the ids of the patients whom an ending touches; a prescriber's own ones only."""
        with begin() as work:
            found = forecast.read_touched(work, ending_id, wanted["after"], wanted["limit"])
        return page(found, wanted["limit"], "enrolled_at")


def _proposed(told: dict[str, Any]) -> Proposed:
    valid_from, source = told["valid_from"], told["source"]
    if (federal := told["federal_authority"]) is not None:
        return Proposed(
            kind=LawKind.FEDERAL_AUTHORITY,
            name=federal["name"],
            valid_from=valid_from,
            source=source,
            says=FederalLaw(valid_through=federal["valid_through"]),
        )
    says = dict(told["jurisdiction"])
    extra = says.pop("extra_consent_text") or {}
    return Proposed(
        kind=LawKind.JURISDICTION,
        name=says.pop("state"),
        valid_from=valid_from,
        source=source,
        says=StateLaw(
            **says,
            extra_consent_name=extra.get("name"),
            extra_consent_edition=extra.get("edition"),
        ),
    )
