"""Who waits for whom? Key, cover, patient, row, trail: one order, so nobody waits in a ring.

An act claims its idempotency key, holds the cover if it counts on it, locks its patient, then rows
of that patient, and is written into the patient's trail last. Several patients are locked in the
order of their ids.
"""

from sqlalchemy import func, select

from models.people.patients import Patient
from workflows.platform.work import Work

_COVER = 0x5649_434F


def patient_first(work: Work) -> None:
    """Lock the patient whom the act is about, before anything else of theirs."""
    whose = select(Patient.id).where(Patient.id == work.subject)
    work.session.execute(whose.with_for_update(key_share=True))


def cover_stays(work: Work) -> None:
    """Let no shift be taken back before this act is done; many acts may count on that at once."""
    work.session.execute(select(func.pg_advisory_xact_lock_shared(_COVER)))


def cover_may_end(work: Work) -> None:
    """Wait for all who count on a shift, so that what they did is seen by who takes it back."""
    work.session.execute(select(func.pg_advisory_xact_lock(_COVER)))
