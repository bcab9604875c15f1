"""Do keys of people get wrapped by a service over HTTP, and does nothing go on without it?"""

import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models.platform.key_ring import KeyRing, KeysAway, SealBroken
from workflows.platform.constraints import refusal_for
from workflows.platform.errors import Unavailable
from workflows.platform.key_place import KeyService
from workflows.platform.key_service import TransitKeys
from workflows.platform.settings import Settings, SettingsRefused

SHE, HE, KEY = UUID(int=7), UUID(int=8), bytes(range(32))
TOKEN = "s.a-token-of-the-service"
RING = {1: bytes(range(40, 72))}


class Keeper(ThreadingHTTPServer):
    """A service that keeps keys: it really encrypts, under versions that only it knows."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.versions = {1: AESGCM.generate_key(256)}
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1/transit"

    def rotate(self) -> None:
        self.versions[len(self.versions) + 1] = AESGCM.generate_key(256)


class Answer(BaseHTTPRequestHandler):
    """The three operations of the transit interface."""

    server: Keeper

    def do_GET(self) -> None:
        self._answer("keys", {})

    def do_POST(self) -> None:
        said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self._answer(self.path.split("/")[3], said)

    def log_message(self, *_: object) -> None:
        """Be quiet."""

    def _answer(self, act: str, said: dict[str, str]) -> None:
        self.server.asked.append(act)
        if self.headers["X-Vault-Token"] != TOKEN:
            return self._say(403, {"errors": ["permission denied"]})
        if self.path.endswith("/elsewhere"):
            self.send_response(307)
            self.send_header("Location", "/v1/transit/keys/vigil")
            self.end_headers()
            return None
        try:
            return self._say(200, {"data": getattr(self, f"_{act}")(said)})
        except (InvalidTag, KeyError):
            return self._say(400, {"errors": ["cannot be done"]})

    def _keys(self, _: dict[str, str]) -> dict[str, object]:
        return {"latest_version": max(self.server.versions)}

    def _encrypt(self, said: dict[str, str]) -> dict[str, object]:
        version, nonce = max(self.server.versions), os.urandom(12)
        plain, bound = b64decode(said["plaintext"]), b64decode(said["associated_data"])
        text = nonce + AESGCM(self.server.versions[version]).encrypt(nonce, plain, bound)
        return {"ciphertext": f"vault:v{version}:{b64encode(text).decode()}"}

    def _decrypt(self, said: dict[str, str]) -> dict[str, object]:
        _, version, text = said["ciphertext"].split(":")
        raw, bound = b64decode(text), b64decode(said["associated_data"])
        plain = AESGCM(self.server.versions[int(version[1:])]).decrypt(raw[:12], raw[12:], bound)
        return {"plaintext": b64encode(plain).decode()}

    def _say(self, status: int, told: object) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    """Start the service on this machine."""
    server = Keeper()
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def keys(keeper: Keeper) -> TransitKeys:
    return TransitKeys(KeyService(keeper.url, "vigil", TOKEN))


@pytest.mark.asvs("11.3.2")
def test_a_key_is_wrapped_for_one_person_alone(keys: TransitKeys) -> None:
    wrapped = keys.wrap(KEY, SHE)
    assert KEY not in wrapped
    assert keys.unwrap(wrapped, SHE) == KEY
    with pytest.raises(SealBroken):
        keys.unwrap(wrapped, HE)
    with pytest.raises(SealBroken):
        keys.unwrap(wrapped[:-8] + b"AAAAAAA=", SHE)
    with pytest.raises(SealBroken):
        keys.unwrap(b"\x01 of a ring", SHE)


def test_the_same_key_is_asked_for_once(keys: TransitKeys, keeper: Keeper) -> None:
    wrapped = keys.wrap(KEY, SHE)
    assert {keys.unwrap(wrapped, SHE) for _ in range(5)} == {KEY}
    assert keeper.asked.count("decrypt") == 1


@pytest.mark.asvs("11.2.2")
def test_what_is_under_an_older_version_is_told_by_its_name(
    keys: TransitKeys, keeper: Keeper
) -> None:
    wrapped, before = keys.wrap(KEY, SHE), keys.name
    keeper.rotate()
    keys.wrap(KEY, HE)
    assert (before, keys.name) == ("transit:vigil:v1", "transit:vigil:v2")
    assert keys.unwrap(wrapped, SHE) == KEY
    assert TransitKeys(KeyService(keeper.url, "vigil", TOKEN)).name == keys.name


def test_the_ring_still_opens_what_it_wrapped_before(keys: TransitKeys) -> None:
    alone = KeyRing(RING, 1, bytes(32))
    both = KeyRing(RING, 1, bytes(32), keys)
    assert both.unwrap(alone.wrap(KEY, SHE), SHE) == KEY
    assert both.unwrap(both.wrap(KEY, SHE), SHE) == KEY
    assert (alone.name, both.name) == ("ring:1", "transit:vigil:v1")
    with pytest.raises(SealBroken):
        alone.unwrap(both.wrap(KEY, SHE), SHE)


def test_without_the_service_nothing_is_wrapped_and_the_refusal_says_try_again(
    keeper: Keeper,
) -> None:
    wrong = TransitKeys(KeyService(keeper.url, "vigil", "another token"))
    nowhere = TransitKeys(KeyService("http://127.0.0.1:1/v1/transit", "vigil", TOKEN))
    for keys in (wrong, nowhere):
        with pytest.raises(KeysAway) as away:
            keys.wrap(KEY, SHE)
        assert isinstance(refusal_for(away.value), Unavailable)


def test_our_token_follows_nobody_elsewhere(keeper: Keeper) -> None:
    with pytest.raises(KeysAway):
        TransitKeys(KeyService(keeper.url, "elsewhere", TOKEN)).name  # noqa: B018 - it asks
    assert keeper.asked == ["keys"]


@pytest.mark.parametrize(
    ("url", "token"),
    [
        ("http://keys.example.org/v1/transit", "t"),
        ("https://me:secret@keys.example.org/v1/transit", "t"),
        ("https://keys.example.org/v1/transit?key=1", "t"),
        ("https://keys.example.org/v1/transit", ""),
    ],
)
def test_a_service_that_could_be_listened_to_is_refused(url: str, token: str) -> None:
    from tests.platform.test_settings import PRODUCTION

    told = {"VIGIL_KEY_SERVICE_URL": url, "VIGIL_KEY_SERVICE_TOKEN": token}
    with pytest.raises(SettingsRefused, match="VIGIL_KEY_SERVICE") as refused:
        Settings.from_env(PRODUCTION | told)
    assert "secret" not in str(refused.value)


def ring_file(folder: Path, mode: int) -> dict[str, str]:
    file = folder / "ring"
    file.write_text(f"1:{b64encode(RING[1]).decode()}\n")
    file.chmod(mode)
    return {"VIGIL_ENV": "test", "VIGIL_VAR": str(folder), "VIGIL_PHI_KEYS_FILE": str(file)}


@pytest.mark.asvs("13.3.1")
def test_a_ring_is_read_from_a_file_of_ours(tmp_path: Path) -> None:
    told = ring_file(tmp_path, 0o600)
    assert Settings.from_env(told, need_database=False).phi_keys == RING


@pytest.mark.asvs("13.3.1")
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_a_file_that_others_can_read_or_change_is_refused(tmp_path: Path, mode: int) -> None:
    with pytest.raises(SettingsRefused, match="VIGIL_PHI_KEYS_FILE must be ours alone"):
        Settings.from_env(ring_file(tmp_path, mode), need_database=False)


def test_a_ring_has_one_source(tmp_path: Path) -> None:
    told = ring_file(tmp_path, 0o600)
    with pytest.raises(SettingsRefused, match="must not both be set"):
        Settings.from_env(told | {"VIGIL_PHI_KEYS": "1:x"}, need_database=False)
    with pytest.raises(SettingsRefused, match="cannot be read"):
        Settings.from_env(told | {"VIGIL_PHI_KEYS_FILE": "/nowhere"}, need_database=False)
