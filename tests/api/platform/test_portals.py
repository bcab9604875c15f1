"""Is a browser let in from the named portals, and from nowhere else?"""

from dataclasses import replace

import pytest

from api.app import create_app
from tests.api.client import Client
from workflows.platform.runtime import Runtime

PORTAL = "https://portal.vigil.example"
OTHER_PORTAL = "https://site.vigil.example"
ALLOWED = "Access-Control-Allow-Origin"


@pytest.fixture
def browser(runtime: Runtime) -> Client:
    """Speak as a browser would to a house with two portals."""
    runtime.settings = replace(runtime.settings, portal_origins=(PORTAL, OTHER_PORTAL))
    return Client(create_app(runtime))


@pytest.mark.asvs("3.4.2")
def test_the_portal_may_ask_and_read(browser: Client) -> None:
    answer = browser.get("/emergency-instructions", headers={"Origin": PORTAL})
    assert answer.headers[ALLOWED] == PORTAL
    assert "Origin" in answer.headers["Vary"]
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]


@pytest.mark.api_top_ten("API8.portals")
@pytest.mark.asvs("3.4.2")
@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://portal.vigil.example",
        "https://portal.vigil.example.evil.example",
        "https://portal.vigil.example:444",
        "https://sub.portal.vigil.example",
        "https://portal-vigil.example",
    ],
)
def test_no_other_origin_is_let_in(browser: Client, origin: str) -> None:
    for method in ("GET", "OPTIONS"):
        told = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        answer = browser.send(method, "/emergency-instructions", headers=told)
        assert ALLOWED not in answer.headers


def test_the_portal_asks_before_it_writes(browser: Client) -> None:
    asked = {
        "Origin": PORTAL,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, idempotency-key, if-match",
    }
    answer = browser.send("OPTIONS", "/auth/log-in", headers=asked)
    assert answer.status_code == 200
    assert answer.headers[ALLOWED] == PORTAL
    assert answer.headers["Access-Control-Max-Age"] == "600"
    named = answer.headers["Access-Control-Allow-Headers"].lower()
    assert all(name in named for name in ("authorization", "idempotency-key", "if-match"))


def test_without_a_portal_no_browser_is_let_in(anonymous: Client) -> None:
    answer = anonymous.get("/emergency-instructions", headers={"Origin": PORTAL})
    assert ALLOWED not in answer.headers
