"""Who meets whom, when, and did they?

A constraint on the slot decides a race; the old slot is free in the same instant as the new one is
taken, or nothing changes at all.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, tuple_

from models.people.patients import Patient
from models.preparation.appointments import Appointment, Slot
from rules.permissions import Permission
from rules.terms import AppointmentKind, AppointmentState, SubjectKind
from workflows.people import safety_version
from workflows.platform import access, notifications
from workflows.platform.errors import (
    ChangedSinceRead,
    InvalidContent,
    NotNow,
    NotPermitted,
    RecordForbids,
)
from workflows.platform.work import Work, command, note_each_patient, reading
from workflows.preparation import slots

PAGE = 50
ROOM_BYTES = 32


@dataclass(frozen=True, slots=True)
class Room:
    """The door to the video call, for those who take part in it."""

    appointment_id: UUID
    url: str


@command(permit=Permission.BOOK_APPOINTMENT, audit="appointment.booked", once=True)
def book(work: Work, patient_id: UUID, slot_id: UUID) -> Appointment:
    """Book a free slot; of two people who want it, one gets it."""
    patient = access.patient(work, patient_id, lock=True)
    slot = slots.take(work, slot_id, patient)
    _refuse_two_at_once(work, patient, slot)
    appointment = Appointment(
        slot_id=slot.id,
        patient_id=patient.id,
        host_id=slot.host_id,
        kind=slot.kind,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        video_link=new_room(work),
        booked_by=work.actor.person,
        booked_at=work.now,
    )
    work.session.add(appointment)
    work.session.flush()
    _tell_both(work, patient, appointment, "appointment_booked")
    return appointment


@command(permit=Permission.BOOK_APPOINTMENT, audit="appointment.moved")
def move(work: Work, appointment_id: UUID, slot_id: UUID, version: int | None) -> Appointment:
    """Move to another free slot; the old one is free at the same moment, and the room is new."""
    appointment, patient = _booked(work, appointment_id, version)
    before = appointment.host_id
    slot = slots.take(work, slot_id, patient)
    if slot.kind is not appointment.kind:
        raise RecordForbids("This slot is for another kind of meeting.", code="slot_kind_differs")
    _refuse_two_at_once(work, patient, slot, but=appointment.id)
    appointment.slot_id, appointment.host_id = slot.id, slot.host_id
    appointment.starts_at, appointment.ends_at = slot.starts_at, slot.ends_at
    appointment.video_link = new_room(work)
    work.session.flush()
    _tell_both(work, patient, appointment, "appointment_moved", also=before)
    return appointment


@command(permit=Permission.BOOK_APPOINTMENT, audit="appointment.cancelled")
def cancel(work: Work, appointment_id: UUID, version: int | None) -> Appointment:
    """Cancel; the slot is free again."""
    appointment, patient = _booked(work, appointment_id, version)
    appointment.state = AppointmentState.CANCELLED
    work.session.flush()
    _tell_both(work, patient, appointment, "appointment_cancelled")
    return appointment


@command(permit=Permission.HOLD_APPOINTMENT, audit="appointment.held")
def hold(
    work: Work, appointment_id: UUID, version: int | None, *, sitter_attended: bool | None
) -> Appointment:
    """Note that the meeting took place; a preparation says whether the sitter was there."""
    appointment, patient = _begun(work, appointment_id, version)
    if appointment.kind is AppointmentKind.PREPARATION and sitter_attended is None:
        words = ["Say whether the sitter was there."]
        raise InvalidContent(errors={"sitter_attended": words})
    appointment.state = AppointmentState.HELD
    appointment.held_at = work.now
    appointment.sitter_attended = sitter_attended
    safety_version.rise(work, patient.id)
    return appointment


@command(permit=Permission.HOLD_APPOINTMENT, audit="appointment.missed")
def no_show(work: Work, appointment_id: UUID, version: int | None) -> Appointment:
    """Note that the patient did not come; nothing that needed this meeting is done by it."""
    appointment, patient = _begun(work, appointment_id, version)
    appointment.state = AppointmentState.NO_SHOW
    work.session.flush()
    _tell_both(work, patient, appointment, "appointment_missed")
    return appointment


@reading(permit=Permission.READ_APPOINTMENTS, audit="appointment.read")
def read(work: Work, appointment_id: UUID) -> Appointment:
    """Read one appointment; the room is a door of its own."""
    return access.record(work, Appointment, appointment_id)


@reading(permit=Permission.READ_APPOINTMENTS, audit="appointment.room_opened")
def room(work: Work, appointment_id: UUID) -> Room:
    """Give the video room, to the patient and the host of a booked meeting and nobody else."""
    appointment = access.record(work, Appointment, appointment_id)
    patient = access.patient(work, appointment.patient_id)
    if work.actor.user_id not in (patient.user_id, appointment.host_id):
        raise NotPermitted
    if appointment.state is not AppointmentState.BOOKED:
        raise NotNow(appointment.state, allowed=(AppointmentState.BOOKED,))
    return Room(appointment.id, appointment.video_link)


@reading(permit=Permission.READ_APPOINTMENTS, audit="appointment.listed")
def of_patient(
    work: Work, patient_id: UUID, after: tuple[datetime, UUID] | None = None, most: int = PAGE
) -> list[Appointment]:
    """List a patient's appointments, latest first."""
    patient = access.patient(work, patient_id)
    query = (
        select(Appointment)
        .where(Appointment.patient_id == patient.id)
        .order_by(Appointment.starts_at.desc(), Appointment.id.desc())
        .limit(most + 1)
    )
    if after is not None:
        query = query.where(tuple_(Appointment.starts_at, Appointment.id) < tuple_(*after))
    return list(work.session.scalars(query))


