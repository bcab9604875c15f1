"""How does every act leave its trace?"""

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import insert

from models.platform.base import new_id
from models.platform.trail import AuditEvent, Event

if TYPE_CHECKING:
    from workflows.platform.work import Work


def stream_of(work: "Work", patient_id: UUID | None) -> str:
    """Name the chain an entry belongs to: one a patient, else one a person, never one for all."""
    if patient_id is not None:
        return f"patient:{patient_id}"
    return f"user:{work.actor.user_id}" if work.actor.user_id else "house"


def write_audit(work: "Work", action: str, **entry: object) -> None:
    """Add one entry; the database numbers and links it."""
    patient_id = entry.pop("patient_id", work.subject)
    actor = work.actor
    work.session.execute(
        insert(AuditEvent).values(
            id=new_id(),
            stream=stream_of(work, patient_id if isinstance(patient_id, UUID) else None),
            recorded_at=work.now,
            actor_id=actor.user_id,
            actor_roles=",".join(sorted(actor.roles)),
            login_id=actor.login_id,
            action=action,
            patient_id=patient_id,
            request_id=actor.request_id,
            **{"outcome": "done", "object_type": "", "object_id": "", "reason": ""} | entry,
        )
    )


def write_event(work: "Work", kind: str, object_type: str, object_id: UUID | None) -> None:
    """Add what happened, by ids only, to the stream that clients follow."""
    work.session.execute(
        insert(Event).values(
            id=new_id(),
            kind=kind,
            patient_id=work.subject,
            object_type=object_type,
            object_id=object_id,
            actor_id=work.actor.user_id,
            occurred_at=work.now,
        )
    )
