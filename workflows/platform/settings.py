"""What was this installation told, and is it safe to serve patients that way?"""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from workflows.platform import drug_data, key_place, unsafe
from workflows.platform.drug_data import DrugData, DrugDataRefused
from workflows.platform.key_place import KeyService
from workflows.platform.keys import Keys
from workflows.platform.outgoing import Ways
from workflows.platform.told import ROOT, SettingsRefused, Told

__all__ = ["ROOT", "PasswordCost", "Settings", "SettingsRefused"]

LOOPBACK = ("127.0.0.1", "::1")
APP_ORIGIN = "android:apk-key-hash:"


@dataclass(frozen=True)
class PasswordCost:
    """How much work one Argon2id hash is."""

    time_cost: int = 2
    memory_kib: int = 19456
    parallelism: int = 1


@dataclass(frozen=True, slots=True)
class Pace:
    """How often one may ask in a minute, in each process of the server (decision 0034)."""

    door: int = 120
    person: int = 600
    facts: int = 1200

    def each(self) -> tuple[int, int, int]:
        """Give all three."""
        return self.door, self.person, self.facts


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
    audit_key: bytes = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    server_workers: int = 1
    public_url: str = "http://127.0.0.1:8000"
    trusted_proxies: int = 0
    portal_origins: tuple[str, ...] = ()
    pace: Pace = Pace()
    oldest_app: tuple[int, ...] = ()
    test_clock: Path | None = None
    instrument_bundle: Path | None = None
    smtp_url: str = field(default="", repr=False)
    apprise_urls: tuple[str, ...] = field(default=(), repr=False)
    audit_sink: str = field(default="", repr=False)
    archive_to: Path | None = None
    metrics_token: str = field(default="", repr=False)
    receipt_key: bytes = field(default=b"", repr=False)
    password_cost: PasswordCost = PasswordCost()
    drug_data: DrugData | None = None
    key_service: KeyService | None = field(default=None, repr=False)
    webhooks: Ways = field(default_factory=Ways)
    passkey_rp_id: str = "localhost"
    passkey_origins: tuple[str, ...] = ("http://localhost:8000",)

    @property
    def backup_dir(self) -> Path:
        """Say where backups are, unless the command says otherwise."""
        return self.archive_to or self.var_dir / "backups"

    @property
    def is_production(self) -> bool:
        """Say whether real patients are served."""
        return self.environment == "production"

    @property
    def is_sandbox(self) -> bool:
        """Say whether nobody here is real, and the clock can be moved."""
        return self.environment == "sandbox"

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
            audit_key=secrets.key("VIGIL_AUDIT_KEY", "audit"),
            host=host,
            port=port,
            server_workers=told.number("VIGIL_SERVER_WORKERS", 1),
            public_url=told.text("VIGIL_PUBLIC_URL", f"http://{host}:{port}"),
            trusted_proxies=told.number("VIGIL_TRUSTED_PROXIES", 0),
            portal_origins=tuple(told.text("VIGIL_PORTAL_ORIGINS").split()),
            pace=_pace(told),
            oldest_app=_oldest_app(told),
            test_clock=told.path("VIGIL_TEST_CLOCK"),
            instrument_bundle=told.path("VIGIL_INSTRUMENT_BUNDLE"),
            smtp_url=told.text("VIGIL_SMTP_URL"),
            apprise_urls=tuple(told.text("VIGIL_APPRISE_URLS").split()),
            audit_sink=_audit_sink(told),
            archive_to=told.path("VIGIL_BACKUP_DIR"),
            metrics_token=secrets.token("VIGIL_METRICS_TOKEN"),
            receipt_key=secrets.shared("VIGIL_RECEIPT_KEY"),
            password_cost=_password_cost(told),
            drug_data=_drug_data(told),
            key_service=key_place.told(told, secrets),
            webhooks=Ways(
                tuple(told.text("VIGIL_WEBHOOK_HOSTS").lower().split()),
                loopback=told.switch("VIGIL_WEBHOOK_LOOPBACK"),
            ),
            **_passkeys(told, told.text("VIGIL_PUBLIC_URL", f"http://{host}:{port}")),
        )
        settings._refuse_contradictions(need_database=need_database)
        if settings.is_production:
            settings._refuse(unsafe.in_production(settings, debug=told.debug()), "In production ")
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
        self._refuse(unsafe.anywhere(self))
        if self.phi_primary_key not in self.phi_keys:
            raise SettingsRefused("VIGIL_PHI_PRIMARY_KEY names no key of VIGIL_PHI_KEYS.")
        if {*self.token_keys} & {*self.phi_keys.values(), self.phi_index_key}:
            raise SettingsRefused("VIGIL_TOKEN_KEYS and the PHI keys must differ from each other.")

    @staticmethod
    def _refuse(lines: Iterator[str], where: str = "") -> None:
        """Refuse for the first reason there is."""
        for line in lines:
            raise SettingsRefused(f"{where}{line}.")


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


def _audit_sink(told: Told) -> str:
    """Read where checkpoints go; without patients a folder of our own will do."""
    sink = told.text("VIGIL_AUDIT_SINK")
    if not sink:
        return "" if told.environment == "production" else str(told.var_dir / "checkpoints")
    schemes = ("https",) if told.environment == "production" else ("https", "http")
    if urlsplit(sink).scheme not in schemes and not Path(sink).is_absolute():
        raise SettingsRefused("VIGIL_AUDIT_SINK must be https:// or a folder from the root on.")
    return sink


def _password_cost(told: Told) -> PasswordCost:
    """Tests log in a thousand times, so theirs is next to nothing."""
    usual = PasswordCost(1, 8, 1) if told.environment == "test" else PasswordCost()
    return PasswordCost(
        told.number("VIGIL_ARGON2_TIME_COST", usual.time_cost),
        told.number("VIGIL_ARGON2_MEMORY_KIB", usual.memory_kib),
        told.number("VIGIL_ARGON2_PARALLELISM", usual.parallelism),
    )


def app_version(said: str) -> tuple[int, ...]:
    """Read the version of an app, such as 2.4.0."""
    return tuple(int(part) for part in said.split("."))


def _oldest_app(told: Told) -> tuple[int, ...]:
    said = told.text("VIGIL_OLDEST_APP")
    if said and not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,5}){2}", said):
        raise SettingsRefused("VIGIL_OLDEST_APP must be three numbers, such as 2.4.0.")
    return app_version(said) if said else ()


def _pace(told: Told) -> Pace:
    """A demonstration plays a week in a minute, and tests ask a thousand times."""
    times = 1 if told.environment == "production" else 1000
    usual = Pace()
    return Pace(
        told.number("VIGIL_DOOR_PER_MINUTE", usual.door * times),
        told.number("VIGIL_PERSON_PER_MINUTE", usual.person * times),
        told.number("VIGIL_FACTS_PER_MINUTE", usual.facts * times),
    )
