"""Is a lesson passed only by whoever understood it?"""

import pytest

from models.preparation.appointments import ModuleCompletion
from rules.limits import LIMITS
from rules.limits.telling import told
from tests.factories.preparation import RIGHT
from tests.stage import Stage
from workflows.platform.errors import InvalidContent, NotFound, NotPermitted, RecordForbids
from workflows.preparation import modules
from workflows.preparation.module_texts import MODULES, to_teach_again


def answer(stage: Stage, code: str, answers: dict[str, str], edition: int = 1) -> ModuleCompletion:
    evening = stage.evening
    return stage.does(
        evening.as_patient,
        lambda work: modules.answer(
            work, evening.patient.id, code, edition=edition, answers=answers
        ),
    )


@pytest.mark.parametrize("code", sorted(MODULES))
def test_right_answers_pass_the_lesson(stage: Stage, code: str) -> None:
    before = stage.safety_version()
    assert answer(stage, code, RIGHT[code]).passed
    assert stage.safety_version() > before


@pytest.mark.parametrize("code", sorted(MODULES))
def test_every_wrong_answer_is_kept_and_taught_again(stage: Stage, code: str) -> None:
    for question in MODULES[code].questions:
        for choice, _words in question.choices:
            if choice == question.right:
                continue
            kept = answer(stage, code, RIGHT[code] | {question.code: choice})
            assert not kept.passed
            again = to_teach_again(MODULES[code], kept.answers)
            assert [q.code for q in again] == [question.code]
            assert again[0].teaches


@pytest.mark.parametrize(
    "change", [{"no_second_dose": "nonsense"}, {"no_such_question": "wait"}, {"no_second_dose": ""}]
)
def test_answers_to_other_questions_are_refused(stage: Stage, change: dict[str, str]) -> None:
    with pytest.raises(InvalidContent) as refused:
        answer(stage, "what_to_expect", RIGHT["what_to_expect"] | change)
    assert list(refused.value.more["errors"]) == list(change)


def test_an_old_edition_is_not_passed_any_more(stage: Stage) -> None:
    with pytest.raises(RecordForbids) as refused:
        answer(stage, "home_environment", RIGHT["home_environment"], edition=2)
    assert refused.value.code == "edition_outdated"


def test_there_is_no_other_lesson(stage: Stage) -> None:
    with pytest.raises(NotFound):
        answer(stage, "flying", {})


def test_nobody_answers_for_the_patient(stage: Stage) -> None:
    evening = stage.evening
    with pytest.raises(NotPermitted):
        stage.does(
            evening.as_coach,
            lambda work: modules.answer(
                work, evening.patient.id, "intention", edition=1, answers=RIGHT["intention"]
            ),
        )


def test_breathing_exercises_are_never_for_the_session_itself() -> None:
    lesson = MODULES["breathwork"]
    assert any("During the session itself do no breathing exercise" in p for p in lesson.paragraphs)
    assert lesson.not_for


def test_the_lessons_name_what_is_safe_to_know() -> None:
    everything = told(" ".join(p for lesson in MODULES.values() for p in lesson.paragraphs), LIMITS)
    for word in ("988", "911", "drive", "sitter", "breath", "locked away", "12 hours"):
        assert word in everything


def test_staff_and_patient_read_the_lessons(stage: Stage) -> None:
    for actor in (stage.evening.as_patient, stage.evening.as_coach):
        assert len(stage.does(actor, modules.texts)) == 6
