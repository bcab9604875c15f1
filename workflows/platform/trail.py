"""How does every act leave its trace?"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, insert, literal, select

from models.platform.base import new_id
from models.platform.fixed import Place, fixed
from models.platform.together import together
from models.platform.trail import AuditEvent, Event
from workflows.platform import idempotency

if TYPE_CHECKING:
    from workflows.platform.work import Work

ASKED = "asked"
"""What the trail calls an id that somebody asked for in vain; nobody looked up what it is."""

BREAK_GLASS = "break_glass"
"""The reason of every look that nothing but an emergency allowed."""

ENTERED = "entered_for_somebody"
"""The reason of what was entered out of the quarantine, for whoever wrote it down."""


def stream_of(work: "Work", patient_id: UUID | None) -> str:
    """Name the chain an entry belongs to: one a patient, else one a person, never one for all."""
    if patient_id is not None:
        return f"patient:{patient_id}"
    actor = work.actor.entered_by or work.actor
    return f"user:{actor.user_id}" if actor.user_id else "house"


def write_audit(work: "Work", action: str, **entry: object) -> None:
    """Add one entry; the database numbers and links it."""
    work.session.execute(insert(AuditEvent).values(_entry(work, action, entry)))


def write_refusal(work: "Work", action: str, asked: UUID | None, code: str) -> None:
    """Keep that somebody was refused, and which id they had asked for, theirs to know or not."""
    told = {} if asked is None else {"object_type": ASKED, "object_id": str(asked)}
    write_audit(work, action, outcome="refused", reason=code, **told)


def write_audit_for_each(
    work: "Work", action: str, patients: Sequence[UUID], **entry: object
) -> None:
    """Add one entry for each patient in one statement, in a fixed order of locks."""
    rows = [
        _entry(work, action, entry | {"patient_id": patient_id})
        for patient_id in sorted(set(patients))
    ]
    if rows:
        work.session.execute(insert(AuditEvent).values(rows))


def _entry(work: "Work", action: str, entry: dict[str, object]) -> dict[str, object]:
    patient_id = entry.get("patient_id", work.subject)
    actor = work.actor.entered_by or work.actor
    under = ENTERED if work.actor.entered_by else BREAK_GLASS if work.glass else ""
    return {
        "id": new_id(),
        "stream": stream_of(work, patient_id if isinstance(patient_id, UUID) else None),
        "recorded_at": work.now,
        "actor_id": actor.user_id,
        "actor_roles": ",".join(sorted(actor.roles)),
        "login_id": actor.login_id,
        "action": action,
        "patient_id": patient_id,
        "request_id": actor.request_id,
        **({"outcome": "done", "object_type": "", "object_id": "", "reason": under} | entry),
    }


def write_event(work: "Work", kind: str, object_type: str, object_id: UUID | None) -> None:
    """Add what happened, by ids only, to the stream that clients follow."""
    work.session.execute(insert(Event).values(_event(work, kind, object_type, object_id)))


def write_act(
    work: "Work", action: str, object_type: str, object_id: UUID | None, also: Mapping[str, Any]
) -> None:
    """Add the audit entry and the event of one act, and settle its key, in one statement.

    `also` is what `idempotency.settled` tells about the key, or nothing.
    """
    told: dict[str, object] = {"object_type": object_type, "object_id": str(object_id or "")}
    entry = _entry(work, action, told)
    happened = _event(work, action, object_type, object_id)
    values = {f"entry_{name}": value for name, value in entry.items()}
    values |= {f"event_{name}": value for name, value in happened.items()}
    together(work.session, _traces.asked(bool(also), **values, **also))


@fixed
def _traces(with_key: bool, **told: Place) -> Select[Any]:  # noqa: FBT001 - the shape
    traces: list[Any] = [
        insert(AuditEvent).values(_of(told, "entry_")),
        insert(Event).values(_of(told, "event_")),
    ]
    if with_key:
        traces.append(idempotency.settling(told))
    parts = [trace.cte(f"trace_{number}") for number, trace in enumerate(traces)]
    return select(literal(1)).add_cte(*parts)


def _of(told: Mapping[str, Place], what: str) -> dict[str, Place]:
    return {name.removeprefix(what): one for name, one in told.items() if name.startswith(what)}


def _event(work: "Work", kind: str, object_type: str, object_id: UUID | None) -> dict[str, object]:
    return {
        "id": new_id(),
        "kind": kind,
        "patient_id": work.subject,
        "object_type": object_type,
        "object_id": object_id,
        "actor_id": (work.actor.entered_by or work.actor).user_id,
        "occurred_at": work.now,
    }
