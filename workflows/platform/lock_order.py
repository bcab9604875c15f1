"""Who waits for whom? Key, patient, row, trail: one order everywhere, so nobody waits in a ring.

An act claims its idempotency key, locks its patient, then rows of that patient, and is written into
the patient's trail last. Several patients are locked in the order of their ids.
"""

from sqlalchemy import select

from models.people.patients import Patient
from workflows.platform.work import Work


def patient_first(work: Work) -> None:
    """Lock the patient whom the act is about, before anything else of theirs."""
    whose = select(Patient.id).where(Patient.id == work.subject)
    work.session.execute(whose.with_for_update(key_share=True))
