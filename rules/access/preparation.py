"""Who may do what in the room of preparation?"""

from rules.access.words import ANY, NARROWED, OWN, SELF, TEAM, C, P, R, line
from rules.permissions import Permission as May

LINES = (
    # appointments
    line(
        "book_appointment",
        May.BOOK_APPOINTMENT,
        {P: OWN, C: TEAM, R: TEAM},
        closes="appointment.booked",
    ),
    line("list_appointments", May.READ_APPOINTMENTS, {P: OWN, C: TEAM, R: TEAM}),
    line("list_my_diary", May.HOLD_APPOINTMENT, {C: TEAM, R: TEAM}, NARROWED),
    line("read_appointment", May.READ_APPOINTMENTS, {P: OWN, C: TEAM, R: TEAM}),
    line(
        "move_appointment",
        May.BOOK_APPOINTMENT,
        {P: OWN, C: TEAM, R: TEAM},
        closes="appointment.moved",
    ),
    line("cancel_appointment", May.BOOK_APPOINTMENT, {P: OWN, C: TEAM, R: TEAM}),
    line("hold_appointment", May.HOLD_APPOINTMENT, {C: TEAM, R: TEAM}),
    line("miss_appointment", May.HOLD_APPOINTMENT, {C: TEAM, R: TEAM}),
    line("open_video_room", May.READ_APPOINTMENTS, {P: OWN, C: TEAM, R: TEAM}),
    # home checks
    line("check_home", May.COMPLETE_MODULE, {P: OWN}),
    # intentions
    line("set_intention", May.COMPLETE_MODULE, {P: OWN}, closes="intention.set"),
    line("list_intentions", May.READ_READINESS, {P: OWN, C: TEAM, R: TEAM}),
    # modules
    line("list_preparation_modules", May.READ_READINESS, {P: ANY, C: ANY, R: ANY}),
    line(
        "answer_preparation_module",
        May.COMPLETE_MODULE,
        {P: OWN},
        closes="preparation_module.answered",
    ),
    # readiness
    line("read_readiness", May.READ_READINESS, {P: OWN, C: TEAM, R: TEAM}),
    # rehearsals
    line("record_rehearsal_reading", May.RECORD_REHEARSAL, {P: OWN}),
    # slots
    line("offer_slot", May.OFFER_SLOTS, {C: SELF, R: SELF}),
    line("list_my_slots", May.OFFER_SLOTS, {C: SELF, R: SELF}, NARROWED),
    line("list_free_slots", May.READ_SLOTS, {P: OWN, C: TEAM, R: TEAM}),
)
