"""How does a client take down a history, submit it and read it again?"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask.views import MethodView

from api.intake.answers import IntakeAnswersOut, IntakeIn
from api.intake.screen import ScreeningOut, shown_screening
from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin, if_match, set_version
from workflows.intake import intake, questionnaire

if TYPE_CHECKING:
    from models.intake.intake import Intake

blp = Blueprint("intake", description="The patient's history: in parts, submitted, amended.")


class IntakeVersionOut(Schema):
    """Which version it is."""

    id = fields.Id()
    patient_id = fields.Id()
    number = fields.Whole()
    version = fields.Whole()
    questionnaire = fields.Code()
    started_at = fields.Instant()
    submitted_at = fields.Instant(allow_none=True)


class IntakeOut(IntakeVersionOut):
    """One version with its answers, and the questions still open."""

    answers = fields.Nested(IntakeAnswersOut())
    unanswered = fields.List(fields.Code(), 500)


class IntakeVersionsOut(Schema):
    """Every version, newest first."""

    items = fields.List(fields.Nested(IntakeVersionOut()), 1000)


@blp.route("/patients/<uuid:patient_id>/intakes")
class Intakes(MethodView):
    """The versions of a history."""

    @blp.operation("open_intake", refuses=(409,), once=True)
    @blp.response(201, IntakeOut())
    def post(self, patient_id: UUID) -> object:
        """Open a draft: empty, or with the history of the last version to read again."""
        with begin() as work:
            return _shown(intake.open_draft(work, patient_id))

    @blp.operation("list_intakes")
    @blp.response(200, IntakeVersionsOut())
    def get(self, patient_id: UUID) -> object:
        """List the versions of a patient's history, newest first."""
        with begin() as work:
            return {"items": intake.list_versions(work, patient_id)}


@blp.route("/intakes/<uuid:intake_id>")
class OneIntake(MethodView):
    """One version."""

    @blp.operation("read_intake", versioned=True)
    @blp.response(200, IntakeOut())
    def get(self, intake_id: UUID) -> object:
        """Read one version, and what is still open in it."""
        with begin() as work:
            return _versioned(intake.read(work, intake_id))

    @blp.operation("save_intake", refuses=(409,), versioned=True)
    @blp.arguments(IntakeIn())
    @blp.response(200, IntakeOut())
    def patch(self, part: dict[str, Any], intake_id: UUID) -> object:
        """Save some answers of a draft."""
        with begin() as work:
            saved = intake.save(work, intake_id, part, if_match())
        return _versioned(saved)


@blp.route("/intakes/<uuid:intake_id>/submission")
class Submission(MethodView):
    """The end of a draft."""

    @blp.operation("submit_intake", refuses=(409,), once=True)
    @blp.response(201, ScreeningOut())
    def post(self, intake_id: UUID) -> object:
        """Submit a draft and get the screening, with every reason, in the same answer."""
        with begin() as work:
            return shown_screening(intake.submit(work, intake_id))


def _versioned(row: "Intake") -> dict[str, Any]:
    set_version(row)
    return _shown(row)


def _shown(row: "Intake") -> dict[str, Any]:
    told = {name: getattr(row, name) for name in IntakeVersionOut().fields}
    return told | {"answers": row.answers, "unanswered": questionnaire.unanswered(row.answers)}
