"""Which instruments did the patient answer last, and what did a clinician say to it?"""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import aliased

from models.dose.dose_sessions import DoseSession
from models.intake.intake import Assessment, RiskAssessment
from models.platform.fixed import Place, fixed
from rules.terms import Instrument
from workflows.platform import parameters
from workflows.platform.work import Work

Whose = ColumnElement[Any]


class Answered(NamedTuple):
    """One answered instrument, and the clinician's newest word on it."""

    assessment: Assessment
    reviewed: RiskAssessment | None


def answered_by(work: Work, patient_id: UUID) -> tuple[Answered, ...]:
    """Read the newest answers to every instrument, and the first complete answers to CCC-4."""
    return as_told(_of_patient.rows(work.session, patient_id=patient_id, now=work.now))


def as_told(rows: Iterable[tuple[Any, ...]]) -> tuple[Answered, ...]:
    """Give what was found by either question."""
    return tuple(Answered(*row) for row in rows)


@fixed
def _of_patient(*, patient_id: Place, now: Place) -> Select[*tuple[Any, ...]]:
    return _statement(patient_id, now)


@fixed
def of_session(*, dose_session_id: Place, now: Place) -> Select[*tuple[Any, ...]]:
    """Ask the same of the patient of a session, who need not be known yet."""
    session = DoseSession.__table__.alias("asked_about")
    whose = select(session.c.patient_id).where(session.c.id == dose_session_id)
    return _statement(whose.correlate().scalar_subquery(), now)


def _statement(patient_id: Whose, now: Place) -> Select[*tuple[Any, ...]]:
    reviewed = aliased(RiskAssessment)
    return (
        select(Assessment, reviewed)
        .select_from(Assessment)
        .outerjoin(reviewed, reviewed.id == _newest_review())
        .where(
            or_(
                Assessment.id.in_(_newest(patient_id)),
                Assessment.id == _baseline(patient_id),
                Assessment.id.in_(_talked_over(patient_id, now)),
                Assessment.id.in_(_mood_since_screen(patient_id)),
            )
        )
        .order_by(Assessment.taken_at, Assessment.id)
    )


def _newest(patient_id: Whose) -> Any:
    kept = aliased(Assessment)
    return (
        select(kept.id)
        .where(kept.patient_id == patient_id)
        .ext(distinct_on(kept.instrument))
        .order_by(kept.instrument, kept.taken_at.desc(), kept.id.desc())
    )


def _talked_over(patient_id: Whose, now: Place) -> Any:
    """The screens about which a clinician spoke as long ago as a screen itself counts."""
    return (
        select(RiskAssessment.assessment_id)
        .join(Assessment, Assessment.id == RiskAssessment.assessment_id)
        .where(
            RiskAssessment.patient_id == patient_id,
            RiskAssessment.assessed_at >= parameters.ago(now, "suicide_risk_life"),
            Assessment.instrument == Instrument.CSSRS,
        )
    )


def _mood_since_screen(patient_id: Whose) -> Any:
    """Every PHQ-9 since the last whole C-SSRS: item 9 of any of them asks for another screen."""
    mood, screen = aliased(Assessment), aliased(Assessment)
    last_screen = (
        select(func.max(screen.taken_at))
        .where(
            screen.patient_id == patient_id,
            screen.instrument == Instrument.CSSRS,
            screen.complete.is_(True),
        )
        .scalar_subquery()
    )
    return select(mood.id).where(
        mood.patient_id == patient_id,
        mood.instrument == Instrument.PHQ9,
        or_(last_screen.is_(None), mood.taken_at >= last_screen),
    )


def _baseline(patient_id: Whose) -> ColumnElement[UUID]:
    kept = aliased(Assessment)
    first = and_(
        kept.patient_id == patient_id, kept.instrument == Instrument.CCC4, kept.complete.is_(True)
    )
    return select(kept.id).where(first).order_by(kept.taken_at).limit(1).scalar_subquery()


def _newest_review() -> ColumnElement[UUID]:
    return (
        select(RiskAssessment.id)
        .where(RiskAssessment.assessment_id == Assessment.id)
        .order_by(RiskAssessment.assessed_at.desc(), RiskAssessment.id.desc())
        .limit(1)
        .correlate(Assessment)
        .scalar_subquery()
    )