@reading(permit=Permission.HOLD_APPOINTMENT, audit="appointment.listed")
def diary(
    work: Work, after: tuple[datetime, UUID] | None = None, most: int = PAGE
) -> list[Appointment]:
    """List what I host and have not finished, soonest first."""
    query = (
        select(Appointment)
        .join(Patient, Patient.id == Appointment.patient_id)
        .where(
            Appointment.host_id == work.actor.user_id,
            Appointment.state == AppointmentState.BOOKED,
            access.reach(work),
        )
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(most + 1)
    )
    if after is not None:
        query = query.where(tuple_(Appointment.starts_at, Appointment.id) > tuple_(*after))
    found = list(work.session.scalars(query))
    note_each_patient(work, [row.patient_id for row in found[:most]])
    return found


def new_room(work: Work) -> str:
    """Draw a room that nobody guesses: 256 bits of chance, and no word about anybody."""
    return f"{work.runtime.settings.public_url}/rooms/{secrets.token_urlsafe(ROOM_BYTES)}"


def _booked(work: Work, appointment_id: UUID, version: int | None) -> tuple[Appointment, Patient]:
    appointment = access.record(work, Appointment, appointment_id, lock=True)
    if version is not None and appointment.version != version:
        raise ChangedSinceRead
    if appointment.state is not AppointmentState.BOOKED:
        raise NotNow(appointment.state, allowed=(AppointmentState.BOOKED,))
    return appointment, access.patient(work, appointment.patient_id)


def _begun(work: Work, appointment_id: UUID, version: int | None) -> tuple[Appointment, Patient]:
    """Only the host knows whether a meeting took place, and only once it has begun."""
    appointment, patient = _booked(work, appointment_id, version)
    if appointment.host_id != work.actor.user_id:
        raise NotPermitted
    if appointment.starts_at > work.now:
        raise RecordForbids("This meeting has not begun.", code="appointment_not_begun")
    return appointment, patient


def _refuse_two_at_once(work: Work, patient: Patient, slot: Slot, but: UUID | None = None) -> None:
    """One patient is in one meeting at a time; the patient's row is locked, so this holds."""
    same_time = select(Appointment.id).where(
        Appointment.patient_id == patient.id,
        Appointment.id != but if but else Appointment.slot_id != slot.id,
        Appointment.state == AppointmentState.BOOKED,
        Appointment.starts_at < slot.ends_at,
        Appointment.ends_at > slot.starts_at,
    )
    if work.session.scalar(same_time.limit(1)) is not None:
        raise RecordForbids("There is another meeting then.", code="appointment_overlaps")


def _tell_both(
    work: Work, patient: Patient, appointment: Appointment, template: str, also: UUID | None = None
) -> None:
    people = {patient.user_id, appointment.host_id, also} - {work.actor.user_id, None}
    for user_id in sorted(one for one in people if one is not None):
        notifications.tell(
            work, user_id, template, subject=(SubjectKind.PATIENT, appointment.patient_id)
        )
