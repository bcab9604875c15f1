"""Which tables make up the record of one patient, and what of each is not theirs to take?

Every table that says something about a patient is a part here or is left out with a reason; a house
test holds this list to the models.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, LargeBinary, select

from models.aftercare import aftercare
from models.dose import (
    dispatch,
    dose_sessions,
    late_items,
    office_sessions,
    predose,
    quarantine,
)
from models.intake import intake
from models.oversight import adverse_events, holds
from models.people import patients, rights
from models.people.accounts import UserAccount
from models.plan import approvals, treatment_plans
from models.platform import decisions
from models.platform.base import Base
from models.preparation import appointments
from rules.terms import NoteState

Row = dict[str, Any]
Condition = Callable[[patients.Patient], ColumnElement[bool]]

# Of use to the house alone: how a row is locked, which device it came from, and what it is tied to.
OF_THE_HOUSE = frozenset({"version", "safety_version", "login_id", "device_key"})
UNSAFE_SITTER = "sitter_unsafe"


@dataclass(frozen=True, slots=True)
class Part:
    """One table of the record; `without` is somebody else's, `in_confidence` waits to be asked.

    `shaped` is done to every row, `discreet` unless the patient asks for what they told alone.
    """

    model: type[Base]
    without: frozenset[str] = frozenset()
    where: Condition | None = None
    in_confidence: bool = False
    shaped: Callable[[Row], Row] | None = None
    discreet: Callable[[Row], Row] | None = None

    @property
    def name(self) -> str:
        """Give the name of the table."""
        return str(self.model.__tablename__)

    @property
    def columns(self) -> tuple[str, ...]:
        """Give what is told of a row: neither fingerprints nor anything of the house."""
        return tuple(
            column.key
            for column in self.model.__table__.columns
            if column.key not in self.without | OF_THE_HOUSE
            if not isinstance(column.type, LargeBinary)
        )

    def told(self, row: Row, *, in_confidence: bool) -> Row:
        """Give a row as it is handed over."""
        kept = self.shaped(row) if self.shaped else row
        return self.discreet(kept) if self.discreet and not in_confidence else kept

    def of(self, patient: patients.Patient) -> ColumnElement[bool]:
        """Give the condition under which a row is about this patient."""
        if self.where is not None:
            return self.where(patient)
        whose: Any = self.model
        return whose.patient_id == patient.id  # type: ignore[no-any-return] # a column of the model


def _without(*names: str) -> frozenset[str]:
    return frozenset(names)


def _of_their_events(event_id: Any) -> Condition:
    def of(patient: patients.Patient) -> ColumnElement[bool]:
        mine = select(adverse_events.AdverseEvent.id).where(
            adverse_events.AdverseEvent.patient_id == patient.id
        )
        return event_id.in_(mine)  # type: ignore[no-any-return] # a condition on a column

    return of


def _less_the_sitter(row: Row) -> Row:
    """Leave out what the sitter said of themselves."""
    return {**row, "facts": {name: one for name, one in row["facts"].items() if name != "sitter"}}


def _discreet(row: Row) -> Row:
    """Leave out what came of what the patient, asked alone, said of the sitter."""
    return row | {
        "codes": [code for code in row["codes"] if code != UNSAFE_SITTER],
        "findings": [one for one in row["findings"] if one.get("code") != UNSAFE_SITTER],
    }


def _report(row: Row) -> Row:
    """What a reporter wrote of themselves, such as a number to call back, stays with us."""
    if row["reporter_role"] == "patient":
        return row
    kept = {name: one for name, one in row["report"].items() if name in _ABOUT_THE_HARM}
    return {**row, "report": kept}


_ABOUT_THE_HARM = frozenset(
    {"own_words", "severity", "criteria", "signals", "happened_at", "dose_session_id"}
)


def _card(row: Row) -> Row:
    """How the sitter is reached stood on the card for helpers, and stays with us."""
    sitter = row["packet"].get("sitter")
    seen = {"name": sitter.get("name")} if sitter else None
    return {**row, "packet": {**row["packet"], "sitter": seen}}


PARTS: tuple[Part, ...] = (
    Part(patients.Patient, _without("user_id"), lambda patient: patients.Patient.id == patient.id),
    Part(
        UserAccount,
        _without("password_hash", "failed_logins", "throttled_until", "short_password"),
        lambda patient: UserAccount.id == patient.user_id,
    ),
    Part(patients.CareTeamMember),
    Part(patients.Sitter, _without("user_id", "phone", "born_on")),
    Part(patients.SitterConcern, in_confidence=True),
    Part(intake.Intake),
    Part(intake.Assessment),
    Part(intake.RiskAssessment),
    Part(intake.Consent),
    Part(approvals.Evaluation),
    Part(approvals.PdmpQuery),
    Part(approvals.Approval),
    Part(treatment_plans.TreatmentPlan),
    Part(treatment_plans.DoseChange),
    Part(treatment_plans.MedicationOrder),
    Part(treatment_plans.Shipment),
    Part(appointments.Appointment, _without("video_link")),
    Part(appointments.ModuleCompletion),
    Part(appointments.HomeCheck),
    Part(appointments.Intention),
    Part(dose_sessions.DoseSession, _without("sitter_user_id")),
    Part(predose.PredoseCheck),
    Part(predose.SitterAttestation, _without("answers")),
    Part(decisions.GateDecision, shaped=_less_the_sitter, discreet=_discreet),
    Part(decisions.Override),
    Part(predose.Clearance),
    Part(predose.DoseTaken),
    Part(
        late_items.LateItem,
        _without("phone_id"),
        lambda patient: late_items.LateItem.user_id == patient.user_id,
    ),
    Part(
        quarantine.QuarantinedItem,
        _without("queue_id", "device_id"),
        lambda patient: quarantine.QuarantinedItem.user_id == patient.user_id,
    ),
    Part(dose_sessions.VitalSigns),
    Part(dose_sessions.MonitoringCheck),
    Part(dose_sessions.EmergencyCall),
    Part(dispatch.DispatchLink),
    Part(dispatch.DispatchReading, shaped=_card),
    Part(dose_sessions.ReleaseCheck),
    Part(office_sessions.RemsEnrolment),
    Part(office_sessions.OfficeSession),
    Part(office_sessions.MonitoringForm),
    Part(aftercare.FollowUp),
    Part(aftercare.FollowUpAnswer),
    Part(
        aftercare.CoachingNote,
        where=lambda patient: (
            (aftercare.CoachingNote.patient_id == patient.id)
            & (aftercare.CoachingNote.state == NoteState.SIGNED)
        ),
    ),
    Part(aftercare.Goal),
    Part(aftercare.GoalChange),
    Part(adverse_events.AdverseEvent, _without("reporter_id"), shaped=_report),
    Part(
        adverse_events.AdverseEventAssessment,
        where=_of_their_events(adverse_events.AdverseEventAssessment.adverse_event_id),
    ),
    Part(
        adverse_events.AdverseEventAddition,
        _without("added_by"),
        where=_of_their_events(adverse_events.AdverseEventAddition.adverse_event_id),
    ),
    Part(holds.Hold),
    Part(holds.Escalation),
    Part(rights.RecordExport),
    Part(rights.Disclosure),
    Part(rights.RightsRequest),
    Part(rights.AccountClosure),
)

# Every other table that names a patient, and why it is no part of what they take away.
LEFT_OUT: Mapping[str, str] = MappingProxyType(
    {
        "handover": "who took over inside the house; the care team tells who it is now",
        "private_note": "a therapist's own notes, kept apart (45 CFR 164.524(a)(1)(i))",
        "audit_event": "who looked is read in the trail, which grows by being read",
        "event": "ids of what stands in the record itself",
        "deadline": "the house's own list of what is due",
        "message_try": "says by which way a message went, and never what it says",
        "notification": "says that something waits, and never what",
        "sitter_contact_code": "a secret of the sitter",
        "quarantined_queue": "how the house sorts what ended sign-ins handed in, item by item",
        "legal_hold": "a matter of the house; it tells only that something is kept",
        "break_glass": "who read in an emergency, and why, is read in the trail",
    }
)
# Columns that name somebody of the house or a sitter: told by name, never by how they are reached.
PEOPLE = frozenset(
    {
        *("author_id", "host_id", "observer_id", "prescriber_id", "prescriber_on_site_id"),
        "user_id",
    }
)


def names_a_person(column: str) -> bool:
    """Say whether a column holds the id of somebody with an account."""
    return column.endswith("_by") or column in PEOPLE
