"""Does a sandbox have one clock, and nobody working beside it?"""

import pytest

from workflows import worker
from workflows.platform.serve import Supervisor
from workflows.platform.settings import Settings, SettingsRefused

DATABASE = "postgresql://vigil_app@/vigil"


def told(tmp_path, environment="sandbox", **more):
    return {"VIGIL_ENV": environment, "VIGIL_VAR": str(tmp_path), "DATABASE_URL": DATABASE} | more


def test_a_sandbox_has_one_clock(tmp_path):
    with pytest.raises(SettingsRefused, match="VIGIL_TEST_CLOCK must not be set in a sandbox"):
        Settings.from_env(told(tmp_path, VIGIL_TEST_CLOCK="clock"))


def test_a_sandbox_has_no_worker(tmp_path, monkeypatch, capsys):
    for name, value in told(tmp_path).items():
        monkeypatch.setenv(name, value)
    assert worker.main() == 1
    assert "A sandbox has no worker" in capsys.readouterr().err


@pytest.mark.parametrize(("environment", "works"), [("sandbox", False), ("development", True)])
def test_the_service_of_a_sandbox_starts_no_worker(tmp_path, monkeypatch, environment, works):
    started = []
    monkeypatch.setattr(Supervisor, "_start", lambda _self, name, *_: started.append(name))
    monkeypatch.setattr(Supervisor, "_finish", lambda _self, name, *_, **__: started.append(name))
    monkeypatch.setattr(Supervisor, "_wait_for_server", lambda _self: None)
    Supervisor(Settings.from_env(told(tmp_path, environment)))._start_serving()
    assert ("worker" in started) is works
    assert "development accounts" in started
