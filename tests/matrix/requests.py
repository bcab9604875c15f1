"""What is sent? One well-formed request for each operation, about the patient of the world.

Paths come from `openapi/openapi.json`, bodies from `openapi/examples`; what a body names in the
record is replaced by the row of the world. An operation that is added is asked without a word here.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any
from uuid import UUID

from api.platform import spec
from tests.matrix.asking import Request
from tests.matrix.sign_ins import RECOVERY_KEY
from tests.matrix.world import PASSWORD, World

NOBODYS = UUID("00000000-0000-4000-8000-000000000000")
IN_PATHS = re.compile(r"{(\w+)}")
# Parts of a path that are codes of the house, and no rows.
CODES = {"instrument": "phq9", "module": "breathwork"}
# Where the same name of a path stands for another row.
OTHER_ROW = {
    "accept_sitter_place": {"sitter_id": "place offered"},
    "amend_coaching_note": {"note_id": "signed note"},
    "read_coaching_note": {"note_id": "signed note"},
    "end_at_site": {"user_id": "site worker"},
    "edit_private_note": {"note_id": "private note"},
    "review_break_glass": {"glass_id": "glass over"},
}
# Whose row is another one: the session in which they sat before they were taken off; their look.
THEIR_ROW = {
    "sitter taken off": {"dose_session_id": "session before", "escalation_id": "call before"},
    "officer who broke the glass": {"glass_id": "glass of an officer"},
}
# What a body names in the record, by operation and field; a dotted name is that row of the world.
NAMED: dict[str, dict[str, str]] = {
    "ask_for_amendment": {"subject_id": "dose_session_id"},
    "assign_care_team": {"user_id": "user_id"},
    "book_appointment": {"slot_id": "slot_id"},
    "move_appointment": {"slot_id": "slot_id"},
    "change_sitter": {"sitter_id": "sitter_id"},
    "decide_eligibility": {"evaluation_id": "evaluation_id"},
    "draft_plan": {"approval_id": "approval_id"},
    "report_dose_taken": {"dose_session_id": "dose_session_id"},
    "schedule_dose_session": {"plan_id": "plan_id", "sitter_id": "sitter_id"},
    "schedule_office_session": {"patient_id": "patient_id", "site_id": "site_id"},
    "set_up_webhook": {"owner_id": "user_id"},
    "staff_on_call": {"user_id": "user_id"},
    "enrol_patient": {"user_id": "user_id"},
    "end_at_site": {"site_id": "site_id"},
    "start_dose": {"clearance_id": "clearance"},
}
# What a body says otherwise than its example, so that it means this world.
SAYS: dict[str, dict[str, Any]] = {
    "end_role": {"role": "coach"},
    "log_in": {"password": PASSWORD},
    "push_late_facts": {"items": [{"kind": "adverse_event", "content": "She is pale."}]},
    "accept_invitation": {"token": "x" * 43},
    "accept_invitation_as_myself": {"token": "x" * 43},
    "refresh_tokens": {"refresh_token": "x" * 43},
    "use_recovery": {"token": RECOVERY_KEY},
}


def request_for(operation: str, world: World, who: str = "") -> Request:
    """Give the request for one operation, about the rows of the world that are theirs to try."""
    method, path, told = described()[operation]
    others = {**THEIR_ROW.get(who, {}), **OTHER_ROW.get(operation, {})}
    mine = {}
    if who in world.logins:
        mine = {"login_id": world.logins[who], "passkey_id": world.ids[f"passkey of {who}"]}
        mine["webhook_id"] = world.ids[f"webhook of {who}"]
        mine["message_id"] = world.ids[f"message of {who}"]
    rows = {**world.ids, **mine, **{name: world.ids[row] for name, row in others.items()}}
    if strange := set(IN_PATHS.findall(path)) - set(CODES) - set(rows):
        raise LookupError(f"{operation}: add a row for {strange} in tests/matrix/rows.py")
    filled = IN_PATHS.sub(lambda part: str(CODES.get(part[1]) or rows[part[1]]), path)
    wanted = {one["$ref"].rpartition("/")[2] for one in told.get("parameters", ()) if "$ref" in one}
    return Request(
        operation=operation,
        method=method.upper(),
        path=filled,
        body=_body(operation, rows, world),
        once="IdempotencyKey" in wanted,
        versioned="IfMatch" in wanted,
    )


def of_nobody(request: Request) -> Request | None:
    """Give the same request about rows that do not exist, if its path names any."""
    _, path, _ = described()[request.operation]
    if not set(IN_PATHS.findall(path)) - set(CODES):
        return None
    empty = IN_PATHS.sub(lambda part: CODES.get(part[1], str(NOBODYS)), path)
    return replace(request, path=empty)


def names_a_row(operation: str) -> bool:
    """Say whether the path of this operation names a row."""
    _, path, _ = described()[operation]
    return bool(set(IN_PATHS.findall(path)) - set(CODES))


def ids_in_the_body(operation: str) -> list[str]:
    """Give the fields of a body that name a row."""
    asked = described()[operation][2].get("requestBody", {}).get("content", {})
    schema = asked.get("application/json", {}).get("schema", {})
    fields = schemas().get(schema.get("$ref", "").rpartition("/")[2], {}).get("properties", {})
    return [name for name, told in fields.items() if told.get("format") == "uuid"]


@cache
def schemas() -> Mapping[str, Any]:
    """Give the named schemas of the committed document."""
    document = json.loads(spec.DOCUMENT.read_text(encoding="utf-8"))
    return dict(document["components"]["schemas"])


@cache
def described() -> Mapping[str, tuple[str, str, dict[str, Any]]]:
    """Give method, path and description of every operation of the committed document."""
    document = json.loads(spec.DOCUMENT.read_text(encoding="utf-8"))
    return {told["operationId"]: (way, path, told) for path, way, told in spec.operations(document)}


def _body(operation: str, rows: Mapping[str, UUID], world: World) -> Any:
    kept = spec.EXAMPLES / f"{operation}.json"
    if not kept.exists():
        return None
    body = json.loads(kept.read_text(encoding="utf-8"))["request"]
    if not isinstance(body, dict):
        return body
    named = {field: str(rows[row]) for field, row in NAMED.get(operation, {}).items()}
    return {**body, **named, **SAYS.get(operation, {}), **world.says.get(operation, {})}
