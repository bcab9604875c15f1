"""Where and when do I sit, for whom, and what must I have at hand? No more than that.

A sitter learns a first name, a time, an address and what to do in an emergency: no diagnosis, no
dose, no medicine, no family name, and nothing of what the patient said about them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import Row, select

from models.dose.dose_sessions import DoseSession
from models.people.patients import Patient, Sitter
from rules.dose import emergencies
from rules.dose.emergencies import Instruction
from rules.limits import Limits
from rules.permissions import Permission
from rules.terms import SessionState, SitterState
from workflows.people import sitter_training
from workflows.platform.work import Work, note_each_patient, reading

_OVER = (
    SessionState.CLOSED,
    SessionState.ABORTED,
    SessionState.CANCELLED,
    SessionState.UNACCOUNTED,
)
_ON_THE_CARD = (
    "emergency_unresponsive",
    "emergency_respiratory",
    "emergency_cardiac_neuro",
    "emergency_anaphylaxis",
    "suicide_risk_high",
    "overdose_reported",
)


@dataclass(frozen=True, slots=True)
class Sitting:
    """One evening: when and where."""

    dose_session_id: UUID
    scheduled_at: datetime
    time_zone: str
    state: SessionState
    address: object = field(repr=False)


@dataclass(frozen=True, slots=True)
class Place:
    """One person I sit for, and what is still missing before I may."""

    sitter_id: UUID
    first_name: str
    state: SitterState
    missing: tuple[str, ...]
    sessions: tuple[Sitting, ...]
    card: tuple[Instruction, ...]


@reading(permit=Permission.TRAIN_AS_SITTER, audit="sitting.read")
def my_places(work: Work) -> list[Place]:
    """List for whom one sits, with the evenings ahead."""
    mine = (
        select(Sitter, Patient)
        .join(Patient, Patient.id == Sitter.patient_id)
        .where(Sitter.user_id == work.actor.user_id, Sitter.state != SitterState.REMOVED)
        .order_by(Sitter.id)
        .limit(100)
    )
    places = work.session.execute(mine).all()
    note_each_patient(work, [patient.id for _, patient in places])
    sessions = _sessions(work, [sitter.id for sitter, _ in places])
    return [_place(work, row, sessions) for row in places]


def card(limits: Limits) -> tuple[Instruction, ...]:
    """Give the emergency card that every sitter carries."""
    return tuple(emergencies.instruction_for(code, limits) for code in _ON_THE_CARD)


def _sessions(work: Work, sitter_ids: Sequence[UUID]) -> Mapping[UUID, list[DoseSession]]:
    ahead = (
        select(DoseSession)
        .where(
            DoseSession.sitter_id.in_(sitter_ids),
            DoseSession.sitter_user_id == work.actor.user_id,
            DoseSession.state.not_in(_OVER),
        )
        .order_by(DoseSession.scheduled_at, DoseSession.id)
    )
    found: dict[UUID, list[DoseSession]] = {}
    for session in work.session.scalars(ahead):
        if session.sitter_id is not None:
            found.setdefault(session.sitter_id, []).append(session)
    return found


def _place(
    work: Work, row: Row[Sitter, Patient], sessions: Mapping[UUID, list[DoseSession]]
) -> Place:
    sitter, patient = row
    address = (patient.contact or {}).get("address")
    return Place(
        sitter_id=sitter.id,
        first_name=patient.given_name,
        state=sitter.state,
        missing=_missing(work, sitter),
        sessions=tuple(
            Sitting(one.id, one.scheduled_at, one.time_zone, one.state, address)
            for one in sessions.get(sitter.id, [])
        ),
        card=card(work.limits),
    )


def _missing(work: Work, sitter: Sitter) -> tuple[str, ...]:
    trained_at = sitter.trained_at
    trained = trained_at is not None and work.now - trained_at <= work.limits.sitter_training_life
    current = sitter.training_version == sitter_training.EDITION
    return tuple(
        code
        for code, done in (
            ("acceptance", sitter.state is SitterState.ACCEPTED),
            ("contact", sitter.contact_verified_at is not None),
            ("training", trained and current),
        )
        if not done
    )
