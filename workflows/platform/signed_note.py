"""How is a text signed so that anybody with the public key can check it, without us?

A signed note is a text, an empty line, and one line for each signature (c2sp.org/signed-note). The
signature is Ed25519; the key that checks it is one line of text that may be shown to anybody.
"""

import hashlib
from base64 import b64decode, b64encode
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

NAME = "vigil.audit"
ED25519 = b"\x01"
DASH = "\u2014"
_ID_BYTES = 4
_PURPOSE = b"vigil audit checkpoint\n"


class NoteRefused(ValueError):
    """This is no note that was signed with one of these keys."""


@dataclass(frozen=True, slots=True)
class Signer:
    """A name and the key that signs under it."""

    key: Ed25519PrivateKey
    name: str = NAME

    @classmethod
    def of(cls, secret: bytes) -> "Signer":
        """Make the signer of a secret of at least 32 bytes."""
        return cls(Ed25519PrivateKey.from_private_bytes(hashlib.sha256(_PURPOSE + secret).digest()))

    @property
    def public_key(self) -> str:
        """Write the key that checks, as one line: name, mark and key."""
        public = self.key.public_key().public_bytes_raw()
        mark = key_mark(self.name, public)
        return f"{self.name}+{mark.hex()}+{b64encode(ED25519 + public).decode()}"

    def sign(self, text: str) -> str:
        """Give the text with its signature below."""
        public = self.key.public_key().public_bytes_raw()
        signature = key_mark(self.name, public) + self.key.sign(text.encode())
        return f"{text}\n{DASH} {self.name} {b64encode(signature).decode()}\n"


def key_mark(name: str, public: bytes) -> bytes:
    """Give the four bytes by which a signature says whose it is."""
    return hashlib.sha256(name.encode() + b"\n" + ED25519 + public).digest()[:_ID_BYTES]


def opened(note: str, public_keys: tuple[str, ...]) -> str:
    """Give the text of a note, or refuse one that none of these keys has signed."""
    text, empty, signatures = note.partition("\n\n")
    text += "\n"
    trusted = dict(read_key(line) for line in public_keys)
    for line in signatures.splitlines() if empty else ():
        mark, signature = _signature(line)
        key = trusted.get(mark)
        if key is not None and _signed(key, signature, text):
            return text
    raise NoteRefused


def read_key(line: str) -> tuple[bytes, Ed25519PublicKey]:
    """Read the line of a public key, or refuse what is none."""
    try:
        name, mark, text = line.strip().split("+", 2)
        raw = b64decode(text, validate=True)
        key = Ed25519PublicKey.from_public_bytes(raw[1:])
    except ValueError:
        raise NoteRefused("a public key looks like name+mark+key") from None
    if raw[:1] != ED25519 or key_mark(name, raw[1:]).hex() != mark:
        raise NoteRefused("a public key looks like name+mark+key")
    return bytes.fromhex(mark), key


def _signature(line: str) -> tuple[bytes, bytes]:
    try:
        dash, _name, text = line.split(" ", 2)
        raw = b64decode(text, validate=True)
    except ValueError:
        return b"", b""
    return (raw[:_ID_BYTES], raw[_ID_BYTES:]) if dash == DASH else (b"", b"")


def _signed(key: Ed25519PublicKey, signature: bytes, text: str) -> bool:
    try:
        key.verify(signature, text.encode())
    except InvalidSignature:
        return False
    return True
