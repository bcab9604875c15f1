"""What does a message say? That something waits, and never what, or about whom.

Whoever looks over a shoulder at a locked phone learns nothing from it.
"""

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

from workflows.platform.template import Haste, Template
from workflows.platform.templates_es import SPANISH

_LOOK = "Vigil: something to look at"
SOMETHING_NEW = Template("Vigil: something new", "There is something new for you. Open Vigil.")

TEMPLATES: Mapping[str, Template] = MappingProxyType(
    {
        "answer_at_once": Template(
            "Vigil: please answer now",
            "We are waiting for your answer. Open Vigil now. If you are worried, call 911.",
        ),
        "answer_please": Template(
            "Vigil: please answer", "We are waiting for your answer. Open Vigil when you read this."
        ),
        "reach_somebody": Template(
            "Please reach the person who named you",
            "They do not answer. Please call, or go and see them now. If you cannot reach them"
            " and are worried, call 911.",
        ),
        "somebody_needs_you": Template(
            "Vigil: somebody needs you", "Somebody on your list waits for an answer. Open Vigil."
        ),
        "somebody_needs_you_now": Template(
            "Vigil: answer now",
            "Somebody needs an answer from you now. Open Vigil and take it on.",
            urgent=True,
        ),
        "help_was_called": Template(
            "Vigil: answer now",
            "Somebody called for help. Open Vigil and take it on.",
            urgent=True,
        ),
        "appointment_booked": Template(
            "Vigil: a time is booked", "A time was booked for you. Open Vigil to see it."
        ),
        "appointment_moved": Template(
            "Vigil: a time was moved", "A booked time was moved. Open Vigil to see the new one."
        ),
        "appointment_cancelled": Template(
            "Vigil: a time was called off", "A booked time was called off. Open Vigil for another."
        ),
        "appointment_missed": Template(
            "Vigil: a time was missed", "We missed you at a booked time. Open Vigil for another."
        ),
        "decision_ready": Template("Vigil: an answer for you", "Your answer is there. Open Vigil."),
        "dose_blocked": Template(_LOOK, "Somebody cannot go on without you. Open Vigil."),
        "dose_reported": Template(_LOOK, "Something was reported to you. Open Vigil soon."),
        "hold_placed": Template(_LOOK, "Somebody asked to wait. Open Vigil to see why."),
        "intake_submitted": Template(_LOOK, "Somebody finished their form. Open Vigil."),
        "parcel_count_differs": Template(_LOOK, "A count does not add up. Open Vigil."),
        "parcel_notice": Template(
            "Vigil: please read now", "Please open Vigil before you use anything we sent you."
        ),
        "parcel_on_its_way": Template(
            "Vigil: a parcel", "A parcel is on its way to you. Open Vigil when it arrives."
        ),
        "patient_wants_a_word": Template(_LOOK, "Somebody would like to talk to you. Open Vigil."),
        "reading_needs_a_look": Template(_LOOK, "A number needs your eye. Open Vigil."),
        "request_waits": Template(_LOOK, "Somebody asked for something. Open Vigil."),
        "somebody_left": Template(_LOOK, "Somebody has left. Open Vigil."),
        "report_received": Template(_LOOK, "A new report waits for you. Open Vigil soon."),
        "late_item_unread": Template(
            _LOOK, "A phone sent something that we could not take in. Open Vigil."
        ),
        "phone_forked": Template(_LOOK, "A phone seems to have a double. Open Vigil."),
        "queue_in_quarantine": Template(
            _LOOK, "A phone that was signed out sent something. Open Vigil."
        ),
        "report_added_to": Template(_LOOK, "A report was added to. Open Vigil."),
        "sitter_contact_code": Template("Vigil: your code", "Type this code into Vigil:"),
        "signed_out_for_safety": Template(
            "Vigil: you were signed out",
            "We signed you out of Vigil to keep your account safe. Sign in again.",
        ),
        "recovery_asked": Template(
            "Vigil: your account",
            "Somebody asked us to open your account anew. If that was not you, call us now.",
        ),
        "account_recovered": Template(
            "Vigil: your account was opened anew",
            "The old ways into your account ended. If that was not you, call us now.",
        ),
        "sign_in_misused": Template(
            "Vigil: a sign-in was misused",
            "Somebody used a sign-in of the staff twice. We ended it. Open Vigil to see whose.",
        ),
        "password_changed": Template(
            "Vigil: your password was changed",
            "Your password was changed. If that was not you, call us now.",
        ),
        "work_moved_to_you": Template(
            _LOOK, "Something of somebody who left is yours now. Open Vigil to see it."
        ),
        "work_without_owner": Template(
            "Vigil: nobody has this",
            "Somebody left, and nobody has their work yet. Open Vigil and find somebody.",
            urgent=True,
        ),
        "sitter_link_opened_again": Template(
            "Vigil: a link was used twice",
            "Somebody opened an invitation of ours a second time. If that was none of you, call"
            " us.",
        ),
        "sitter_gone": Template(
            "Vigil: somebody cannot come",
            "Somebody you count on cannot come any more. Open Vigil and choose somebody else.",
        ),
        "glass_broken": Template(
            "Vigil: please review",
            "Somebody opened a record that is not theirs to open. Open Vigil and look at it.",
            urgent=True,
        ),
        "glass_was_broken": Template(
            "Vigil: somebody looked",
            "Somebody outside your team opened your record. Open Vigil to see who, and why.",
        ),
        "check_again": Template(
            "Vigil: please wait", "Something has to be checked again before you go on. Open Vigil."
        ),
        "card_was_read": Template(
            "Vigil: something was read",
            "Somebody read what was handed to helpers. Open Vigil to see what, and when.",
        ),
        "second_factor_changed": Template(
            "Vigil: your sign-in was changed",
            "The second step of your sign-in was changed. If that was not you, call us now.",
        ),
        "right_ends": Template(
            "Vigil: something ends soon", "A permission ends soon. Open Vigil to see which one."
        ),
        "form_due": Template(
            "Vigil: a form is due", "A form of yours is not sent yet. Open Vigil to finish it."
        ),
        "form_overdue": Template(
            "Vigil: a form is overdue",
            "A form of your site was not sent in time, and the site waits for it. Open Vigil now.",
            urgent=True,
        ),
        "invitation": Template(
            "You are invited to Vigil",
            "Somebody invited you to Vigil. Use the link they gave you.",
        ),
        "questions_wait": Template(
            "Vigil: some questions", "Some questions wait for you. Open Vigil when you have time."
        ),
        "webhook_wants_you": Template(_LOOK, "Somebody asks for your agreement. Open Vigil."),
        "webhook_silent": Template(
            _LOOK, "Another system was not told of what happened. Open Vigil to see which one."
        ),
        "please_look_now": Template(
            "Vigil: please look now",
            "Somebody may need you at once. Open Vigil now.",
            urgent=True,
        ),
        "please_look_at_answers": Template(_LOOK, "Somebody's answers wait for you. Open Vigil."),
        "something_changed": Template(_LOOK, "Somebody told us of a change. Open Vigil soon."),
        "consent_changed": Template(_LOOK, "Somebody changed their mind. Open Vigil soon."),
        "message_undelivered": Template(
            _LOOK, "A message of ours did not arrive. Open Vigil to see which one."
        ),
        "something_new": SOMETHING_NEW,
    }
)


