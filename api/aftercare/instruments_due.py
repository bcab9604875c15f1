"""How does a client learn which instruments are due?"""

from datetime import date
from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.request import begin
from rules.intake.schedule import Due, Form, Occasion
from rules.terms import Instrument
from workflows.aftercare import instruments_due

blp = Blueprint("instruments-due", description="Which instruments are to be answered now.")


class InstrumentDueOut(Schema):
    """One instrument on one occasion; one that is part of another form is answered there."""

    instrument = fields.Choice(Instrument)
    occasion = fields.Choice(Occasion)
    due_on = fields.LocalDate()
    overdue = fields.Truth()
    stops_next_dose = fields.Truth()
    part_of = fields.Choice(Form, allow_none=True)


class InstrumentsDueOut(Schema):
    """What can be answered now, soonest first, and when the next one opens."""

    patient_id = fields.Id()
    today = fields.LocalDate()
    items = fields.List(fields.Nested(InstrumentDueOut()), 100)
    next_on = fields.LocalDate(allow_none=True)


@blp.route("/patients/<uuid:patient_id>/instruments-due")
class InstrumentsDue(MethodView):
    """What is due."""

    @blp.operation("read_instruments_due")
    @blp.response(200, InstrumentsDueOut())
    def get(self, patient_id: UUID) -> object:
        """Read which instruments are due now, and which of them stop the next dose."""
        with begin() as work:
            found = instruments_due.read(work, patient_id)
        return {
            "patient_id": found.patient_id,
            "today": found.today,
            "items": [_shown(one, found.today) for one in found.items],
            "next_on": found.next_on,
        }


def _shown(one: Due, today: date) -> dict[str, Any]:
    plain = ("instrument", "occasion", "due_on", "stops_next_dose", "part_of")
    overdue = one.closes_on is not None and today > one.closes_on
    return {name: getattr(one, name) for name in plain} | {"overdue": overdue}
