"""Who lets a dose go on that somebody had stopped? Only a prescriber with a licence there."""

from uuid import UUID

from sqlalchemy import select

from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Hold
from models.people.patients import Patient
from rules.permissions import Permission
from rules.terms import SubjectKind
from workflows.people import safety_version
from workflows.plan.authority import refuse_without_licence
from workflows.plan.plan_facts import local_today
from workflows.platform import access
from workflows.platform.errors import RecordForbids
from workflows.platform.work import Work, command


@command(permit=Permission.RELEASE_HOLD, audit="hold.released", once=True)
def release_hold(work: Work, hold_id: UUID, rationale: str) -> Hold:
    """Let the next dose go on, with a reason and a licence there; nobody does so for themselves."""
    hold = access.record(work, Hold, hold_id, lock=True)
    if hold.released_at is not None:
        raise RecordForbids(code="hold_already_released")
    patient = work.session.scalars(select(Patient).where(Patient.id == hold.patient_id)).one()
    if patient.user_id == work.actor.user_id:
        raise RecordForbids(code="own_record")
    _refuse_untriaged(work, hold)
    refuse_without_licence(work, patient.state, local_today(work, patient))
    hold.released_at = work.now
    hold.released_by = work.actor.user_id
    hold.release_rationale = rationale
    safety_version.rise(work, hold.patient_id)
    return hold


def _refuse_untriaged(work: Work, hold: Hold) -> None:
    """Keep a hold for harm until somebody has looked at the harm itself."""
    if hold.subject_type is not SubjectKind.ADVERSE_EVENT:
        return
    waiting = select(AdverseEvent.id).where(
        AdverseEvent.id == hold.subject_id, AdverseEvent.triaged_at.is_(None)
    )
    if work.session.scalar(waiting) is not None:
        raise RecordForbids(code="open_adverse_event")
