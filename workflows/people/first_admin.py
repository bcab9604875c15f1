"""Who opens the house? Until somebody administers it, whoever runs it may ask one person in.

`python -m workflows.people.first_admin --email ada@clinic.example` prints a one-time token. It does
nothing once an administrator can sign in; run again before that, it makes the older token useless.
"""

import argparse
import re
import sys
from collections.abc import Sequence

from sqlalchemy import func, select

from rules.terms import Role
from workflows.people import invitations
from workflows.platform import notifications
from workflows.platform.actor import SYSTEM
from workflows.platform.errors import RecordForbids
from workflows.platform.runtime import Runtime, open_house
from workflows.platform.settings import Settings

_ADDRESS = re.compile(r"[^@\s]{1,64}@[^@\s]{1,180}\.[^@\s]{2,24}")
_ONE_AT_A_TIME = 0x5649_4741


def ask_in(runtime: Runtime, email: str, name: str) -> invitations.Invited:
    """Invite the first administrator; refused while there is one who can sign in."""
    with runtime.begin(SYSTEM) as work:
        work.session.execute(select(func.pg_advisory_xact_lock(_ONE_AT_A_TIME)))
        if notifications.holders(work, Role.ADMIN):
            raise RecordForbids("There is an administrator; ask them.", code="admin_exists")
        invitations.void_by(work, None)
        return invitations.issue(work, email, name, Role.ADMIN)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the token once, for the person at this terminal to hand over."""
    parser = argparse.ArgumentParser(description="Invite the first administrator.")
    parser.add_argument("--email", required=True, type=_address)
    parser.add_argument("--name", default="Administrator", type=_name)
    wanted = parser.parse_args(arguments)
    try:
        invited = ask_in(open_house(Settings.from_env()), wanted.email, wanted.name)
    except RecordForbids as refused:
        sys.stderr.write(f"{refused.detail}\n")
        return 1
    until = f"{invited.invitation.expires_at:%Y-%m-%d %H:%M} UTC"
    sys.stdout.write(f"POST /v1/auth/invitation-acceptances, once, until {until}, with token:\n")
    sys.stdout.write(f"{invited.token}\n")
    return 0


def _address(text: str) -> str:
    if not _ADDRESS.fullmatch(text):
        raise argparse.ArgumentTypeError("this is not an e-mail address")
    return text


def _name(text: str) -> str:
    if not text.strip() or not text.isprintable():
        raise argparse.ArgumentTypeError("this is not a name")
    return text.strip()[:200]


if __name__ == "__main__":
    sys.exit(main())
