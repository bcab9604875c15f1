"""Who holds a booked meeting when its host has left? Who of the team may, or nobody yet."""

from uuid import UUID

from sqlalchemy import select

from models.people.patients import Patient
from models.preparation.appointments import Appointment, Slot
from rules.terms import AppointmentState, SubjectKind
from workflows.platform import notifications
from workflows.platform.work import Work
from workflows.preparation import slots
from workflows.preparation.appointments import new_room


def pass_on(work: Work, patient_id: UUID, user_id: UUID) -> list[tuple[Appointment, UUID | None]]:
    """Give every meeting that this host can no longer hold to another one, at the same time.

    The room is a new one: whoever has left still knows the way to the old one.
    """
    patient = work.session.scalars(select(Patient).where(Patient.id == patient_id)).one()
    booked = select(Appointment).where(
        Appointment.patient_id == patient_id,
        Appointment.host_id == user_id,
        Appointment.state == AppointmentState.BOOKED,
        Appointment.ends_at > work.now,
    )
    moved: list[tuple[Appointment, UUID | None]] = []
    for one in work.session.scalars(booked.order_by(Appointment.starts_at).with_for_update()).all():
        if slots.can_hold(work, patient, user_id, one):
            continue
        one.video_link = new_room(work)
        moved.append((one, _give(work, patient, one)))
    return moved


def _give(work: Work, patient: Patient, one: Appointment) -> UUID | None:
    """Look for a host who is free then, and tell the patient who will be there."""
    host_id = next(iter(slots.hosts_for(work, patient, one)), None)
    if host_id is None:
        return None
    slot = Slot(host_id=host_id, kind=one.kind, starts_at=one.starts_at, ends_at=one.ends_at)
    work.session.add(slot)
    work.session.flush()
    one.slot_id, one.host_id = slot.id, host_id
    work.session.flush()
    notifications.tell(
        work, patient.user_id, "appointment_moved", subject=(SubjectKind.PATIENT, patient.id)
    )
    return host_id
