"""What changed with the patient between two versions? Told at any time, and never refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from models.intake.intake import Intake
from models.people.patients import Patient
from rules.permissions import Permission
from rules.terms import EnrolmentState, Role, SubjectKind, Suitability
from workflows.intake import crisis, medicine_list, screen, versions
from workflows.intake.questionnaire import Answers, merged
from workflows.platform import access, notifications
from workflows.platform.work import Work, command, record

TEMPLATE = "something_changed"


class ChangeKind(StrEnum):
    """What kind of thing changed."""

    MEDICINE = "medicine"
    DIAGNOSIS = "diagnosis"
    PREGNANCY = "pregnancy"
    HOSPITAL = "hospital"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A change in the patient's own words; codes only where the patient chose one."""

    kind: ChangeKind
    words: str = ""
    medicine: str | None = None
    conditions: tuple[str, ...] = ()
    since: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """What a prescriber found out about one named medicine."""

    name: str
    ingredient: str | None = None
    interaction: str | None = None
    lorazepam_equivalent_mg_hundredths: int | None = None


@record(permit=Permission.ANSWER_INTAKE, audit="intake.change_reported", once=True)
def report_change(work: Work, patient_id: UUID, told: Told) -> Intake:
    """Take down a change: doses wait for the prescriber, and what was cleared no longer is."""
    patient = access.patient(work, patient_id, lock=True)
    added = versions.add_known(work, patient.id, lambda answers: _with(answers, told, work))
    _hold_everything(work, patient, added)
    if told.kind is ChangeKind.PREGNANCY:
        crisis.suspend(patient, ChangeKind.PREGNANCY)
    return added


@command(permit=Permission.ASSESS_RISK, audit="intake.medicine_coded", once=True)
def code_medicine(work: Work, patient_id: UUID, coding: Coding) -> Intake:
    """Write down what a named medicine is, so that an unknown name need not stop for ever."""
    patient = access.patient(work, patient_id, lock=True)
    added = versions.add_known(work, patient.id, lambda answers: _recoded(answers, coding))
    _hold_everything(work, patient, added)
    return added


def _hold_everything(work: Work, patient: Patient, added: Intake) -> None:
    patient.material_change_at = work.now
    patient.safety_version += 1
    subject = (SubjectKind.PATIENT, patient.id)
    if added.submitted_at is not None:
        _screen_again(work, patient, added)
    notifications.tell_care_team(work, Role.PRESCRIBER, TEMPLATE, subject=subject)


def _screen_again(work: Work, patient: Patient, added: Intake) -> None:
    """Judge what is known now; only who waits for review moves, a draft or a decision stays."""
    screened = screen.run(work, patient, added)
    if patient.enrolment is EnrolmentState.PENDING_REVIEW:
        screen.follow(work, patient, screened)
    elif (
        screened.suitability == Suitability.NOT_SUITABLE
        and patient.enrolment is not EnrolmentState.APPROVED_IN_OFFICE_ONLY
    ):
        crisis.suspend(patient, screened.codes[0])


def _with(answers: Answers, told: Told, work: Work) -> Answers:
    """Add the change to the answers: a yes where it means one, the words in every case."""
    part: dict[str, Mapping[str, Any]] = {"reported": _noted(answers, told, work)}
    part |= _MEANS.get(told.kind, _nothing)(answers, told)
    yes = dict.fromkeys(told.conditions, True)
    part["conditions"] = {**part.get("conditions", {}), **yes}
    return merged(answers, part)


def _noted(answers: Answers, told: Told, work: Work) -> Mapping[str, Any]:
    note = {
        "kind": told.kind,
        "words": told.words,
        "medicine": told.medicine,
        "conditions": list(told.conditions),
        "since": told.since.isoformat() if told.since else None,
        "reported_at": work.now.isoformat(),
    }
    return {"list": [*answers.get("reported", {}).get("list", ()), note]}


def _nothing(_answers: Answers, _told: Told) -> Answers:
    return {}


def _pregnant(_answers: Answers, _told: Told) -> Answers:
    return {"conditions": {"pregnancy": True}}


def _new_medicine(answers: Answers, told: Told) -> Answers:
    """Add the medicine; told without a name, the list is no longer whole."""
    if not told.medicine:
        return {"medicines": {"complete": False}}
    new = medicine_list.coded([{"name": told.medicine, "dose": "", "since": ""}])
    return {"medicines": {"list": [*answers.get("medicines", {}).get("list", ()), *new]}}


_MEANS: Mapping[ChangeKind, Callable[[Answers, Told], Answers]] = MappingProxyType(
    {ChangeKind.PREGNANCY: _pregnant, ChangeKind.MEDICINE: _new_medicine}
)


def _recoded(answers: Answers, coding: Coding) -> Answers:
    found = {
        "ingredient": coding.ingredient,
        "interaction": coding.interaction,
        "lorazepam_equivalent_mg_hundredths": coding.lorazepam_equivalent_mg_hundredths,
    }
    known = {key: value for key, value in found.items() if value is not None}
    medicines = [
        {**medicine, **known} if _same(medicine["name"], coding.name) else medicine
        for medicine in answers.get("medicines", {}).get("list", ())
    ]
    return merged(answers, {"medicines": {"list": medicines}})


def _same(name: str, other: str) -> bool:
    return " ".join(name.lower().split()) == " ".join(other.lower().split())
