"""How does the sitter ask to end the watch, and learn what is still missing?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.decisions import GateFindingOut
from api.platform.fields import Schema
from api.platform.request import begin
from rules.terms import Outcome, SessionState
from workflows.dose import release
from workflows.dose.release import LastLook, ReleaseSeen

blp = Blueprint("release", description="The end of the watch: the sitter asks, the gate answers.")


class LastStateCheckIn(Schema):
    """The four questions about how things feel, each from 0 (not at all) to 3 (very much)."""

    q1 = fields.Whole(0, 3)
    q2 = fields.Whole(0, 3)
    q3 = fields.Whole(0, 3)
    q4 = fields.Whole(0, 3)


class ReleaseCheckIn(Schema):
    """How the person is now. A question left out or answered "unknown" was not answered."""

    moaas = fields.Whole(0, 5, load_default=None)
    state_check = fields.Nested(LastStateCheckIn(), load_default=None, allow_none=True)
    oriented = fields.TriState()
    walks_unaided = fields.TriState()
    vomiting = fields.TriState()
    distress = fields.TriState()
    suicidal_thoughts = fields.TriState()
    sitter_attests = fields.TriState()


class ReleaseCheckOut(Schema):
    """What the gate said, and why; reasons are empty for whoever only coaches."""

    id = fields.Id()
    dose_session_id = fields.Id()
    decision_id = fields.Id()
    outcome = fields.Choice(Outcome)
    findings = fields.List(fields.Nested(GateFindingOut()), 300)
    state = fields.Choice(SessionState)
    checked_at = fields.Instant()
    released_at = fields.Instant(allow_none=True)
    no_driving_until = fields.Instant(allow_none=True)


@blp.route("/dose-sessions/<uuid:dose_session_id>/release-checks")
class ReleaseChecks(MethodView):
    """The last looks of one session."""

    @blp.operation("submit_release_check", refuses=(409,), once=True)
    @blp.arguments(ReleaseCheckIn())
    @blp.response(201, ReleaseCheckOut())
    def post(self, look: dict[str, Any], dose_session_id: UUID) -> object:
        """Ask to end the watch; a no says what is missing, and the watch goes on."""
        with begin() as work:
            check = release.decide(work, dose_session_id, LastLook(**look))
            return _told(release.read_one(work, check.id))


@blp.route("/release-checks/<uuid:release_check_id>")
class OneReleaseCheck(MethodView):
    """One last look."""

    @blp.operation("read_release_check")
    @blp.response(200, ReleaseCheckOut())
    def get(self, release_check_id: UUID) -> object:
        """Read one last look again, with the gate's answer."""
        with begin() as work:
            return _told(release.read_one(work, release_check_id))


def _told(seen: ReleaseSeen) -> dict[str, Any]:
    return {
        "id": seen.check.id,
        "dose_session_id": seen.check.dose_session_id,
        "decision_id": seen.decision.id,
        "outcome": seen.decision.outcome,
        "findings": seen.findings,
        "state": seen.dose_session.state,
        "checked_at": seen.check.checked_at,
        "released_at": seen.dose_session.released_at,
        "no_driving_until": seen.dose_session.no_driving_until,
    }
