"""Where can a person read the API in the browser, without the internet?"""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from flask import Blueprint, Flask, Response, current_app
from werkzeug.exceptions import NotFound

from api.platform import spec

FILES = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "favicon-32x32.png": "image/png",
}
# Swagger UI sets styles on elements; it needs no inline script.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
    " connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Vigil: the API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="api">This page needs JavaScript; <a href="/openapi.json">the document</a> does not.</div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
"""
START = """SwaggerUIBundle({
  url: "/openapi.json", dom_id: "#api", validatorUrl: null, deepLinking: true, filter: true,
  persistAuthorization: false, docExpansion: "list", defaultModelsExpandDepth: 0,
});
"""


def install(app: Flask) -> None:
    """Serve the page, what it loads, and the document."""
    pages = Blueprint("docs", __name__)
    pages.add_url_rule("/docs", view_func=page)
    pages.add_url_rule("/docs/start.js", view_func=start)
    pages.add_url_rule("/docs/<code:name>", view_func=file)
    pages.add_url_rule("/openapi.json", view_func=document)
    app.register_blueprint(pages)


def page() -> Response:
    """Give the page."""
    return Response(
        PAGE, content_type="text/html; charset=utf-8", headers={"Content-Security-Policy": POLICY}
    )


def start() -> Response:
    """Give the few words that start the page."""
    return Response(START, content_type="text/javascript; charset=utf-8")


def file(name: str) -> Response:
    """Give one of the files the page loads, and no other."""
    if name not in FILES:
        raise NotFound
    kept = {"Cache-Control": "public, max-age=86400"}
    return Response((_folder() / name).read_bytes(), content_type=FILES[name], headers=kept)


def document() -> Response:
    """Give the OpenAPI document."""
    made: str | None = current_app.extensions.get("vigil_document")
    if made is None:
        made = spec.written(spec.document(current_app))
        current_app.extensions["vigil_document"] = made
    return Response(made, content_type="application/json")


@cache
def _folder() -> Path:
    found = find_spec("flask_swagger_ui")
    if found is None or found.origin is None:  # pragma: no cover - it is in the lock
        raise NotFound
    return Path(found.origin).parent / "dist"
