"""What do the answers say: score, clusters, cut-off, and the change since before treatment?"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from models.dose.predose import DoseTaken
from models.intake.intake import Assessment
from models.people.patients import Patient
from rules.intake import outcomes, progress
from rules.intake.instruments import QUESTIONNAIRES
from rules.intake.outcomes import Score
from rules.intake.progress import Change
from rules.terms import Instrument
from workflows.platform.work import Work

A_MAN = "male"


def result(
    work: Work,
    patient: Patient,
    instrument: Instrument,
    answers: Mapping[str, int | bool | None],
    score: Score,
) -> dict[str, Any]:
    """Give everything that the answers say, as it is sealed with them."""
    change = _change(work, patient, instrument, score)
    return {
        "total": score.total,
        "band": score.band,
        "alarms": list(score.alarms),
        "positive": outcomes.is_positive(
            instrument,
            score.total,
            drinks_like_a_man=patient.sex_at_birth == A_MAN,
            limits=work.limits,
        ),
        "clusters": dict(outcomes.cluster_sums(instrument, answers)),
        "change": asdict(change) if change else None,
    }


def _change(work: Work, patient: Patient, instrument: Instrument, score: Score) -> Change | None:
    rule = QUESTIONNAIRES[instrument].progress
    if rule is None or score.total is None:
        return None
    if rule.better_at_most is not None:
        return progress.compared(instrument, score.total, None, work.limits)
    first_dose_at = _first_dose_at(work, patient)
    if first_dose_at is None:
        return None
    baseline = _last_before(work, patient, instrument, first_dose_at)
    return progress.compared(instrument, score.total, baseline, work.limits)


def _first_dose_at(work: Work, patient: Patient) -> datetime | None:
    return work.session.scalar(
        select(func.min(DoseTaken.taken_at)).where(DoseTaken.patient_id == patient.id)
    )


def _last_before(
    work: Work, patient: Patient, instrument: Instrument, first_dose_at: datetime
) -> int | None:
    """Read the baseline: the last whole answer before the first dose."""
    row = work.session.scalars(
        select(Assessment)
        .where(
            Assessment.patient_id == patient.id,
            Assessment.instrument == instrument,
            Assessment.complete.is_(True),
            Assessment.taken_at <= first_dose_at,
        )
        .order_by(Assessment.taken_at.desc(), Assessment.id.desc())
        .limit(1)
    ).first()
    total: int | None = row.result["total"] if row else None
    return total
