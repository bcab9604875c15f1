"""Which headers does every answer carry, the errors too?"""

from urllib.parse import urlsplit

from flask import Flask, Response

from workflows.platform.settings import Settings

ALWAYS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
HTTPS_ONLY = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}


def install(app: Flask, settings: Settings) -> None:
    """Add the headers to whatever this app answers; a page may have a policy of its own."""
    https = urlsplit(settings.public_url).scheme == "https"
    wanted = ALWAYS | (HTTPS_ONLY if https else {})

    def add(response: Response) -> Response:
        for name, value in wanted.items():
            response.headers.setdefault(name, value)
        return response

    app.after_request(add)
