"""What does the patient hope for, in their own words?"""

from uuid import UUID

from sqlalchemy import select

from models.preparation.appointments import Intention
from rules.permissions import Permission
from workflows.platform import access
from workflows.platform.work import Work, command, reading

SHOWN = 20


@command(permit=Permission.COMPLETE_MODULE, audit="intention.set", once=True)
def set_words(work: Work, patient_id: UUID, words: str) -> Intention:
    """Keep a new intention; the earlier ones stay."""
    patient = access.patient(work, patient_id)
    intention = Intention(patient_id=patient.id, words=words, set_at=work.now)
    work.session.add(intention)
    return intention


@reading(permit=Permission.READ_READINESS, audit="intentions.read")
def history(work: Work, patient_id: UUID) -> list[Intention]:
    """Give the newest intentions, the current one first."""
    patient = access.patient(work, patient_id)
    newest = (
        select(Intention)
        .where(Intention.patient_id == patient.id)
        .order_by(Intention.set_at.desc(), Intention.id.desc())
        .limit(SHOWN)
    )
    return list(work.session.scalars(newest))
