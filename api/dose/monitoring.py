"""How does a phone bring what the sitter sees, and learn what to do and when?"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask.views import MethodView

from api.dose.instructions import AlarmedOut, alarmed
from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from rules.terms import DeadlineKind, Deviation, Symptom
from workflows.dose import monitoring
from workflows.dose.monitoring import Look
from workflows.platform.work import Work

if TYPE_CHECKING:
    from models.dose.dose_sessions import MonitoringCheck

blp = Blueprint("monitoring", description="The watch after a dose: looks, duties, deviations.")


class StateCheckIn(Schema):
    """The four questions about how things feel, each from 0 (not at all) to 3 (very much)."""

    q1 = fields.Whole(0, 3)
    q2 = fields.Whole(0, 3)
    q3 = fields.Whole(0, 3)
    q4 = fields.Whole(0, 3)


class MonitoringCheckIn(Schema):
    """One look at the person; what was not looked at is left out."""

    moaas = fields.Whole(0, 5, load_default=None)
    breaths_per_minute = fields.Whole(0, 120, load_default=None)
    state_check = fields.Nested(StateCheckIn(), load_default=dict)
    symptoms = fields.List(fields.Choice(Symptom), len(Symptom), load_default=list)
    device_at = fields.Instant(load_default=None)


class SitterDepartureIn(Schema):
    """The sitter is gone."""

    device_at = fields.Instant(load_default=None)


class DeviationIn(Schema):
    """How the dose went otherwise than planned."""

    deviation = fields.Choice(Deviation, required=True)
    words = fields.Text(2000, load_default=None)
    device_at = fields.Instant(load_default=None)


class MonitoringCheckOut(AlarmedOut):
    """A look in the record, with what to do about it."""

    id = fields.Id()
    dose_session_id = fields.Id()
    checked_at = fields.Instant()
    device_at = fields.Instant(allow_none=True)
    received_at = fields.Instant()
    moaas = fields.Whole(0, 5, allow_none=True)
    symptoms = fields.List(fields.Choice(Symptom), len(Symptom))


class WatchDutyOut(Schema):
    """Something to do in this session, and when."""

    kind = fields.Choice(DeadlineKind)
    due_at = fields.Instant()
    done_at = fields.Instant(attribute="settled_at", allow_none=True)
    missed_at = fields.Instant(allow_none=True)


@blp.route("/dose-sessions/<uuid:dose_session_id>/monitoring-checks")
class MonitoringChecks(MethodView):
    """The looks of one session."""

    @blp.operation("record_monitoring_check", once=True)
    @blp.arguments(MonitoringCheckIn())
    @blp.response(201, MonitoringCheckOut())
    def post(self, seen: dict[str, Any], dose_session_id: UUID) -> object:
        """Record one look; the answer says at once what to do about it."""
        with begin() as work:
            return _told(work, monitoring.record_check(work, dose_session_id, look_in(seen)))

    @blp.operation("list_monitoring_checks")
    @blp.response(200, MonitoringCheckOut(many=True))
    def get(self, dose_session_id: UUID) -> object:
        """List every look of this session, in order."""
        with begin() as work:
            return [_told(work, check) for check in monitoring.read_checks(work, dose_session_id)]


@blp.route("/dose-sessions/<uuid:dose_session_id>/sitter-departures")
class SitterDepartures(MethodView):
    """The sitter is gone."""

    @blp.operation("record_sitter_departure", once=True)
    @blp.arguments(SitterDepartureIn())
    @blp.response(201, MonitoringCheckOut())
    def post(self, told: dict[str, Any], dose_session_id: UUID) -> object:
        """Record that the sitter left before the end."""
        with begin() as work:
            return _told(
                work, monitoring.record_sitter_left(work, dose_session_id, told["device_at"])
            )


@blp.route("/dose-sessions/<uuid:dose_session_id>/administration-deviations")
class AdministrationDeviations(MethodView):
    """The dose went otherwise than planned."""

    @blp.operation("record_administration_deviation", once=True)
    @blp.arguments(DeviationIn())
    @blp.response(201, MonitoringCheckOut())
    def post(self, told: dict[str, Any], dose_session_id: UUID) -> object:
        """Record that a dose was spilled, swallowed, vomited or otherwise not as planned."""
        with begin() as work:
            return _told(work, monitoring.record_deviation(work, dose_session_id, **told))


@blp.route("/dose-sessions/<uuid:dose_session_id>/duties")
class Duties(MethodView):
    """What the sitter has to do."""

    @blp.operation("list_watch_duties")
    @blp.response(200, WatchDutyOut(many=True))
    def get(self, dose_session_id: UUID) -> object:
        """List what is due in this session, in order of time."""
        with begin() as work:
            return monitoring.read_duties(work, dose_session_id)


def look_in(seen: dict[str, Any]) -> Look:
    """Read one look at the person."""
    return Look(**{**seen, "symptoms": frozenset(seen["symptoms"])})


def _told(work: Work, check: "MonitoringCheck") -> dict[str, Any]:
    return {
        "id": check.id,
        "dose_session_id": check.dose_session_id,
        "checked_at": check.checked_at,
        "device_at": check.device_at,
        "received_at": check.received_at,
        "moaas": check.moaas,
        "symptoms": check.symptoms,
        **alarmed(check.alarm_codes, check.urgency, work.limits),
    }
