"""What must have happened by when?"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import update

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
    deadline = Deadline(
        patient_id=work.subject,
        kind=kind,
        subject_type=subject_type,
        subject_id=subject_id,
        due_at=due_at,
        owner_id=owner_id,
    )
    work.session.add(deadline)
    return deadline


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
