"""What was this installation told, and is it safe to serve patients that way?"""

import binascii
import os
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from workflows.platform import drug_data
from workflows.platform.drug_data import DrugData, DrugDataRefused

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = ("development", "test", "production")
KEY_BYTES = 32
SAMPLE_WORDS = (
    "changeme",
    "change-me",
    "change_me",
    "example",
    "sample",
    "secret",
    "password",
    "insecure",
)
FEWEST_DIFFERENT_BYTES = 12
SWITCHED_ON = ("1", "true", "yes", "on")


class SettingsRefused(ValueError):
    """A setting is missing or unsafe; the message is one line and never shows the value."""


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
    jwt_secret: bytes = field(repr=False)
    phi_keys: Mapping[int, bytes] = field(repr=False)
    phi_primary_key: int
    phi_index_key: bytes = field(repr=False)
    audit_key: bytes = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    server_workers: int = 1
    public_url: str = "http://127.0.0.1:8000"
    trusted_proxies: int = 0
    test_clock: Path | None = None
    instrument_bundle: Path | None = None
    smtp_url: str = field(default="", repr=False)
    apprise_urls: tuple[str, ...] = field(default=(), repr=False)
    audit_sink: str = field(default="", repr=False)
    password_cost: PasswordCost = PasswordCost()
    drug_data: DrugData | None = None

    @property
    def is_production(self) -> bool:
        """Say whether real patients are served."""
        return self.environment == "production"

    @classmethod
    def from_env(
        cls, environ: Mapping[str, str] | None = None, *, need_database: bool = True
    ) -> "Settings":
        """Read the environment once, and refuse what is missing, malformed or unsafe."""
        told = _Told(os.environ if environ is None else environ)
        secrets = _Secrets(told)
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
            jwt_secret=secrets.key("VIGIL_JWT_SECRET", "jwt"),
            phi_keys=keys,
            phi_primary_key=told.number("VIGIL_PHI_PRIMARY_KEY", max(keys)),
            phi_index_key=secrets.key("VIGIL_PHI_INDEX_KEY", "phi-index"),
            audit_key=secrets.key("VIGIL_AUDIT_KEY", "audit"),
            host=host,
            port=port,
            server_workers=told.number("VIGIL_SERVER_WORKERS", 1),
            public_url=told.text("VIGIL_PUBLIC_URL", f"http://{host}:{port}"),
            trusted_proxies=told.number("VIGIL_TRUSTED_PROXIES", 0),
            test_clock=told.path("VIGIL_TEST_CLOCK"),
            instrument_bundle=told.path("VIGIL_INSTRUMENT_BUNDLE"),
            smtp_url=told.text("VIGIL_SMTP_URL"),
            apprise_urls=tuple(told.text("VIGIL_APPRISE_URLS").split()),
            audit_sink=_audit_sink(told),
            password_cost=_password_cost(told),
            drug_data=_drug_data(told),
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
        if self.jwt_secret in (*self.phi_keys.values(), self.phi_index_key):
            raise SettingsRefused("VIGIL_JWT_SECRET and the PHI keys must differ from each other.")

    def _refuse_unsafe(self, told: "_Told") -> None:
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
                not self.audit_sink,
                "VIGIL_AUDIT_SINK must be set, so that checkpoints leave the host",
            ),
            (
                cost.memory_kib < usual.memory_kib or cost.time_cost < usual.time_cost,
                "VIGIL_ARGON2_* must not be below the recommended cost",
            ),
        )
        for refused, line in refusals:
            if refused:
                raise SettingsRefused(f"In production {line}.")


def _drug_data(told: "_Told") -> DrugData | None:
    """Read the release that was deployed; one that cannot be used is refused at the start."""
    path = told.path("VIGIL_DRUG_DATA")
    try:
        return None if path is None else drug_data.read(path)
    except DrugDataRefused as reason:
        raise SettingsRefused(f"VIGIL_DRUG_DATA: the file {reason}.") from None


def _audit_sink(told: "_Told") -> str:
    """Read where checkpoints go; without patients a folder of our own will do."""
    sink = told.text("VIGIL_AUDIT_SINK")
    if not sink:
        return "" if told.environment == "production" else str(told.var_dir / "checkpoints")
    schemes = ("https",) if told.environment == "production" else ("https", "http")
    if urlsplit(sink).scheme not in schemes and not Path(sink).is_absolute():
        raise SettingsRefused("VIGIL_AUDIT_SINK must be https:// or a folder from the root on.")
    return sink


