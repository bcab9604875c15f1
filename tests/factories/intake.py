"""What a patient told us: a clear history, answered instruments and a signed consent."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.intake.intake import Assessment, Consent, ConsentText, Intake, RiskAssessment
from models.people.patients import Patient
from models.platform.base import new_id
from rules.intake import outcomes
from rules.intake.conditions import QUESTIONS
from rules.intake.instruments import QUESTIONNAIRES
from rules.terms import Instrument
from workflows.intake import medicine_list
from workflows.intake.consent_texts import CONSENT_TEXTS
from workflows.intake.questionnaire import EDITION, Answers, merged
from workflows.platform.gatekeeping import digest

CLEAR_INTAKE: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "conditions": dict.fromkeys(QUESTIONS, False),
        "medicines": {
            "list": [{"name": "Sertraline", "dose": "50 mg in the morning", "since": "2024"}],
            "complete": True,
        },
        "substances": dict.fromkeys(
            (
                "alcohol",
                "cannabis",
                "opioids",
                "stimulants",
                "psychedelics",
                "ketamine",
                "nicotine",
            ),
            "never",
        ),
        "diagnoses": {"list": [{"code": "major_depressive_disorder", "made_by_clinician": True}]},
        "earlier_treatment": {"list": [{"name": "Sertraline", "helped": False}]},
        "elsewhere": {"esketamine": False, "ketamine": False},
        "goals": {"list": ["Sleep through the night"]},
        "body": {"height_cm": 172, "weight_g": 68_000},
        "reproduction": {
            "sex_at_birth": "female",
            "can_become_pregnant": True,
            "pregnancy_tested_at": "2026-11-22T15:00:00+00:00",
        },
        "home": {
            "sitter_planned": True,
            "calm_place": True,
            "nobody_to_care_for": True,
            "feels_safe": True,
            "means_locked": True,
            "phone_works": True,
        },
        "emergency_contact": {"name": "Robin Example", "phone": "+13035550199"},
        "address": {
            "line": "12 Quiet Street",
            "city": "Denver",
            "state": "CO",
            "postal_code": "80202",
        },
        "pharmacy": {"name": "Corner Pharmacy", "phone": "+13035550111"},
        "outside_clinicians": {"list": [{"name": "Dr. Lee", "kind": "family doctor"}]},
    }
)


def answers_of(score: int, instrument: Instrument) -> dict[str, int | bool]:
    """Give answers that add up to a score, from the first item on, with every yes or no a no."""
    shape = QUESTIONNAIRES[instrument]
    said: dict[str, int | bool] = {}
    for item in shape.items:
        if item in shape.yes_no:
            said[item] = item in shape.reversed_items
            continue
        said[item] = max(shape.lowest, min(shape.highest, score))
        score -= int(said[item])
    return said


CLEAR_ANSWERS: Mapping[Instrument, Mapping[str, int | bool]] = MappingProxyType(
    {
        instrument: answers_of(score, instrument)
        for instrument, score in {
            Instrument.PHQ9: 15,
            Instrument.GAD7: 8,
            Instrument.CSSRS: 0,
            Instrument.AUDIT_C: 1,
            Instrument.DAST10: 0,
            Instrument.ASRM: 1,
            Instrument.USC6: 0,
            Instrument.CCC4: 0,
        }.items()
    }
)


def clear_answers(**parts: Mapping[str, Any]) -> Answers:
    """Give a clear set of answers, changed in these sections."""
    answers: Answers = deepcopy({code: dict(given) for code, given in CLEAR_INTAKE.items()})
    answers = merged(answers, parts)
    if "list" in answers["medicines"]:
        answers["medicines"]["list"] = medicine_list.coded(answers["medicines"]["list"])
    return answers


def a_submitted_intake(
    session: Session, now: datetime, patient: Patient, **parts: Mapping[str, Any]
) -> Intake:
    """Add the next version, clear but for these sections, submitted; no screening is made."""
    answers = clear_answers(**parts)
    number = session.scalar(
        select(func.coalesce(func.max(Intake.number), 0)).where(Intake.patient_id == patient.id)
    )
    intake = Intake(
        patient_id=patient.id,
        number=(number or 0) + 1,
        questionnaire=EDITION,
        answers=answers,
        started_at=now,
        submitted_at=now,
        digest=digest([EDITION, answers]),
    )
    session.add(intake)
    session.flush()
    return intake


def an_assessment(
    session: Session,
    now: datetime,
    patient: Patient,
    instrument: Instrument,
    answers: Mapping[str, int | bool | None] | None = None,
) -> Assessment:
    """Add one answered instrument; without answers, the clear ones."""
    said = dict(CLEAR_ANSWERS[instrument] if answers is None else answers)
    score = outcomes.score(instrument, said)
    assessment = Assessment(
        id=new_id(),
        patient_id=patient.id,
        instrument=instrument,
        instrument_version=QUESTIONNAIRES[instrument].edition,
        answers=said,
        complete=score.complete,
        result={"total": score.total, "band": score.band, "alarms": list(score.alarms)},
        taken_at=now,
        recorded_by=patient.user_id,
    )
    session.add(assessment)
    session.flush()
    return assessment


def all_assessments(session: Session, now: datetime, patient: Patient) -> list[Assessment]:
    """Add every instrument that the intake needs, with clear answers."""
    return [an_assessment(session, now, patient, instrument) for instrument in CLEAR_ANSWERS]


def a_review(
    session: Session, now: datetime, assessment: Assessment, **over: Any
) -> RiskAssessment:
    """Add a clinician's word on answers that raised an alarm."""
    values: dict[str, Any] = {
        "assessed_by": new_id(),
        "assessed_at": now,
        "words": "Talked it over.",
        "safety_plan": True,
        "cleared": True,
    }
    review = RiskAssessment(
        patient_id=assessment.patient_id, assessment_id=assessment.id, **values | over
    )
    session.add(review)
    session.flush()
    return review


def the_consent_text(session: Session) -> ConsentText:
    """Give the text in force, which the owner has loaded."""
    newest = CONSENT_TEXTS[-1].sha256
    return session.scalars(select(ConsentText).where(ConsentText.sha256 == newest)).one()


def a_consent(session: Session, now: datetime, patient: Patient, **over: Any) -> Consent:
    """Add a signature under the text in force."""
    values: dict[str, Any] = {
        "text_sha256": CONSENT_TEXTS[-1].sha256,
        "kind": "given",
        "signature": f"{patient.given_name} {patient.family_name}",
        "signed_at": now,
        "read_seconds": 240,
    }
    consent = Consent(patient_id=patient.id, **values | over)
    session.add(consent)
    session.flush()
    return consent


def a_cleared_patient(session: Session, now: datetime, patient: Patient) -> Intake:
    """Give a patient everything of the intake that a dose needs: history, scores and consent."""
    all_assessments(session, now - timedelta(hours=1), patient)
    a_consent(session, now, patient)
    return a_submitted_intake(session, now, patient)
