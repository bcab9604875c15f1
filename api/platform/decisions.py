"""How is a decision of the gates told, to the person it stops and to the clinician?"""

from api.platform import fields
from api.platform.fields import Schema
from rules.terms import Force, Outcome, Suitability

_MOST_FINDINGS = 300


class GateFindingOut(Schema):
    """One rule that was not met, in plain words, with the way out."""

    code = fields.Code()
    force = fields.Choice(Force)
    outcome = fields.Choice(Outcome)
    not_known = fields.Truth(data_key="unknown", attribute="unknown")
    overridden = fields.Truth()
    observed = fields.Text(500, min=0)
    limit = fields.Text(500, min=0)
    says = fields.Text(500)
    remedy = fields.Text(500)
    source = fields.Text(500)


class ClinicalFindingOut(GateFindingOut):
    """The same, with the words of the clinic."""

    clinician = fields.Text(1000)


class GateDecisionOut(Schema):
    """What the gate decided, with every reason, worst first."""

    id = fields.Id()
    patient_id = fields.Id()
    point = fields.Code()
    outcome = fields.Choice(Outcome)
    suitability = fields.Choice(Suitability, allow_none=True)
    ruleset = fields.Text(32)
    findings = fields.List(fields.Nested(GateFindingOut()), _MOST_FINDINGS)
    clearance_id = fields.Id(allow_none=True)
    decided_at = fields.Instant()


class ClinicalGateDecisionOut(GateDecisionOut):
    """The same decision as a clinician reads it."""

    findings = fields.List(fields.Nested(ClinicalFindingOut()), _MOST_FINDINGS)
