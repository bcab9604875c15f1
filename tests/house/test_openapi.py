"""Is `openapi/openapi.json` what the code makes, is it whole, and do its examples really pass?"""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from api.app import documented_app
from api.platform import spec
from api.platform.document import ALWAYS, ERRORS, WITHOUT_A_LOCK
from tests.house.test_declared import PUBLIC

# An address ends in logs and histories: nothing that says who somebody is may be in it.
NEVER_IN_AN_ADDRESS = {"name", "email", "phone", "born_on", "address", "text", "words", "search"}


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """Give the document of the application as it is now."""
    return spec.document(documented_app())


@pytest.fixture(scope="module")
def operations(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Give its operations by their id, with path and method."""
    return {
        operation["operationId"]: operation | {"path": path, "method": method}
        for path, method, operation in spec.operations(document)
    }


def test_the_committed_document_is_what_the_code_makes(document: dict[str, Any]) -> None:
    assert spec.DOCUMENT.read_text() == spec.written(document), "run `make openapi`"


def test_the_document_is_valid(document: dict[str, Any]) -> None:
    errors = [str(error)[:300] for error in OpenAPIV31SpecValidator(document).iter_errors()]
    assert errors == []


def test_every_operation_has_an_id_of_its_own(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, _, operation in spec.operations(document)]
    assert len(ids) == len(set(ids))
    assert all(name.isidentifier() and name == name.lower() for name in ids)


def test_every_operation_says_in_a_sentence_what_it_does(operations: dict[str, Any]) -> None:
    silent = {
        name for name, told in operations.items() if not told.get("summary", "").endswith(".")
    }
    assert silent == set()


@pytest.mark.asvs("4.1.1")
def test_every_operation_names_the_errors_it_can_answer(operations: dict[str, Any]) -> None:
    missing = {
        (name, status)
        for name, told in operations.items()
        for status in (WITHOUT_A_LOCK if _takes_anything(told) else ALWAYS)
        if told["responses"].get(str(status))
        != {"$ref": f"#/components/responses/{ERRORS[status][0]}"}
    }
    assert missing == set()


def test_every_operation_answers_something(operations: dict[str, Any]) -> None:
    silent = {
        name for name, told in operations.items() if not any(s[0] == "2" for s in told["responses"])
    }
    assert silent == set()


def test_what_needs_nobody_signed_in_says_so(operations: dict[str, Any]) -> None:
    assert {name for name, told in operations.items() if told["security"] == []} == set(PUBLIC)


def test_every_edit_says_which_version_it_edits(operations: dict[str, Any]) -> None:
    careless = {
        name
        for name, told in operations.items()
        if told["method"] in ("put", "patch") and not _takes(told, "IfMatch")
    }
    assert careless == set()


@pytest.mark.asvs("14.2.1")
def test_no_address_says_who_somebody_is(operations: dict[str, Any]) -> None:
    told = {
        (name, parameter["name"])
        for name, operation in operations.items()
        for parameter in operation.get("parameters", ())
        if parameter.get("in") in ("query", "path") and parameter["name"] in NEVER_IN_AN_ADDRESS
    }
    assert told == set()


@pytest.mark.api_top_ten("API4.bounds")
@pytest.mark.asvs("2.2.1")
def test_nothing_in_the_document_is_without_bounds(document: dict[str, Any]) -> None:
    unbounded = [
        path for path, schema in _schemas(document["components"]["schemas"]) if not _bounded(schema)
    ]
    assert unbounded == []


# What is no JSON would be a table for a spreadsheet, or a page for a browser.
@pytest.mark.asvs("1.2.10", "4.1.1", "15.3.1")
def test_every_answer_is_json_with_named_fields_only(document: dict[str, Any]) -> None:
    answers = [
        *document["components"]["responses"].values(),
        *(told for _, _, one in spec.operations(document) for told in one["responses"].values()),
    ]
    assert {kind for told in answers for kind in told.get("content", ())} == {
        spec.JSON,
        "application/problem+json",
        "application/pdf",  # the copy of a record; drawn, and nothing in it runs
    }
    open_ended = [
        path
        for path, schema in _schemas(document["components"]["schemas"])
        if "object" in schema["type"] and schema.get("additionalProperties", True) is True
    ]
    # The rows of a copied record: tests/house/test_record_parts.py holds each to its columns.
    assert open_ended == ["/RecordExportOut/properties/record/additionalProperties/items"]


def test_every_component_is_used(document: dict[str, Any]) -> None:
    text = spec.written(document)
    unused = [
        name
        for kind in ("schemas", "responses", "parameters", "headers")
        for name in document["components"].get(kind, {})
        if f'"#/components/{kind}/{name}"' not in text
    ]
    assert unused == []


def test_every_operation_has_a_recorded_example(operations: dict[str, Any]) -> None:
    without = sorted(name for name in operations if spec.example_of(name) is None)
    assert without == [], "VIGIL_RECORD_EXAMPLES=1 make test"


def test_no_example_is_left_over(operations: dict[str, Any]) -> None:
    left_over = {kept.stem for kept in spec.EXAMPLES.glob("*.json")} - set(operations)
    assert left_over == set()


def test_every_example_passes_its_own_schema(
    document: dict[str, Any], operations: dict[str, Any]
) -> None:
    wrong = [
        f"{name} {part} {error.json_path}: {error.message[:200]}"
        for name, told in operations.items()
        if (example := spec.example_of(name))
        for part, schema in _asked_and_answered(told)
        for error in _validator(document, schema).iter_errors(example[part])
    ]
    assert wrong == []


def _asked_and_answered(operation: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Give the schemas of what is sent and of what comes back."""
    if "requestBody" in operation:
        yield "request", operation["requestBody"]["content"][spec.JSON]["schema"]
    for status, answer in operation["responses"].items():
        if status.startswith("2") and spec.JSON in answer.get("content", {}):
            yield "response", answer["content"][spec.JSON]["schema"]


def _validator(document: dict[str, Any], schema: dict[str, Any]) -> Draft202012Validator:
    whole = {"components": document["components"], "allOf": [schema]}
    return Draft202012Validator(whole, format_checker=FormatChecker())


def _takes(operation: dict[str, Any], parameter: str) -> bool:
    return {"$ref": f"#/components/parameters/{parameter}"} in operation.get("parameters", ())


def _takes_anything(operation: dict[str, Any]) -> bool:
    return "*/*" in operation.get("requestBody", {}).get("content", {})


def _schemas(found: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Walk through every schema that has a type."""
    if isinstance(found, dict):
        if "type" in found and not isinstance(found["type"], dict):
            yield path, found
        for name, inner in found.items():
            yield from _schemas(inner, f"{path}/{name}")


def _bounded(schema: dict[str, Any]) -> bool:
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    needs = {
        "string": {"maxLength"} if not {"enum", "format"} & set(schema) else set(),
        "integer": {"minimum", "maximum"},
        "number": {"minimum", "maximum"},
        "array": {"maxItems"},
        "object": {"additionalProperties"},
    }
    return all(needs.get(kind, set()) <= set(schema) for kind in kinds)
