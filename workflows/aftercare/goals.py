"""What does the patient work towards? Patient and coach write on the same page."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from models.aftercare.aftercare import Goal, GoalChange
from rules.permissions import Permission
from workflows.platform import access
from workflows.platform.errors import ChangedSinceRead
from workflows.platform.work import Work, command, reading

PAGE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalWords:
    """A goal and the practices on the way to it."""

    words: str
    practices: Sequence[str] = ()
    state: str = "open"


@command(permit=Permission.KEEP_GOAL, audit="goal.set", once=True)
def set_goal(work: Work, patient_id: UUID, wanted: GoalWords) -> Goal:
    """Set a goal."""
    patient = access.patient(work, patient_id)
    goal = Goal(
        patient_id=patient.id,
        words=wanted.words,
        practices=list(wanted.practices),
        state=wanted.state,
        set_by=work.actor.person,
        set_at=work.now,
    )
    work.session.add(goal)
    return goal


@command(permit=Permission.KEEP_GOAL, audit="goal.changed")
def change(work: Work, goal_id: UUID, wanted: GoalWords, version: int | None) -> Goal:
    """Change a goal and keep what it said before."""
    goal = access.record(work, Goal, goal_id, lock=True)
    if version is not None and goal.version != version:
        raise ChangedSinceRead
    was = {"words": goal.words, "practices": goal.practices or [], "state": goal.state}
    work.session.add(
        GoalChange(
            goal_id=goal.id,
            patient_id=goal.patient_id,
            was=was,
            changed_by=work.actor.person,
            changed_at=work.now,
        )
    )
    goal.words, goal.practices, goal.state = wanted.words, list(wanted.practices), wanted.state
    goal.changed_at = work.now
    return goal


@reading(permit=Permission.READ_GOALS, audit="goal.listed")
def of_patient(work: Work, patient_id: UUID) -> list[Goal]:
    """List a patient's goals, newest first."""
    patient = access.patient(work, patient_id)
    query = select(Goal).where(Goal.patient_id == patient.id)
    newest = query.order_by(Goal.set_at.desc(), Goal.id.desc()).limit(PAGE)
    return list(work.session.scalars(newest))


@reading(permit=Permission.READ_GOALS, audit="goal.history_read")
def history(work: Work, goal_id: UUID) -> list[GoalChange]:
    """Give what a goal said before, newest first."""
    goal = access.record(work, Goal, goal_id)
    query = select(GoalChange).where(GoalChange.goal_id == goal.id)
    newest = query.order_by(GoalChange.changed_at.desc(), GoalChange.id.desc()).limit(PAGE)
    return list(work.session.scalars(newest))
