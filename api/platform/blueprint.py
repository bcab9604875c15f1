"""How is an operation declared, so that it is guarded and documented in one place?

Every method of a view is an `operation`: signed in unless it says `public`, with the headers and
the errors it can answer. A view that forgets it does not import.
"""

import re
from collections.abc import Callable, Iterable
from copy import deepcopy
from functools import wraps
from typing import Any, TypeVar

import flask_smorest
from flask import g, request
from flask.views import MethodView

from api.platform import app_age, identity, pace, parser
from api.platform.document import Operation
from api.platform.request import nothing_kept, require_key, require_version
from workflows.platform import again

View = TypeVar("View", bound=Callable[..., Any])
METHODS = ("get", "post", "put", "patch", "delete")
OTHER_PATH_PART = re.compile(r"<(?!uuid:|code:)[^>]*>")


class Blueprint(flask_smorest.Blueprint):
    """A feature's part of the API."""

    ARGUMENTS_PARSER = parser.StrictParser()

    def __init__(self, name: str, *, description: str) -> None:
        """Name the feature; its name is the tag of its operations."""
        super().__init__(name, "api", description=description)
        self._prepare_doc_cbks.append(_document)

    def add_url_rule(self, rule: str, *args: Any, **more: Any) -> None:
        """Refuse a path whose ids have no bounds, and a method that is no operation."""
        if found := OTHER_PATH_PART.search(rule):
            message = f"{found[0]} in {rule} has no bounds: use <uuid:…> or <code:…>"
            raise TypeError(message)
        for view in (more.get("view_func"), *args):
            if isinstance(view, type) and issubclass(view, MethodView):
                _refuse_undeclared(view)
        super().add_url_rule(rule, *args, **more)

    def operation(
        self,
        operation_id: str,
        *,
        refuses: Iterable[int] = (),
        once: bool = False,
        versioned: bool = False,
        public: bool = False,
        any_body: bool = False,
    ) -> Callable[[View], View]:
        """Guard and document one method of a view; the outermost decorator."""
        operation = Operation(operation_id, tuple(refuses), once, versioned, public, any_body)

        def decorate(view: View) -> View:
            told = getattr(view, "_apidoc", {})
            taken = {
                p["in"]: p["required"] for p in told.get("arguments", {}).get("parameters", ())
            }

            @wraps(view)
            def guarded(*args: Any, **kwargs: Any) -> Any:
                _guard(operation, taken)
                return again.patiently(lambda: view(*args, **kwargs), nothing_kept)

            vars(guarded)["_apidoc"] = deepcopy(told) | {"operation": operation}
            return guarded  # type: ignore[return-value] # the same view, guarded

        return decorate

    def arguments(self, schema: Any, **more: Any) -> Callable[[View], View]:
        """Take what this schema takes; the operation documents what is refused."""
        decorate = super().arguments(schema() if isinstance(schema, type) else schema, **more)

        def decorated(view: View) -> View:
            made: View = decorate(view)
            vars(made)["_apidoc"]["arguments"].pop("responses", None)
            return made

        return decorated

    def response(self, status_code: int, schema: Any = None, **more: Any) -> Callable[[View], View]:
        """Answer JSON with this schema."""
        told = {"content_type": "application/json"} | more
        decorate: Callable[[View], View] = super().response(status_code, schema, **told)
        return decorate


def _guard(operation: Operation, taken: dict[str, bool]) -> None:
    """Ask who it is, then whether the request is whole, before anything of it is read."""
    g.operation = operation.id
    if not operation.public:
        identity.sign_in()
    if operation.any_body:
        identity.recognise()
    else:
        parser.refuse_partial(request)
        request.max_content_length = operation.largest_body_bytes
    pace.keep(operation.id)
    app_age.keep(operation.id)
    if operation.once:
        require_key()
    if operation.versioned and request.method not in ("GET", "HEAD"):
        require_version()
    if not operation.any_body:
        parser.refuse_stray_parts(request, taken)


def _refuse_undeclared(view: type[MethodView]) -> None:
    for method in METHODS:
        made = getattr(view, method, None)
        if made is not None and "operation" not in getattr(made, "_apidoc", {}):
            message = f"{view.__name__}.{method} is not declared with @blp.operation"
            raise TypeError(message)


def _document(doc: dict[str, Any], told: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Add to the document what the operation promises."""
    operation: Operation = told["operation"]
    return operation.document(doc, method=more["method"])
