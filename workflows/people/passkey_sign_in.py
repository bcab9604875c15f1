"""How does somebody come in with a device alone? It has the key, and saw a finger or a PIN for it.

That is two factors in one act, so no password is asked. The device says whose key it is; nobody
has to name an account, and nothing at the door tells which accounts there are.
"""

from uuid import UUID

from rules.permissions import Permission
from workflows.people import challenges, passkey_checks, passkeys, sign_in, stays, tries
from workflows.people.challenges import Purpose
from workflows.people.passkey_checks import Signed
from workflows.people.passkeys import Asked
from workflows.people.sign_in import Device
from workflows.platform.actor import Actor
from workflows.platform.work import Work, command


@command(permit=Permission.SIGN_IN, audit="login.asked", public=True)
def ask_at_the_door(work: Work) -> Asked:
    """Ask whoever is at the door to sign a challenge."""
    asked = challenges.ask(work, Purpose.LOG_IN)
    return Asked(asked.id, challenge=asked.challenge, expires_at=asked.expires_at)


@command(permit=Permission.SIGN_IN, audit="login.passkey_tried", public=True)
def log_in(work: Work, challenge_id: UUID, told: Signed, device: Device) -> stays.Try:
    """Let the owner of a passkey in; guesses at their password do not keep them out."""
    challenge = challenges.spend(work, challenge_id, Purpose.LOG_IN)
    owner = passkeys.owner_of(work, told)
    if owner is None or challenge is None:
        return stays.turned_away(work, "unknown_passkey")
    account = tries.lock_account(work, owner)
    passkey = passkeys.of_credential(work, told)
    work.actor = Actor(owner, frozenset(), request_id=work.actor.request_id)
    if passkey_checks.bytes_of(told.user_handle) != owner.bytes:
        return stays.turned_away(work, "passkey_of_another")
    if passkey is None or not passkeys.opens(work, passkey, challenge, told):
        return stays.turned_away(work, "passkey_refused")
    if account.disabled_at is not None:
        return stays.turned_away(work, "disabled")
    return stays.Try(sign_in.open_stay(work, account, device, proved=True))
