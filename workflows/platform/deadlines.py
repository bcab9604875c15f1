"""What must have happened by when?"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple, cast
from uuid import UUID

from sqlalchemy import Select, Table, literal, select, update
from sqlalchemy.dialects.postgresql import insert

from models.platform.base import new_id
from models.platform.fixed import Place, fixed
from models.platform.together import Asked, together
from models.platform.trail import Deadline
from rules.terms import DeadlineKind, EndingKind, SubjectKind
from workflows.platform.work import Work

Unlisted = Literal["late_item", "notification", "webhook_endpoint"]


class Due(NamedTuple):
    """Something that falls due: what, about whom, when, and whose it is."""

    kind: DeadlineKind
    subject: tuple[SubjectKind | EndingKind | Unlisted, UUID]
    due_at: datetime
    owner_id: UUID | None = None


def set_due(
    work: Work,
    kind: DeadlineKind,
    *,
    subject_type: SubjectKind,
    subject_id: UUID,
    due_at: datetime,
    owner_id: UUID | None = None,
) -> None:
    """Write that something falls due; the sweep notices when it did not happen."""
    expect(work, [Due(kind, (subject_type, subject_id), due_at, owner_id)])


def set_all_due(
    work: Work,
    due: Iterable[tuple[DeadlineKind, datetime]],
    *before: Asked,
    subject: tuple[SubjectKind, UUID],
    owner_id: UUID | None = None,
) -> None:
    """Write everything that falls due about one subject; `before` as in `expect`."""
    expect(work, [Due(kind, subject, due_at, owner_id) for kind, due_at in due], *before)


def expect(work: Work, dues: Sequence[Due], *before: Asked) -> None:
    """Write all of them in one statement; what was struck off is due again.

    `before` is what goes to the database first, in the same way there.
    """
    if not dues:
        return
    told: dict[str, Any] = {"patient_id": work.subject}
    for number, due in enumerate(dues):
        told |= {
            f"id_{number}": new_id(),
            f"kind_{number}": str(due.kind),
            f"subject_type_{number}": str(due.subject[0]),
            f"subject_id_{number}": due.subject[1],
            f"due_at_{number}": due.due_at,
            f"owner_id_{number}": due.owner_id,
        }
    together(work.session, *before, _expecting.asked(len(dues), **told))


@fixed
def _expecting(how_many: int, *, patient_id: Place, **told: Place) -> Select[Any]:
    names = ("id", "kind", "subject_type", "subject_id", "due_at", "owner_id")
    rows = [
        {name: told[f"{name}_{number}"] for name in names} | {"patient_id": patient_id}
        for number in range(how_many)
    ]
    again = insert(Deadline).values(rows)
    again = again.on_conflict_do_update(
        index_elements=["kind", "subject_id", "due_at"], set_={"settled_at": None}
    )
    return select(literal(1)).add_cte(again.cte("expected"))


def settle(
    work: Work, subject_id: UUID, *kinds: DeadlineKind, up_to: datetime | None = None
) -> None:
    """Mark as done what was due about this subject, of these kinds (none named: all of them)."""
    together(work.session, settling(work, subject_id, *kinds, up_to=up_to))


def settling(
    work: Work, subject_id: UUID, *kinds: DeadlineKind, up_to: datetime | None = None
) -> Asked:
    """Give the statement that does so, to be sent together with others."""
    limit = {} if up_to is None else {"up_to": up_to}
    return _settling.asked(kinds, *limit, now=work.now, subject=subject_id, **limit)


@fixed
def _settling(
    kinds: tuple[DeadlineKind, ...], *_shape: str, now: Place, subject: Place, **limit: Place
) -> Any:
    wanted = [Deadline.subject_id == subject, Deadline.settled_at.is_(None)]
    if kinds:
        wanted.append(Deadline.kind.in_(kinds))
    wanted += [Deadline.due_at <= up_to for up_to in limit.values()]
    struck_off = update(cast("Table", Deadline.__table__)).where(*wanted)
    return struck_off.values(settled_at=now)


def settle_all(work: Work, patient_id: UUID) -> None:
    """Expect nothing more about this patient; what was missed before stays missed (a step)."""
    waiting = (Deadline.settled_at.is_(None), Deadline.missed_at.is_(None))
    due = update(Deadline).where(Deadline.patient_id == patient_id, *waiting)
    work.session.execute(due.values(settled_at=work.now))
