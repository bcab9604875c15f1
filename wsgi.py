"""What does the web server run? Settings, then the house, then the application."""

import sys

from api.app import create_app
from workflows.platform.settings import Settings, SettingsRefused

try:
    app = create_app(Settings.from_env())
except SettingsRefused as reason:
    sys.exit(f"vigil: {reason}")
