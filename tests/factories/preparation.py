"""Slots, meetings and everything else that makes a patient ready: rows to start a test from."""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from models.dose.dose_sessions import VitalSigns
from models.people.accounts import UserAccount
from models.people.patients import Patient
from models.preparation.appointments import Appointment, HomeCheck, ModuleCompletion, Slot
from rules.preparation.home_list import HomeItem
from rules.terms import AppointmentKind, AppointmentState, VitalPurpose, VitalSource
from tests.factories.intake import a_consent
from workflows.preparation.module_texts import CURRENT, MODULES

RIGHT = {code: {q.code: q.right for q in module.questions} for code, module in MODULES.items()}
HOME_IS_READY: dict[str, bool | None] = {item.value: True for item in HomeItem}


def a_slot(session: Session, host: UserAccount, starts_at: datetime, **over: Any) -> Slot:
    """Add half an hour for a preparation."""
    values: dict[str, Any] = {
        "kind": AppointmentKind.PREPARATION,
        "ends_at": starts_at + timedelta(minutes=30),
    }
    slot = Slot(host_id=host.id, starts_at=starts_at, **values | over)
    session.add(slot)
    session.flush()
    return slot


def an_appointment(session: Session, patient: Patient, slot: Slot, **over: Any) -> Appointment:
    """Add a booked meeting in this slot."""
    values: dict[str, Any] = {
        "video_link": f"https://vigil.example/rooms/{uuid4().hex}",
        "booked_by": patient.user_id,
        "booked_at": slot.starts_at - timedelta(days=1),
    }
    row = Appointment(
        slot_id=slot.id,
        patient_id=patient.id,
        host_id=slot.host_id,
        kind=slot.kind,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        **values | over,
    )
    session.add(row)
    session.flush()
    return row


def a_held_preparation(
    session: Session, patient: Patient, host: UserAccount, held_at: datetime
) -> Appointment:
    """Add a preparation that took place."""
    slot = a_slot(session, host, held_at - timedelta(minutes=30))
    held = {"state": AppointmentState.HELD, "held_at": held_at, "sitter_attended": True}
    return an_appointment(session, patient, slot, **held)


def all_modules(session: Session, patient: Patient, now: datetime) -> None:
    """Let the patient have passed every lesson."""
    session.add_all(
        ModuleCompletion(
            patient_id=patient.id,
            module=code,
            edition=edition,
            answers=RIGHT[code],
            passed=True,
            completed_at=now,
        )
        for code, edition in sorted(CURRENT)
    )
    session.flush()


def a_rehearsal(session: Session, patient: Patient, now: datetime, **over: Any) -> VitalSigns:
    """Add a plausible practice reading."""
    values: dict[str, Any] = {
        "purpose": VitalPurpose.REHEARSAL,
        "systolic_mmhg": 118,
        "diastolic_mmhg": 76,
        "heart_rate_bpm": 66,
        "source": VitalSource.DEVICE,
        "cuff_serial": "CUFF-1",
        "measured_at": now,
        "received_at": now,
        "plausible": True,
        "recorded_by": patient.user_id,
    }
    row = VitalSigns(patient_id=patient.id, **values | over)
    session.add(row)
    session.flush()
    return row


def a_home_check(session: Session, patient: Patient, now: datetime) -> HomeCheck:
    """Add a safety list in which every line is a yes."""
    row = HomeCheck(patient_id=patient.id, answers=HOME_IS_READY, passed=True, checked_at=now)
    session.add(row)
    session.flush()
    return row


def a_ready_patient(session: Session, patient: Patient, host: UserAccount, now: datetime) -> None:
    """Do everything that readiness asks for, except a trained sitter."""
    a_consent(session, now, patient)
    a_held_preparation(session, patient, host, now - timedelta(days=1))
    all_modules(session, patient, now)
    a_rehearsal(session, patient, now)
    a_home_check(session, patient, now)
