"""Who is asking? Token, then login session, then roles; anything doubtful is nobody."""

import re
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Flask, Response, g, request
from flask_jwt_extended import JWTManager, verify_jwt_in_request
from flask_jwt_extended.exceptions import JWTExtendedException
from jwt.exceptions import PyJWTError

from api.platform import tokens
from api.platform.problems import of_refusal
from api.platform.request import request_id, runtime
from api.platform.token_keys import ALGORITHM
from workflows.people import who
from workflows.platform.errors import NotSignedIn
from workflows.platform.settings import Settings

BEARER = re.compile(r"Bearer [A-Za-z0-9_-]{1,400}\.[A-Za-z0-9_-]{1,1000}\.[A-Za-z0-9_-]{1,100}")
UUID_TEXT = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LOADERS = (
    "unauthorized_loader",
    "invalid_token_loader",
    "expired_token_loader",
    "revoked_token_loader",
    "needs_fresh_token_loader",
    "user_lookup_error_loader",
    "token_verification_failed_loader",
)


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
    if not BEARER.fullmatch(request.headers.get("Authorization", "")):
        raise NotSignedIn
    try:
        found = verify_jwt_in_request()
    except (RecursionError, ArithmeticError):
        raise NotSignedIn from None
    if found is None:  # pragma: no cover - only for OPTIONS, which reaches no operation
        raise NotSignedIn
    claims = found[1]
    g.actor = who.actor_of(runtime(), _id(claims, "sid"), _id(claims, "sub"), request_id())


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
