"""What do the answers to an instrument score, and who must look because of them?"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, tuple_

from models.intake.intake import Assessment, RiskAssessment
from models.people.patients import Patient
from models.platform.base import new_id
from rules.intake import outcomes
from rules.intake.instruments import QUESTIONNAIRES
from rules.permissions import Permission
from rules.terms import DeadlineKind, Instrument, Role, SubjectKind
from workflows.intake import comparison, crisis, editions
from workflows.platform import access, deadlines, notifications
from workflows.platform.work import Work, command, reading, record

PAGE = 50
TEMPLATE = "please_look_at_answers"
CSSRS_NEEDED = "cssrs_needed"
FOR_REVIEW_TODAY = frozenset({"suicide_risk_moderate", CSSRS_NEEDED})
FOR_REVIEW = frozenset({"suicide_risk_low"})
CALLS_FOR_HELP = frozenset({crisis.CODE}) | FOR_REVIEW_TODAY | FOR_REVIEW


@record(permit=Permission.ANSWER_INSTRUMENT, audit="assessment.answered", once=True)
def answer(
    work: Work,
    patient_id: UUID,
    instrument: Instrument,
    answers: Mapping[str, int | bool | None],
    edition: str | None = None,
) -> Assessment:
    """Score the answers, keep them even when some are missing, and raise what they alarm about."""
    told = editions.read(instrument, answers, edition, work.limits)
    patient = access.patient(work, patient_id, lock=True)
    return keep(work, patient, instrument, told.answers, edition=told.edition)


def keep(
    work: Work,
    patient: Patient,
    instrument: Instrument,
    answers: Mapping[str, int | bool | None],
    dose_session_id: UUID | None = None,
    edition: str | None = None,
) -> Assessment:
    """Keep fitting answers and raise their alarms; a step for whatever asks an instrument."""
    score = outcomes.score(instrument, answers, work.limits, edition=edition)
    answered = Assessment(
        id=new_id(),
        patient_id=patient.id,
        instrument=instrument,
        instrument_version=edition or QUESTIONNAIRES[instrument].edition,
        answers=dict(answers),
        complete=score.complete,
        result=comparison.result(work, patient, instrument, answers, score),
        taken_at=work.now,
        recorded_by=work.actor.user_id or patient.user_id,
        dose_session_id=dose_session_id,
    )
    work.session.add(answered)
    patient.safety_version += 1
    if instrument is Instrument.CSSRS and score.complete:
        deadlines.settle(work, patient.id, DeadlineKind.RISK_REVIEW)
    _look_again(work, patient)
    _raise_alarms(work, patient, answered, frozenset(score.alarms))
    return answered


@command(permit=Permission.ASSESS_RISK, audit="assessment.reviewed", once=True)
def assess_risk(
    work: Work, assessment_id: UUID, words: str, *, safety_plan: bool, cleared: bool
) -> RiskAssessment:
    """Record what a prescriber found about answers that raised an alarm; holds stay held."""
    assessment = access.record(work, Assessment, assessment_id)
    patient = access.patient(work, assessment.patient_id, lock=True)
    found = RiskAssessment(
        id=new_id(),
        patient_id=patient.id,
        assessment_id=assessment.id,
        assessed_by=work.actor.user_id or patient.user_id,
        assessed_at=work.now,
        words=words,
        safety_plan=safety_plan,
        cleared=cleared,
    )
    work.session.add(found)
    patient.safety_version += 1
    deadlines.settle(work, assessment.id, DeadlineKind.RISK_REVIEW)
    return found


@reading(permit=Permission.READ_INSTRUMENT, audit="assessment.listed")
def list_of_patient(
    work: Work, patient_id: UUID, after: tuple[datetime, UUID] | None = None, most: int = PAGE
) -> list[Assessment]:
    """List the answered instruments of one patient, newest first."""
    patient = access.patient(work, patient_id)
    query = (
        select(Assessment)
        .where(Assessment.patient_id == patient.id)
        .order_by(Assessment.taken_at.desc(), Assessment.id.desc())
        .limit(most + 1)
    )
    if after is not None:
        query = query.where(tuple_(Assessment.taken_at, Assessment.id) < tuple_(*after))
    return list(work.session.scalars(query))


def calls_for_help(answered: Assessment) -> bool:
    """Say whether the answers speak of suicide, so that crisis resources belong beside them."""
    return not CALLS_FOR_HELP.isdisjoint(answered.result["alarms"])


def _look_again(work: Work, patient: Patient) -> None:
    """Let the house look what is due now that something was answered."""
    deadlines.set_due(
        work,
        DeadlineKind.INSTRUMENTS,
        subject_type=SubjectKind.PATIENT,
        subject_id=patient.id,
        due_at=work.now,
    )


def _raise_alarms(
    work: Work, patient: Patient, answered: Assessment, alarms: frozenset[str]
) -> None:
    subject = (SubjectKind.ASSESSMENT, answered.id)
    work.session.flush()
    if crisis.CODE in alarms:
        crisis.respond(work, patient, subject)
    if alarms & FOR_REVIEW_TODAY:
        _ask_for_review(work, _about(patient, subject, alarms), _end_of_day(work, patient))
    if alarms & FOR_REVIEW:
        _ask_for_review(work, subject, work.now + work.limits.suicide_risk_review)
    if alarms:
        notifications.tell_care_team(work, Role.PRESCRIBER, TEMPLATE, subject=subject)


def _about(
    patient: Patient, subject: tuple[SubjectKind, UUID], alarms: frozenset[str]
) -> tuple[SubjectKind, UUID]:
    """A missing C-SSRS is due from the patient; everything else is about these answers."""
    return (SubjectKind.PATIENT, patient.id) if CSSRS_NEEDED in alarms else subject


def _ask_for_review(work: Work, subject: tuple[SubjectKind, UUID], due_at: datetime) -> None:
    deadlines.settle(work, subject[1], DeadlineKind.RISK_REVIEW)
    deadlines.set_due(
        work,
        DeadlineKind.RISK_REVIEW,
        subject_type=subject[0],
        subject_id=subject[1],
        due_at=due_at,
    )


def _end_of_day(work: Work, patient: Patient) -> datetime:
    """Give the last moment of the patient's own day."""
    zone = ZoneInfo(patient.time_zone)
    tomorrow = work.now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, zone)
