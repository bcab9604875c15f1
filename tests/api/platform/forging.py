"""How is a token made that differs from a good one in one thing?"""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import jwt

from api.platform import tokens
from api.platform.token_keys import ALGORITHM, keys_of
from workflows.platform.clock import SystemClock
from workflows.platform.settings import Settings

Change = Callable[[dict[str, Any]], object]
NOW = int(SystemClock().now().timestamp())
LIFE = 600


def part(value: Any) -> str:
    """Write one part of a token."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class Forger:
    """Makes a good token, or one that differs in one thing."""

    def __init__(self, settings: Settings, user_id: UUID, login_id: UUID) -> None:
        """Know whose token it would be."""
        self.keys = keys_of(settings)
        self.header: dict[str, Any] = tokens.header(self.keys.signing_id)
        self.claims: dict[str, Any] = {
            "iss": tokens.ISSUER,
            "aud": tokens.AUDIENCE,
            "sub": str(user_id),
            "sid": str(login_id),
            "jti": str(uuid4()),
            "type": tokens.TOKEN_TYPE,
            "iat": NOW,
            "nbf": NOW,
            "exp": NOW + LIFE,
        }

    def token(
        self, key: Any = None, *, algorithm: str = ALGORITHM, payload: bytes | None = None
    ) -> str:
        """Sign header and claims just as they are, right or wrong."""
        body = f"{part(self.header)}.{part(payload or self.claims)}"
        signer = jwt.get_algorithm_by_name(algorithm)
        prepared = key if isinstance(key, bytes) else signer.prepare_key(key or self.keys.signing)
        return f"{body}.{part(signer.sign(body.encode(), prepared))}"


def without(name: str) -> Change:
    """Leave one thing out."""
    return lambda told: told.pop(name)


def having(**other: Any) -> Change:
    """Say something else."""
    return lambda told: told.update(other)
