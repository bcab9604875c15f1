"""Which medicine came to light, in a note or in the state's record, that the list does not hold?

It joins the list as found and stops the doses, whoever found it. Only a prescriber reads it away.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from models.people.patients import Patient
from rules.intake.medicines import Kind
from rules.intake.mentions import Mention, medicines_named
from workflows.intake import material_change, versions
from workflows.intake.questionnaire import Answers, merged
from workflows.platform.work import Work


class Source(StrEnum):
    """Where a medicine came to light."""

    COACHING_NOTE = "coaching_note"
    PATIENT_WORDS = "patient_words"
    MEDICINE_RECORD = "medicine_record"


# What the state's medicine record shows, by the class that was written down.
IN_THE_RECORD: Mapping[str, Kind] = MappingProxyType(
    {
        "opioid_elsewhere": Kind.OPIOID,
        "benzodiazepine_elsewhere": Kind.BENZODIAZEPINE,
        "stimulant_elsewhere": Kind.STIMULANT,
    }
)
STOPS_UNTIL_READ = frozenset(
    {*IN_THE_RECORD, "ketamine_elsewhere", "esketamine_elsewhere", "other_controlled"}
)


def in_words(work: Work, patient: Patient, text: str, source: Source, before: str = "") -> None:
    """Take up what a text says of medicines; what stood there before is no news (a step)."""
    listed = _listed(work, patient)
    old = {mention.name for mention in _named(before, listed)}
    news = [found for found in _named(text, listed) if found.name not in old]
    if news:
        _take_up(work, patient, news, source)


def joined_to(answers: Answers, text: str, source: Source) -> Answers:
    """Give the answers with every medicine on the list that a text names (pure)."""
    listed = answers.get("medicines", {}).get("list") or []
    new = [_entry(found, source) for found in _named(text, listed) if not found.listed]
    return merged(answers, {"medicines": {"list": [*listed, *new]}}) if new else answers


def in_record(work: Work, patient: Patient, classes: Iterable[str]) -> None:
    """Take up what the state's record shows; a class that is listed already is no news (a step)."""
    known = {medicine.get("interaction") for medicine in _listed(work, patient)}
    stopping = [one for one in classes if one in STOPS_UNTIL_READ]
    unlisted = [one for one in stopping if IN_THE_RECORD.get(one) not in known]
    if not unlisted:
        return
    kinds = [IN_THE_RECORD[one] for one in unlisted if one in IN_THE_RECORD]
    news = [Mention(f"{kind} in the medicine record", kind) for kind in kinds]
    _take_up(work, patient, news, Source.MEDICINE_RECORD)


def _take_up(work: Work, patient: Patient, news: Iterable[Mention], source: Source) -> None:
    found = tuple(news)
    added = None
    if found:
        added = versions.add_known(work, patient.id, lambda old: _with(old, found, source, work))
    material_change.hold_everything(work, patient, added)


def _with(answers: Answers, found: tuple[Mention, ...], source: Source, work: Work) -> Answers:
    """Add what was found to the list, and a note of where and when to what was reported."""
    new = [_entry(mention, source) for mention in found if not mention.listed]
    note = {
        "kind": "medicine",
        "medicine": ", ".join(mention.name for mention in found),
        "found_in": source,
        "reported_at": work.now.isoformat(),
    }
    part: dict[str, dict[str, Any]] = {
        "medicines": {"list": [*answers.get("medicines", {}).get("list", ()), *new]},
        "reported": {"list": [*answers.get("reported", {}).get("list", ()), note]},
    }
    return merged(answers, part)


def _entry(mention: Mention, source: Source) -> dict[str, Any]:
    return {
        "name": mention.name,
        "dose": "",
        "since": "",
        "ingredient": None,
        "interaction": mention.kind,
        "found_in": source,
    }


def _named(text: str, listed: Iterable[Mapping[str, Any]]) -> tuple[Mention, ...]:
    return medicines_named(text, [medicine["name"] for medicine in listed])


def _listed(work: Work, patient: Patient) -> list[dict[str, Any]]:
    every = versions.of_patient(work, patient.id)
    known = versions.submitted_among(every) or versions.draft_among(every)
    return list(known.answers.get("medicines", {}).get("list") or ()) if known else []
