"""Which keys does this installation hold, and was each of them drawn by chance?

In production they come from the environment, or each from a file that only we can read
(`<name>_FILE`). In development they are made once and kept under
`var/secrets`, so that nothing has to be set up to begin.
"""

import binascii
import os
from base64 import b64decode, b64encode
from pathlib import Path

from workflows.platform import written_once
from workflows.platform.told import SettingsRefused, Told

KEY_BYTES = 32
MOST_TOKEN_KEYS = 2
SAMPLE_WORDS = (
    "changeme",
    "change-me",
    "change_me",
    "example",
    "sample",
    "secret",
    "password",
    "insecure",
)
FEWEST_DIFFERENT_BYTES = 12
OPEN_TO_OTHERS = 0o077


class Keys:
    """The keys: from the environment, or in development made once and kept under var/secrets."""

    def __init__(self, told: Told) -> None:
        self._told = told

    def key(self, name: str, file_name: str) -> bytes:
        """Return one key of at least 32 bytes."""
        return _drawn_by_chance(name, self.secret(name) or self._kept(name, file_name))

    def token_keys(self) -> tuple[bytes, ...]:
        """Return the keys that sign access tokens: the first signs, and the other one still counts.

        They are seeds of Ed25519. Two are held while one follows the other, never more.
        """
        name = "VIGIL_TOKEN_KEYS"
        told = self.secret(name).replace(",", " ").split() or [self._kept(name, "tokens-1")]
        keys = tuple(_drawn_by_chance(name, text) for text in told)
        if any(len(key) != KEY_BYTES for key in keys):
            raise SettingsRefused(f"{name} must hold keys of exactly {KEY_BYTES} bytes.")
        if len(keys) > MOST_TOKEN_KEYS or len(set(keys)) < len(keys):
            raise SettingsRefused(f"{name} must hold one key, or two different ones.")
        return keys

    def phi_keys(self) -> dict[int, bytes]:
        """Return the ring `1:<base64> 2:<base64>`; old keys stay in it to open what they sealed."""
        name = "VIGIL_PHI_KEYS"
        keys: dict[int, bytes] = {}
        for entry in self.secret(name).replace(",", " ").split():
            number, _, text = entry.partition(":")
            if not number.isascii() or not number.isdigit() or int(number) in keys:
                raise SettingsRefused(
                    f"{name} must look like 1:<base64> 2:<base64>, each number once."
                )
            keys[int(number)] = _drawn_by_chance(name, text)
            if len(keys[int(number)]) != KEY_BYTES:
                raise SettingsRefused(f"{name} must hold keys of exactly {KEY_BYTES} bytes.")
        return keys or {1: _drawn_by_chance(name, self._kept(name, "phi-1"))}

    def token(self, name: str) -> str:
        """Return a token that somebody else shows us, if there is one; drawn like a key."""
        if said := self.secret(name):
            _drawn_by_chance(name, said)
        return said

    def shared(self, name: str) -> bytes:
        """Return a key that somebody else holds too, if there is one."""
        said = self.secret(name)
        return _drawn_by_chance(name, said) if said else b""

    def secret(self, name: str) -> str:
        """Return a secret from the environment or from a file of ours, and refuse it from both."""
        file, said = self._told.path(f"{name}_FILE"), self._told.text(name)
        if file is None:
            return said
        if said:
            raise SettingsRefused(f"{name} and {name}_FILE must not both be set.")
        return _read_own(f"{name}_FILE", file)

    def _kept(self, name: str, file_name: str) -> str:
        if self._told.environment == "production":
            raise SettingsRefused(f"In production {name} must be set.")
        kept = self._told.var_dir / "secrets" / file_name
        try:
            return _read_or_make(kept)
        except OSError as reason:
            raise SettingsRefused(f"cannot write to {kept.parent}: {reason.strerror}.") from None


def _read_or_make(kept: Path) -> str:
    """Two processes may start at once: one makes the key, both read the same."""
    if not kept.exists():
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        written_once.write(kept, b64encode(os.urandom(KEY_BYTES)), mode=0o600)
    return kept.read_text()


def _read_own(name: str, file: Path) -> str:
    """Read a file that nobody but us, or the owner of the machine, can read or change."""
    try:
        with file.open("rb") as opened:
            told = os.fstat(opened.fileno())
            text = opened.read().decode("ascii")
    except (OSError, UnicodeDecodeError) as reason:
        raise SettingsRefused(f"{name} cannot be read ({type(reason).__name__}).") from None
    if told.st_mode & OPEN_TO_OTHERS or told.st_uid not in (os.geteuid(), 0):
        raise SettingsRefused(f"{name} must be ours alone: chmod 600.")
    return text.strip()


def _drawn_by_chance(name: str, text: str) -> bytes:
    """Decode a key and refuse, in every environment, one that somebody typed."""
    try:
        key = b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise SettingsRefused(f"{name} must be base64.") from None
    if len(key) < KEY_BYTES:
        raise SettingsRefused(f"{name} must be at least {KEY_BYTES} random bytes, in base64.")
    plain = f"{text} {key.decode('latin-1')}".lower()
    if len(set(key)) < FEWEST_DIFFERENT_BYTES or any(word in plain for word in SAMPLE_WORDS):
        raise SettingsRefused(f"{name} is a sample key; make one with `openssl rand -base64 32`.")
    return key
