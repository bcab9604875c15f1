"""Does the document say of a field what the field really takes?"""

from enum import StrEnum
from typing import Any

import pytest
from flask import Flask
from flask.views import MethodView
from jsonschema import Draft202012Validator

from api.platform import fields, spec
from api.platform.blueprint import Blueprint
from api.platform.document import Api
from tests.api.platform.test_strict_input import RIGHT, WRONG


class Colour(StrEnum):
    """Two words."""

    RED = "red"
    GREEN = "green"


def schema_of(**named: Any) -> dict[str, Any]:
    """Document one schema with these fields and give its component."""
    made = type("ThingIn", (fields.Schema,), named)
    return documented(made)["components"]["schemas"]["ThingIn"]["properties"]


def documented(*schemas: type[fields.Schema]) -> dict[str, Any]:
    blp = Blueprint("things", description="Only in tests.")
    for number, schema in enumerate(schemas):

        class Things(MethodView):
            """Things."""

            @blp.operation(f"make_{number}")
            @blp.arguments(schema())
            @blp.response(201, schema())
            def post(self, sent: object) -> object:
                """Make one."""
                return sent

        blp.route(f"/things-{number}")(Things)
    app = Flask("api")
    Api(app).register_blueprint(blp)
    return spec.document(app)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (fields.Whole(1, 9), {"type": "integer", "minimum": 1, "maximum": 9}),
        (fields.Measured(0.5, 9.5), {"type": "number", "minimum": 0.5, "maximum": 9.5}),
        (fields.Truth(allow_none=True), {"type": ["boolean", "null"]}),
        (fields.TriState(), {"enum": [True, False, "unknown", None], "default": None}),
        (
            fields.Code(("a", "b"), allow_none=True),
            {"type": ["string", "null"], "enum": ["a", "b", None]},
        ),
        (fields.Id(), {"type": "string", "format": "uuid"}),
        (fields.Instant(), {"type": "string", "format": "date-time", "maxLength": 40}),
        (fields.Choice(Colour), {"$ref": "#/components/schemas/Colour"}),
        (
            fields.Choice(Colour, allow_none=True),
            {"anyOf": [{"$ref": "#/components/schemas/Colour"}, {"type": "null"}]},
        ),
        (
            fields.List(fields.Choice(Colour), 3),
            {"type": "array", "maxItems": 3, "items": {"$ref": "#/components/schemas/Colour"}},
        ),
        (fields.Text(9, load_default=""), {"type": "string", "minLength": 1, "maxLength": 9}),
        (
            fields.Text(9, load_default="x", metadata={"description": "Words."}),
            {
                "type": "string",
                "minLength": 1,
                "maxLength": 9,
                "default": "x",
                "description": "Words.",
            },
        ),
    ],
)
def test_a_field_is_documented_as_it_reads(field: Any, expected: dict[str, Any]) -> None:
    assert schema_of(thing=field)["thing"] == expected


def test_a_vocabulary_is_a_component_of_its_own() -> None:
    made = type(
        "ThingIn", (fields.Schema,), {"a": fields.Choice(Colour), "b": fields.Choice(Colour)}
    )
    schemas = documented(made)["components"]["schemas"]
    assert schemas["Colour"] == {"type": "string", "enum": ["red", "green"]}
    problem = {"Problem", "ProblemFindingOut", "ProblemInstructionOut", "Force", "Helper"}
    assert set(schemas) == {"Colour", "ThingIn"} | problem


def test_what_is_taken_passes_the_documented_schema_too(app: Flask) -> None:
    document = spec.document(app)
    asked = {"$ref": "#/components/schemas/ProbeIn", "components": document["components"]}
    validator = Draft202012Validator(asked)
    assert [field for field, value, _ in RIGHT if not validator.is_valid({field: value})] == []


# What no schema can say: the calendar, the list of zones, invisible characters, blanks, decimals;
# and 7.0, which JSON Schema takes for a whole number.
BEYOND_A_SCHEMA = {"instant", "local", "day", "zone", "id", "text", "measured", "answers"}


def test_what_is_refused_fails_the_documented_schema_too(app: Flask) -> None:
    document = spec.document(app)
    asked = {"$ref": "#/components/schemas/ProbeIn", "components": document["components"]}
    validator = Draft202012Validator(asked)
    passes = [
        (field, value)
        for field, value in WRONG
        if field not in BEYOND_A_SCHEMA and value != 7.0 and validator.is_valid({field: value})
    ]
    assert passes == [("code", "line\n")], (
        "a pattern's $ also matches before a last new line in Python"
    )


def test_two_schemas_of_one_name_are_a_mistake() -> None:
    first = type("ThingIn", (fields.Schema,), {"a": fields.Truth()})
    second = type("ThingIn", (fields.Schema,), {"b": fields.Truth()})
    with pytest.raises(UserWarning, match="ThingIn"):
        documented(first, second)


def test_a_method_that_is_no_operation_does_not_import() -> None:
    blp = Blueprint("things", description="Only in tests.")

    class Open(MethodView):
        """Forgot to ask who it is."""

        def get(self) -> str:
            """Tell everything."""
            return ""

    with pytest.raises(TypeError, match=r"Open\.get is not declared"):
        blp.route("/things")(Open)


@pytest.mark.parametrize("part", ["<int:n>", "<string:name>", "<name>", "<path:where>"])
def test_an_id_without_bounds_does_not_import(part: str) -> None:
    blp = Blueprint("things", description="Only in tests.")
    with pytest.raises(TypeError, match="has no bounds"):
        blp.add_url_rule(f"/things/{part}", view_func=lambda: "")


def test_the_key_and_the_version_stand_in_the_document(app: Flask) -> None:
    paths = spec.document(app)["paths"]
    touch = paths["/v1/probe/{probe_id}"]["delete"]
    assert touch["parameters"] == [{"$ref": "#/components/parameters/IfMatch"}]
    assert {"412", "428"} <= set(touch["responses"])
    read = paths["/v1/probe/{probe_id}"]["get"]
    assert "parameters" not in read
    assert read["responses"]["200"]["headers"]["ETag"] == {"$ref": "#/components/headers/Version"}


def test_an_example_that_was_recorded_is_shown(
    app: Flask, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "probe.json").write_text('{"request": {"whole": 1}, "response": {"seen": {}}}')
    monkeypatch.setattr(spec, "EXAMPLES", tmp_path)
    probe = spec.document(app)["paths"]["/v1/probe"]["post"]
    assert probe["requestBody"]["content"]["application/json"]["example"] == {"whole": 1}
    assert probe["responses"]["200"]["content"]["application/json"]["example"] == {"seen": {}}
