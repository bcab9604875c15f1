"""What was this installation told, and is it safe to serve patients that way?"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from workflows.platform import drug_data
from workflows.platform.drug_data import DrugData, DrugDataRefused
from workflows.platform.keys import Keys
from workflows.platform.told import ROOT, SettingsRefused, Told

__all__ = ["ROOT", "PasswordCost", "Settings", "SettingsRefused"]

LOOPBACK = ("127.0.0.1", "::1")
APP_ORIGIN = "android:apk-key-hash:"
SWITCHED_ON = ("1", "true", "yes", "on")


@dataclass(frozen=True)
class PasswordCost:
    """How much work one Argon2id hash is."""

    time_cost: int = 2
    memory_kib: int = 19456
    parallelism: int = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the environment decides, read once; secrets stay out of its printed form."""

    environment: str
    var_dir: Path
    database_url: str = field(repr=False)
    migration_database_url: str = field(repr=False)
    token_keys: tuple[bytes, ...] = field(repr=False)
    phi_keys: Mapping[int, bytes] = field(repr=False)
    phi_primary_key: int
    phi_index_key: bytes = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    server_workers: int = 1
    public_url: str = "http://127.0.0.1:8000"
    trusted_proxies: int = 0
    test_clock: Path | None = None
    instrument_bundle: Path | None = None
    smtp_url: str = field(default="", repr=False)
    apprise_urls: tuple[str, ...] = field(default=(), repr=False)
    password_cost: PasswordCost = PasswordCost()
    drug_data: DrugData | None = None
    passkey_rp_id: str = "localhost"
    passkey_origins: tuple[str, ...] = ("http://localhost:8000",)

    @property
    def is_production(self) -> bool:
        """Say whether real patients are served."""
        return self.environment == "production"

    @classmethod
    def from_env(
        cls, environ: Mapping[str, str] | None = None, *, need_database: bool = True
    ) -> "Settings":
        """Read the environment once, and refuse what is missing, malformed or unsafe."""
        told = Told(os.environ if environ is None else environ)
        secrets = Keys(told)
        host, port = told.text("VIGIL_HOST", "127.0.0.1"), told.number("VIGIL_PORT", 8000)
        database_url = told.text("DATABASE_URL")
        keys = secrets.phi_keys()
        settings = cls(
            environment=told.environment,
            var_dir=told.var_dir,
            database_url=database_url,
            migration_database_url=told.text(
                "MIGRATION_DATABASE_URL", "" if told.environment == "production" else database_url
            ),
            token_keys=secrets.token_keys(),
            phi_keys=keys,
            phi_primary_key=told.number("VIGIL_PHI_PRIMARY_KEY", max(keys)),
            phi_index_key=secrets.key("VIGIL_PHI_INDEX_KEY", "phi-index"),
            host=host,
            port=port,
            server_workers=told.number("VIGIL_SERVER_WORKERS", 1),
            public_url=told.text("VIGIL_PUBLIC_URL", f"http://{host}:{port}"),
            trusted_proxies=told.number("VIGIL_TRUSTED_PROXIES", 0),
            test_clock=told.path("VIGIL_TEST_CLOCK"),
            instrument_bundle=told.path("VIGIL_INSTRUMENT_BUNDLE"),
            smtp_url=told.text("VIGIL_SMTP_URL"),
            apprise_urls=tuple(told.text("VIGIL_APPRISE_URLS").split()),
            password_cost=_password_cost(told),
            drug_data=_drug_data(told),
            **_passkeys(told, told.text("VIGIL_PUBLIC_URL", f"http://{host}:{port}")),
        )
        settings._refuse_contradictions(need_database=need_database)
        if settings.is_production:
            settings._refuse_unsafe(told)
        return settings

    def _refuse_contradictions(self, *, need_database: bool) -> None:
        if need_database and not self.database_url:
            raise SettingsRefused(
                "DATABASE_URL is not set; `make run` sets it to a database of its own."
            )
        for name, url in (
            ("DATABASE_URL", self.database_url),
            ("MIGRATION_DATABASE_URL", self.migration_database_url),
        ):
            if url and urlsplit(url).scheme not in ("postgresql", "postgresql+psycopg"):
                raise SettingsRefused(
                    f"{name} must begin with postgresql://; no other database will do."
                )
        if not 0 < self.port < 65536:
            raise SettingsRefused("VIGIL_PORT must be between 1 and 65535.")
        if self.phi_primary_key not in self.phi_keys:
            raise SettingsRefused("VIGIL_PHI_PRIMARY_KEY names no key of VIGIL_PHI_KEYS.")
        if {*self.token_keys} & {*self.phi_keys.values(), self.phi_index_key}:
            raise SettingsRefused("VIGIL_TOKEN_KEYS and the PHI keys must differ from each other.")

    def _refuse_unsafe(self, told: Told) -> None:
        """Refuse in production what is a convenience anywhere else."""
        cost, usual = self.password_cost, PasswordCost()
        owner, app = (
            urlsplit(u).username for u in (self.migration_database_url, self.database_url)
        )
        debug = [n for n in ("VIGIL_DEBUG", "FLASK_DEBUG") if told.text(n).lower() in SWITCHED_ON]
        refusals = (
            (not self.database_url, "DATABASE_URL must be set"),
            (bool(owner) and owner == app, "MIGRATION_DATABASE_URL must name another role"),
            (self.test_clock is not None, "VIGIL_TEST_CLOCK must not be set"),
            (bool(debug), "VIGIL_DEBUG and FLASK_DEBUG must not be on"),
            (urlsplit(self.public_url).scheme != "https", "VIGIL_PUBLIC_URL must be https://"),
            (
                not (self.smtp_url or self.apprise_urls),
                "VIGIL_SMTP_URL or VIGIL_APPRISE_URLS must be set, so that alarms reach people",
            ),
            (
                cost.memory_kib < usual.memory_kib or cost.time_cost < usual.time_cost,
                "VIGIL_ARGON2_* must not be below the recommended cost",
            ),
        )
        for refused, line in refusals:
            if refused:
                raise SettingsRefused(f"In production {line}.")


