"""Can whoever chooses an address lead us back inside: by a number, a name, a redirect, or time?"""

import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.receiver import Receiver, a_believed_receiver
from workflows.platform import outgoing
from workflows.platform.outgoing import AddressRefused, NoAnswer, Target, UrlRefused, Ways

ANYWHERE, HERE = Ways(), Ways(loopback=True)
A_FEW_BYTES = 8_000_000  # what fits into the buffers between two processes, and some more
PUBLIC = ("93.184.216.34", 443)
INSIDE = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254
    169.254.169.254 172.16.0.1 172.31.255.255 192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1
    192.168.0.1 198.18.0.1 198.51.100.1 203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1
    255.255.255.255 168.63.129.16
    :: ::1 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1
    64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 100::1 2001::1 2001:db8::1 2001:10::1
    2002:7f00:1::1 2002:a00:1::1 3fff::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fec0::1 ff02::1
    ff0e::1 fe80::1%lo
"""
OUTSIDE = (
    "8.8.8.8",
    "93.184.216.34",
    "100.63.255.255",
    "100.128.0.0",
    "172.32.0.1",
    "2606:4700::1111",
)


@dataclass
class Names:
    """What a name means, one answer after the other, and who was really called."""

    answers: list[list[str]]
    called: list[Any]


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Names]]:
    """Let names mean what a test says; a number that is asked for means itself, as everywhere."""
    real = socket.getaddrinfo

    def mean(*answers: list[str]) -> Names:
        told = Names(list(answers), [])

        def look_up(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
            if host != "hooks.example.org":
                return real(host, port, *rest, **more)
            now = told.answers.pop(0) if len(told.answers) > 1 else told.answers[0]
            return [
                (
                    socket.AF_INET6 if ":" in one else socket.AF_INET,
                    socket.SOCK_STREAM,
                    6,
                    "",
                    (one, port),
                )
                for one in now
            ]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        return told

    return mean


@pytest.fixture
def receiver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    with a_believed_receiver(tmp_path, monkeypatch, "hooks.example.org", "localhost") as server:
        yield server


def send(url: str, ways: Ways = HERE) -> int:
    return outgoing.post(Target.of(url, ways), b"{}", {"webhook-id": "1"}, ways)


# The list of forbidden networks knew 169.254.169.254, and not the ways in which IPv6 writes it.
@pytest.mark.api_top_ten("API7.webhook_addresses")
@pytest.mark.parametrize("address", INSIDE.split())
def test_an_address_that_is_not_of_the_public_internet_is_refused(address: str) -> None:
    assert not outgoing.may_be_reached(address, ANYWHERE)


@pytest.mark.parametrize("address", OUTSIDE)
def test_one_of_the_public_internet_is_not(address: str) -> None:
    assert outgoing.may_be_reached(address, ANYWHERE)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
def test_loopback_is_reached_where_it_is_allowed_and_nothing_else_inside(address: str) -> None:
    assert outgoing.may_be_reached(address, HERE)
    assert not outgoing.may_be_reached("10.0.0.1", HERE)
    assert not outgoing.may_be_reached("::ffff:127.0.0.1", HERE)


@pytest.mark.parametrize(
    "url",
    [
        *(
            "http://hooks.example.org/",
            "ftp://hooks.example.org/",
            "hooks.example.org",
            "https:///x",
        ),
        *("https://me@hooks.example.org/", "https://me:word@hooks.example.org/"),
        *("https://hooks.example.org/#x", "https://hooks.example.org:22/", "https://h:99999/"),
        *(
            "https://127.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:8.8.8.8]/",
            "https://[fe80::1%lo]/",
        ),
        *("https://169.254.169.254/latest/meta-data", "https://hööks.example.org/", "https://a b/"),
        *("https://hooks.example.org/\r\nHost: inside", "https://hooks.example.org\\@10.0.0.1/"),
        "https://hooks.example.org/" + "x" * 2000,
    ],
)
def test_a_url_that_leads_elsewhere_is_refused_when_it_is_written_down(url: str) -> None:
    with pytest.raises(UrlRefused):
        Target.of(url, ANYWHERE)


def test_where_hosts_are_named_no_other_is_sent_to() -> None:
    named = Ways(hosts=("hooks.example.org",))
    assert Target.of("https://hooks.example.org/in?x=1", named).path == "/in?x=1"
    with pytest.raises(UrlRefused):
        Target.of("https://other.example.org/", named)


def test_an_answer_is_its_status_and_the_name_is_told_to_the_server(receiver: Receiver) -> None:
    receiver.answers = [204]
    assert send(f"https://localhost:{receiver.port}/in?x=1") == 204
    (got,) = receiver.got
    assert (got.path, got.body, got.headers["webhook-id"]) == ("/in?x=1", b"{}", "1")
    assert got.headers["host"] == f"localhost:{receiver.port}"


# By number, in all the ways in which numbers are written.
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.1", "0"])
def test_nobody_reaches_this_machine(receiver: Receiver, host: str) -> None:
    target = Target(host, receiver.port, "/")
    with pytest.raises((AddressRefused, NoAnswer)):
        outgoing.post(target, b"{}", {}, ANYWHERE)
    assert receiver.got == []
    assert receiver.connections == 0


def test_one_address_inside_among_others_is_enough_to_refuse(names: Any) -> None:
    names([PUBLIC[0], "10.0.0.1"])
    with pytest.raises(AddressRefused):
        send("https://hooks.example.org/", ANYWHERE)


# First the name meant a server of theirs, and a moment later our own database.
def test_a_name_that_changes_between_the_look_and_the_call_leads_nowhere(
    names: Any, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    names([PUBLIC[0]], ["127.0.0.1"])
    called, really = list[Any](), socket.socket.connect

    def connect(self: socket.socket, place: Any) -> None:
        called.append(place)
        if place[0] == PUBLIC[0]:
            raise ConnectionRefusedError
        really(self, place)

    monkeypatch.setattr(socket.socket, "connect", connect)
    target = Target("hooks.example.org", receiver.port, "/")
    with pytest.raises(NoAnswer):
        outgoing.post(target, b"{}", {}, ANYWHERE)
    assert called == [(PUBLIC[0], receiver.port)]
    assert receiver.connections == 0


def test_the_name_is_looked_up_once(names: Any, receiver: Receiver) -> None:
    told = names(["127.0.0.1"], ["10.0.0.1"])
    assert send(f"https://hooks.example.org:{receiver.port}/") == 200
    assert told.answers == [["10.0.0.1"]]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(receiver: Receiver, status: int) -> None:
    receiver.answers = [status]
    receiver.location = f"https://localhost:{receiver.port}/inside"
    assert send(f"https://localhost:{receiver.port}/") == status
    assert [one.path for one in receiver.got] == ["/"]


def test_no_proxy_is_asked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert send(f"https://localhost:{receiver.port}/") == 200


def test_a_certificate_of_another_name_or_of_nobody_is_refused(
    names: Any, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NoAnswer):
        send(f"https://127.0.0.1:{receiver.port}/")
    monkeypatch.delenv("SSL_CERT_FILE")
    outgoing.tls.cache_clear()
    with pytest.raises(NoAnswer):
        send(f"https://localhost:{receiver.port}/")
    assert receiver.got == []
    assert outgoing.tls().verify_mode is ssl.CERT_REQUIRED


# It answered a letter a second for an hour, and nobody else was told of anything.
@pytest.mark.parametrize("way", ["drips", "silent", "endless"])
def test_nobody_holds_us_by_speaking_slowly_or_for_ever(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setattr(outgoing, "SECONDS_EACH", 0.6)
    monkeypatch.setattr(outgoing, "SECONDS_IN_ALL", 0.9)
    receiver.manner = way
    if way == "endless":
        assert send(f"https://localhost:{receiver.port}/") == 200
        assert receiver.sent < A_FEW_BYTES
        return
    with pytest.raises(NoAnswer):
        send(f"https://localhost:{receiver.port}/")


def test_nothing_of_the_address_is_printed() -> None:
    assert "word" not in repr(Target.of("https://hooks.example.org/in?key=word", ANYWHERE))
