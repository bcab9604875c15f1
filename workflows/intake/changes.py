"""What changed with the patient between two versions? Told at any time, and never refused."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from models.intake.intake import Intake
from rules.permissions import Permission
from workflows.intake import crisis, found_medicines, material_change, medicine_list, versions
from workflows.intake.found_medicines import Source
from workflows.intake.questionnaire import Answers, merged
from workflows.platform import access
from workflows.platform.work import Work, command, record


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
    not_taken: bool = False
    """A medicine that came to light somewhere, and that the patient does not take after all."""


@record(permit=Permission.ANSWER_INTAKE, audit="intake.change_reported", once=True)
def report_change(work: Work, patient_id: UUID, told: Told) -> Intake:
    """Take down a change: doses wait for the prescriber, and what was cleared no longer is."""
    patient = access.patient(work, patient_id, lock=True)
    added = versions.add_known(work, patient.id, lambda answers: _with(answers, told, work))
    material_change.hold_everything(work, patient, added)
    if told.kind is ChangeKind.PREGNANCY:
        crisis.suspend(patient, ChangeKind.PREGNANCY)
    return added


@command(permit=Permission.ASSESS_RISK, audit="intake.medicine_coded", once=True)
def code_medicine(work: Work, patient_id: UUID, coding: Coding) -> Intake:
    """Write down what a named medicine is, so that an unknown name need not stop for ever."""
    patient = access.patient(work, patient_id, lock=True)
    added = versions.add_known(work, patient.id, lambda answers: _recoded(answers, coding))
    material_change.hold_everything(work, patient, added)
    return added


def _with(answers: Answers, told: Told, work: Work) -> Answers:
    """Add the change to the answers: a yes where it means one, the words in every case."""
    part: dict[str, Mapping[str, Any]] = {"reported": _noted(answers, told, work)}
    part |= _MEANS.get(told.kind, _nothing)(answers, told)
    yes = dict.fromkeys(told.conditions, True)
    part["conditions"] = {**part.get("conditions", {}), **yes}
    return found_medicines.joined_to(merged(answers, part), told.words, Source.PATIENT_WORDS)


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
    known: dict[str, Any] = {key: value for key, value in found.items() if value is not None}
    if coding.ingredient is not None or coding.interaction is not None:
        known["mapped"] = True  # from now on the code that was sent stops nothing
    medicines = [
        {**medicine, **known} if _same(medicine["name"], coding.name) else medicine
        for medicine in answers.get("medicines", {}).get("list", ())
        if not _read_away(medicine, coding)
    ]
    return merged(answers, {"medicines": {"list": medicines}})


def _read_away(medicine: Mapping[str, Any], coding: Coding) -> bool:
    """Only what was found is read away; what the patient listed, the patient takes off the list."""
    found = medicine.get("found_in") is not None
    return coding.not_taken and found and _same(medicine["name"], coding.name)


def _same(name: str, other: str) -> bool:
    return " ".join(name.lower().split()) == " ".join(other.lower().split())
