"""What does the environment say, read by type? What cannot be read is refused in one line."""

from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENVIRONMENTS = ("development", "test", "sandbox", "production")
SWITCHED_ON = ("1", "true", "yes", "on")


class SettingsRefused(ValueError):
    """A setting is missing or unsafe; the message is one line and never shows the value."""


class Told:
    """The environment, read by type."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        """Read which environment this is and where it may write."""
        self._environ = environ
        self.environment = self.text("VIGIL_ENV", "development")
        if self.environment not in ENVIRONMENTS:
            raise SettingsRefused(f"VIGIL_ENV must be one of {', '.join(ENVIRONMENTS)}.")
        self.var_dir = self.path("VIGIL_VAR") or ROOT / "var"

    def text(self, name: str, default: str = "") -> str:
        """Give a setting without blanks around it."""
        return self._environ.get(name, "").strip() or default

    def switch(self, name: str) -> bool:
        """Say whether somebody switched this on."""
        return self.text(name).lower() in SWITCHED_ON

    def debug(self) -> bool:
        """Say whether somebody switched debugging on."""
        return any(self.switch(name) for name in ("VIGIL_DEBUG", "FLASK_DEBUG"))

    def number(self, name: str, default: int) -> int:
        """Give a number that is not below nought."""
        try:
            number = int(self.text(name, str(default)))
        except ValueError:
            raise SettingsRefused(f"{name} must be a whole number.") from None
        if number < 0:
            raise SettingsRefused(f"{name} must not be negative.")
        return number

    def path(self, name: str) -> Path | None:
        """Give a place in the file system."""
        text = self.text(name)
        return Path(text).absolute() if text else None
