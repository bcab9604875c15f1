"""Do patient and coach change the same goal, and is nothing of it lost?"""

import pytest

from models.aftercare.aftercare import Goal
from tests.stage import Stage
from workflows.aftercare import goals
from workflows.aftercare.goals import GoalWords
from workflows.platform.errors import ChangedSinceRead, NotFound, NotPermitted

WALK = GoalWords(words="Walk every day.", practices=("Ten minutes after lunch.",))
REACHED = GoalWords(words="Walk every day.", practices=(), state="reached")


def set_goal(stage: Stage) -> Goal:
    patient_id = stage.evening.patient.id
    return stage.does(stage.evening.as_patient, lambda work: goals.set_goal(work, patient_id, WALK))


def test_the_coach_changes_the_patients_goal_and_its_history_stays(stage: Stage) -> None:
    goal = set_goal(stage)
    stage.clock.advance(days=3)
    changed = stage.does(
        stage.evening.as_coach, lambda work: goals.change(work, goal.id, REACHED, goal.version)
    )
    assert (changed.state, changed.changed_at) == ("reached", stage.clock.now())
    [was] = stage.does(stage.evening.as_patient, lambda work: goals.history(work, goal.id))
    assert was.was == {"words": WALK.words, "practices": list(WALK.practices), "state": "open"}
    assert was.changed_by == stage.evening.coach.id


def test_of_two_who_edit_the_second_reads_again_first(stage: Stage) -> None:
    goal = set_goal(stage)
    stage.does(
        stage.evening.as_coach, lambda work: goals.change(work, goal.id, REACHED, goal.version)
    )
    with pytest.raises(ChangedSinceRead):
        stage.does(
            stage.evening.as_patient, lambda work: goals.change(work, goal.id, WALK, goal.version)
        )


def test_the_prescriber_reads_goals_and_keeps_none(stage: Stage) -> None:
    set_goal(stage)
    patient_id = stage.evening.patient.id
    [seen] = stage.does(
        stage.evening.as_prescriber, lambda work: goals.of_patient(work, patient_id)
    )
    assert seen.words == WALK.words
    with pytest.raises(NotPermitted):
        stage.does(stage.evening.as_prescriber, lambda work: goals.set_goal(work, patient_id, WALK))


def test_another_patients_goal_is_not_there(stage: Stage) -> None:
    goal, other = set_goal(stage), Stage(stage.runtime, stage.clock)
    with pytest.raises(NotFound):
        stage.does(
            other.evening.as_patient, lambda work: goals.change(work, goal.id, REACHED, None)
        )
