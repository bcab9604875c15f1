"""What do phones do in a night, and what must the record say of it afterwards?

One start of a dose, then looks, readings and reports of harm, each under a key of its own and each
saying something else. Afterwards there is one row for each act, and it says what that act said.
"""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.dose.dose_sessions import MonitoringCheck, VitalSigns
from models.dose.predose import DoseTaken
from models.oversight.adverse_events import AdverseEvent
from rules.terms import VitalPurpose

EACH_EVENING = {"start": 1, "look": 12, "reading": 8, "harm": 4}
A_NIGHT = sum(EACH_EVENING.values())
ROWS: dict[str, Any] = {
    "start": DoseTaken,
    "look": MonitoringCheck,
    "reading": VitalSigns,
    "harm": AdverseEvent,
}
HARM = "/v1/adverse-events"


@dataclass(slots=True)
class Act:
    """One act of a phone, and what the phone was told about it."""

    kind: str
    path: str
    token: str
    says: dict[str, Any]
    key: str = field(default_factory=lambda: str(uuid4()))
    status: int = 0
    told: dict[str, Any] = field(default_factory=dict)

    def request(self) -> bytes:
        """Write it as it goes over the line, each time the same."""
        body = json.dumps(self.says).encode()
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
            f"Authorization: Bearer {self.token}\r\nIdempotency-Key: {self.key}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def acts_of_a_night(night: UUID, clearance: str, patient: str, sitter: str) -> list[Act]:
    """Say what is to be done in a night, the start of the dose first; phones are their tokens."""
    path = f"/v1/dose-sessions/{night}"
    acts = [Act("start", f"{path}/start", patient, {"clearance_id": clearance})]
    for number in range(EACH_EVENING["look"]):
        says: dict[str, Any] = {"moaas": 5, "breaths_per_minute": 12 + number % 6}
        acts.append(Act("look", f"{path}/monitoring-checks", sitter, says))
    for number in range(EACH_EVENING["reading"]):
        says = {"source": "device", "systolic_mmhg": 120 + number, "diastolic_mmhg": 78}
        acts.append(Act("reading", f"{path}/vital-signs", patient, says))
    for number in range(EACH_EVENING["harm"]):
        says = {"own_words": f"Report {number} of {clearance}: a mild headache since noon."}
        acts.append(Act("harm", HARM, patient, says))
    return acts


def rows(session: Session, kind: str, patient: UUID | None = None) -> dict[UUID, object]:
    """Give every row of a kind with what it says; the reading before the dose was not an act."""
    table = ROWS[kind]
    query = select(table)
    if patient:
        query = query.where(table.patient_id == patient)
    if kind == "reading":
        query = query.where(VitalSigns.purpose == VitalPurpose.DURING)
    return {row.id: _what_it_says(row) for row in session.scalars(query)}


def _what_it_says(row: object) -> object:
    match row:
        case DoseTaken():
            return str(row.clearance_id)
        case MonitoringCheck():
            return row.dose_session_id, row.answers["breaths_per_minute"]
        case VitalSigns():
            return row.dose_session_id, row.systolic_mmhg
        case AdverseEvent():
            return row.own_words
    raise TypeError(type(row))


def is_untrue(act: Act, kept: dict[UUID, object]) -> bool:
    """Say whether the phone believes what is not so: in a row that is not there, or says else."""
    if act.status != 201:
        return True
    night = UUID(act.path.split("/")[3]) if act.kind in ("look", "reading") else None
    meant: dict[str, object] = {
        "start": act.says.get("clearance_id"),
        "look": (night, act.says.get("breaths_per_minute")),
        "reading": (night, act.says.get("systolic_mmhg")),
        "harm": act.says.get("own_words"),
    }
    return kept.get(UUID(act.told["id"])) != meant[act.kind]
