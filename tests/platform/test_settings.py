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
    "DATABASE_URL": "postgresql://vigil_app@db/vigil?sslmode=verify-full",
    "VIGIL_TOKEN_KEYS": key(1),
    "VIGIL_PHI_KEYS": f"1:{key(2)} 2:{key(3)}",
    "VIGIL_PHI_INDEX_KEY": key(4),
    "VIGIL_AUDIT_KEY": key(5),
    "VIGIL_AUDIT_SINK": "https://store.test/checkpoints",
    "VIGIL_PUBLIC_URL": "https://care.test",
    "VIGIL_SMTP_URL": "smtps://mail.test",
    "VIGIL_TRUSTED_PROXIES": "1",
    "VIGIL_PORTAL_ORIGINS": "https://portal.care.test https://site.care.test:8443",
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


@pytest.mark.api_top_ten("API8.unsafe_settings")
@pytest.mark.asvs("11.2.3", "12.2.1", "13.3.1", "13.4.2")
@pytest.mark.parametrize(
    ("change", "line"),
    [
        pytest.param({"DATABASE_URL": ""}, "DATABASE_URL is not set", id="no database"),
        pytest.param(
            {"DATABASE_URL": "sqlite:///x"}, "DATABASE_URL must begin with", id="another database"
        ),
        pytest.param(
            {"MIGRATION_DATABASE_URL": "postgresql://vigil_app@/vigil"},
            "another role",
            id="one role",
        ),
        pytest.param(
            {"MIGRATION_DATABASE_URL": "postgresql://vigil_owner@db/vigil"},
            "MIGRATION_DATABASE_URL must say sslmode",
            id="migrations in clear text",
        ),
        pytest.param(
            {"DATABASE_URL": "postgresql://vigil_owner@/vigil"}, "may alter tables", id="owner"
        ),
        pytest.param(
            {"DATABASE_URL": "postgresql://postgres@/vigil"}, "may alter tables", id="superuser"
        ),
        pytest.param(
            {"DATABASE_URL": "postgresql://vigil_app@db/vigil"},
            "DATABASE_URL must say sslmode",
            id="database in clear text",
        ),
        pytest.param(
            {"DATABASE_URL": "postgresql://vigil_app@/vigil?host=db&sslmode=prefer"},
            "DATABASE_URL must say sslmode",
            id="database perhaps in clear text",
        ),
        pytest.param({"VIGIL_OLDEST_APP": "2.x"}, "must be three numbers", id="oldest app"),
        pytest.param({"VIGIL_TOKEN_KEYS": ""}, "VIGIL_TOKEN_KEYS must be set", id="no secret"),
        pytest.param(
            {"VIGIL_TOKEN_KEYS": b64encode(b"x" * 31).decode()}, "at least 32", id="short"
        ),
        pytest.param(
            {"VIGIL_TOKEN_KEYS": b64encode(b"x" * 32).decode()}, "sample key", id="one letter"
        ),
        pytest.param(
            {"VIGIL_TOKEN_KEYS": b64encode(b"changeme-" + bytes(range(32))).decode()},
            "sample key",
            id="sample",
        ),
        pytest.param({"VIGIL_TOKEN_KEYS": "not-base64!"}, "must be base64", id="not base64"),
        pytest.param(
            {"VIGIL_TOKEN_KEYS": f"{key(1)} {key(5)} {key(6)}"}, "one key, or two", id="three keys"
        ),
        pytest.param({"VIGIL_TOKEN_KEYS": f"{key(1)} {key(1)}"}, "one key, or two", id="twice one"),
        pytest.param(
            {"VIGIL_TOKEN_KEYS": b64encode(bytes(range(33))).decode()},
            "VIGIL_TOKEN_KEYS must hold keys of exactly 32",
            id="a seed too long",
        ),
        pytest.param(
            {"VIGIL_TOKEN_KEYS": f"{key(1)} {key(4)}"}, "must differ", id="the second for two"
        ),
        pytest.param({"VIGIL_TOKEN_KEYS": key(4)}, "must differ", id="one key for two purposes"),
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
        pytest.param(
            {"VIGIL_WEBHOOK_LOOPBACK": "1"}, "VIGIL_WEBHOOK_LOOPBACK must not", id="webhooks here"
        ),
        pytest.param({"VIGIL_TEST_CLOCK": "clock"}, "VIGIL_TEST_CLOCK must not", id="test clock"),
        pytest.param({"VIGIL_DEBUG": "1"}, "must not be on", id="debug"),
        pytest.param({"FLASK_DEBUG": "true"}, "must not be on", id="flask debug"),
        pytest.param({"VIGIL_PUBLIC_URL": "http://care.test"}, "must be https", id="no TLS"),
        pytest.param(
            {"VIGIL_PUBLIC_URL": "https://user:pass@care.test"}, "nothing else", id="public secret"
        ),
        pytest.param({"VIGIL_PUBLIC_URL": "https://127.0.0.1"}, "not this machine", id="inside"),
        pytest.param({"VIGIL_PUBLIC_URL": "https://localhost:1"}, "not this machine", id="here"),
        pytest.param({"VIGIL_TRUSTED_PROXIES": "0"}, "how many proxies", id="no proxy"),
        pytest.param({"VIGIL_TRUSTED_PROXIES": "6"}, "not be above 5", id="proxies without end"),
        pytest.param({"VIGIL_PORTAL_ORIGINS": "*"}, "name each portal", id="every portal"),
        pytest.param(
            {"VIGIL_PORTAL_ORIGINS": "https://*.care.test"}, "name each portal", id="any below"
        ),
        pytest.param({"VIGIL_PORTAL_ORIGINS": "null"}, "name each portal", id="no origin"),
        pytest.param(
            {"VIGIL_PORTAL_ORIGINS": "http://portal.care.test"}, "must be https", id="plain portal"
        ),
        pytest.param(
            {"VIGIL_PORTAL_ORIGINS": "http://localhost:3000"}, "must be https", id="portal here"
        ),
        pytest.param(
            {"VIGIL_PORTAL_ORIGINS": "https://portal.care.test/"}, "nothing else", id="a path"
        ),
        pytest.param({"VIGIL_SMTP_URL": "smtp://mail.test"}, "smtps", id="mail in clear text"),
        pytest.param(
            {"VIGIL_APPRISE_URLS": "json://hook.test"}, "in clear text", id="hook in clear text"
        ),
        pytest.param({"VIGIL_SERVER_WORKERS": "0"}, "between 1 and 64", id="nobody serves"),
        pytest.param({"VIGIL_DOOR_PER_MINUTE": "0"}, "PER_MINUTE", id="a door that is shut"),
        pytest.param(
            {"VIGIL_PHI_KEYS": " ".join(f"{n}:{key(n)}" for n in range(5, 40))},
            "more than 32",
            id="a ring without end",
        ),
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
        pytest.param(
            {"VIGIL_PASSKEY_ORIGINS": "https://elsewhere.test"},
            "must be pages below",
            id="passkeys for another place",
        ),
        pytest.param(
            {"VIGIL_PASSKEY_ORIGINS": "https://notcare.test"},
            "must be pages below",
            id="passkeys for a lookalike",
        ),
        pytest.param(
            {"VIGIL_PASSKEY_ORIGINS": "https://care.test http://care.test"},
            "VIGIL_PASSKEY_ORIGINS must be https",
            id="passkeys without TLS",
        ),
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


def test_a_database_on_this_machine_needs_no_encryption(tmp_path):
    for url in ("postgresql://vigil_app@/vigil", "postgresql://vigil_app@127.0.0.1/vigil"):
        environ = PRODUCTION | {"VIGIL_VAR": str(tmp_path), "DATABASE_URL": url}
        assert Settings.from_env(environ).database_url == url


def test_a_portal_in_development_may_be_on_this_machine(tmp_path):
    environ = {"VIGIL_VAR": str(tmp_path), "VIGIL_PORTAL_ORIGINS": "http://localhost:3000"}
    settings = Settings.from_env(environ, need_database=False)
    assert settings.portal_origins == ("http://localhost:3000",)


@pytest.mark.asvs("11.5.1")
def test_development_makes_its_keys_once_and_keeps_them_private(tmp_path):
    environ = {"VIGIL_VAR": str(tmp_path), "DATABASE_URL": "postgresql:///x"}
    first, second = Settings.from_env(environ), Settings.from_env(environ)
    kept = list((tmp_path / "secrets").iterdir())
    assert first == second
    made = {*first.token_keys, first.phi_index_key, first.audit_key, *first.phi_keys.values()}
    assert len(made) == 4
    assert [stat.S_IMODE(file.stat().st_mode) for file in kept] == [0o600] * 4


def test_passkeys_are_made_for_the_place_of_the_public_address(tmp_path):
    told = {"VIGIL_VAR": str(tmp_path), "VIGIL_PHI_KEYS": PRODUCTION["VIGIL_PHI_KEYS"]}
    here = Settings.from_env(told, need_database=False)
    assert (here.passkey_rp_id, here.passkey_origins) == ("localhost", ("http://localhost:8000",))
    there = Settings.from_env(PRODUCTION | told)
    assert (there.passkey_rp_id, there.passkey_origins) == ("care.test", ("https://care.test",))
    app = "https://app.care.test android:apk-key-hash:abc"
    more = Settings.from_env(PRODUCTION | told | {"VIGIL_PASSKEY_ORIGINS": app})
    assert more.passkey_origins == tuple(app.split())


@pytest.mark.asvs("13.3.1")
def test_secrets_stay_out_of_the_printed_form(tmp_path):
    settings = Settings.from_env(PRODUCTION | {"VIGIL_VAR": str(tmp_path)})
    assert "database_url" not in repr(settings)
    assert repr(settings.token_keys[0]) not in repr(settings)


def test_an_unwritable_folder_is_refused_in_one_line():
    with pytest.raises(SettingsRefused, match=r"^cannot write to /dev/null/var/secrets: [^\n]*$"):
        Settings.from_env({"VIGIL_VAR": "/dev/null/var", "DATABASE_URL": "postgresql:///x"})


def test_the_test_clock_is_accepted_outside_production(tmp_path):
    environ = {"VIGIL_VAR": str(tmp_path), "VIGIL_TEST_CLOCK": "clock", "VIGIL_ENV": "test"}
    settings = Settings.from_env(environ, need_database=False)
    assert settings.test_clock == Path("clock").absolute()
    assert settings.password_cost == PasswordCost(1, 8, 1)
