"""How is something posted to an address that somebody else chose, without being led back inside?

The name is looked up once. Every address it has must be one of the public internet, and the
connection goes to the very one that was looked at; the name is used for the certificate and the
Host alone. No redirect is followed, no proxy is asked, and of the answer only the status is kept.
"""

import contextlib
import http.client
import socket
import ssl
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from ipaddress import IPv6Address, ip_address, ip_network
from threading import Timer
from typing import Any
from urllib.parse import urlsplit

SECONDS_EACH, SECONDS_IN_ALL = 5.0, 10.0
MOST_ANSWER_BYTES = 16 * 1024
LONGEST_URL = 2000
PORTS = (443, 8443)
PRINTABLE = range(0x21, 0x7F)
_UNICAST_6 = ip_network("2000::/3")
# Reachable for everybody by the registries, and a way to somewhere else all the same: relays and
# tunnels that carry another address inside, and what clouds answer to their own machines.
_WAYS_INSIDE = tuple(
    ip_network(one)
    for one in (
        *("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32"),
        *("2001::/23", "2002::/16", "3fff::/20"),
    )
)


class UrlRefused(ValueError):
    """This is no address that anything may be posted to; the message says why."""


class AddressRefused(Exception):
    """The name leads to where nothing may be sent."""


class NoAnswer(Exception):
    """Nobody answered in time, or not in HTTPS."""


@dataclass(frozen=True, slots=True)
class Ways:
    """Where to anything may be sent at all: to these hosts only, if any are named.

    `loopback` is for development and tests; a start in production refuses it.
    """

    hosts: tuple[str, ...] = ()
    loopback: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """An https address, taken apart; never printed, for it may hold a word that lets in."""

    host: str
    port: int
    path: str = field(repr=False)

    @classmethod
    def of(cls, url: str, ways: Ways) -> "Target":
        """Take an address apart, or say why nothing is ever sent there."""
        if len(url) > LONGEST_URL or any(ord(sign) not in PRINTABLE for sign in url):
            raise UrlRefused("Must be an address without spaces, in ASCII.")
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").rstrip("."), parts.port or PORTS[0]
        except ValueError:
            raise UrlRefused("Must be an address that can be read.") from None
        if parts.scheme != "https" or not host:
            raise UrlRefused("Must begin with https://.")
        if parts.username is not None or parts.password is not None or "\\" in url:
            raise UrlRefused("Must not name a user.")
        if "#" in url:
            raise UrlRefused("Must not have a fragment.")
        if port not in PORTS and not ways.loopback:
            raise UrlRefused(f"Must be at one of the ports {PORTS}.")
        _refuse_by_name(host, ways)
        path = parts.path or "/"
        return cls(host, port, f"{path}?{parts.query}" if parts.query else path)


def _refuse_by_name(host: str, ways: Ways) -> None:
    """Refuse what needs no look-up to be refused."""
    if ways.hosts and host not in ways.hosts:
        raise UrlRefused("Must be one of the hosts that this house sends to.")
    if _is_a_number(host) and not may_be_reached(host, ways):
        raise UrlRefused("Must be an address of the public internet.")


def _is_a_number(host: str) -> bool:
    """Tell a number from a name, which is looked up when something is sent, and only then."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def may_be_reached(address: str, ways: Ways) -> bool:
    """Say whether an address is one that anybody on the internet may talk to."""
    found = ip_address(address)
    if found.is_loopback:
        return ways.loopback
    if isinstance(found, IPv6Address) and found not in _UNICAST_6:
        return False  # also every form in which an IPv4 address hides, mapped ones among them
    if found.is_multicast or found.is_reserved or not found.is_global:
        return False
    return not any(found in network for network in _WAYS_INSIDE)


def post(target: Target, body: bytes, headers: Mapping[str, str], ways: Ways) -> int:
    """Post it, and give the status of the answer; nothing of the answer is kept."""
    try:
        address = _looked_up(target, ways)
        with _connected(address, target.host) as connection:
            return _said(connection, target, body, headers)
    except (OSError, http.client.HTTPException, ValueError) as reason:
        raise NoAnswer(type(reason).__name__) from None


def _looked_up(target: Target, ways: Ways) -> Any:
    """Look the name up once; one address too many is one through which we are led inside."""
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    if not found or not all(may_be_reached(str(one[4][0]), ways) for one in found):
        raise AddressRefused
    return found[0]


@contextlib.contextmanager
def _connected(address: Any, host: str) -> Iterator[ssl.SSLSocket]:
    """Connect to the address that was looked at; the whole must be over in time."""
    family, kind, protocol, _, place = address
    with socket.socket(family, kind, protocol) as raw:
        raw.settimeout(SECONDS_EACH)
        raw.connect(place)
        secure = tls().wrap_socket(raw, server_hostname=host, do_handshake_on_connect=False)
        with secure:
            end = Timer(SECONDS_IN_ALL, _cut, [secure])
            end.daemon = True
            end.start()
            try:
                secure.do_handshake()
                yield secure
            finally:
                end.cancel()


def _cut(connection: ssl.SSLSocket) -> None:
    """End a connection under whoever speaks a byte at a time."""
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


@cache
def tls() -> ssl.SSLContext:
    """Give what checks certificates, with the authorities of this machine."""
    return ssl.create_default_context()


def _said(
    connection: ssl.SSLSocket, target: Target, body: bytes, headers: Mapping[str, str]
) -> int:
    client = http.client.HTTPSConnection(target.host, target.port, context=tls())
    client.auto_open = 0  # it never connects by itself, and so never by the name
    client.sock = connection
    client.request("POST", target.path, body, dict(headers))
    with client.getresponse() as answer:
        answer.read(MOST_ANSWER_BYTES)
        return answer.status
