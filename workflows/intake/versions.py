"""Which versions of a patient's history are there, and how is the next one added?"""

from collections.abc import Callable
from uuid import UUID

from sqlalchemy import select

from models.intake.intake import Intake
from workflows.intake.questionnaire import EDITION, Answers
from workflows.platform.gatekeeping import digest
from workflows.platform.work import Work

Change = Callable[[Answers], Answers]


def of_patient(work: Work, patient_id: UUID) -> tuple[Intake, ...]:
    """Give every version of one patient, newest first; a draft comes before what was submitted."""
    every = select(Intake).where(Intake.patient_id == patient_id).order_by(Intake.number.desc())
    return tuple(work.session.scalars(every))


def draft_among(versions: tuple[Intake, ...]) -> Intake | None:
    """Find the version that is still being written."""
    return next((version for version in versions if version.submitted_at is None), None)


def submitted_among(versions: tuple[Intake, ...]) -> Intake | None:
    """Find the newest version that was submitted."""
    return next((version for version in versions if version.submitted_at is not None), None)


def start(work: Work, patient_id: UUID, number: int, answers: Answers) -> Intake:
    """Add a version to write in."""
    draft = Intake(
        patient_id=patient_id,
        number=number,
        questionnaire=EDITION,
        answers=answers,
        started_at=work.now,
    )
    work.session.add(draft)
    return draft


def seal(work: Work, version: Intake) -> None:
    """Submit a version: from now on it never changes, and its fingerprint says what it was."""
    version.submitted_at = work.now
    version.digest = digest([version.questionnaire, version.answers])


def add_known(work: Work, patient_id: UUID, change: Change) -> Intake:
    """Add what became known between two versions, to the newest answers and to an open draft.

    The other answers stay as the patient gave them. With nothing submitted it goes into a draft.
    """
    versions = of_patient(work, patient_id)
    draft, known = draft_among(versions), submitted_among(versions)
    if draft is not None:
        draft.answers = change(draft.answers)
    if known is None:
        return draft or start(work, patient_id, 1, change({}))
    if draft is not None:
        draft.number += 1
        work.session.flush()
    added = start(work, patient_id, known.number + 1, change(known.answers))
    added.questionnaire = known.questionnaire
    seal(work, added)
    return added
