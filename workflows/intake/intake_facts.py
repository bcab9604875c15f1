"""What do the patient's own answers and scores tell the rules? Read in two statements."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import aliased

from models.intake.intake import Intake
from models.people.patients import Patient
from rules.facts import AnsweredFact, InstrumentFacts, IntakeFacts, PersonFacts, ProductFacts
from rules.intake import freshness, outcomes
from rules.intake.conditions import QUESTIONS
from rules.looks import all_true, any_true
from rules.terms import Instrument, SuicideRisk
from workflows.intake import medicine_list
from workflows.intake.answered import Answered, answered_by
from workflows.intake.questionnaire import USE_NOW, Answers, SexAtBirth, truth, unanswered
from workflows.platform.work import Work

DEPRESSION = frozenset({"major_depressive_disorder", "treatment_resistant_depression"})


class ToldFacts(NamedTuple):
    """What the rules may know from the patient's own answers."""

    intake: IntakeFacts
    person: PersonFacts
    instruments: InstrumentFacts
    elsewhere: ProductFacts
    """Only what was said about ketamine and esketamine from other places."""


def newest_submitted(work: Work, patient_id: UUID) -> Intake | None:
    """Read the newest submitted version of a patient's history."""
    found: Intake | None = work.session.execute(_patient_and_intake(patient_id)).one()[1]
    return found


def intake_facts(work: Work, patient_id: UUID) -> ToldFacts:
    """Read the newest submitted intake and the newest scores of one patient."""
    patient, intake = work.session.execute(_patient_and_intake(patient_id)).one()
    told = told_in(intake)
    return ToldFacts(
        told,
        person_facts(patient, intake, work.now),
        instrument_facts(answered_by(work, patient_id), told, patient.time_zone),
        elsewhere_facts(intake),
    )


def told_in(intake: Intake | None) -> IntakeFacts:
    """Turn the answers of one submitted version into facts; silence stays silence."""
    if intake is None:
        return IntakeFacts(submitted=False)
    answers: Answers = intake.answers
    named = _list(answers, "diagnoses")
    home = answers.get("home", {})
    return IntakeFacts(
        submitted=intake.submitted_at is not None,
        unanswered=unanswered(answers),
        conditions=_conditions(answers),
        medicines=_medicines(answers),
        indications=None if named is None else tuple(entry["code"] for entry in named),
        diagnosis_documented=_diagnosed(named),
        prior_treatment_documented=bool(_list(answers, "earlier_treatment")),
        body_mass_index_tenths=_body_mass_index_tenths(answers.get("body", {})),
        sitter_named=truth(home.get("sitter_planned")),
        home_is_safe=all_true(
            truth(home.get(code))
            for code in ("calm_place", "nobody_to_care_for", "feels_safe", "phone_works")
        ),
        emergency_address=_has_address(answers.get("address", {})),
    )


def person_facts(patient: Patient, intake: Intake | None, now: datetime) -> PersonFacts:
    """Say who the patient is, as far as the patient told us; identity is for a clinician."""
    answers: Answers = intake.answers if intake else {}
    told = answers.get("reproduction", {})
    tested = told.get("pregnancy_tested_at")
    sex = told.get("sex_at_birth") or patient.sex_at_birth
    return PersonFacts(
        born_on=date.fromisoformat(patient.born_on),
        local_date=now.astimezone(ZoneInfo(patient.time_zone)).date(),
        time_zone=patient.time_zone,
        can_become_pregnant=truth(told.get("can_become_pregnant")),
        pregnancy_tested_at=datetime.fromisoformat(tested) if tested else None,
        drinks_like="man" if sex == SexAtBirth.MALE else "woman",
    )


def elsewhere_facts(intake: Intake | None) -> ProductFacts:
    """Say what the patient told about ketamine and esketamine from other places."""
    told = (intake.answers if intake else {}).get("elsewhere", {})
    last = told.get("esketamine_last_dose_on")
    return ProductFacts(
        esketamine_elsewhere=truth(told.get("esketamine")),
        esketamine_course_ended=truth(told.get("esketamine_course_ended")),
        esketamine_last_dose_on=date.fromisoformat(last) if last else None,
        ketamine_elsewhere=truth(told.get("ketamine")),
    )


def instrument_facts(
    answered: Iterable[Answered], told: IntakeFacts, time_zone: str
) -> InstrumentFacts:
    """Turn answered instruments, oldest first, into scores; an incomplete one has no score.

    The zone says on which day each was answered, for whoever asks where the patient is.
    """
    every = tuple(answered)
    newest = {found.assessment.instrument: found for found in every}
    totals = {name: _total(found) for name, found in newest.items()}
    bladder = _answers(newest, Instrument.USC6)
    required = (*freshness.INTAKE, *freshness.asked_for(told.indications))
    suicide = newest.get(Instrument.CSSRS)
    return InstrumentFacts(
        phq9=totals.get(Instrument.PHQ9),
        gad7=totals.get(Instrument.GAD7),
        pcl5=totals.get(Instrument.PCL5),
        audit_c=totals.get(Instrument.AUDIT_C),
        audit_c_assessed=_is_reviewed(newest.get(Instrument.AUDIT_C)),
        dast10=totals.get(Instrument.DAST10),
        asrm=totals.get(Instrument.ASRM),
        asrm_cleared=_is_cleared(newest.get(Instrument.ASRM)),
        mood_disorder=_mood_disorder(told),
        suicide_risk=_risk_tonight(suicide, every),
        suicide_risk_answered_at=suicide.assessment.taken_at if suicide else None,
        suicide_risk_assessed=_is_talked_over(suicide, every),
        incomplete=tuple(name for name in required if totals.get(name) is None),
        urinary_sum=totals.get(Instrument.USC6),
        urinary_worst_pain=outcomes.urinary_worst_pain(bladder),
        urinary_blood=outcomes.urinary_blood(bladder),
        urinary_cleared=_is_cleared(newest.get(Instrument.USC6)),
        cognitive_sum=totals.get(Instrument.CCC4),
        cognitive_baseline=_first_complete(every, Instrument.CCC4),
        answered=tuple(_answered(found, time_zone) for found in newest.values() if _whole(found)),
    )


