"""Which acts ask that their person is here now, and not only that somebody signed in once?

A live token proves no presence. What a stolen one must not do stands here, in one place: a house
test holds every act on this list to asking, and every act that asks to this list. Nobody is asked
before calling for help, reporting harm or stopping anything.
"""

from collections.abc import Mapping
from enum import Enum


class Asks(Enum):
    """Of whom is a fresh proof asked?"""

    EVERYBODY = "everybody who does it"
    HOLDERS = "whoever holds a second factor"


ACTS: Mapping[str, tuple[Asks, str]] = {
    "approval.decided": (Asks.EVERYBODY, "saying yes to treatment at home"),
    "plan.signed": (Asks.EVERYBODY, "putting a plan in force"),
    "override.signed": (Asks.EVERYBODY, "letting a finding pass"),
    "override.cosigned": (Asks.EVERYBODY, "letting a finding pass, beside another"),
    "parameter_sheet.signed": (Asks.EVERYBODY, "moving the numbers of the programme"),
    "break_glass.begun": (Asks.EVERYBODY, "reading a record in an emergency, without a relation"),
    "legal_hold.placed": (Asks.EVERYBODY, "keeping a record beyond its time"),
    "legal_hold.lift_asked": (Asks.EVERYBODY, "letting a kept record go"),
    "legal_hold.lifted": (Asks.EVERYBODY, "letting it go, beside another"),
    "erasure.asked": (Asks.EVERYBODY, "asking that a record be made unreadable for good"),
    "erasure.withdrawn": (Asks.EVERYBODY, "taking that back"),
    "erasure.done": (Asks.EVERYBODY, "destroying its key, beside another"),
    "record_export.made": (Asks.EVERYBODY, "taking a whole record away"),
    "webhook.set_up": (Asks.EVERYBODY, "telling another system what happens"),
    "webhook.agreed": (Asks.EVERYBODY, "lending one's own rights to another system"),
    "webhook.key_rotated": (Asks.EVERYBODY, "changing by which key others know us"),
    "recovery.asked": (Asks.EVERYBODY, "saying who somebody is who has lost everything"),
    "recovery.confirmed": (Asks.EVERYBODY, "saying so too"),
    "second_factor.ended": (Asks.EVERYBODY, "taking a lost factor off somebody else"),
    "passkey.ended": (Asks.EVERYBODY, "taking a factor away"),
    "recovery_codes.made": (Asks.EVERYBODY, "making a way around the factor"),
    "second_factor.begun": (Asks.HOLDERS, "putting another factor in place of the one there is"),
    "passkey.begun": (Asks.HOLDERS, "putting another factor beside the one there is"),
    "password.changed": (Asks.HOLDERS, "changing the password"),
    "patient.amended": (Asks.HOLDERS, "changing how one is reached"),
}
