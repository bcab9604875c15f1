"""Does a service keep the keys of people, and where? Read with the settings, before any table."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from workflows.platform.keys import Keys
from workflows.platform.told import SettingsRefused, Told


@dataclass(frozen=True, slots=True)
class KeyService:
    """Where the service is, which of its keys wraps, and what lets us in."""

    url: str
    key: str
    token: str = field(repr=False)


def told(environment: Told, secrets: Keys) -> KeyService | None:
    """Read whether a service keeps the keys; one that could be listened to is refused."""
    url = environment.text("VIGIL_KEY_SERVICE_URL").rstrip("/")
    if not url:
        return None
    schemes = ("https",) if environment.environment == "production" else ("https", "http")
    parts = urlsplit(url)
    if parts.scheme not in schemes or parts.username or parts.query or parts.fragment:
        raise SettingsRefused("VIGIL_KEY_SERVICE_URL must be https:// and an address alone.")
    token = secrets.secret("VIGIL_KEY_SERVICE_TOKEN")
    if not token:
        raise SettingsRefused("VIGIL_KEY_SERVICE_TOKEN must be set beside VIGIL_KEY_SERVICE_URL.")
    return KeyService(url, environment.text("VIGIL_KEY_SERVICE_KEY", "vigil"), token)
