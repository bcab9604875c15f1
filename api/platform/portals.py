"""From which portals in a browser may this service be asked?

From those that are named and no other; a phone's app sends no origin and is not concerned.
"""

from datetime import timedelta

from flask import Flask
from flask_cors import CORS

from workflows.platform.settings import Settings

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
SENT = (
    "Authorization",
    "Content-Type",
    "Idempotency-Key",
    "If-Match",
    "X-App-Version",
    "X-Request-Id",
)
READ = ("ETag", "Idempotent-Replayed", "Location", "Retry-After", "X-Request-Id")
REMEMBERED = timedelta(minutes=10)


def install(app: Flask, settings: Settings) -> None:
    """Let the named portals in; cookies are never sent, for there are none."""
    if settings.portal_origins:
        CORS(
            app,
            resources=r"/v1/.*",
            origins=list(settings.portal_origins),
            methods=list(METHODS),
            allow_headers=list(SENT),
            expose_headers=list(READ),
            max_age=REMEMBERED,
            supports_credentials=False,
            send_wildcard=False,
        )
