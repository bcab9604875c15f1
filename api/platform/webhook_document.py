"""What do we send to other systems, as the `webhooks` of the OpenAPI document?"""

from typing import Any

_UUID = {"type": "string", "format": "uuid", "maxLength": 36}
_CODE = {"type": "string", "pattern": "^[a-z0-9_.]{1,64}$", "maxLength": 64}
_INSTANT = {"type": "string", "format": "date-time", "maxLength": 40}


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }


def _header(name: str, says: str, **schema: Any) -> dict[str, Any]:
    told = {"in": "header", "required": True, "name": name, "description": says}
    return told | {"schema": {"type": "string", **schema}}


MESSAGE = _object(
    type=_CODE,
    timestamp=_INSTANT,
    data=_object(
        id=_UUID,
        sequence={"type": "integer", "minimum": 1, "maximum": 2**53 - 1},
        patient_id=_UUID,
        object_type=_CODE,
        object_id={"anyOf": [_UUID, {"type": "null"}]},
    ),
)
WEBHOOKS: dict[str, Any] = {
    "event": {
        "post": {
            "operationId": "event_happened",
            "summary": "Something happened to a patient.",
            "description": (
                "Sent to each address that was set up, by the rights of the person who lent them;"
                " ids only. It may come twice, under the same webhook-id, and later than what"
                " happened after it. Signed as Standard Webhooks say (v1a, Ed25519): over the id,"
                " the timestamp and the body, with full stops between them; one signature that fits"
                " is enough. Refuse an old timestamp. Any 2xx takes it; 410 ends the address;"
                " after anything else it comes again, for three days and more."
            ),
            "tags": ["webhooks"],
            "security": [],
            "parameters": [
                _header("webhook-id", "The id of the event, on every try.", maxLength=36),
                _header("webhook-timestamp", "Seconds since 1970.", pattern="^[0-9]{1,12}$"),
                _header("webhook-signature", "`v1a,` and base64; blanks between.", maxLength=400),
            ],
            "requestBody": {"required": True, "content": {"application/json": {"schema": MESSAGE}}},
            "responses": {
                "204": {"description": "Taken."},
                "410": {"description": "Never again, please."},
            },
        }
    }
}
