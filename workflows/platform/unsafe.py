"""Which settings would endanger patients, by the name of the setting?

Every line is one that somebody set in a hurry once. None of them shows a value: a URL holds a
password.
"""

import ipaddress
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, parse_qs, urlsplit

if TYPE_CHECKING:
    from workflows.platform.settings import Settings

MOST_WORKERS = 64
MOST_PROXIES = 5
LONGEST_KEY_RING = 32
ENCRYPTED_MODES = ("require", "verify-ca", "verify-full")
# Roles that may alter tables or switch locks off; whoever serves patients is none of them.
TOO_MIGHTY = ("postgres", "vigil_owner", "root", "admin")
# Ways out that Apprise sends in clear text.
PLAIN_SCHEMES = ("json", "xml", "form", "mailto", "gotify", "ntfy", "mqtt", "syslog")


def in_production(settings: "Settings", *, debug: bool) -> Iterator[str]:
    """Say what is refused once real patients are served: `<setting> must ...`."""
    yield from _of_the_database(settings)
    yield from _of_the_outside(settings)
    yield from _of_messages(settings)
    if settings.test_clock is not None:
        yield "VIGIL_TEST_CLOCK must not be set"
    if settings.webhooks.loopback:
        yield "VIGIL_WEBHOOK_LOOPBACK must not be set"
    if debug:
        yield "VIGIL_DEBUG and FLASK_DEBUG must not be on"
    if not settings.audit_sink:
        yield "VIGIL_AUDIT_SINK must be set, so that checkpoints leave the host"
    if _is_cheap(settings):
        yield "VIGIL_ARGON2_* must not be below the recommended cost"


def anywhere(settings: "Settings") -> Iterator[str]:
    """Say what is refused wherever the service runs."""
    if not 0 < settings.port < 65536:
        yield "VIGIL_PORT must be between 1 and 65535"
    if not 0 < settings.server_workers <= MOST_WORKERS:
        yield f"VIGIL_SERVER_WORKERS must be between 1 and {MOST_WORKERS}"
    if settings.trusted_proxies > MOST_PROXIES:
        yield f"VIGIL_TRUSTED_PROXIES must not be above {MOST_PROXIES}"
    if len(settings.phi_keys) > LONGEST_KEY_RING:
        yield f"VIGIL_PHI_KEYS must not hold more than {LONGEST_KEY_RING} keys"
    if min(settings.pace.each()) < 1:
        yield "VIGIL_*_PER_MINUTE must be at least 1"
    if settings.is_sandbox and settings.test_clock is not None:
        yield "VIGIL_TEST_CLOCK must not be set in a sandbox, which has a clock of its own"
    yield from _of_origins(settings)


def _of_the_database(settings: "Settings") -> Iterator[str]:
    app, owner = urlsplit(settings.database_url), urlsplit(settings.migration_database_url)
    if not settings.database_url:
        yield "DATABASE_URL must be set"
    if app.username in TOO_MIGHTY:
        yield "DATABASE_URL must not name a role that may alter tables"
    if owner.username and owner.username == app.username:
        yield "MIGRATION_DATABASE_URL must name another role"
    for name, url in (("DATABASE_URL", app), ("MIGRATION_DATABASE_URL", owner)):
        if _leaves_the_machine(url) and _asked(url, "sslmode") not in ENCRYPTED_MODES:
            yield f"{name} must say sslmode=verify-full (or require) for a database elsewhere"


def _of_the_outside(settings: "Settings") -> Iterator[str]:
    public = urlsplit(settings.public_url)
    if public.scheme != "https":
        yield "VIGIL_PUBLIC_URL must be https://"
    if public.username or public.query or public.fragment:
        yield "VIGIL_PUBLIC_URL must be an address and nothing else"
    if _is_here(public.hostname):
        yield "VIGIL_PUBLIC_URL must be the address that clients see, not this machine"
    if settings.trusted_proxies < 1:
        yield "VIGIL_TRUSTED_PROXIES must say how many proxies stand in front, for one ends TLS"


def _of_origins(settings: "Settings") -> Iterator[str]:
    for origin in settings.portal_origins:
        found = urlsplit(origin)
        here = _is_here(found.hostname) and not settings.is_production
        if "*" in origin or origin == "null":
            yield "VIGIL_PORTAL_ORIGINS must name each portal, not all of them"
        elif found.scheme != "https" and not here:
            yield "VIGIL_PORTAL_ORIGINS must be https://"
        elif not found.hostname or origin != f"{found.scheme}://{found.netloc}" or found.username:
            yield "VIGIL_PORTAL_ORIGINS must be scheme, host and port and nothing else"


def _of_messages(settings: "Settings") -> Iterator[str]:
    if not (settings.smtp_url or settings.apprise_urls):
        yield "VIGIL_SMTP_URL or VIGIL_APPRISE_URLS must be set, so that alarms reach people"
    mail = urlsplit(settings.smtp_url)
    if mail.scheme == "smtp" and not _is_here(mail.hostname):
        yield "VIGIL_SMTP_URL must be smtps:// for a server elsewhere"
    if any(url.partition("://")[0].lower() in PLAIN_SCHEMES for url in settings.apprise_urls):
        yield "VIGIL_APPRISE_URLS must not name a way out in clear text"


def _is_cheap(settings: "Settings") -> bool:
    cost, usual = settings.password_cost, type(settings.password_cost)()
    return cost.memory_kib < usual.memory_kib or cost.time_cost < usual.time_cost


def _leaves_the_machine(url: SplitResult) -> bool:
    """A socket of this machine has no host, or its folder as one."""
    host = url.hostname or _asked(url, "host")
    return bool(host) and not host.startswith("/") and not _is_here(host)


def _asked(url: SplitResult, name: str) -> str:
    return parse_qs(url.query).get(name, [""])[0]


def _is_here(host: str | None) -> bool:
    if host is None:
        return False
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
