"""What may somebody still do while a dose may act on them?

Every act that a patient may do stands here once, by its name in the trail and with the reason: it
waits until the morning, or it is done all the same. What is told, what stops, narrows or calls for
help never waits. A house test holds the acts to this table; an act that it forgets waits.
"""

from collections.abc import Mapping
from types import MappingProxyType

# What binds for longer than the night, or lets somebody else in: agreed to with a clear head only.
WAITS: Mapping[str, str] = MappingProxyType(
    {
        "consent.signed": "agreeing to treatment",
        "intake.submitted": "a signed account of one's health, on which a prescriber relies",
        "preparation_module.answered": "whether it was understood, asked of a clear head",
        "dose_session.sitter_chosen": "who is let into the next evening",
        "sitter.invited": "who is let into the home and the record",
        "invitation.accepted": "taking on a duty or a role",
        "patient.amended": "who is told, and where one is reached when something is wrong",
        "password.changed": "a password of that night is forgotten in the morning",
        "passkey.begun": "another way into the account, on a phone that others may hold now",
        "passkey.registered": "another way into the account, on a phone that others may hold now",
        "passkey.ended": "a way into the account, gone",
        "second_factor.begun": "another factor in place of the one there is",
        "second_factor.confirmed": "another factor in place of the one there is",
        "account.closed": "the end of it all, which nobody undoes; to stop, any other act does",
        "recovery_codes.made": "a way around the factor, written down where others are",
    }
)
# What somebody else decides about them, and they would have to agree to: it waits for whoever asks.
ABOUT_THEM: Mapping[str, str] = MappingProxyType(
    {
        "plan.signed": "a plan is agreed with the patient, the second part of a dose with it",
        "plan.dose_changed": "more is agreed with the patient; less is done at once",
    }
)
_TOLD = "a fact"
_THE_GATE = "the gate of the dose looks itself, and says more"
_WAY_IN = "coming in, showing who one is, or leaving"
PASSES: Mapping[str, str] = MappingProxyType(
    {
        # what happened, how one is, and who is called
        "adverse_event.reported": _TOLD,
        "adverse_event.added_to": _TOLD,
        "assessment.answered": _TOLD,
        "dose_session.dose_reported": _TOLD,
        "emergency.raised": _TOLD,
        "follow_up.answered": _TOLD,
        "home_check.recorded": _TOLD,
        "intake.change_reported": _TOLD,
        "monitoring.checked": _TOLD,
        "monitoring.deviation_told": _TOLD,
        "monitoring.sitter_left": _TOLD,
        "rehearsal.recorded": _TOLD,
        "sitter.concern_told": _TOLD,
        "vital_signs.recorded": _TOLD,
        "plan.weighed": "a measurement; it changes no dose by itself",
        "shipment.received": "what has arrived is there",
        "late_item.kept_aside": _TOLD,
        "late_item.queue_opened": "the door of what a phone tells; each item is an act of its own",
        # what is asked of the record
        "record_export.made": "their own record, behind a fresh factor",
        "rights_request.access_asked": "a question; the office answers it by day",
        "rights_request.amendment_asked": "a question; nothing is changed by it",
        "rights_request.disagreed": "one's own words beside an answer",
        # stopping
        "consent.withdrawn": "taking consent back protects, at any time and for no reason",
        "dose_session.cancelled": "stopping",
        "hold.placed": "stopping",
        "dispatch_link.read": "whoever has the code reads it, and they may be the one in danger",
        "dispatch_link.made": "letting those in who come to help, for minutes",
        "sitter.removed": "narrowing who is let in; not while they watch",
        "appointment.cancelled": "nobody is made to come",
        # the evening itself
        "dose_session.scheduled": "a plan for a day, which the gate judges and anybody calls off",
        "dose_session.check_in_opened": _THE_GATE,
        "predose.decided": _THE_GATE,
        "dose_session.dose_started": _THE_GATE,
        "dose_session.booster_taken": "signed before the first part, and the gate looks again",
        # what binds nobody
        "appointment.booked": "asking for a talk",
        "appointment.moved": "asking for a talk at another time",
        "goal.set": "one's own words, changed at any time",
        "goal.changed": "one's own words, changed at any time",
        "intention.set": "one's own words, changed at any time",
        "intake.opened": "a draft, judged by nobody until it is submitted",
        "intake.saved": "a draft; nothing told is lost",
        "account.time_zone_told": "by which clock the day of somebody at work ends",
        "own_message.acknowledged": "having read something; it answers nothing",
        "message_preference.set": "how what can wait is told; what calls or warns comes anyway",
        # the door
        "login.tried": _WAY_IN,
        "login.asked": _WAY_IN,
        "login.passkey_tried": _WAY_IN,
        "login.refreshed": _WAY_IN,
        "login.ended": _WAY_IN,
        "login.others_ended": _WAY_IN,
        "passkey.asked": _WAY_IN,
        "passkey.proved": _WAY_IN,
        "second_factor.proved": _WAY_IN,
        "recovery.used": "two of the staff vouched for it, and without it nobody can call for help",
    }
)
