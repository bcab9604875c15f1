"""Are unsafe settings refused before the first patient is served?"""

import stat
from base64 import b64encode
from pathlib import Path

import pytest

from workflows.platform.settings import PasswordCost, Settings, SettingsRefused


def key(first: int) -> str:
    """Make a key that differs from the others and looks drawn by chance."""
    return b64encode(bytes((first * 31 + place * 7) % 256 for place in range(32))).decode()


PRODUCTION = {
    "VIGIL_ENV": "production",
    "DATABASE_URL": "postgresql://vigil_app@db/vigil",
    "VIGIL_JWT_SECRET": key(1),
    "VIGIL_PHI_KEYS": f"1:{key(2)} 2:{key(3)}",
    "VIGIL_PHI_INDEX_KEY": key(4),
    "VIGIL_AUDIT_KEY": key(5),
    "VIGIL_AUDIT_SINK": "https://store.test/checkpoints",
    "VIGIL_PUBLIC_URL": "https://care.test",
    "VIGIL_SMTP_URL": "smtps://mail.test",
}


def test_a_complete_production_environment_is_accepted(tmp_path):
    settings = Settings.from_env(PRODUCTION | {"VIGIL_VAR": str(tmp_path)})
    assert (settings.is_production, settings.phi_primary_key, len(settings.phi_keys)) == (
        True,
        2,
        2,
    )
    assert settings.password_cost == PasswordCost()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "line"),
    [
        pytest.param({"DATABASE_URL": ""}, "DATABASE_URL is not set", id="no database"),
        pytest.param(
            {"DATABASE_URL": "sqlite:///x"}, "DATABASE_URL must begin with", id="another database"
        ),
        pytest.param(
            {"MIGRATION_DATABASE_URL": "postgresql://vigil_app@db/vigil"},
            "another role",
            id="one role",
        ),
        pytest.param({"VIGIL_JWT_SECRET": ""}, "VIGIL_JWT_SECRET must be set", id="no secret"),
        pytest.param(
            {"VIGIL_JWT_SECRET": b64encode(b"x" * 31).decode()}, "at least 32", id="short"
        ),
        pytest.param(
            {"VIGIL_JWT_SECRET": b64encode(b"x" * 32).decode()}, "sample key", id="one letter"
        ),
        pytest.param(
            {"VIGIL_JWT_SECRET": b64encode(b"changeme-" + bytes(range(32))).decode()},
            "sample key",
            id="sample",
        ),
        pytest.param({"VIGIL_JWT_SECRET": "not base64!"}, "must be base64", id="not base64"),
        pytest.param({"VIGIL_JWT_SECRET": key(4)}, "must differ", id="one key for two purposes"),
        pytest.param({"VIGIL_PHI_KEYS": ""}, "VIGIL_PHI_KEYS must be set", id="no ring"),
        pytest.param({"VIGIL_PHI_KEYS": key(2)}, "must look like", id="key without number"),
        pytest.param(
            {"VIGIL_PHI_KEYS": f"1:{key(2)} 1:{key(3)}"}, "each number once", id="number twice"
        ),
        pytest.param(
            {"VIGIL_PHI_KEYS": f"1:{b64encode(bytes(range(33))).decode()}"},
            "exactly 32",
            id="long key",
        ),
        pytest.param({"VIGIL_PHI_PRIMARY_KEY": "3"}, "names no key", id="primary not in the ring"),
        pytest.param(
            {"VIGIL_PHI_INDEX_KEY": ""}, "VIGIL_PHI_INDEX_KEY must be set", id="no index key"
        ),
        pytest.param({"VIGIL_TEST_CLOCK": "clock"}, "VIGIL_TEST_CLOCK must not", id="test clock"),
        pytest.param({"VIGIL_DEBUG": "1"}, "must not be on", id="debug"),
        pytest.param({"FLASK_DEBUG": "true"}, "must not be on", id="flask debug"),
        pytest.param({"VIGIL_PUBLIC_URL": "http://care.test"}, "must be https", id="no TLS"),
        pytest.param({"VIGIL_AUDIT_KEY": ""}, "VIGIL_AUDIT_KEY must be set", id="no audit key"),
        pytest.param({"VIGIL_AUDIT_SINK": ""}, "leave the host", id="checkpoints stay"),
        pytest.param({"VIGIL_AUDIT_SINK": "http://store.test"}, "https://", id="in the open"),
        pytest.param({"VIGIL_AUDIT_SINK": "checkpoints"}, "from the root", id="somewhere here"),
        pytest.param({"VIGIL_SMTP_URL": ""}, "alarms reach people", id="nobody is told"),
        pytest.param({"VIGIL_ARGON2_MEMORY_KIB": "8"}, "VIGIL_ARGON2", id="cheap passwords"),
        pytest.param(
            {"VIGIL_PORT": "http"}, "VIGIL_PORT must be a whole number", id="port in words"
        ),
        pytest.param({"VIGIL_PORT": "70000"}, "VIGIL_PORT must be between", id="no such port"),
        pytest.param({"VIGIL_ENV": "prod"}, "VIGIL_ENV must be one of", id="no such environment"),
    ],
)
def test_each_unsafe_setting_is_refused_in_one_line_without_its_value(change, line, tmp_path):
    environ = PRODUCTION | {"VIGIL_VAR": str(tmp_path)} | change
    with pytest.raises(SettingsRefused, match=line) as refused:
        Settings.from_env(environ)
    told = str(refused.value)
    assert "\n" not in told
    assert not any(value in told for name, value in environ.items() if value and "KEY" in name)


def test_development_makes_its_keys_once_and_keeps_them_private(tmp_path):
    environ = {"VIGIL_VAR": str(tmp_path), "DATABASE_URL": "postgresql:///x"}
    first, second = Settings.from_env(environ), Settings.from_env(environ)
    kept = list((tmp_path / "secrets").iterdir())
    assert first == second
    made = {first.jwt_secret, first.phi_index_key, first.audit_key, *first.phi_keys.values()}
    assert len(made) == 4
    assert [stat.S_IMODE(file.stat().st_mode) for file in kept] == [0o600] * 4


def test_secrets_stay_out_of_the_printed_form(tmp_path):
    settings = Settings.from_env(PRODUCTION | {"VIGIL_VAR": str(tmp_path)})
    assert "database_url" not in repr(settings)
    assert repr(settings.jwt_secret) not in repr(settings)


def test_an_unwritable_folder_is_refused_in_one_line():
    with pytest.raises(SettingsRefused, match=r"^cannot write to /dev/null/var/secrets: [^\n]*$"):
        Settings.from_env({"VIGIL_VAR": "/dev/null/var", "DATABASE_URL": "postgresql:///x"})


def test_the_test_clock_is_accepted_outside_production(tmp_path):
    environ = {"VIGIL_VAR": str(tmp_path), "VIGIL_TEST_CLOCK": "clock", "VIGIL_ENV": "test"}
    settings = Settings.from_env(environ, need_database=False)
    assert settings.test_clock == Path("clock").absolute()
    assert settings.password_cost == PasswordCost(1, 8, 1)
