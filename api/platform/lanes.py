"""Which requests have threads of their own? Those that tell a fact (decision 0041)."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Flask
from werkzeug.exceptions import HTTPException

from api.platform import pace
from api.platform.admission import placed


def facts_of(app: Flask) -> Callable[[Mapping[str, Any]], bool]:
    """Make the question whether a request, as the server gives it, tells a fact."""
    facts = {
        (endpoint, method)
        for endpoint, method, operation in placed(app)
        if operation.id in pace.FACTS
    }
    addresses = app.url_map.bind("")

    def tells_fact(environ: Mapping[str, Any]) -> bool:
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        try:
            endpoint, _ = addresses.match(path, method=environ["REQUEST_METHOD"])
        except HTTPException:
            return False
        return (endpoint, environ["REQUEST_METHOD"]) in facts

    return tells_fact
