"""Can the key that signs be changed without signing anybody out, and is an old one forgotten?"""

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from api.app import create_app
from api.platform.token_keys import JWKS_PATH
from tests.api.client import Client
from tests.api.conftest import token_for
from workflows.platform.runtime import Runtime

OLD, NEW = b"an old seed of exactly 32 bytes!", b"and a new seed of these 32 bytes"
Served = Callable[..., Client]


@pytest.fixture
def served(runtime: Runtime, user_id: UUID) -> Served:
    """Give a client of the house as it runs with these keys, with a token signed by the first."""

    def serve(*seeds: bytes, token: str | None = None) -> Client:
        settings = replace(runtime.settings, token_keys=seeds)
        house = Runtime(runtime.bind, runtime.clock, settings)
        return Client(create_app(house), token or token_for(house, user_id))

    return serve


# Every phone was signed out in the night the key was changed, in the middle of a session.
def test_a_key_is_changed_without_signing_anybody_out(served: Served) -> None:
    before = served(OLD)
    announced, swapped = served(OLD, NEW), served(NEW, OLD)
    for token in (before.token, announced.token, swapped.token):
        for seeds in ((OLD, NEW), (NEW, OLD)):
            assert served(*seeds, token=token).get("/me").status_code == 200


@pytest.mark.asvs("9.1.3")
def test_a_key_that_was_taken_out_signs_nobody_in(served: Served) -> None:
    old = served(OLD).token
    assert served(NEW, token=old).get("/me").status_code == 401


@pytest.mark.asvs("9.1.2")
def test_the_first_key_signs(served: Served) -> None:
    heads = [jwt.get_unverified_header(served(*seeds).token) for seeds in ((OLD, NEW), (NEW, OLD))]
    assert [head["alg"] for head in heads] == ["EdDSA", "EdDSA"]
    assert heads[0]["kid"] != heads[1]["kid"]


def test_others_can_tell_our_tokens_with_the_public_halves_alone(served: Served) -> None:
    client = served(NEW, OLD)
    answer = client.get(JWKS_PATH)
    assert (answer.status_code, answer.mimetype) == (200, "application/jwk-set+json")
    known = jwt.PyJWKSet.from_dict(answer.json)
    key = known[jwt.get_unverified_header(client.token)["kid"]]
    claims = jwt.decode(client.token, key, ["EdDSA"], audience="vigil", issuer="vigil")
    assert set(claims) == {"iss", "aud", "sub", "sid", "jti", "type", "iat", "nbf", "exp"}


# A set of keys was published whole, with what signs.
@pytest.mark.asvs("13.3.1")
def test_only_public_halves_are_served(served: Served) -> None:
    keys = served(OLD, NEW).get(JWKS_PATH).json["keys"]
    assert [set(key) for key in keys] == [{"kty", "crv", "x", "kid", "use", "alg"}] * 2
    assert len({key["kid"] for key in keys}) == 2
    assert Ed25519PrivateKey.from_private_bytes(OLD)
