"""How long can a form be at most, by its own schema? In letters that need one byte each."""

from typing import Any

SEPARATORS = 4
A_NUMBER = 20
MOST_UNSAID = 100
DEEPEST = 20


def longest_form(document: dict[str, Any], operation_id: str) -> int:
    """Give the length of the longest body that the document allows this operation."""
    asked = next(
        operation.get("requestBody", {}).get("content", {})
        for path in document["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict) and operation.get("operationId") == operation_id
    )
    return max((_longest(document, kind["schema"]) for kind in asked.values()), default=0)


def _longest(document: dict[str, Any], schema: dict[str, Any], depth: int = 0) -> int:
    if depth > DEEPEST:
        return 0
    if "$ref" in schema:
        named = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return _longest(document, named, depth + 1)
    for joined in ("allOf", "anyOf", "oneOf"):
        if joined in schema:
            return max(_longest(document, each, depth + 1) for each in schema[joined])
    return _of_kind(document, schema, depth)


def _of_kind(document: dict[str, Any], schema: dict[str, Any], depth: int) -> int:
    if "enum" in schema:
        return max(len(str(value)) for value in schema["enum"]) + SEPARATORS
    kinds = schema.get("type")
    kind = kinds[0] if isinstance(kinds, list) else kinds
    if kind == "string":
        return int(schema.get("maxLength", MOST_UNSAID)) + SEPARATORS
    if kind == "array":
        each = _longest(document, schema["items"], depth + 1)
        return int(schema.get("maxItems", MOST_UNSAID)) * (each + 1)
    parts = schema.get("properties", {}).items() if kind == "object" else ()
    inside = (len(name) + SEPARATORS + _longest(document, each, depth + 1) for name, each in parts)
    return sum(inside) if kind == "object" else A_NUMBER
