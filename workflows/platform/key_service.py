"""How do keys of people get wrapped by a service whose own key never leaves it?

The service speaks the transit interface of Vault and OpenBao: `encrypt`, `decrypt` and `keys`, each
below one address. The person whose key it is goes along as associated data, so that the wrapped key
of one person unwraps for nobody else. What was unwrapped is kept by its wrapped bytes for a while:
those come from the database with every value, so an erased key is never asked for.
"""

import json
import threading
import urllib.request
from base64 import b64decode, b64encode
from collections import OrderedDict
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from uuid import UUID

from models.platform.key_ring import KeysAway, SealBroken
from workflows.platform.key_place import KeyService

SECONDS = 5
MOST_KEPT = 2_000
_WRAPPED_ELSEWHERE = b"\x02"
_REFUSED = range(400, 500)
_TRY_AGAIN = (401, 403, 404, 408, 429)  # of our access or its state, and not of this one key


class _StayThere(urllib.request.HTTPRedirectHandler):
    """Follow nobody elsewhere: our token would go along."""

    def redirect_request(self, *_: object) -> None:
        """Take the redirect as a refusal."""


_ASK = urllib.request.build_opener(_StayThere)


class TransitKeys:
    """Keys of people, wrapped and unwrapped by the service."""

    def __init__(self, service: KeyService) -> None:
        """Ask nothing yet."""
        self._service = service
        self._name = ""
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[UUID, bytes], bytes] = OrderedDict()

    @property
    def name(self) -> str:
        """Say which key wraps now, and in which version."""
        if not self._name:
            told = self._asked("GET", "keys", None)
            self._name = self._named(f"v{told['latest_version']}")
        return self._name

    def wrap(self, key: bytes, whose: UUID) -> bytes:
        """Wrap the key of one person, for that person alone."""
        said = {"plaintext": _text(key), "associated_data": _text(whose.bytes)}
        wrapped = str(self._asked("POST", "encrypt", said)["ciphertext"])
        self._name = self._named(wrapped.split(":")[1])
        return _WRAPPED_ELSEWHERE + wrapped.encode("ascii")

    def unwrap(self, wrapped: bytes, whose: UUID) -> bytes:
        """Give the key again; what the service refuses is `SealBroken`."""
        with self._lock:
            if (kept := self._kept.get((whose, wrapped))) is not None:
                self._kept.move_to_end((whose, wrapped))
                return kept
        if wrapped[:1] != _WRAPPED_ELSEWHERE:
            raise SealBroken("data_key.wrapped")
        said = {"ciphertext": wrapped[1:].decode("ascii"), "associated_data": _text(whose.bytes)}
        key = b64decode(str(self._asked("POST", "decrypt", said)["plaintext"]))
        with self._lock:
            self._kept[whose, wrapped] = key
            if len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)
        return key

    def _named(self, version: str) -> str:
        return f"transit:{self._service.key}:{version}"

    def _asked(self, method: str, act: str, said: dict[str, str] | None) -> dict[str, Any]:
        request = urllib.request.Request(  # noqa: S310 - settings allow no other scheme
            f"{self._service.url}/{act}/{quote(self._service.key, safe='')}",
            None if said is None else json.dumps(said).encode(),
            {"X-Vault-Token": self._service.token, "Content-Type": "application/json"},
            method=method,
        )
        try:
            with _ASK.open(request, timeout=SECONDS) as answer:
                return dict(json.load(answer)["data"])
        except HTTPError as refused:
            if refused.code in _REFUSED and refused.code not in _TRY_AGAIN:
                raise SealBroken("data_key.wrapped") from None
            raise KeysAway from None
        except (URLError, OSError, ValueError, KeyError):
            raise KeysAway from None


def _text(content: bytes) -> str:
    return b64encode(content).decode()