def _password_cost(told: "_Told") -> PasswordCost:
    """Tests log in a thousand times, so theirs is next to nothing."""
    usual = PasswordCost(1, 8, 1) if told.environment == "test" else PasswordCost()
    return PasswordCost(
        told.number("VIGIL_ARGON2_TIME_COST", usual.time_cost),
        told.number("VIGIL_ARGON2_MEMORY_KIB", usual.memory_kib),
        told.number("VIGIL_ARGON2_PARALLELISM", usual.parallelism),
    )


class _Told:
    """The environment, read by type."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self.environment = self.text("VIGIL_ENV", "development")
        if self.environment not in ENVIRONMENTS:
            raise SettingsRefused(f"VIGIL_ENV must be one of {', '.join(ENVIRONMENTS)}.")
        self.var_dir = self.path("VIGIL_VAR") or ROOT / "var"

    def text(self, name: str, default: str = "") -> str:
        return self._environ.get(name, "").strip() or default

    def number(self, name: str, default: int) -> int:
        try:
            number = int(self.text(name, str(default)))
        except ValueError:
            raise SettingsRefused(f"{name} must be a whole number.") from None
        if number < 0:
            raise SettingsRefused(f"{name} must not be negative.")
        return number

    def path(self, name: str) -> Path | None:
        text = self.text(name)
        return Path(text).absolute() if text else None


class _Secrets:
    """The keys: from the environment, or in development made once and kept under var/secrets."""

    def __init__(self, told: _Told) -> None:
        self._told = told

    def key(self, name: str, file_name: str) -> bytes:
        """Return one key of at least 32 bytes."""
        text = self._told.text(name)
        return _drawn_by_chance(name, text or self._kept(name, file_name))

    def phi_keys(self) -> dict[int, bytes]:
        """Return the ring `1:<base64> 2:<base64>`; old keys stay in it to open what they sealed."""
        name = "VIGIL_PHI_KEYS"
        keys: dict[int, bytes] = {}
        for entry in self._told.text(name).replace(",", " ").split():
            number, _, text = entry.partition(":")
            if not number.isascii() or not number.isdigit() or int(number) in keys:
                raise SettingsRefused(
                    f"{name} must look like 1:<base64> 2:<base64>, each number once."
                )
            keys[int(number)] = _drawn_by_chance(name, text)
            if len(keys[int(number)]) != KEY_BYTES:
                raise SettingsRefused(f"{name} must hold keys of exactly {KEY_BYTES} bytes.")
        return keys or {1: _drawn_by_chance(name, self._kept(name, "phi-1"))}

    def _kept(self, name: str, file_name: str) -> str:
        if self._told.environment == "production":
            raise SettingsRefused(f"In production {name} must be set.")
        kept = self._told.var_dir / "secrets" / file_name
        try:
            return _read_or_make(kept)
        except OSError as reason:
            raise SettingsRefused(f"cannot write to {kept.parent}: {reason.strerror}.") from None


def _read_or_make(kept: Path) -> str:
    """Two processes may start at once: one makes the key, both read the same."""
    if not kept.exists():
        kept.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        made = kept.with_name(f"{kept.name}.{os.getpid()}")
        with os.fdopen(os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(b64encode(os.urandom(KEY_BYTES)))
            file.flush()
            os.fsync(file.fileno())
        try:
            kept.hardlink_to(made)
        except FileExistsError:
            pass
        finally:
            made.unlink()
    return kept.read_text()


def _drawn_by_chance(name: str, text: str) -> bytes:
    """Decode a key and refuse, in every environment, one that somebody typed."""
    try:
        key = b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        raise SettingsRefused(f"{name} must be base64.") from None
    if len(key) < KEY_BYTES:
        raise SettingsRefused(f"{name} must be at least {KEY_BYTES} random bytes, in base64.")
    plain = f"{text} {key.decode('latin-1')}".lower()
    if len(set(key)) < FEWEST_DIFFERENT_BYTES or any(word in plain for word in SAMPLE_WORDS):
        raise SettingsRefused(f"{name} is a sample key; make one with `openssl rand -base64 32`.")
    return key
