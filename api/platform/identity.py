"""Who is asking? Token, then login session, then roles; anything doubtful is nobody."""

import re
from contextlib import suppress
from datetime import timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

from flask import Flask, Response, g, request
from flask_jwt_extended import JWTManager, verify_jwt_in_request
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt.exceptions import PyJWTError

from api.platform import tokens
from api.platform.problems import of_refusal
from api.platform.request import request_id, runtime
from api.platform.token_keys import ALGORITHM, keys_of
from workflows.people import who
from workflows.platform.clock import SystemClock
from workflows.platform.errors import NotSignedIn
from workflows.platform.settings import Settings

BEARER = re.compile(r"Bearer [A-Za-z0-9_-]{1,400}\.[A-Za-z0-9_-]{1,1000}\.[A-Za-z0-9_-]{1,100}")
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOST_TOKENS = 4096
LOADERS = (
    "unauthorized_loader",
    "invalid_token_loader",
    "expired_token_loader",
    "revoked_token_loader",
    "needs_fresh_token_loader",
    "user_lookup_error_loader",
    "token_verification_failed_loader",
)


class Known(NamedTuple):
    """Who a token means, and between which seconds of the epoch it counts."""

    login_id: UUID
    user_id: UUID
    begins: int
    ends: int


def install(app: Flask, settings: Settings) -> None:
    """Let this app know the tokens of the house and no other."""
    app.config |= {
        "JWT_ALGORITHM": ALGORITHM,
        "JWT_DECODE_ALGORITHMS": [ALGORITHM],
        "JWT_DECODE_ISSUER": tokens.ISSUER,
        "JWT_DECODE_AUDIENCE": tokens.AUDIENCE,
        "JWT_DECODE_LEEWAY": timedelta(0),
        "JWT_TOKEN_LOCATION": ["headers"],
    }
    manager = JWTManager(app)
    manager.decode_key_loader(lambda header, claims: tokens.key_for(settings, header, claims))
    for loader in LOADERS:
        getattr(manager, loader)(_not_signed_in)


def sign_in() -> None:
    """Find out who is asking, or refuse."""
    told = request.headers.get("Authorization", "")
    if not BEARER.fullmatch(told):
        raise NotSignedIn
    believed = frozenset(keys_of(runtime().settings).believed)
    known = _verified(sha256(told.encode()).digest(), believed)
    if not known.begins <= SystemClock().now().timestamp() < known.ends:
        known = _verified.__wrapped__(b"", believed)  # the library says what is wrong with it
    g.actor = who.actor_of(runtime(), known.login_id, known.user_id, request_id())


@lru_cache(maxsize=MOST_TOKENS)
def _verified(_digest: bytes, _believed: frozenset[str]) -> Known:
    """Check the token of this request; what held once for its every byte need not be asked again.

    Only who was meant and for how long is remembered, and nothing that was refused. Other keys ask
    anew. Whether the login session still stands, and its roles, are read at every request.
    """
    try:
        found = verify_jwt_in_request()
    except (RecursionError, ArithmeticError):
        raise NotSignedIn from None
    if found is None:  # pragma: no cover - only for OPTIONS, which reaches no operation
        raise NotSignedIn
    claims = found[1]
    begins = max(claims["nbf"], claims["iat"])
    return Known(_id(claims, "sid"), _id(claims, "sub"), begins, claims["exp"])


def recognise() -> None:
    """Find out who is asking if that is possible; an old token keeps nobody out of an open door."""
    with suppress(NotSignedIn, JWTExtendedException, PyJWTError):
        sign_in()


def _id(claims: dict[str, Any], name: str) -> UUID:
    if not UUID_TEXT.fullmatch(claims[name]):
        raise NotSignedIn
    return UUID(claims[name])


def _not_signed_in(*_: object) -> Response:
    return of_refusal(NotSignedIn())
