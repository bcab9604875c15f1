"""What does the web server run? Settings, then the house, then the application.

`app` is the application itself, for any WSGI server behind a proxy that takes bodies in whole.
`served` is what we ship: the same one behind a door that waits for the bodies itself.
"""

import sys

from api.app import create_app
from api.platform import lanes
from api.platform.door import Door
from api.platform.parser import LARGEST_BODY_BYTES
from workflows.platform.settings import Settings, SettingsRefused

try:
    app = create_app(Settings.from_env())
except SettingsRefused as reason:
    sys.exit(f"vigil: {reason}")

served = Door(app, most_bytes=LARGEST_BODY_BYTES, urgent=lanes.facts_of(app))
