"""Everything of one patient up to the evening of a dose: rows to start a test from."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy.orm import Session

from models.dose.dose_sessions import DoseSession, VitalSigns
from models.oversight.holds import OnCallShift
from models.people.accounts import UserAccount
from models.people.patients import Patient, Sitter
from models.plan.approvals import Approval
from models.plan.treatment_plans import Lot, TreatmentPlan
from models.preparation.appointments import Appointment, HomeCheck, ModuleCompletion, Slot
from rules.terms import (
    AppointmentKind,
    AppointmentState,
    EnrolmentState,
    Instrument,
    Role,
    SessionState,
    VitalPurpose,
    VitalSource,
)
from tests.factories import intake, people, plan
from workflows.platform.actor import Actor
from workflows.preparation.module_texts import CURRENT

CLEAR_DAY: dict[str, Any] = {
    "slow_stomach": False,
    "alcohol_24h": False,
    "cannabis_24h": False,
    "opioid_24h": False,
    "benzodiazepine_24h": False,
    "sedative_24h": False,
    "stimulant_today": False,
    "psychedelic_7d": False,
    "grapefruit_today": False,
    "grapefruit_3d": False,
    "acute_illness": False,
    "mouth_sores": False,
    "antihypertensive_missed": False,
    "sleep_minutes": 440,
    "pregnant_or_unsure": False,
    "medicines_changed": False,
    "medicines_list_number": 1,
    "health_changed": False,
    "psychotic_symptoms": False,
    "manic_symptoms": False,
    "no_driving_promised": True,
    "esketamine_elsewhere": False,
    "ketamine_elsewhere": False,
}
CLEAR_HOME: dict[str, Any] = {
    "address_confirmed": True,
    "address_state": "CO",
    "emergency_plan_confirmed": True,
    "phone_charged": True,
    "second_phone": True,
    "safe_place": True,
    "nobody_to_care_for": True,
    "no_flame_or_stove": True,
    "nothing_scheduled": True,
    "means_secured": True,
    "suicidal_12_months": False,
}
CLEAR_SCREEN: dict[str, Any] = {"q1": False, "q2": False, "q6": False}
CLEAR_WORD: dict[str, Any] = {
    "present": True,
    "sober_24h": True,
    "caring_for_others": False,
    "can_call_emergency": True,
}


@dataclass(frozen=True, slots=True)
class Evening:
    """The people and things of one evening."""

    patient: Patient
    sitter: Sitter
    prescriber: UserAccount
    coach: UserAccount
    approval: Approval
    plan: TreatmentPlan
    session: DoseSession
    lot: Lot

    @property
    def as_patient(self) -> Actor:
        """Act as the patient."""
        return Actor(self.patient.user_id, frozenset({Role.PATIENT}), uuid4())

    @property
    def as_sitter(self) -> Actor:
        """Act as the sitter, from another sign-in."""
        return Actor(self.sitter.user_id, frozenset({Role.SITTER}), uuid4())

    @property
    def as_prescriber(self) -> Actor:
        """Act as the prescriber."""
        return Actor(self.prescriber.id, frozenset({Role.PRESCRIBER}), uuid4())

    @property
    def as_coach(self) -> Actor:
        """Act as the coach."""
        return Actor(self.coach.id, frozenset({Role.COACH}), uuid4())


def an_evening(session: Session, now: datetime, **over: Any) -> Evening:
    """Add a patient who is ready in every way, with the check-in just opened."""
    earlier = now - timedelta(days=2)
    patient = people.a_patient(session, earlier)
    prescriber = people.a_licensed_prescriber(session, earlier)
    coach = people.a_user(session, earlier, Role.COACH)
    people.a_care_team(session, earlier, patient, coach=coach, prescriber=prescriber)
    sitter = people.a_sitter(session, earlier, patient)
    intake.a_submitted_intake(session, earlier, patient)
    intake.all_assessments(session, earlier, patient)
    intake.an_assessment(session, now - timedelta(hours=1), patient, Instrument.ASRM)
    intake.a_consent(session, earlier, patient)
    approval = plan.an_approval(session, earlier, patient, prescriber)
    signed = plan.a_signed_plan(session, earlier, patient, approval, **over.pop("plan", {}))
    shipment = plan.a_received_shipment(
        session, earlier, patient, signed, units=4, sessions_supplied=2
    )
    _prepared(session, earlier, patient, coach)
    on_call(session, now, prescriber)
    patient.enrolment = EnrolmentState.COURSE_ACTIVE
    lot = session.get_one(Lot, shipment.lot_id)
    dose_session = a_session(session, now, signed, sitter, lot, **over)
    session.flush()
    return Evening(patient, sitter, prescriber, coach, approval, signed, dose_session, lot)


def a_session(
    session: Session,
    now: datetime,
    signed: TreatmentPlan,
    sitter: Sitter,
    lot: Lot,
    **over: Any,
) -> DoseSession:
    """Add a session of this plan whose check-in was opened twenty minutes ago."""
    values: dict[str, Any] = {
        "number": 1,
        "state": SessionState.CHECKIN_OPEN,
        "scheduled_at": now,
        "time_zone": "America/Denver",
        "patient_state": "CO",
        "check_in_opened_at": now - timedelta(minutes=20),
    }
    row = DoseSession(
        patient_id=signed.patient_id,
        plan_id=signed.id,
        product_id=signed.product_id,
        molecule=signed.molecule,
        route=signed.route,
        setting=signed.setting,
        dose_mg_hundredths=signed.dose_mg_hundredths,
        sitter_id=sitter.id,
        sitter_user_id=sitter.user_id,
        lot_id=lot.id,
        created_by=signed.signed_by or uuid4(),
        created_at=now - timedelta(days=1),
        **values | over,
    )
    session.add(row)
    session.flush()
    return row


def a_reading(
    session: Session,
    at: datetime,
    dose_session: DoseSession,
    systolic: int = 122,
    diastolic: int = 78,
    **over: Any,
) -> VitalSigns:
    """Add one reading before the dose."""
    values: dict[str, Any] = {
        "purpose": VitalPurpose.PRE_DOSE,
        "heart_rate_bpm": 72,
        "spo2_percent": 98,
        "source": VitalSource.DEVICE,
        "plausible": True,
        "recorded_by": uuid4(),
    }
    row = VitalSigns(
        patient_id=dose_session.patient_id,
        dose_session_id=dose_session.id,
        systolic_mmhg=systolic,
        diastolic_mmhg=diastolic,
        measured_at=at,
        received_at=at,
        **values | over,
    )
    session.add(row)
    session.flush()
    return row


def on_call(session: Session, now: datetime, clinician: UserAccount) -> OnCallShift:
    """Put a clinician on call for a day and a half."""
    shift = OnCallShift(
        user_id=clinician.id,
        starts_at=now - timedelta(hours=12),
        ends_at=now + timedelta(hours=24),
        set_by=uuid4(),
    )
    session.add(shift)
    session.flush()
    return shift


def clear_day(now: datetime, **over: Any) -> dict[str, Any]:
    """Give tonight's answers of somebody with whom everything is well."""
    times = {
        "device_at": now.isoformat(),
        "last_food_at": (now - timedelta(hours=6)).isoformat(),
        "last_fluid_at": (now - timedelta(hours=3)).isoformat(),
        "units_left": 4,
    }
    return CLEAR_DAY | times | over


