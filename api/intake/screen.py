"""How is the eligibility screen told to the patient and to the clinician?"""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask.views import MethodView

from api.intake.crisis import InstructionOut, help_now
from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.decisions import ClinicalGateDecisionOut, GateDecisionOut
from api.platform.request import begin
from workflows.intake import screen

if TYPE_CHECKING:
    from models.platform.decisions import GateDecision

blp = Blueprint("screen", description="Candidate, to be reviewed or not suitable, and why.")


class ScreeningOut(GateDecisionOut):
    """The screen in the patient's words; in danger, whom to call comes with it."""

    crisis = fields.Nested(InstructionOut(), allow_none=True)


@blp.route("/intakes/<uuid:intake_id>/screening")
class Screening(MethodView):
    """The screen of one version."""

    @blp.operation("read_screening")
    @blp.response(200, ScreeningOut())
    def get(self, intake_id: UUID) -> object:
        """Read the screening of a version, with every reason in plain words."""
        with begin() as work:
            return shown_screening(screen.read(work, intake_id))


@blp.route("/intakes/<uuid:intake_id>/screening/clinical")
class ClinicalScreening(MethodView):
    """The screen of one version, for clinicians."""

    @blp.operation("read_clinical_screening")
    @blp.response(200, ClinicalGateDecisionOut())
    def get(self, intake_id: UUID) -> object:
        """Read the screening in the words of the clinic."""
        with begin() as work:
            return screen.read_clinical(work, intake_id)


def shown_screening(kept: "GateDecision") -> dict[str, Any]:
    """Show a screening to its patient."""
    told = {name: getattr(kept, name) for name in GateDecisionOut().fields}
    return told | {"crisis": help_now(needed=screen.calls_for_help(kept))}
