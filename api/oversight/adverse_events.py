"""How does anybody report harm, and how do clinicians look at it?

The door for reports has no lock: no sign-in, no key, no schema. Whatever arrives is kept as it
came, and as much of it as can be understood is acted on.
"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.oversight.harm_words import understood
from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.pagination import PageQuery, page, page_of
from api.platform.promises import PromiseOut, promised
from api.platform.request import begin, begin_as_anybody, raw_body
from rules.dose.emergencies import instruction_for_harm
from rules.oversight.adverse_events import Naranjo
from rules.oversight.expected import Expectedness, HarmTerm
from rules.oversight.promises import Channel
from rules.terms import AdverseEventState, Causality, Seriousness, Severity
from workflows.oversight import adverse_events
from workflows.oversight.adverse_events import LONGEST_STORY, Judged
from workflows.oversight.harm_reports import kept_signals

blp = Blueprint("adverse_events", description="Harm: reported by anyone, looked at by clinicians.")


class CriteriaIn(Schema):
    """The six criteria; any one makes an event serious."""

    death = fields.TriState()
    life_threatening = fields.TriState()
    hospitalization = fields.TriState()
    disability = fields.TriState()
    congenital = fields.TriState()
    important_medical = fields.TriState()


class JudgementIn(Schema):
    """A clinician's judgement."""

    severity = fields.Choice(Severity, required=True)
    criteria = fields.Nested(CriteriaIn(), required=True)
    term = fields.Choice(HarmTerm, load_default=None)
    hours_after_dose = fields.Whole(0, 200_000, load_default=None)
    expected = fields.TriState()
    causality = fields.Choice(Causality, load_default=None)
    naranjo = fields.Answers(load_default=None)
    words = fields.Text(4000, load_default=None)


class TriageIn(JudgementIn):
    """The first look; a report without a patient can be given to one."""

    patient_id = fields.Id(load_default=None)


class HarmAdditionIn(Schema):
    """More about an event."""

    words = fields.Text(4000, required=True)


class AdverseEventOut(Schema):
    """A report of harm as it stands."""

    id = fields.Id()
    patient_id = fields.Id(allow_none=True)
    dose_session_id = fields.Id(allow_none=True)
    own_words = fields.Text(LONGEST_STORY, allow_none=True)
    state = fields.Choice(AdverseEventState)
    serious = fields.Truth(allow_none=True)
    severity_grade = fields.Whole(1, 5, allow_none=True)
    incomplete_icsr = fields.Truth()
    aware_at = fields.Instant()
    day_zero = fields.LocalDate(
        allow_none=True, metadata={"description": "The day somebody first knew, where it counts."}
    )
    file_by = fields.LocalDate(
        allow_none=True, metadata={"description": "The last day for the report outside."}
    )
    triage_due_at = fields.Instant()
    triaged_at = fields.Instant(allow_none=True)
    closed_at = fields.Instant(allow_none=True)


class HarmReceivedOut(Schema):
    """The report is kept; and what to do now, in the same answer."""

    id = fields.Id()
    aware_at = fields.Instant()
    triage_due_at = fields.Instant()
    instruction = fields.Text(4000)
    call = fields.List(fields.Text(20), 5)
    promise = fields.Nested(PromiseOut(), allow_none=True)


class HarmAssessmentOut(Schema):
    """A judgement in the record."""

    id = fields.Id()
    adverse_event_id = fields.Id()
    number = fields.Whole()
    serious = fields.Truth()
    severity_grade = fields.Whole(1, 5, allow_none=True)
    naranjo_points = fields.Whole(-4, 13, attribute="content.naranjo_points")
    naranjo_band = fields.Choice(Naranjo, attribute="content.naranjo_band")
    reference = fields.Choice(Expectedness, attribute="content.reference")
    expedited = fields.Truth(attribute="content.expedited")
    assessed_at = fields.Instant()


class HarmAdditionOut(Schema):
    """An addition in the record."""

    id = fields.Id()
    adverse_event_id = fields.Id()
    added_at = fields.Instant()