def _prepared(session: Session, now: datetime, patient: Patient, coach: UserAccount) -> None:
    """Add everything that preparation asks for."""
    slot = Slot(
        host_id=coach.id,
        kind=AppointmentKind.PREPARATION,
        starts_at=now - timedelta(hours=1),
        ends_at=now,
    )
    session.add(slot)
    session.flush()
    session.add(
        Appointment(
            slot_id=slot.id,
            patient_id=patient.id,
            host_id=coach.id,
            kind=AppointmentKind.PREPARATION,
            state=AppointmentState.HELD,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            video_link="https://video.example/room",
            booked_by=patient.user_id,
            booked_at=now - timedelta(days=1),
            held_at=now,
        )
    )
    session.add_all(
        ModuleCompletion(
            patient_id=patient.id,
            module=module,
            edition=edition,
            answers={},
            passed=True,
            completed_at=now,
        )
        for module, edition in CURRENT
    )
    session.add(HomeCheck(patient_id=patient.id, answers={}, passed=True, checked_at=now))
    session.add(
        VitalSigns(
            patient_id=patient.id,
            purpose=VitalPurpose.REHEARSAL,
            systolic_mmhg=121,
            diastolic_mmhg=77,
            heart_rate_bpm=70,
            source=VitalSource.DEVICE,
            measured_at=now,
            received_at=now,
            plausible=True,
            recorded_by=patient.user_id,
        )
    )
