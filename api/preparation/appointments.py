"""How does a client book, move, cancel and hold meetings?"""

from typing import Any
from uuid import UUID

from flask.views import MethodView

from api.platform import fields
from api.platform.blueprint import Blueprint
from api.platform.fields import Schema
from api.platform.pagination import PageQuery, page, page_of
from api.platform.request import begin, if_match, set_version
from rules.terms import AppointmentKind, AppointmentState
from workflows.preparation import appointments

blp = Blueprint("appointments", description="Meetings of patients with coach and prescriber.")


class AppointmentIn(Schema):
    """Which slot."""

    slot_id = fields.Id(required=True)


class HeldIn(Schema):
    """What the host saw."""

    sitter_attended = fields.Truth(load_default=None, allow_none=True)


class AppointmentOut(Schema):
    """A meeting; the video room is asked for on its own."""

    id = fields.Id()
    patient_id = fields.Id()
    host_id = fields.Id()
    slot_id = fields.Id()
    kind = fields.Choice(AppointmentKind)
    state = fields.Choice(AppointmentState)
    starts_at = fields.Instant()
    ends_at = fields.Instant()
    held_at = fields.Instant(allow_none=True)
    sitter_attended = fields.Truth(allow_none=True)
    version = fields.Whole()


class VideoRoomOut(Schema):
    """The door to the video call."""

    appointment_id = fields.Id()
    url = fields.Text(500)


@blp.route("/patients/<uuid:patient_id>/appointments")
class PatientAppointments(MethodView):
    """The meetings of one patient."""

    @blp.operation("book_appointment", refuses=(409,), once=True)
    @blp.arguments(AppointmentIn())
    @blp.response(201, AppointmentOut())
    def post(self, wanted: dict[str, Any], patient_id: UUID) -> object:
        """Book a free slot; of two people who want one, one gets it."""
        with begin() as work:
            booked = appointments.book(work, patient_id, wanted["slot_id"])
        set_version(booked)
        return booked

    @blp.operation("list_appointments")
    @blp.arguments(PageQuery(), location="query")
    @blp.response(200, page_of(AppointmentOut)())
    def get(self, query: dict[str, Any], patient_id: UUID) -> object:
        """List a patient's meetings, latest first."""
        with begin() as work:
            found = appointments.of_patient(work, patient_id, query["after"], query["limit"])
        return page(found, query["limit"], "starts_at")


@blp.route("/appointments")
class Diary(MethodView):
    """My own diary."""

    @blp.operation("list_my_diary")
    @blp.arguments(PageQuery(), location="query")
    @blp.response(200, page_of(AppointmentOut)())
    def get(self, query: dict[str, Any]) -> object:
        """List the meetings I host and have not finished, soonest first."""
        with begin() as work:
            found = appointments.diary(work, query["after"], query["limit"])
        return page(found, query["limit"], "starts_at")


@blp.route("/appointments/<uuid:appointment_id>")
class OneAppointment(MethodView):
    """One meeting."""

    @blp.operation("read_appointment", versioned=True)
    @blp.response(200, AppointmentOut())
    def get(self, appointment_id: UUID) -> object:
        """Read one meeting."""
        with begin() as work:
            found = appointments.read(work, appointment_id)
        set_version(found)
        return found

    @blp.operation("move_appointment", refuses=(409,), versioned=True)
    @blp.arguments(AppointmentIn())
    @blp.response(200, AppointmentOut())
    def patch(self, wanted: dict[str, Any], appointment_id: UUID) -> object:
        """Move a meeting to another free slot; the old one is free at the same moment."""
        with begin() as work:
            moved = appointments.move(work, appointment_id, wanted["slot_id"], if_match())
        set_version(moved)
        return moved


@blp.route("/appointments/<uuid:appointment_id>/cancel")
class AppointmentCancelled(MethodView):
    """The end before the beginning."""

    @blp.operation("cancel_appointment", refuses=(409,), versioned=True)
    @blp.response(200, AppointmentOut())
    def post(self, appointment_id: UUID) -> object:
        """Cancel a meeting; its slot is free again."""
        with begin() as work:
            cancelled = appointments.cancel(work, appointment_id, if_match())
        set_version(cancelled)
        return cancelled


@blp.route("/appointments/<uuid:appointment_id>/hold")
class AppointmentHeld(MethodView):
    """It took place."""

    @blp.operation("hold_appointment", refuses=(409,), versioned=True)
    @blp.arguments(HeldIn())
    @blp.response(200, AppointmentOut())
    def post(self, seen: dict[str, Any], appointment_id: UUID) -> object:
        """Note, as the host, that the meeting took place."""
        with begin() as work:
            held = appointments.hold(work, appointment_id, if_match(), **seen)
        set_version(held)
        return held


@blp.route("/appointments/<uuid:appointment_id>/no-show")
class AppointmentMissed(MethodView):
    """The patient did not come."""

    @blp.operation("miss_appointment", refuses=(409,), versioned=True)
    @blp.response(200, AppointmentOut())
    def post(self, appointment_id: UUID) -> object:
        """Note, as the host, that the patient did not come."""
        with begin() as work:
            missed = appointments.no_show(work, appointment_id, if_match())
        set_version(missed)
        return missed


@blp.route("/appointments/<uuid:appointment_id>/video-room")
class VideoRoom(MethodView):
    """The door to the call."""

    @blp.operation("open_video_room", refuses=(409,))
    @blp.response(200, VideoRoomOut())
    def get(self, appointment_id: UUID) -> object:
        """Get the video room, as the patient or the host of a booked meeting."""
        with begin() as work:
            return appointments.room(work, appointment_id)
