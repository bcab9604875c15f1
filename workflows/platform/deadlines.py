"""What must have happened by when?"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from models.platform.base import new_id
from models.platform.fixed import Place, fixed
from models.platform.trail import Deadline
from rules.terms import DeadlineKind, EndingKind, SubjectKind
from workflows.platform.work import Work

_EXPECT = (
    insert(Deadline)
    .on_conflict_do_update(
        index_elements=["kind", "subject_id", "due_at"], set_={"settled_at": None}
    )
    .returning(Deadline)
)
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
) -> Deadline:
    """Write that something falls due; the sweep notices when it did not happen."""
    return expect(work, [Due(kind, (subject_type, subject_id), due_at, owner_id)])[0]


def set_all_due(
    work: Work,
    due: Iterable[tuple[DeadlineKind, datetime]],
    *,
    subject: tuple[SubjectKind, UUID],
    owner_id: UUID | None = None,
) -> list[Deadline]:
    """Write everything that falls due about one subject."""
    return expect(work, [Due(kind, subject, due_at, owner_id) for kind, due_at in due])


def expect(work: Work, dues: Sequence[Due]) -> list[Deadline]:
    """Write all of them in one statement; what was struck off is due again."""
    if not dues:
        return []
    rows = [
        {
            "id": new_id(),
            "patient_id": work.subject,
            "kind": due.kind,
            "subject_type": due.subject[0],
            "subject_id": due.subject[1],
            "due_at": due.due_at,
            "owner_id": due.owner_id,
        }
        for due in dues
    ]
    fresh = {"populate_existing": True}
    return list(work.session.scalars(_EXPECT, rows, execution_options=fresh))


def settle(
    work: Work, subject_id: UUID, *kinds: DeadlineKind, up_to: datetime | None = None
) -> None:
    """Mark as done what was due about this subject, of these kinds (none named: all of them)."""
    limit = {} if up_to is None else {"up_to": up_to}
    statement, values = _settling(kinds, *limit, now=work.now, subject=subject_id, **limit)
    work.session.execute(statement, values)


@fixed
def _settling(
    kinds: tuple[DeadlineKind, ...], *_shape: str, now: Place, subject: Place, **limit: Place
) -> Any:
    wanted = [Deadline.subject_id == subject, Deadline.settled_at.is_(None)]
    if kinds:
        wanted.append(Deadline.kind.in_(kinds))
    wanted += [Deadline.due_at <= up_to for up_to in limit.values()]
    return update(Deadline).where(*wanted).values(settled_at=now)


def settle_all(work: Work, patient_id: UUID) -> None:
    """Expect nothing more about this patient; what was missed before stays missed (a step)."""
    waiting = (Deadline.settled_at.is_(None), Deadline.missed_at.is_(None))
    due = update(Deadline).where(Deadline.patient_id == patient_id, *waiting)
    work.session.execute(due.values(settled_at=work.now))
