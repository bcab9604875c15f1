"""How is each thing that a phone brings late read, and which act takes it?

It is the act of the online operation, with the body of that operation; nothing here decides. What
the phone says of the time is filled in where the body leaves it out: late is not now.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from uuid import UUID

import orjson

from api.aftercare.follow_up import FollowUpAnswersIn, said_in
from api.dose.emergencies import understood_call
from api.dose.monitoring import DeviationIn, MonitoringCheckIn, SitterDepartureIn, look_in
from api.dose.predose import DoseReportIn, taken_in
from api.dose.vital_signs import VitalSignsIn, measured_in
from api.oversight.adverse_events import HarmAdditionIn
from api.oversight.harm_words import understood
from api.platform.fields import Schema
from rules.dose.offline import LateFact
from workflows.aftercare import follow_up
from workflows.dose import emergencies, monitoring, start, vital_signs
from workflows.dose.late_items import Act
from workflows.oversight import adverse_events
from workflows.platform.errors import NotFound
from workflows.platform.work import Work

if TYPE_CHECKING:
    from models.platform.base import Base

# Where the body of an operation says when it was; left out there, it would mean now.
TIMES = ("device_at", "taken_at")


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of fact: the address of its operation, its form if it has one, and its act."""

    path: str
    take: Callable[[Work, UUID, Any], "Base"]
    form: type[Schema] | None = None
    needs_subject: bool = True


def read(kind: Kind, content: Any, at: datetime | None) -> Any:
    """Read a body as the operation reads it; a form that does not fit is a ValidationError."""
    if kind.form is None:
        said = content if isinstance(content, dict) else {"words": content}
        return orjson.dumps({"device_at": at, **said} if at else said)
    form = kind.form()
    told: dict[str, Any] = form.load(content)
    left_out = {name: at for name in TIMES if name in form.fields and told.get(name) is None}
    return told | left_out


def act_of(kind: Kind, content: Any) -> Act:
    """Give the act that takes this content, about whom or what the item says."""

    def act(work: Work, subject_id: UUID | None) -> "Base":
        subject = subject_id or work.actor.patient_id
        if subject is None and kind.needs_subject:
            raise NotFound
        return kind.take(work, subject or UUID(int=0), content)

    return act


def _emergency(work: Work, subject_id: UUID, sent: bytes) -> "Base":
    return emergencies.raise_emergency(work, subject_id, understood_call(sent))


def _patient_emergency(work: Work, subject_id: UUID, sent: bytes) -> "Base":
    return emergencies.raise_for_patient(work, subject_id, understood_call(sent))


def _dose_taken(work: Work, _subject_id: UUID, told: dict[str, Any]) -> "Base":
    return start.report_taken(work, taken_in(told))


def _adverse_event(work: Work, _subject_id: UUID, sent: bytes) -> "Base":
    return adverse_events.report(work, understood(sent))


def _harm_addition(work: Work, subject_id: UUID, told: dict[str, Any]) -> "Base":
    return adverse_events.add(work, subject_id, told)


def _sitter_left(work: Work, subject_id: UUID, told: dict[str, Any]) -> "Base":
    return monitoring.record_sitter_left(work, subject_id, told["device_at"])


def _deviation(work: Work, subject_id: UUID, told: dict[str, Any]) -> "Base":
    return monitoring.record_deviation(work, subject_id, **told)


def _monitor_check(work: Work, subject_id: UUID, told: dict[str, Any]) -> "Base":
    return monitoring.record_check(work, subject_id, look_in(told))


def _vitals(work: Work, subject_id: UUID, told: dict[str, Any]) -> "Base":
    """Keep a reading; what came by a queue has no measured clock, so it opens no dose."""
    return vital_signs.record_vitals(work, subject_id, measured_in(told, None))


def _follow_up(work: Work, subject_id: UUID, told: dict[str, Any]) -> "Base":
    return follow_up.answer(work, subject_id, said_in(told))


KINDS: Mapping[LateFact, Kind] = MappingProxyType(
    {
        LateFact.EMERGENCY: Kind("/v1/dose-sessions/{}/emergencies", _emergency),
        LateFact.PATIENT_EMERGENCY: Kind("/v1/patients/{}/emergencies", _patient_emergency),
        LateFact.DOSE_TAKEN: Kind(
            "/v1/doses-taken", _dose_taken, DoseReportIn, needs_subject=False
        ),
        LateFact.ADVERSE_EVENT: Kind("/v1/adverse-events", _adverse_event, needs_subject=False),
        LateFact.HARM_ADDITION: Kind(
            "/v1/adverse-events/{}/additions", _harm_addition, HarmAdditionIn
        ),
        LateFact.SITTER_LEFT: Kind(
            "/v1/dose-sessions/{}/sitter-departures", _sitter_left, SitterDepartureIn
        ),
        LateFact.DEVIATION: Kind(
            "/v1/dose-sessions/{}/administration-deviations", _deviation, DeviationIn
        ),
        LateFact.MONITOR_CHECK: Kind(
            "/v1/dose-sessions/{}/monitoring-checks", _monitor_check, MonitoringCheckIn
        ),
        LateFact.VITALS: Kind("/v1/dose-sessions/{}/vital-signs", _vitals, VitalSignsIn),
        LateFact.FOLLOW_UP: Kind("/v1/follow-ups/{}/answers", _follow_up, FollowUpAnswersIn),
    }
)
