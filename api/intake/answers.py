"""How is each answer of the intake written, section by section?"""

from typing import Any

import marshmallow as ma

from api.platform import fields
from api.platform.fields import Schema
from rules.intake.conditions import QUESTIONS
from workflows.intake.questionnaire import REASONS, UNKNOWN, HowOften, SexAtBirth

_MOST = 50


class Told(fields.TriState):
    """True, false or "unknown"; not to know is an answer, and no answer is none."""

    def __init__(self, **more: Any) -> None:
        """Leave out what is not named, so that a part can be saved."""
        super().__init__(**{"load_default": ma.missing} | more)

    def _deserialize(self, value: Any, *args: Any, **more: Any) -> Any:
        return UNKNOWN if value == UNKNOWN else super()._deserialize(value, *args, **more)


ConditionAnswers = type(
    "ConditionAnswers",
    (Schema,),
    {
        "__doc__": "Yes, no or unknown for every condition, by its reason code.",
        **{code: Told() for code in QUESTIONS},
    },
)


class MedicineIn(Schema):
    """One thing the patient takes, in their own words."""

    name = fields.Text(200, required=True)
    dose = fields.Text(200, min=0, load_default="")
    since = fields.Text(100, min=0, load_default="")
    rxcui = fields.Pattern(r"^[0-9]{1,8}$", 8, allow_none=True)


class MedicineOut(MedicineIn):
    """The same, with what the ingredient table knows of it."""

    ingredient = fields.Text(200, allow_none=True)
    interaction = fields.Code(allow_none=True)
    lorazepam_equivalent_mg_hundredths = fields.Whole(allow_none=True)


class MedicinesIn(Schema):
    """What the patient takes, and whether that is all."""

    list = fields.List(fields.Nested(MedicineIn()), _MOST)
    complete = Told()


class MedicinesOut(MedicinesIn):
    """The same, coded."""

    list = fields.List(fields.Nested(MedicineOut()), _MOST)


class SubstanceAnswers(Schema):
    """How often the patient uses what."""

    alcohol = fields.Choice(HowOften)
    cannabis = fields.Choice(HowOften)
    opioids = fields.Choice(HowOften)
    stimulants = fields.Choice(HowOften)
    psychedelics = fields.Choice(HowOften)
    ketamine = fields.Choice(HowOften)
    nicotine = fields.Choice(HowOften)


class DiagnosisAnswer(Schema):
    """One reason for treatment, and who says so."""

    code = fields.Code(REASONS, required=True)
    made_by_clinician = Told()


class DiagnosisAnswers(Schema):
    """What the treatment is for."""

    list = fields.List(fields.Nested(DiagnosisAnswer()), _MOST)


class TreatmentAnswer(Schema):
    """One treatment tried before."""

    name = fields.Text(200, required=True)
    helped = Told()


class TreatmentAnswers(Schema):
    """What was tried before; an empty list says that nothing was."""

    list = fields.List(fields.Nested(TreatmentAnswer()), _MOST)


class ElsewhereAnswers(Schema):
    """Ketamine and Spravato from other places."""

    esketamine = Told()
    esketamine_course_ended = Told()
    esketamine_last_dose_on = fields.LocalDate(allow_none=True)
    ketamine = Told()


class GoalAnswers(Schema):
    """What should be better afterwards."""

    list = fields.List(fields.Text(500), _MOST)


class BodyAnswers(Schema):
    """Height and weight."""

    height_cm = fields.Whole(90, 260)
    weight_g = fields.Whole(20_000, 400_000)


class ReproductionAnswers(Schema):
    """Sex at birth and pregnancy."""

    sex_at_birth = fields.Choice(SexAtBirth)
    can_become_pregnant = Told()
    pregnancy_tested_at = fields.Instant(allow_none=True)


class HomeAnswers(Schema):
    """The place, and who can sit."""

    sitter_planned = Told()
    calm_place = Told()
    nobody_to_care_for = Told()
    feels_safe = Told()
    means_locked = Told()
    phone_works = Told()


class EmergencyContactAnswers(Schema):
    """Whom we call."""

    name = fields.Text(200)
    phone = fields.Phone()
    relation = fields.Text(100, min=0)


class AddressAnswers(Schema):
    """Where an ambulance finds the patient."""

    line = fields.Text(200)
    city = fields.Text(100)
    state = fields.Pattern(r"^[A-Z]{2}$", 2)
    postal_code = fields.Pattern(r"^\d{5}(-\d{4})?$", 10)
    directions = fields.Text(500, min=0)


class PharmacyAnswers(Schema):
    """The patient's pharmacy."""

    name = fields.Text(200)
    phone = fields.Phone()


class OutsideClinicianAnswer(Schema):
    """Somebody else who treats the patient."""

    name = fields.Text(200, required=True)
    kind = fields.Text(100, min=0)
    phone = fields.Phone()
    may_call = Told()


class OutsideClinicianAnswers(Schema):
    """Who else treats the patient."""

    list = fields.List(fields.Nested(OutsideClinicianAnswer()), _MOST)


class IntakeIn(Schema):
    """Some of the answers, by section; what is left out stays as it was."""

    conditions = fields.Nested(ConditionAnswers())
    medicines = fields.Nested(MedicinesIn())
    substances = fields.Nested(SubstanceAnswers())
    diagnoses = fields.Nested(DiagnosisAnswers())
    earlier_treatment = fields.Nested(TreatmentAnswers())
    elsewhere = fields.Nested(ElsewhereAnswers())
    goals = fields.Nested(GoalAnswers())
    body = fields.Nested(BodyAnswers())
    reproduction = fields.Nested(ReproductionAnswers())
    home = fields.Nested(HomeAnswers())
    emergency_contact = fields.Nested(EmergencyContactAnswers())
    address = fields.Nested(AddressAnswers())
    pharmacy = fields.Nested(PharmacyAnswers())
    outside_clinicians = fields.Nested(OutsideClinicianAnswers())


class ReportedChangeOut(Schema):
    """A change as it was told."""

    kind = fields.Code()
    words = fields.Text(4000, min=0)
    medicine = fields.Text(200, allow_none=True)
    conditions = fields.List(fields.Code(), _MOST)
    since = fields.LocalDate(allow_none=True)
    reported_at = fields.Instant()


class ReportedChangesOut(Schema):
    """What was told between two versions."""

    list = fields.List(fields.Nested(ReportedChangeOut()), 1000)


class IntakeAnswersOut(IntakeIn):
    """All answers given so far."""

    medicines = fields.Nested(MedicinesOut())
    reported = fields.Nested(ReportedChangesOut())