def owes_suicide_screen(answered: Iterable[Answered]) -> bool:
    """Say whether item 9 of a PHQ-9 was endorsed and the C-SSRS not answered whole since.

    Nobody takes that back by another PHQ-9.
    """
    owed = False
    for found in answered:
        taken = found.assessment
        if taken.instrument == Instrument.PHQ9 and taken.answers.get("q9"):
            owed = True
        elif taken.instrument == Instrument.CSSRS and taken.complete:
            owed = False
    return owed


def answers_item_9(answered: tuple[Answered, ...]) -> bool:
    """Say whether the screen that item 9 had asked for is there now."""
    endorsed = any(
        found.assessment.instrument == Instrument.PHQ9 and found.assessment.answers.get("q9")
        for found in answered
    )
    return endorsed and not owes_suicide_screen(answered)


def _conditions(answers: Answers) -> Mapping[str, bool | None]:
    said = answers.get("conditions", {})
    conditions = {code: truth(said.get(code)) for code in QUESTIONS}
    if answers.get("substances", {}).get("opioids") in USE_NOW:
        conditions["opioid_concurrent"] = True
    return conditions


def _medicines(answers: Answers) -> Any:
    """Give the list only when the patient said that it is whole."""
    told = answers.get("medicines", {})
    if truth(told.get("complete")) is not True:
        return None
    return medicine_list.as_facts(told.get("list") or ())


def _list(answers: Answers, section: str) -> list[dict[str, Any]] | None:
    return answers.get(section, {}).get("list")


def _diagnosed(named: list[dict[str, Any]] | None) -> bool | None:
    if named is None:
        return None
    return any_true(truth(entry.get("made_by_clinician")) for entry in named)


def _body_mass_index_tenths(body: Mapping[str, int]) -> int | None:
    height_cm, weight_g = body.get("height_cm"), body.get("weight_g")
    if not height_cm or not weight_g:
        return None
    return weight_g * 100 // (height_cm * height_cm)  # kg/m² in tenths, whole numbers only


def _has_address(address: Mapping[str, str]) -> bool | None:
    """A part that is missing is a question still open, and not a person without an address."""
    parts = (address.get(part) for part in ("line", "city", "state", "postal_code"))
    return True if all(parts) else None


def _mood_disorder(told: IntakeFacts) -> bool | None:
    if not DEPRESSION.isdisjoint(told.indications or ()):
        return True
    bipolar = (told.conditions.get(code) for code in ("mania_history", "bipolar_ii_or_unspecified"))
    return any_true(bipolar)


def _total(found: Answered) -> int | None:
    total: int | None = found.assessment.result.get("total")
    return total if found.assessment.complete else None


def _whole(found: Answered) -> bool:
    return found.assessment.complete


def _answered(found: Answered, time_zone: str) -> AnsweredFact:
    taken = found.assessment
    on = taken.taken_at.astimezone(ZoneInfo(time_zone)).date()
    return AnsweredFact(instrument=taken.instrument, at=taken.taken_at, on=on)


def _risk_tonight(newest: Answered | None, every: tuple[Answered, ...]) -> SuicideRisk | None:
    """A screen that item 9 has asked for since counts as not finished; danger stays danger."""
    risk = _risk(newest)
    if risk is not SuicideRisk.HIGH and owes_suicide_screen(every):
        return SuicideRisk.INCOMPLETE
    return risk


def _risk(found: Answered | None) -> SuicideRisk | None:
    return outcomes.suicide_risk(found.assessment.answers) if found else None


def _answers(newest: Mapping[str, Answered], instrument: Instrument) -> outcomes.Answers:
    found = newest.get(instrument)
    return found.assessment.answers if found else {}


def _is_reviewed(found: Answered | None) -> bool:
    return found is not None and found.reviewed is not None


def _is_cleared(found: Answered | None) -> bool:
    return found is not None and found.reviewed is not None and found.reviewed.cleared


def _has_safety_plan(found: Answered) -> bool:
    return found.reviewed is not None and found.reviewed.safety_plan


def _is_talked_over(newest: Answered | None, every: tuple[Answered, ...]) -> bool:
    """Say whether a clinician spoke about this very level of risk, now or just before.

    Who is asked again in the evening is not sent away for the talk that was held at noon.
    """
    if newest is None:
        return False
    screens = (each for each in every if each.assessment.instrument == Instrument.CSSRS)
    return any(_has_safety_plan(each) and _risk(each) is _risk(newest) for each in screens)


def _first_complete(every: tuple[Answered, ...], instrument: Instrument) -> int | None:
    scores = (_total(found) for found in every if found.assessment.instrument == instrument)
    return next((score for score in scores if score is not None), None)


def _patient_and_intake(patient_id: UUID) -> Any:
    newest = (
        select(Intake.id)
        .where(Intake.patient_id == patient_id, Intake.submitted_at.is_not(None))
        .order_by(Intake.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    found = aliased(Intake)
    return (
        select(Patient, found).outerjoin(found, found.id == newest).where(Patient.id == patient_id)
    )
