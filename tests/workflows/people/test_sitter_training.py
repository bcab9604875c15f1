"""Does the course teach what is asked, and does only a whole understanding count?"""

import pytest
from sqlalchemy import select

from models.people.patients import Patient, Sitter
from rules.terms import Role
from tests.clock import HandClock
from tests.factories.people import a_patient, a_sitter, a_user, the_actor
from workflows.people import sitter_training
from workflows.people.sitter_training import EDITION, LESSONS, QUESTIONS
from workflows.platform.actor import SYSTEM, Actor
from workflows.platform.errors import NotFound, RecordForbids
from workflows.platform.runtime import Runtime

ALL_RIGHT = {question.code: question.right for question in QUESTIONS}


@pytest.fixture
def sitter(runtime: Runtime) -> Sitter:
    """Give a sitter who has not learned yet."""
    with runtime.begin(SYSTEM) as work:
        return a_sitter(work.session, work.now, a_patient(work.session, work.now), trained=False)


def actor_of(sitter: Sitter) -> Actor:
    return Actor(sitter.user_id, frozenset({Role.SITTER}))


def test_the_course_is_whole() -> None:
    assert 6 <= len(QUESTIONS) <= 8
    assert len({lesson.code for lesson in LESSONS}) == len(LESSONS)
    assert all(question.right in question.choices for question in QUESTIONS)
    assert all(len(question.choices) == 3 for question in QUESTIONS)
    assert len({len(ALL_RIGHT)}) == 1
    assert "911" in " ".join(lesson.words for lesson in LESSONS)


def test_the_right_answer_is_not_always_in_the_same_place() -> None:
    places = {list(question.choices).index(question.right) for question in QUESTIONS}

    assert places == {0, 1, 2}


def test_all_right_is_trained(runtime: Runtime, sitter: Sitter, clock: HandClock) -> None:
    with runtime.begin(actor_of(sitter)) as work:
        result = sitter_training.take_quiz(work, sitter.id, EDITION, ALL_RIGHT)

    with runtime.begin(SYSTEM) as work:
        assert work.session.scalars(select(Patient.safety_version)).one() == 2
    assert result.passed
    assert (result.sitter.trained_at, result.sitter.training_version) == (clock.now(), EDITION)


@pytest.mark.parametrize("code", sorted(ALL_RIGHT))
def test_one_wrong_or_missing_answer_is_taught_again(
    runtime: Runtime, sitter: Sitter, code: str
) -> None:
    without = {name: answer for name, answer in ALL_RIGHT.items() if name != code}
    for answers in (without, without | {code: "something_else"}):
        with runtime.begin(actor_of(sitter)) as work:
            result = sitter_training.take_quiz(work, sitter.id, EDITION, answers)

        assert not result.passed
        assert [question.code for question in result.wrong] == [code]
        assert result.sitter.trained_at is None


def test_a_failed_try_does_not_take_back_an_earlier_success(
    runtime: Runtime, sitter: Sitter, clock: HandClock
) -> None:
    learned = clock.now()
    with runtime.begin(actor_of(sitter)) as work:
        sitter_training.take_quiz(work, sitter.id, EDITION, ALL_RIGHT)
    clock.advance(days=1)
    with runtime.begin(actor_of(sitter)) as work:
        result = sitter_training.take_quiz(work, sitter.id, EDITION, {})

    assert result.sitter.trained_at == learned


def test_answers_to_an_older_course_do_not_count(runtime: Runtime, sitter: Sitter) -> None:
    with pytest.raises(RecordForbids) as refused, runtime.begin(actor_of(sitter)) as work:
        sitter_training.take_quiz(work, sitter.id, "2020-01", ALL_RIGHT)
    assert refused.value.code == "training_outdated"


def test_nobody_learns_for_another_sitter(runtime: Runtime, sitter: Sitter) -> None:
    with runtime.begin(SYSTEM) as work:
        other = a_user(work.session, work.now, Role.SITTER)

    with pytest.raises(NotFound), runtime.begin(the_actor(other, Role.SITTER)) as work:
        sitter_training.take_quiz(work, sitter.id, EDITION, ALL_RIGHT)
