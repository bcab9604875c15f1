"""What did the prescriber see, and what does the state's medicine record say?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from models.people.patients import Patient
from models.plan.approvals import Evaluation, PdmpQuery
from models.platform.base import new_id
from rules.permissions import Permission
from workflows.intake import found_medicines
from workflows.people import disclosures
from workflows.people.signing import signer
from workflows.plan.authority import refuse_own_record
from workflows.platform import access
from workflows.platform.errors import InvalidContent
from workflows.platform.work import Work, command, reading

IN_THE_FUTURE = "Must not lie in the future."
PAGE = 100
NOTHING_OF_CONCERN = "nothing_of_concern"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A look into the state's medicine record: when, in which classes, under which reference.

    One report may show several prescriptions; each class counts by itself.
    """

    checked_at: datetime
    result: str
    reference: str
    also_found: tuple[str, ...] = ()

    @property
    def classes(self) -> tuple[str, ...]:
        """Give each class once; where something was found, nothing is not of concern."""
        every = tuple(dict.fromkeys((self.result, *self.also_found)))
        return tuple(one for one in every if one != NOTHING_OF_CONCERN) or (NOTHING_OF_CONCERN,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A live meeting as the prescriber writes it down."""

    held_at: datetime
    minutes: int
    modality: str
    patient_state: str
    identity_verified: bool
    identity_method: str
    capacity: bool
    diagnosis_documented: bool
    diagnoses: tuple[str, ...]
    pdmp: Query | None = None
    findings: dict[str, Any] | None = None


@command(permit=Permission.RECORD_EVALUATION, audit="evaluation.recorded", once=True)
def record_evaluation(work: Work, patient_id: UUID, meeting: Meeting) -> Evaluation:
    """Keep what a live evaluation found; it decides nothing yet."""
    patient = _of_another(work, patient_id)
    _refuse_future(work, held_at=meeting.held_at)
    pdmp = meeting.pdmp
    if pdmp is not None:
        _refuse_future(work, pdmp_checked_at=pdmp.checked_at)
    evaluation = Evaluation(
        id=new_id(),
        patient_id=patient.id,
        prescriber_id=signer(work),
        held_at=meeting.held_at,
        minutes=meeting.minutes,
        modality=meeting.modality,
        patient_state=meeting.patient_state,
        identity_verified=meeting.identity_verified,
        identity_method=meeting.identity_method,
        capacity=meeting.capacity,
        diagnosis_documented=meeting.diagnosis_documented,
        diagnoses=list(meeting.diagnoses),
        pdmp_checked_at=pdmp.checked_at if pdmp else None,
        pdmp_result=" ".join(pdmp.classes) if pdmp else "",
        pdmp_reference=pdmp.reference if pdmp else "",
        findings=meeting.findings,
        recorded_at=work.now,
    )
    work.session.add(evaluation)
    patient.safety_version += 1
    if pdmp is not None:
        disclosures.left(work, evaluation, patient.id)
        found_medicines.in_record(work, patient, pdmp.classes)
    return evaluation


@command(permit=Permission.RECORD_EVALUATION, audit="pdmp.recorded", once=True)
def record_pdmp_query(work: Work, patient_id: UUID, state: str, query: Query) -> PdmpQuery:
    """Keep a query made between evaluations; each order needs a fresh one."""
    patient = _of_another(work, patient_id)
    _refuse_future(work, checked_at=query.checked_at)
    kept = PdmpQuery(
        id=new_id(),
        patient_id=patient.id,
        prescriber_id=signer(work),
        patient_state=state,
        checked_at=query.checked_at,
        result=" ".join(query.classes),
        reference=query.reference,
        recorded_at=work.now,
    )
    work.session.add(kept)
    disclosures.left(work, kept, patient.id)
    patient.safety_version += 1
    found_medicines.in_record(work, patient, query.classes)
    return kept


@reading(permit=Permission.READ_PLAN, audit="evaluation.listed")
def read_evaluations(work: Work, patient_id: UUID) -> list[Evaluation]:
    """Read a patient's evaluations, newest first."""
    patient = access.patient(work, patient_id)
    query = (
        select(Evaluation)
        .where(Evaluation.patient_id == patient.id)
        .order_by(Evaluation.held_at.desc(), Evaluation.id.desc())
    )
    return list(work.session.scalars(query.limit(PAGE)))


def _of_another(work: Work, patient_id: UUID) -> Patient:
    patient = access.patient(work, patient_id, lock=True)
    refuse_own_record(work, patient.user_id)
    return patient


def _refuse_future(work: Work, **times: datetime) -> None:
    errors = {name: [IN_THE_FUTURE] for name, at in times.items() if at > work.now}
    if errors:
        raise InvalidContent(errors=errors)