@blp.route("/adverse-events")
class AdverseEvents(MethodView):
    """The register of harm."""

    @blp.operation("report_adverse_event", public=True, any_body=True)
    @blp.response(201, HarmReceivedOut())
    def post(self) -> object:
        """Report harm: any words, any form, signed in or not; it is always kept."""
        with begin_as_anybody() as work:
            event = adverse_events.report(work, understood(raw_body()))
            advice = instruction_for_harm(kept_signals(event), work.limits)
        return {
            "id": event.id,
            "aware_at": event.aware_at,
            "triage_due_at": event.triage_due_at,
            "instruction": advice.text,
            "call": list(advice.call),
            "promise": promised(Channel.REPORT_HARM),
        }

    @blp.operation("list_adverse_events")
    @blp.arguments(PageQuery(), location="query")
    @blp.response(200, page_of(AdverseEventOut)())
    def get(self, wanted: dict[str, Any]) -> object:
        """List the reports you may see, newest first."""
        with begin() as work:
            found = adverse_events.read_all(work, wanted["after"], wanted["limit"])
        return page(found, wanted["limit"], "aware_at")


@blp.route("/adverse-events/<uuid:adverse_event_id>")
class OneAdverseEvent(MethodView):
    """One report."""

    @blp.operation("read_adverse_event")
    @blp.response(200, AdverseEventOut())
    def get(self, adverse_event_id: UUID) -> object:
        """Read one report."""
        with begin() as work:
            return adverse_events.read_one(work, adverse_event_id)


@blp.route("/adverse-events/<uuid:adverse_event_id>/additions")
class Additions(MethodView):
    """More about an event."""

    @blp.operation("add_to_adverse_event", once=True)
    @blp.arguments(HarmAdditionIn())
    @blp.response(201, HarmAdditionOut())
    def post(self, addition: dict[str, Any], adverse_event_id: UUID) -> object:
        """Say more about an event."""
        with begin() as work:
            return adverse_events.add(work, adverse_event_id, addition)


@blp.route("/adverse-events/<uuid:adverse_event_id>/triage")
class Triage(MethodView):
    """The first look."""

    @blp.operation("triage_adverse_event", refuses=(409,), once=True)
    @blp.arguments(TriageIn())
    @blp.response(201, AdverseEventOut())
    def post(self, judgement: dict[str, Any], adverse_event_id: UUID) -> object:
        """Look at a report for the first time."""
        patient_id = judgement.pop("patient_id")
        with begin() as work:
            return adverse_events.triage(work, adverse_event_id, _judged(judgement), patient_id)


@blp.route("/adverse-events/<uuid:adverse_event_id>/assessments")
class Assessments(MethodView):
    """The judgements of an event."""

    @blp.operation("assess_adverse_event", refuses=(409,), once=True)
    @blp.arguments(JudgementIn())
    @blp.response(201, HarmAssessmentOut())
    def post(self, judgement: dict[str, Any], adverse_event_id: UUID) -> object:
        """Judge seriousness, severity and cause."""
        with begin() as work:
            return adverse_events.assess(work, adverse_event_id, _judged(judgement))


@blp.route("/adverse-events/<uuid:adverse_event_id>/closure")
class Closure(MethodView):
    """The end of an event."""

    @blp.operation("close_adverse_event", refuses=(409,), once=True)
    @blp.response(201, AdverseEventOut())
    def post(self, adverse_event_id: UUID) -> object:
        """Close an event that was assessed."""
        with begin() as work:
            return adverse_events.close(work, adverse_event_id)


@blp.route("/adverse-events/<uuid:adverse_event_id>/reopening")
class Reopening(MethodView):
    """A closed event looked at again."""

    @blp.operation("reopen_adverse_event", refuses=(409,), once=True)
    @blp.response(201, AdverseEventOut())
    def post(self, adverse_event_id: UUID) -> object:
        """Look at a closed event again."""
        with begin() as work:
            return adverse_events.reopen(work, adverse_event_id)


def _judged(judgement: dict[str, Any]) -> Judged:
    criteria = {Seriousness(f"sae_{name}"): said for name, said in judgement["criteria"].items()}
    return Judged(criteria, judgement["severity"], judgement)
