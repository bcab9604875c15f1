"""Are examples recorded from what really happens, once, and without what opens a door?"""

import json
from pathlib import Path

import pytest

from tests.api import examples
from tests.api.client import Client


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Record into a folder of this test."""
    monkeypatch.setenv("VIGIL_RECORD_EXAMPLES", "1")
    monkeypatch.setattr(examples, "EXAMPLES", tmp_path)
    return tmp_path


def test_the_first_request_that_succeeds_is_kept(client: Client, kept: Path) -> None:
    for whole in (-1, 7, 8):
        client.post("/probe", {"whole": whole})
    recorded = json.loads((kept / "probe.json").read_text())
    assert recorded["request"] == {"whole": 7}
    assert recorded["response"]["seen"]["whole"] == "7"


def test_what_is_no_operation_is_not_kept(client: Client, kept: Path) -> None:
    client.get("/health")
    client.get("/nowhere")
    assert list(kept.iterdir()) == []


def test_nothing_is_kept_unasked(
    client: Client, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("VIGIL_RECORD_EXAMPLES")
    client.post("/probe", {})
    assert list(kept.iterdir()) == []


def test_what_opens_a_door_is_not_kept() -> None:
    told = {"access_token": "aA.b_.c1", "more": [{"refresh_token": "r-s"}], "user": "u"}
    assert examples.without_secrets(told) == {
        "access_token": "xx.xx.xx",
        "more": [{"refresh_token": "x-x"}],
        "user": "u",
    }
