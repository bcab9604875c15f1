"""In how many ways can a token be forged, and is each of them nobody's?"""

from collections.abc import Callable
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1
from cryptography.hazmat.primitives.asymmetric.ec import generate_private_key as ec_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key as rsa_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from flask import Flask
from sqlalchemy.orm import Session

from api.platform import token_keys, tokens
from models.people.accounts import LoginSession, UserAccount
from tests.api.client import Client
from tests.api.platform.forging import LIFE, NOW, Change, Forger, having, part, without
from tests.factories.people import a_login
from workflows.platform.runtime import Runtime

Forgery = Callable[[Forger], str]
RAW = (Encoding.Raw, PublicFormat.Raw)
PEM = (Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
DER = (Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
SSH = (Encoding.OpenSSH, PublicFormat.OpenSSH)


def claiming(change: Change) -> Forgery:
    """Sign other claims with the right key."""

    def forge(by: Forger) -> str:
        change(by.claims)
        return by.token()

    return forge


def headed(change: Change) -> Forgery:
    """Sign another header with the right key."""

    def forge(by: Forger) -> str:
        change(by.header)
        return by.token()

    return forge


def with_public_key(algorithm: str, *form: object) -> Forgery:
    """Use our public key, which everybody has, as if it were a shared secret."""

    def forge(by: Forger) -> str:
        by.header["alg"] = algorithm
        return by.token(by.keys.signing.public_key().public_bytes(*form), algorithm=algorithm)

    return forge


def by_another(algorithm: str, *, key: Callable[[], object], told: Change | None = None) -> Forgery:
    """Sign with a key of one's own, and say in the header whatever may help."""

    def forge(by: Forger) -> str:
        by.header["alg"] = algorithm
        (told or having())(by.header)
        return by.token(key(), algorithm=algorithm)

    return forge


def bringing_a_key(by: Forger) -> str:
    """Name the forger's own key, and bring it along."""
    own = Ed25519PrivateKey.generate()
    by.header |= {"jwk": token_keys.jwk(own.public_key())}
    by.header["kid"] = token_keys.key_id(own.public_key())
    return by.token(own)


def unsigned(**header: object) -> Forgery:
    """Say that no signature is needed, and give none."""

    def forge(by: Forger) -> str:
        by.header |= header
        return f"{part(by.header)}.{part(by.claims)}."

    return forge


def moved_signature(by: Forger) -> str:
    """Put the signature of a good token under other claims."""
    signature = by.token().rsplit(".", 1)[1]
    by.claims["sub"] = str(UUID(int=7))
    return f"{part(by.header)}.{part(by.claims)}.{signature}"


def flipped_bit(by: Forger) -> str:
    """Change one sign of the signature."""
    body, signature = by.token().rsplit(".", 1)
    return f"{body}.{'A' if signature[0] != 'A' else 'B'}{signature[1:]}"


def paid(payload: bytes) -> Forgery:
    """Sign something that is no set of claims."""
    return lambda by: by.token(payload=payload)


FORGERIES: dict[str, Forgery] = {
    **{f"no {n}": claiming(without(n)) for n in (*tokens.TEXT_CLAIMS, *tokens.TIME_CLAIMS)},
    "expired by a second": claiming(having(iat=NOW - LIFE - 1, nbf=NOW - LIFE, exp=NOW - 1)),
    "not yet valid": claiming(having(nbf=NOW + 86_400)),
    "issued in the future": claiming(having(iat=NOW + 86_400)),
    "lives for ever": claiming(having(exp=NOW + 10 * 365 * 86400)),
    "lives eleven minutes": claiming(having(exp=NOW + 660)),
    "ends before it begins": claiming(having(exp=NOW - 1, iat=NOW)),
    "exp is text": claiming(having(exp=str(NOW + LIFE))),
    "exp is a float": claiming(having(exp=NOW + LIFE + 0.5)),
    "exp is true": claiming(having(exp=True)),
    "exp is endless": claiming(having(exp=float("inf"))),
    "nbf is null": claiming(having(nbf=None)),
    "another issuer": claiming(having(iss="someone")),
    "the beginning of the issuer": claiming(having(iss="vig")),
    "a list of issuers": claiming(having(iss=["vigil"])),
    "another audience": claiming(having(aud="someone")),
    "a list of audiences": claiming(having(aud=["vigil", "someone"])),
    "a refresh token": claiming(having(type="refresh")),
    "a role of its own": claiming(having(role="admin")),
    "another user": claiming(having(sub=str(UUID(int=7)))),
    "a number as user": claiming(having(sub=7)),
    "words as user": claiming(having(sub="admin")),
    "another session": claiming(having(sid=str(UUID(int=7)))),
    "SQL as session": claiming(having(sid="' OR 1=1 --")),
    "a session in capitals": claiming(lambda told: told.update(sid=told["sid"].upper())),
    "no typ": headed(without("typ")),
    "typ JWT": headed(having(typ="JWT")),
    "typ of an id token": headed(having(typ="id+jwt")),
    "typ in capitals": headed(having(typ="AT+JWT")),
    "no alg": headed(without("alg")),
    "no kid": headed(without("kid")),
    "an unknown kid": headed(having(kid="0")),
    "kid is a list": headed(having(kid=["0"])),
    "a path as kid": headed(having(kid="../../dev/null")),
    "SQL as kid": headed(having(kid="0' UNION SELECT 'key' --")),
    "crit": headed(having(crit=["exp"])),
    "an unknown crit": headed(having(crit=["b64"], b64=False)),
    "jku": headed(having(jku="https://example.org/keys")),
    "x5u": headed(having(x5u="https://example.org/certificate")),
    "x5c": headed(having(x5c=["AAAA"])),
    "a jwk of the forger": bringing_a_key,
    "said to be packed": headed(having(zip="DEF")),
    "said to be nested": headed(having(cty="JWT")),
    "HS256 with our public key, raw": with_public_key("HS256", *RAW),
    "HS256 with our public key, PEM": with_public_key("HS256", *PEM),
    "HS384 with our public key, DER": with_public_key("HS384", *DER),
    "HS512 with our public key, SSH": with_public_key("HS512", *SSH),
    "said to be HS256": headed(having(alg="HS256")),
    "said to be ES256": headed(having(alg="ES256")),
    "another Ed25519 key": by_another("EdDSA", key=Ed25519PrivateKey.generate),
    "a key of ES256": by_another("ES256", key=lambda: ec_key(SECP256R1())),
    "a key of RS256": by_another("RS256", key=lambda: rsa_key(65537, 2048)),
    "a key of PS256, said to be ours": by_another(
        "PS256", key=lambda: rsa_key(65537, 2048), told=having(alg="EdDSA")
    ),
    "none": unsigned(alg="none"),
    "None": unsigned(alg="None"),
    "nOnE without a kid": unsigned(alg="nOnE", kid=""),
    "our alg and no signature": unsigned(),
    "no third part": lambda by: by.token().rsplit(".", 1)[0],
    "a moved signature": moved_signature,
    "a flipped bit": flipped_bit,
    "seven hundred brackets": paid(b"[" * 700),
    "a list": paid(b"[]"),
    "a number": paid(b"7"),
    "null": paid(b"null"),
    "a blank": paid(b" "),
    "no UTF-8": paid(b"\xff"),
    "an end in seven hundred digits": paid(b'{"exp":' + b"9" * 700 + b"}"),
    "two objects": paid(b"{}{}"),
}


@pytest.fixture
def forger(runtime: Runtime, person: UserAccount, login: LoginSession) -> Forger:
    """Give somebody who holds our own key, which is more than a forger has."""
    return Forger(runtime.settings, person.id, login.id)


@pytest.fixture
def login(runtime: Runtime, person: UserAccount) -> LoginSession:
    """Give a sign-in that is alive."""
    with Session(runtime.bind, join_transaction_mode="create_savepoint") as session:
        login = a_login(session, runtime.clock.now(), person)
        session.commit()
        session.refresh(login)
        session.expunge(login)
    return login


def test_there_are_more_than_forty() -> None:
    assert len(FORGERIES) > 40


@pytest.mark.api_top_ten("API2.forgeries")
@pytest.mark.asvs("9.1.1", "9.1.2", "9.1.3", "9.2.1", "9.2.2", "9.2.3")
@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_token_is_nobodys(app: Flask, forger: Forger, forge: Forgery) -> None:
    assert Client(app, forger.token()).get("/probe/me").status_code == 200
    answer = Client(app, forge(forger)).get("/probe/me")
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json"), answer.text
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert (answer.json["type"], answer.json["code"]) == (
        "/problems/not-signed-in",
        "not-signed-in",
    )