def _drug_data(told: Told) -> DrugData | None:
    """Read the release that was deployed; one that cannot be used is refused at the start."""
    path = told.path("VIGIL_DRUG_DATA")
    try:
        return None if path is None else drug_data.read(path)
    except DrugDataRefused as reason:
        raise SettingsRefused(f"VIGIL_DRUG_DATA: the file {reason}.") from None


def _passkeys(told: Told, public_url: str) -> dict[str, Any]:
    """Say for which place passkeys are made, and which pages and apps may ask for them.

    Browsers make none for an address in numbers; on one's own machine the place is `localhost`.
    """
    parts = urlsplit(public_url)
    own = "localhost" if parts.hostname in (None, *LOOPBACK) else str(parts.hostname)
    port = "" if parts.port is None else f":{parts.port}"
    rp_id = told.text("VIGIL_PASSKEY_RP_ID", own)
    origins = told.text("VIGIL_PASSKEY_ORIGINS", f"{parts.scheme}://{own}{port}").split()
    if not all(_is_in_place(origin, rp_id) for origin in origins):
        raise SettingsRefused("VIGIL_PASSKEY_ORIGINS must be pages below VIGIL_PASSKEY_RP_ID.")
    if told.environment == "production" and any(url.startswith("http://") for url in origins):
        raise SettingsRefused("In production VIGIL_PASSKEY_ORIGINS must be https://.")
    return {"passkey_rp_id": rp_id, "passkey_origins": tuple(origins)}


def _is_in_place(origin: str, rp_id: str) -> bool:
    if origin.startswith(APP_ORIGIN):
        return True
    parts = urlsplit(origin)
    host = parts.hostname or ""
    plain = parts.scheme in ("http", "https") and not (parts.path or parts.query)
    return plain and (host == rp_id or host.endswith(f".{rp_id}"))


def _password_cost(told: Told) -> PasswordCost:
    """Tests log in a thousand times, so theirs is next to nothing."""
    usual = PasswordCost(1, 8, 1) if told.environment == "test" else PasswordCost()
    return PasswordCost(
        told.number("VIGIL_ARGON2_TIME_COST", usual.time_cost),
        told.number("VIGIL_ARGON2_MEMORY_KIB", usual.memory_kib),
        told.number("VIGIL_ARGON2_PARALLELISM", usual.parallelism),
    )
