"""What must have happened by when?"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert

from models.platform.base import new_id
from models.platform.trail import Deadline
from rules.terms import DeadlineKind, SubjectKind
from workflows.platform.work import Work


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
    subject = (subject_type, subject_id)
    return set_all_due(work, [(kind, due_at)], subject=subject, owner_id=owner_id)[0]


def set_all_due(
    work: Work,
    due: Iterable[tuple[DeadlineKind, datetime]],
    *,
    subject: tuple[SubjectKind, UUID],
    owner_id: UUID | None = None,
) -> list[Deadline]:
    """Write everything that falls due about one subject; what was struck off is due again."""
    rows = [
        {
            "id": new_id(),
            "patient_id": work.subject,
            "kind": kind,
            "subject_type": subject[0],
            "subject_id": subject[1],
            "due_at": due_at,
            "owner_id": owner_id,
        }
        for kind, due_at in due
    ]
    again = insert(Deadline).on_conflict_do_update(
        index_elements=["kind", "subject_id", "due_at"], set_={"settled_at": None}
    )
    fresh = {"populate_existing": True}
    kept = work.session.scalars(again.returning(Deadline), rows, execution_options=fresh)
    return list(kept)


def settle(
    work: Work, subject_id: UUID, *kinds: DeadlineKind, up_to: datetime | None = None
) -> None:
    """Mark as done what was due about this subject, of these kinds (none named: all of them)."""
    wanted = [Deadline.subject_id == subject_id, Deadline.settled_at.is_(None)]
    if kinds:
        wanted.append(Deadline.kind.in_(kinds))
    if up_to is not None:
        wanted.append(Deadline.due_at <= up_to)
    work.session.execute(update(Deadline).where(*wanted).values(settled_at=work.now))
