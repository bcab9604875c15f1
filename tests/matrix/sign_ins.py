"""What hangs on people and their sign-ins? Keys of devices, ways back in, and broken glass."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from models.oversight.break_glass import BreakGlass
from models.people.accounts import LoginSession
from models.people.doors import AccountRecovery
from models.people.passkeys import Passkey, PasskeyChallenge
from models.platform.trail import Notification
from models.platform.webhooks import WebhookEndpoint
from rules.terms import GlassReason
from tests.authenticator import Authenticator, plain, text
from tests.matrix.canaries import WORDS
from tests.matrix.rows import Rows, kept
from workflows.people import passkey_checks, stays
from workflows.people.passkey_checks import Made
from workflows.platform.settings import Settings

RECOVERY_KEY = "r" * 43
CHALLENGE = b"c" * 32
AN_HOUR = timedelta(hours=1)
# Who broke the glass, how many minutes ago, and after how many they closed it again themselves.
LOOKS: dict[str, tuple[int, int | None]] = {
    "prescriber who broke the glass": (1, None),
    "officer who broke the glass": (2, None),
    "prescriber whose look is over": (60, None),
    "officer who closed the glass again": (20, 10),
}


def of_the_glass(session: Session, now: datetime, whose: Rows, logins: Rows) -> Rows:
    """Add a look of each, over the patient of the world, and one over somebody else's record."""
    looks = {
        name: _a_look(session, now - timedelta(minutes=ago), whose["patient"], logins[name], closed)
        for name, (ago, closed) in LOOKS.items()
    }
    _a_look(session, now, whose["patient, another"], logins["prescriber on call"], None)
    return {
        "glass_id": looks["prescriber who broke the glass"],
        "glass of an officer": looks["officer who broke the glass"],
        "glass over": looks["prescriber whose look is over"],
    }


def of_the_doors(session: Session, now: datetime, ids: Rows) -> Rows:
    """Add two ways back in: one that waits for a second word, and one whose key was handed out."""
    asked: dict[str, Any] = {"seen": "in_person", "asked_by": ids["admin"], "asked_at": now}
    confirmed = {
        "confirmed_by": ids["officer elsewhere"],
        "confirmed_at": now,
        "token_hash": stays.token_hash(RECOVERY_KEY),
        "expires_at": now + AN_HOUR,
    }
    waits = kept(session, AccountRecovery(user_id=ids["nobody"], **asked))
    kept(session, AccountRecovery(user_id=ids["patient, another"], **asked, **confirmed))
    return {"recovery_id": waits.id}


def passkeys(session: Session, now: datetime, settings: Settings, ids: Rows) -> tuple[Rows, Any]:
    """Give everybody a passkey, and what the patient's says at the door when it is asked."""
    phone, owner = Authenticator(), ids["patient"]
    asked = {"id": "", "challenge": text(CHALLENGE), "user_handle": text(owner.bytes)}
    told = phone.make(asked)
    names = ("credential_id", "client_data_json", "attestation_object")
    made = passkey_checks.read_made(settings, CHALLENGE, Made(**{one: told[one] for one in names}))
    if made is None:
        raise LookupError("the phone of the matrix makes no key that the house takes")
    rows = {}
    for name, user_id in ids.items():
        key = plain(told["credential_id"]) if user_id == owner else user_id.bytes
        row = Passkey(
            user_id=user_id,
            credential_id=key,
            public_key=made.public_key,
            sign_count=0,
            created_at=now,
        )
        rows[f"passkey of {name}"] = kept(session, row).id
    at_the_door = PasskeyChallenge(
        purpose="log_in", challenge=CHALLENGE, issued_at=now, expires_at=now + AN_HOUR
    )
    asked["id"] = str(kept(session, at_the_door).id)
    return rows | {"passkey_id": rows["passkey of patient"]}, phone.sign(asked)


def webhooks(session: Session, now: datetime, ids: Rows) -> Rows:
    """Give everybody an address of another system that asks to use their rights."""
    rows = {}
    for name, user_id in ids.items():
        row = WebhookEndpoint(
            url="https://hooks.example.org/vigil",
            kinds=[],
            owner_id=user_id,
            set_up_by=next(one for one in ids.values() if one != user_id),
            set_up_at=now,
        )
        rows[f"webhook of {name}"] = kept(session, row).id
    return rows | {"webhook_id": rows["webhook of coach on the team"]}


def messages(session: Session, now: datetime, ids: Rows) -> Rows:
    """Give everybody a message of their own."""
    rows = {}
    for name, user_id in ids.items():
        row = Notification(user_id=user_id, template="decision_ready", created_at=now)
        rows[f"message of {name}"] = kept(session, row).id
    return rows | {"message_id": rows["message of patient"]}


def _a_look(
    session: Session, began_at: datetime, patient_id: UUID, login_id: UUID, closed: int | None
) -> UUID:
    row = BreakGlass(
        patient_id=patient_id,
        user_id=session.get_one(LoginSession, login_id).user_id,
        login_id=login_id,
        reason=GlassReason.NOBODY_ELSE,
        words=WORDS["glass"],
        factor_proved_at=began_at,
        began_at=began_at,
        ends_at=began_at + AN_HOUR,
        ended_at=None if closed is None else began_at + timedelta(minutes=closed),
    )
    return kept(session, row).id
