"""Does the access policy speak of everything that is served, and of nothing else?

Nothing starts before it does: an operation without a line would be open to whoever its act lets in,
and a line without an operation is a promise about a door that is not there.
"""

from collections.abc import Iterator, Mapping

from flask import Flask

from api.platform.document import Operation
from rules.access import policy
from rules.access.policy import PolicyBroken
from rules.access.words import Line


def insist(app: Flask, *, sandbox: bool = False) -> None:
    """Refuse to serve what has no line of the policy, or says of itself something else."""
    lines = policy.IN_A_SANDBOX if sandbox else policy.BY_OPERATION
    if faults := list(_faults({operation.id: operation for operation in served(app)}, lines)):
        raise PolicyBroken("\n".join(faults))


def served(app: Flask) -> Iterator[Operation]:
    """Give every operation behind an address of this app."""
    for _, _, operation in placed(app):
        yield operation


def placed(app: Flask) -> Iterator[tuple[str, str, Operation]]:
    """Give every operation with its endpoint and its method."""
    for rule in app.url_map.iter_rules():
        view = getattr(app.view_functions[rule.endpoint], "view_class", None)
        for method in rule.methods or ():
            made = getattr(view, method.lower(), None)
            operation = getattr(made, "_apidoc", {}).get("operation")
            if operation is not None and method not in ("HEAD", "OPTIONS"):
                yield rule.endpoint, method, operation


def _faults(operations: dict[str, Operation], lines: Mapping[str, Line]) -> Iterator[str]:
    for name in sorted(operations):
        line = lines.get(name)
        if line is None:
            yield policy.no_line(name)
        elif line.public is not operations[name].public:
            says = "public" if line.public else "closed to strangers"
            yield f"{name}: the access policy says it is {says}, its view does not."
    for name in sorted(set(lines) - set(operations)):
        yield f"{name}: a line of the access policy, and no operation; remove the line."
