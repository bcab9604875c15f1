"""Did the patient work through a lesson, and understand it?"""

from collections.abc import Mapping
from uuid import UUID

from models.preparation.appointments import ModuleCompletion
from rules.permissions import Permission
from workflows.people import safety_version
from workflows.platform import access
from workflows.platform.errors import InvalidContent, NotFound, RecordForbids
from workflows.platform.work import Work, command, reading
from workflows.preparation.module_texts import MODULES, Module, to_teach_again, told_under


@reading(permit=Permission.READ_READINESS, audit="preparation_modules.read")
def texts(work: Work) -> list[Module]:
    """Give all lessons with their questions."""
    return [told_under(module, work.limits) for module in MODULES.values()]


@command(permit=Permission.COMPLETE_MODULE, audit="preparation_module.answered", once=True)
def answer(
    work: Work, patient_id: UUID, code: str, *, edition: int, answers: Mapping[str, str]
) -> ModuleCompletion:
    """Keep the answers to a lesson's questions; it is passed when all of them are right."""
    patient = access.patient(work, patient_id, lock=True)
    module = _module(code, edition)
    _refuse_unfitting(module, answers)
    safety_version.rise(work, patient.id)
    completion = ModuleCompletion(
        patient_id=patient.id,
        module=module.code,
        edition=module.edition,
        answers=dict(answers),
        passed=not to_teach_again(module, answers),
        completed_at=work.now,
    )
    work.session.add(completion)
    return completion


def _module(code: str, edition: int) -> Module:
    module = MODULES.get(code)
    if module is None:
        raise NotFound
    if module.edition != edition:
        raise RecordForbids("This lesson has a newer edition.", code="edition_outdated")
    return module


def _refuse_unfitting(module: Module, answers: Mapping[str, str]) -> None:
    errors = {
        question.code: ["Choose one of the answers."]
        for question in module.questions
        if answers.get(question.code) not in dict(question.choices)
    }
    surplus = set(answers) - {question.code for question in module.questions}
    errors |= {code: ["There is no such question."] for code in surplus}
    if errors:
        raise InvalidContent("Answer each question of this lesson.", errors=errors)
