"""How is a decision of the gates told, to the person it stops and to the clinician?"""

from api.platform import fields
from api.platform.fields import Schema
from rules.remedies import Helper
from rules.terms import Force, Outcome, Suitability
from workflows.oversight.explaining import MayOverride

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
    put_right_by = fields.Choice(Helper, allow_none=True, dump_default=None)
    retry_after = fields.Instant(
        allow_none=True,
        dump_default=None,
        metadata={"description": "From when waiting alone clears it; null where it does not."},
    )


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


class WaitOut(Schema):
    """One finding that time alone settles, and from when."""

    code = fields.Code()
    says = fields.Text(500)
    clears_at = fields.Instant()
    may_override = fields.Choice(MayOverride)


class StepOut(Schema):
    """One thing that somebody has to do, and every finding that it settles."""

    who = fields.Choice(Helper)
    codes = fields.List(fields.Code(), _MOST_FINDINGS)
    says = fields.Text(500)
    remedy = fields.Text(500)
    source = fields.Text(500)
    may_override = fields.Choice(MayOverride)


class ExplanationOut(Schema):
    """The quickest way from a decision to a go-ahead, and who could let what pass."""

    decision_id = fields.Id()
    outcome = fields.Choice(Outcome)
    ruleset = fields.Text(32)
    says = fields.Text(500)
    possible = fields.Truth(
        metadata={"description": "False where nobody can change a finding; see instead."}
    )
    override_in_state = fields.Text(
        2,
        allow_none=True,
        metadata={"description": "Where the prescriber who overrides has to be licensed."},
    )
    earliest_at = fields.Instant(allow_none=True)
    earliest_with_overrides_at = fields.Instant(allow_none=True)
    waits = fields.List(fields.Nested(WaitOut()), _MOST_FINDINGS)
    steps = fields.List(fields.Nested(StepOut()), _MOST_FINDINGS)
    to_repeat = fields.List(
        fields.Nested(StepOut()),
        _MOST_FINDINGS,
        metadata={"description": "In order now, and not any more at the earliest moment."},
    )
    instead = fields.List(fields.Nested(StepOut()), _MOST_FINDINGS)
