"""Is every point of the API Security Top 10 shown by a test, or said to be open?"""

import ast
import json
from collections.abc import Iterator
from typing import Any

import pytest

from api.platform import spec
from tests.house.source import files
from tests.house.test_asvs import names_of
from tests.top_ten import BESIDES, points, shown_by, told

RISKS = {f"API{number}" for number in range(1, 11)}
# Who speaks to the network, and to whom: the settings say it, and for webhooks two people.
WAYS_OUT = {
    "workflows/platform/audit_sink.py": "the store for checkpoints, named in the settings",
    "workflows/platform/ways_out.py": "the mail server and the pagers, named in the settings",
    "workflows/platform/key_service.py": "the service that wraps keys, named in the settings",
    "workflows/platform/outgoing.py": "the one that is told addresses by people, and looks at each",
    "workflows/platform/serve.py": "our own server, to see that it has started",
}
NETWORK = {"socket", "smtplib", "ftplib", "aiohttp", "httpx", "requests", "urllib3", "apprise"}
NETWORK |= {"urllib.request", "http.client"}
AN_ADDRESS = ("url", "uri", "link", "href", "webhook", "callback", "host", "endpoint", "redirect")
# The id under which our questionnaires know a question, as FHIR calls it.
NO_ADDRESS = {"link_id"}
# The one address that we take and go to; `outgoing` looks at it each time.
LOOKED_AT = {("set_up_webhook", ".url")}


def test_every_risk_has_its_points() -> None:
    assert set(told()) - set(BESIDES) == RISKS
    assert {point.partition(".")[0] for point in points()} == RISKS


def test_every_point_is_shown_by_a_test_and_every_mark_names_a_point() -> None:
    assert set(shown_by()) == set(points())


def test_what_is_open_or_does_not_apply_says_why() -> None:
    for beside in BESIDES:
        for point, why in told()[beside].items():
            assert point not in points(), point
            assert len(why.split()) >= 8, point


@pytest.fixture(scope="module")
def document() -> Any:
    """Give the committed document."""
    return json.loads(spec.DOCUMENT.read_text(encoding="utf-8"))


# With one id of others among ten, half of it would be done.
@pytest.mark.api_top_ten("API1.bulk")
def test_no_operation_takes_several_rows_at_once(document: Any) -> None:
    several = [
        (name, path)
        for name, path, schema in asked(document)
        if path.endswith("[]") and schema.get("format") == "uuid"
    ]
    assert several == []


@pytest.mark.api_top_ten("API1.lists")
def test_no_page_tells_how_many_there_are(document: Any) -> None:
    pages = {
        name: set(schema["properties"])
        for name, schema in document["components"]["schemas"].items()
        if "next" in schema.get("properties", {})
    }
    assert len(pages) > 10
    assert {name: fields for name, fields in pages.items() if fields != {"items", "next"}} == {}


@pytest.mark.api_top_ten("API7.no_address_taken")
def test_no_operation_takes_an_address_to_go_to(document: Any) -> None:
    addresses = [
        (name, path)
        for name, path, schema in asked(document)
        if schema.get("format") in ("uri", "url", "iri", "hostname")
        or any(word in path.rpartition(".")[2].split("_") for word in AN_ADDRESS)
        if path.rpartition(".")[2] not in NO_ADDRESS
    ]
    assert set(addresses) == LOOKED_AT


@pytest.mark.api_top_ten("API7.known_ways_out")
def test_only_the_named_modules_speak_to_the_network() -> None:
    speaking = {
        file.name
        for package in ("api", "workflows", "models", "rules")
        for file in files(package)
        for node in ast.walk(file.tree)
        for name in imported(node)
        if name in NETWORK or name.partition(".")[0] in NETWORK
    }
    assert speaking == set(WAYS_OUT)


def imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return names_of(node)
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return []


def asked(document: Any) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Give every field of every body and query, by its operation and path."""
    for _, _, operation in spec.operations(document):
        name = operation["operationId"]
        for kind in operation.get("requestBody", {}).get("content", {}).values():
            for path, schema in within(document, kind["schema"], ""):
                yield name, path, schema
        for parameter in operation.get("parameters", ()):
            if "name" in parameter:
                yield name, f".{parameter['name']}", parameter["schema"]


def within(document: Any, schema: Any, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Walk through a schema."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    yield path, schema
    for name, inner in schema.get("properties", {}).items():
        yield from within(document, inner, f"{path}.{name}")
    if "items" in schema:
        yield from within(document, schema["items"], f"{path}[]")
    for joined in ("allOf", "anyOf", "oneOf"):
        for inner in schema.get(joined, ()):
            yield from within(document, inner, path)
