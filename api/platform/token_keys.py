"""By which keys is a token of ours made and known?

Each key is known by the thumbprint of its public half (RFC 7638), so that a name cannot be moved to
another key. The first key signs; the other one is on its way in or on its way out.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask, Response
from jwt.utils import base64url_encode

from workflows.platform.settings import Settings

ALGORITHM = "EdDSA"
JWKS_PATH = "/.well-known/jwks.json"


@dataclass(frozen=True, slots=True)
class TokenKeys:
    """The key that signs now, and by name every key that is believed."""

    signing: Ed25519PrivateKey
    signing_id: str
    believed: Mapping[str, Ed25519PublicKey]


def install(app: Flask, settings: Settings) -> None:
    """Serve the public halves to whoever has to tell our tokens from others."""
    told = orjson.dumps({"keys": [jwk(key) for key in keys_of(settings).believed.values()]})
    app.add_url_rule(
        JWKS_PATH,
        "token_keys",
        view_func=lambda: Response(told, content_type="application/jwk-set+json"),
    )


def keys_of(settings: Settings) -> TokenKeys:
    """Give the keys of these settings."""
    return _keys(settings.token_keys)


def jwk(key: Ed25519PublicKey) -> dict[str, str]:
    """Write a public key as others read it."""
    return _members(key) | {"kid": key_id(key), "use": "sig", "alg": ALGORITHM}


def key_id(key: Ed25519PublicKey) -> str:
    """Name a key by its thumbprint."""
    plain = orjson.dumps(_members(key), option=orjson.OPT_SORT_KEYS)
    return base64url_encode(sha256(plain).digest()).decode()


@cache
def _keys(seeds: tuple[bytes, ...]) -> TokenKeys:
    private = [Ed25519PrivateKey.from_private_bytes(seed) for seed in seeds]
    believed = {key_id(key.public_key()): key.public_key() for key in private}
    return TokenKeys(private[0], next(iter(believed)), believed)


def _members(key: Ed25519PublicKey) -> dict[str, str]:
    raw = key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return {"crv": "Ed25519", "kty": "OKP", "x": base64url_encode(raw).decode()}
