"""From the schedule to the watch: rows to start a test from."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from models.dose.dose_sessions import DoseSession, VitalSigns
from models.oversight.holds import OnCallShift
from models.people.accounts import UserAccount
from models.people.patients import Patient, Sitter
from models.plan.treatment_plans import TreatmentPlan
from rules.terms import Role, SessionState, VitalPurpose, VitalSource
from tests.factories.people import (
    a_care_team,
    a_licensed_prescriber,
    a_patient,
    a_sitter,
    a_user,
)
from tests.factories.plan import a_signed_plan, an_approval
from workflows.platform.actor import Actor


@dataclass(frozen=True, slots=True)
class Evening:
    """A session with everybody around it."""

    dose_session: DoseSession
    patient: Patient
    plan: TreatmentPlan
    sitter: Sitter
    coach: UserAccount
    prescriber: UserAccount
    officer: UserAccount

    @property
    def as_sitter(self) -> Actor:
        """The sitter at the phone."""
        return Actor(self.sitter.user_id, frozenset({Role.SITTER}))

    @property
    def as_patient(self) -> Actor:
        """The patient at the phone."""
        roles = frozenset({Role.PATIENT})
        return Actor(self.patient.user_id, roles, patient_id=self.patient.id)

    @property
    def as_coach(self) -> Actor:
        """The coach."""
        return Actor(self.coach.id, frozenset({Role.COACH}))

    @property
    def as_prescriber(self) -> Actor:
        """The prescriber."""
        return Actor(self.prescriber.id, frozenset({Role.PRESCRIBER}))


def a_scheduled_session(session: Session, now: datetime, **over: Any) -> Evening:
    """Add a patient with care team, plan and sitter, and a session planned for now."""
    coach = a_user(session, now, Role.COACH, name="Cora Coach")
    prescriber = a_licensed_prescriber(session, now)
    officer = a_user(session, now, Role.SAFETY_OFFICER, name="Ofelia Officer")
    patient = a_patient(session, now)
    a_care_team(session, now, patient, coach=coach, prescriber=prescriber, safety_officer=officer)
    plan = a_signed_plan(session, now, patient, an_approval(session, now, patient, prescriber))
    sitter = a_sitter(session, now, patient)
    values: dict[str, Any] = {
        "number": 1,
        "dose_mg_hundredths": 10_000,
        "sitter_id": sitter.id,
        "sitter_user_id": sitter.user_id,
        "scheduled_at": now,
        "time_zone": "America/Denver",
        "patient_state": "CO",
        "created_by": patient.user_id,
        "created_at": now,
    }
    what = {name: getattr(plan, name) for name in ("product_id", "molecule", "route", "setting")}
    dose_session = DoseSession(patient_id=patient.id, plan_id=plan.id, **what, **values | over)
    session.add(dose_session)
    session.flush()
    return Evening(dose_session, patient, plan, sitter, coach, prescriber, officer)


def a_monitored_session(session: Session, now: datetime, **over: Any) -> Evening:
    """Add a session whose dose was taken now; nobody watches until a test starts the watch."""
    dosed = {
        "state": SessionState.MONITORING,
        "dosed_at": now,
        "cleared_dose": True,
        "check_in_opened_at": now - timedelta(minutes=30),
    }
    evening = a_scheduled_session(session, now, **dosed | over)
    a_reading(session, now - timedelta(minutes=10), evening, purpose=VitalPurpose.PRE_DOSE)
    return evening


def a_reading(session: Session, at: datetime, evening: Evening, **over: Any) -> VitalSigns:
    """Add a reading of 122/78 mmHg and 70 bpm from the patient's own cuff."""
    values: dict[str, Any] = {
        "purpose": VitalPurpose.DURING,
        "systolic_mmhg": 122,
        "diastolic_mmhg": 78,
        "heart_rate_bpm": 70,
        "source": VitalSource.DEVICE,
        "measured_at": at,
        "received_at": at,
        "plausible": True,
        "recorded_by": evening.sitter.user_id,
    }
    row = VitalSigns(
        patient_id=evening.patient.id,
        dose_session_id=evening.dose_session.id,
        **values | over,
    )
    session.add(row)
    session.flush()
    return row


def a_shift(
    session: Session, user: UserAccount, starts_at: datetime, hours: float = 8
) -> OnCallShift:
    """Put a clinician on call."""
    shift = OnCallShift(
        user_id=user.id,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(hours=hours),
        set_by=uuid4(),
    )
    session.add(shift)
    session.flush()
    return shift