# Who is told at once, and what its reader may want to read later. What stands in neither is told
# soon: what keeps an account safe, or asks staff about somebody, is nobody's to put off.
NOW = frozenset(
    {
        *("answer_at_once", "answer_please", "check_again", "reach_somebody"),
        *("sitter_contact_code", "somebody_needs_you"),
    }
)
CAN_WAIT = frozenset(
    {
        *("appointment_booked", "appointment_cancelled", "appointment_missed", "appointment_moved"),
        *("card_was_read", "decision_ready", "form_due", "glass_was_broken", "intake_submitted"),
        *("parcel_on_its_way", "questions_wait", "request_waits", "right_ends", "somebody_left"),
        *("webhook_silent", "webhook_wants_you"),
    }
)

IN: Mapping[str, Mapping[str, Template]] = MappingProxyType({"en": TEMPLATES, "es": SPANISH})


def template_for(name: str, language: str = "en") -> Template:
    """Give the words of a message; one without words of its own still says that something waits.

    A message that is not written in a language is sent in English: better that than none.
    """
    written = IN.get(language, TEMPLATES)
    words = written.get(name) or TEMPLATES.get(name) or written["something_new"]
    haste = _haste(name)
    return words if words.haste is haste else replace(words, haste=haste)


def _haste(name: str) -> Haste:
    """What we know nothing about is never held."""
    if name in NOW:
        return Haste.NOW
    return Haste.CAN_WAIT if name in CAN_WAIT else Haste.SOON
