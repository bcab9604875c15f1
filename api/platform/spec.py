"""What is in `openapi/openapi.json`: the document, with examples that were recorded?"""

import json
from typing import Any

from flask import Flask

from workflows.platform.settings import ROOT

DOCUMENT = ROOT / "openapi" / "openapi.json"
EXAMPLES = ROOT / "openapi" / "examples"
JSON = "application/json"


def document(app: Flask) -> dict[str, Any]:
    """Give the document of an app, with the recorded examples in it."""
    told: dict[str, Any] = app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    made: dict[str, Any] = json.loads(json.dumps({"openapi": told["openapi"]} | told))
    for _, _, operation in operations(made):
        if example := example_of(operation["operationId"]):
            _add(operation, example)
    return made


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """List the operations of a document: path, method, operation."""
    return [
        (path, method, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    ]


def example_of(operation_id: str) -> dict[str, Any] | None:
    """Read the recorded request and answer of an operation, if there are any."""
    recorded = EXAMPLES / f"{operation_id}.json"
    if not recorded.exists():
        return None
    example: dict[str, Any] = json.loads(recorded.read_text())
    return example


def written(document: dict[str, Any]) -> str:
    """Write a document the same way every time."""
    return json.dumps(document, indent=1, ensure_ascii=False, sort_keys=False) + "\n"


def _add(operation: dict[str, Any], example: dict[str, Any]) -> None:
    if "requestBody" in operation and example.get("request") is not None:
        operation["requestBody"]["content"][JSON]["example"] = example["request"]
    for status, answer in operation["responses"].items():
        if status.startswith("2") and JSON in answer.get("content", {}):
            answer["content"][JSON]["example"] = example["response"]
