"""Can somebody pretend to be another address, or another person, by a header?"""

from dataclasses import replace

import pytest
from flask import Flask, jsonify, request

from api.app import create_app
from tests.api.client import Client
from workflows.platform.runtime import Runtime

FORGED = {
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "Forwarded": "for=203.0.113.7;host=evil.example;proto=https",
    "X-Real-IP": "203.0.113.7",
}


def asked(runtime: Runtime, proxies: int, headers: dict[str, str]) -> dict[str, str]:
    """Say what the application believes about the request."""
    runtime.settings = replace(runtime.settings, trusted_proxies=proxies)
    app = create_app(runtime)
    app.add_url_rule("/seen", view_func=seen)
    told: dict[str, str] = app.test_client().get("/seen", headers=headers).json or {}
    return told


def seen() -> object:
    return jsonify(address=request.remote_addr, scheme=request.scheme, host=request.host)


@pytest.mark.asvs("4.1.3")
def test_without_a_proxy_no_header_says_where_somebody_is(runtime: Runtime) -> None:
    assert asked(runtime, 0, FORGED) == {
        "address": "127.0.0.1",
        "scheme": "http",
        "host": "localhost",
    }


@pytest.mark.asvs("4.1.3")
def test_behind_one_proxy_only_its_own_word_counts(runtime: Runtime) -> None:
    told = FORGED | {"X-Forwarded-For": "203.0.113.7, 192.0.2.1"}
    assert asked(runtime, 1, told) == {
        "address": "192.0.2.1",
        "scheme": "https",
        "host": "localhost",
    }


@pytest.mark.asvs("4.1.3")
@pytest.mark.parametrize("name", ["X-User-Id", "X-Actor", "X-Remote-User", "Remote-User"])
def test_no_header_makes_somebody_a_person(app: Flask, anonymous: Client, name: str) -> None:
    told = {name: "00000000-0000-7000-8000-000000000001"}
    assert anonymous.get("/me", headers=told).status_code == 401
