"""Is the process alive, and may requests be sent to it?"""

from flask import Blueprint, Flask, jsonify
from flask.typing import ResponseReturnValue

from api.platform.request import runtime
from workflows.platform import readiness


def install(app: Flask) -> None:
    """Serve both questions, outside the versioned API."""
    pages = Blueprint("health", __name__)
    pages.add_url_rule("/health", view_func=alive)
    pages.add_url_rule("/ready", view_func=ready)
    app.register_blueprint(pages)


def alive() -> ResponseReturnValue:
    """Say that the process answers."""
    return jsonify(status="alive")


def ready() -> ResponseReturnValue:
    """Say whether everything a dose depends on is there; 503 with the names of what is not."""
    checks = readiness.checks(runtime())
    is_ready = all(checks.values())
    told: dict[str, object] = {"status": "ready" if is_ready else "not-ready", "checks": checks}
    if warnings := readiness.warnings(runtime()):
        told["warnings"] = warnings
    return jsonify(told), 200 if is_ready else 503
