"""What is an access token of the house, and how is one made?

It lives on the machine's own clock, because it only shortens the life of a stolen copy on the
wire. How long a person stays signed in is decided on the clock of the house, by the login session
that is read at every request.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from api.platform.token_keys import ALGORITHM, keys_of
from rules.terms import Role
from workflows.platform.clock import SystemClock
from workflows.platform.errors import NotSignedIn
from workflows.platform.settings import Settings

ISSUER = AUDIENCE = "vigil"
HEADER_TYPE, TOKEN_TYPE = "at+jwt", "access"
STAFF = frozenset({Role.COACH, Role.PRESCRIBER, Role.SAFETY_OFFICER, Role.SITE_STAFF, Role.ADMIN})
STAFF_LIFE, USUAL_LIFE = timedelta(minutes=5), timedelta(minutes=10)
TEXT_CLAIMS = ("iss", "aud", "sub", "sid", "jti", "type")
TIME_CLAIMS = ("iat", "nbf", "exp")


class AccessToken(NamedTuple):
    """A token and how long it may be used."""

    token: str
    expires_in_seconds: int


def issue_access_token(
    settings: Settings, user_id: UUID, login_id: UUID, roles: Iterable[Role]
) -> AccessToken:
    """Make a short-lived token for one login session; it names nobody's role."""
    life = STAFF_LIFE if STAFF.intersection(roles) else USUAL_LIFE
    now = int(SystemClock().now().timestamp())
    claims = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(user_id),
        "sid": str(login_id),
        "jti": str(uuid4()),
        "type": TOKEN_TYPE,
        "iat": now,
        "nbf": now,
        "exp": now + int(life.total_seconds()),
    }
    keys = keys_of(settings)
    token = jwt.encode(claims, keys.signing, ALGORITHM, headers=header(keys.signing_id))
    return AccessToken(token, int(life.total_seconds()))


def header(kid: str) -> dict[str, str]:
    """Give the only header that a token of ours has."""
    return {"alg": ALGORITHM, "typ": HEADER_TYPE, "kid": kid}


def key_for(
    settings: Settings, told_header: Mapping[str, Any], claims: Mapping[str, Any]
) -> Ed25519PublicKey:
    """Give the key that must have signed this token, if it has exactly the shape of ours.

    It runs before the signature is checked, on the very bytes that are checked then, because
    afterwards the library has already filled in what is missing.
    """
    key = keys_of(settings).believed.get(str(told_header.get("kid")))
    times = [claims.get(name) for name in TIME_CLAIMS]
    ours = (
        dict(told_header) == header(str(told_header.get("kid")))
        and set(claims) == {*TEXT_CLAIMS, *TIME_CLAIMS}
        and all(isinstance(claims[name], str) for name in TEXT_CLAIMS)
        and all(type(time) is int for time in times)
        and claims["type"] == TOKEN_TYPE
        and _is_short_lived(claims)
    )
    if key is None or not ours:
        raise NotSignedIn
    return key


def _is_short_lived(claims: Mapping[str, Any]) -> bool:
    life = claims["exp"] - claims["iat"]
    return bool(0 < life <= USUAL_LIFE.total_seconds())
