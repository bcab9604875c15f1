"""What does the authenticator of a demo account show? It follows from the password of that account.

So whoever knows the demo password can be everybody in development, and nothing is written down.
`python -m workflows.people.demo_factors coach` prints the code of now, for VIGIL_DEMO_PASSWORD.
"""

import os
import sys
from base64 import b32encode
from hashlib import sha256

import pyotp
from sqlalchemy import select, update

from models.people.accounts import SecondFactor, UserAccount
from workflows.platform.runtime import clock_of
from workflows.platform.settings import Settings
from workflows.platform.work import Work

PASSWORD_SETTING = "VIGIL_DEMO_PASSWORD"  # noqa: S105 - the name of a setting
DOMAIN = "demo.example"
SECRET_BYTES = 20


def secret_of(email: str, password: str) -> str:
    """Give the secret of a demo account's authenticator."""
    drawn = sha256(f"authenticator of {email}\0{password}".encode()).digest()
    return b32encode(drawn[:SECRET_BYTES]).decode()


def hold(work: Work, account: UserAccount, password: str) -> None:
    """Let a demo account hold the factor that belongs to its password (a step)."""
    secret = secret_of(account.email, password)
    live = select(SecondFactor).where(
        SecondFactor.user_id == account.id, SecondFactor.ended_at.is_(None)
    )
    if secret in {factor.secret for factor in work.session.scalars(live)}:
        return
    work.session.execute(
        update(SecondFactor)
        .where(SecondFactor.user_id == account.id, SecondFactor.ended_at.is_(None))
        .values(ended_at=work.now, end_reason="replaced")
    )
    work.session.add(
        SecondFactor(
            user_id=account.id,
            secret=secret,
            begun_at=work.now,
            confirmed_at=work.now,
            last_step=0,
        )
    )
    work.session.flush()


def main(arguments: list[str] | None = None) -> int:
    """Print the code of one demo account."""
    wanted = sys.argv[1:] if arguments is None else arguments
    settings = Settings.from_env(need_database=False)
    password = os.environ.get(PASSWORD_SETTING, "")
    if settings.is_production or not password or len(wanted) != 1:
        sys.stderr.write(f"Name one demo account, and set {PASSWORD_SETTING}.\n")
        return 1
    app = pyotp.TOTP(secret_of(f"{wanted[0]}@{DOMAIN}", password))
    clock = clock_of(settings)
    sys.stdout.write(f"{app.at(clock.now())}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
