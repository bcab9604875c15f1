"""How does a patient tell us their history: in parts, submitted once, amended by a new version?"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from models.intake.intake import Intake
from models.people.patients import Patient
from models.platform.decisions import GateDecision
from rules.permissions import Permission
from rules.states import may_move
from rules.terms import EnrolmentState
from workflows.intake import medicine_list, screen, versions
from workflows.intake.questionnaire import carried_over, merged
from workflows.platform import access
from workflows.platform.errors import ChangedSinceRead, NotNow, RecordForbids
from workflows.platform.work import Work, command, reading

E = EnrolmentState
CLOSED = (E.DISCHARGED, E.WITHDRAWN, E.DECEASED)
CONTACT = ("address", "emergency_contact", "pharmacy")
STAYS_WHILE_WRITING = (E.PENDING_REVIEW, E.APPROVED_IN_OFFICE_ONLY)


@command(permit=Permission.ANSWER_INTAKE, audit="intake.opened", once=True)
def open_draft(work: Work, patient_id: UUID) -> Intake:
    """Start a version: empty, or with the history of the last one and never a yes or no of it."""
    patient = access.patient(work, patient_id, lock=True)
    if patient.enrolment in CLOSED:
        raise NotNow(patient.enrolment)
    known = versions.of_patient(work, patient.id)
    if versions.draft_among(known) is not None:
        raise RecordForbids(code="intake_draft_exists")
    begun = patient.enrolment not in STAYS_WHILE_WRITING
    if begun and may_move(patient.enrolment, E.INTAKE_IN_PROGRESS):
        patient.enrolment = E.INTAKE_IN_PROGRESS
    last = known[0] if known else None
    answers = carried_over(last.answers) if last else {}
    return versions.start(work, patient.id, last.number + 1 if last else 1, answers)


@command(permit=Permission.ANSWER_INTAKE, audit="intake.saved")
def save(
    work: Work, intake_id: UUID, part: Mapping[str, Mapping[str, Any]], version: int | None
) -> Intake:
    """Save some answers of a draft; what is not named stays as it was."""
    draft = access.record(work, Intake, intake_id, lock=True)
    _must_be_open(draft)
    if version is not None and draft.version != version:
        raise ChangedSinceRead
    answers = merged(draft.answers, msgspec.to_builtins(dict(part)))
    if "list" in part.get("medicines", {}):
        answers["medicines"]["list"] = medicine_list.coded(answers["medicines"]["list"])
    draft.answers = answers
    return draft


@command(permit=Permission.ANSWER_INTAKE, audit="intake.submitted", once=True)
def submit(work: Work, intake_id: UUID) -> GateDecision:
    """Submit a version once, and screen it in the same breath; open questions are a finding."""
    draft = access.record(work, Intake, intake_id, lock=True)
    _must_be_open(draft)
    patient = access.patient(work, draft.patient_id, lock=True)
    versions.seal(work, draft)
    _note_what_identifies(patient, draft)
    patient.safety_version += 1
    screened = screen.run(work, patient, draft)
    screen.follow(work, patient, screened)
    return screened


@reading(permit=Permission.READ_INTAKE, audit="intake.read")
def read(work: Work, intake_id: UUID) -> Intake:
    """Read one version."""
    return access.record(work, Intake, intake_id)


@reading(permit=Permission.READ_INTAKE, audit="intake.versions_read")
def list_versions(work: Work, patient_id: UUID) -> Sequence[Intake]:
    """Read which versions there are, newest first."""
    return versions.of_patient(work, access.patient(work, patient_id).id)


def _must_be_open(draft: Intake) -> None:
    if draft.submitted_at is not None:
        raise NotNow("submitted", allowed=("amend by a new version",))


def _note_what_identifies(patient: Patient, told: Intake) -> None:
    """Keep the place, the people to call and the sex at birth where everybody looks for them."""
    contact = {part: told.answers[part] for part in CONTACT if told.answers.get(part)}
    patient.contact = {**(patient.contact or {}), **contact}
    patient.state = told.answers.get("address", {}).get("state") or patient.state
    sex = told.answers.get("reproduction", {}).get("sex_at_birth")
    patient.sex_at_birth = sex or patient.sex_at_birth
