"""Who is the patient that all others are copies of? Somebody whose whole course was really lived.

Every session before tonight goes through the workflows on a clock of its own, so that what is kept
(decisions with their facts, doses, readings, looks, traces) has the shape and size of real rows.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.aftercare.aftercare import FollowUp
from models.dose.predose import SitterAttestation
from models.people.accounts import UserAccount
from models.plan.treatment_plans import Lot
from models.platform.database import new_sessions
from models.preparation.appointments import Appointment, Slot
from rules.terms import (
    AppointmentKind,
    EnrolmentState,
    FollowUpKind,
    Instrument,
    Role,
    VitalSource,
)
from tests.clock import HandClock
from tests.factories import evening, intake, people, plan
from tests.factories.aftercare import all_well
from tests.factories.evening import CLEAR_HOME, CLEAR_SCREEN, CLEAR_WORD
from workflows.aftercare import follow_up
from workflows.dose import device_clock, monitoring, predose, release, start, vital_signs
from workflows.dose.device_clock import ClockReading
from workflows.dose.monitoring import Look
from workflows.dose.predose import PredoseAnswers
from workflows.dose.release import LastLook
from workflows.dose.vital_signs import Measured
from workflows.plan import session_review
from workflows.platform.actor import Actor
from workflows.platform.runtime import Runtime

WEEK = timedelta(days=7)
MOST_SESSIONS = 5  # one more, and the weight of the plan is too old
LOOKS = 8
MEASURED_AT = (3, 6, LOOKS + 1)
CHECK_EVERY = timedelta(minutes=15)
WELL = LastLook(
    moaas=5,
    state_check={"q1": 0, "q2": 0, "q3": 0, "q4": 0},
    oriented=True,
    walks_unaided=True,
    vomiting=False,
    distress=False,
    suicidal_thoughts=False,
    sitter_attests=True,
)


@dataclass(frozen=True, slots=True)
class People:
    """Whom a patient's evenings need, by their ids."""

    patient: UUID
    patient_user: UUID
    sitter: UUID
    sitter_user: UUID
    coach: UUID
    prescriber: UUID
    logins: tuple[tuple[UUID, UUID], ...]

    @property
    def staff(self) -> tuple[UUID, UUID]:
        """Give those who care for more than one patient."""
        return self.coach, self.prescriber

    @property
    def own(self) -> tuple[UUID, ...]:
        """Give those who belong to this patient alone."""
        return self.patient, self.patient_user, self.sitter, self.sitter_user


@dataclass(frozen=True, slots=True)
class Lived:
    """A patient after some sessions, with tonight's session if there is one."""

    people: People
    tonight: UUID | None
    units_left: int


class Course:
    """One patient's course, lived on a clock of its own."""

    def __init__(self, runtime: Runtime, clock: HandClock, sessions: int) -> None:
        """Take a house of its own; the last of the sessions is now."""
        self.runtime, self.clock, self.sessions = runtime, clock, sessions
        self.now = clock.now()
        self.units_left = 0
        self.begins = self.now - WEEK * (sessions - 1) - timedelta(days=1)

    def live(self, *, until: str) -> Lived:
        """Live all sessions but the last one, and that one until `ready`, `watched` or `closed`."""
        with new_sessions(self.runtime.bind)() as session:
            self._enter(session)
            for number in range(1, self.sessions):
                self._one_evening(session, number)
            tonight = self._tonight(session, until)
            who = self._who(session)
        return Lived(who, tonight, self.units_left)

    def _enter(self, session: Session) -> None:
        at = self.begins
        self.patient = people.a_patient(session, at)
        self.prescriber = people.a_licensed_prescriber(session, at)
        self.coach = people.a_user(session, at, Role.COACH)
        team = {"coach": self.coach, "prescriber": self.prescriber}
        people.a_care_team(session, at, self.patient, **team)
        self.sitter = people.a_sitter(session, at, self.patient)
        intake.a_submitted_intake(session, at, self.patient)
        intake.all_assessments(session, at, self.patient)
        intake.a_consent(session, at, self.patient)
        approval = plan.an_approval(session, at, self.patient, self.prescriber)
        self.plan = plan.a_signed_plan(session, at, self.patient, approval, weighed_at=at)
        self._shipped(session, at)
        evening._prepared(session, at, self.patient, self.coach)  # noqa: SLF001 - the one place that knows
        self.patient.enrolment = EnrolmentState.COURSE_ACTIVE
        session.commit()

    def _shipped(self, session: Session, at: datetime) -> None:
        supplied = plan.a_received_shipment(
            session, at, self.patient, self.plan, units=4, sessions_supplied=2
        )
        self.units_left += 4
        self.lot = session.get_one(Lot, supplied.lot_id)

    def _one_evening(self, session: Session, number: int) -> None:
        """Live one past session from the check-in to the day after."""
        at = self.now - WEEK * (self.sessions - number)
        dose_session = self._opened(session, at, number)
        self._dosed(dose_session)
        self._watched(dose_session)
        self._day_after(session, dose_session, number)

    def _opened(self, session: Session, at: datetime, number: int) -> UUID:
        self.clock.set(at)
        if number % 2 and number > 1:
            self._shipped(session, at - timedelta(days=1))
        intake.an_assessment(session, at - timedelta(hours=2), self.patient, Instrument.ASRM)
        evening.on_call(session, at, self.prescriber)
        row = evening.a_session(session, at, self.plan, self.sitter, self.lot, number=number)
        evening.a_reading(session, at - timedelta(minutes=1), row)
        session.add(
            SitterAttestation(
                patient_id=self.patient.id,
                dose_session_id=row.id,
                sitter_id=self.sitter.id,
                login_id=row.id,
                answers=CLEAR_WORD,
                attested_at=at,
            )
        )
        session.commit()
        return row.id

    def _dosed(self, dose_session: UUID) -> None:
        phone = self._as(self.patient.user_id, Role.PATIENT)
        with self.runtime.begin(phone) as work:
            told = device_clock.tell_time(work)
        answers = PredoseAnswers(
            clock=ClockReading(told.nonce, told.server_time),
            day=evening.clear_day(self.clock.now(), units_left=self.units_left),
            home=CLEAR_HOME,
            suicide_screen=CLEAR_SCREEN,
        )
        with self.runtime.begin(phone) as work:
            decided = predose.submit_check(work, dose_session, answers)
        if decided.clearance_id is None:
            message = f"the evening that others are copied from is not clear: {decided.codes}"
            raise RuntimeError(message)
        with self.runtime.begin(phone) as work:
            start.start(work, dose_session, decided.clearance_id)
        self.units_left -= 1

    def _watched(self, dose_session: UUID) -> None:
        """Look and measure as the plan asks, and let go at the end."""
        sitter = self._as(self.sitter.user_id, Role.SITTER)
        for number in range(1, LOOKS + 2):
            self.clock.advance(CHECK_EVERY)
            with self.runtime.begin(sitter) as work:
                monitoring.record_check(work, dose_session, Look(moaas=5, state_check={"q1": 1}))
            if number in MEASURED_AT:
                self._measure(sitter, dose_session, number)
        with self.runtime.begin(sitter) as work:
            release.decide(work, dose_session, WELL)

    def _measure(self, sitter: Actor, dose_session: UUID, number: int) -> None:
        read = Measured(
            source=VitalSource.DEVICE,
            systolic_mmhg=130 - number,  # the very same numbers twice would be a copy
            diastolic_mmhg=79,
            heart_rate_bpm=72,
            spo2_percent=97,
            cuff_serial="CUFF-1",
            for_release=number > LOOKS,
        )
        with self.runtime.begin(sitter) as work:
            vital_signs.record_vitals(work, dose_session, read)

    def _day_after(self, session: Session, dose_session: UUID, number: int) -> None:
        self.clock.advance(hours=22)
        for instrument in (Instrument.PHQ9, Instrument.GAD7, Instrument.USC6, Instrument.CCC4):
            intake.an_assessment(session, self.clock.now(), self.patient, instrument)
        session.commit()
        contact = session.scalars(
            select(FollowUp.id).where(
                FollowUp.dose_session_id == dose_session, FollowUp.kind == FollowUpKind.HOURS_24
            )
        ).one()
        with self.runtime.begin(self._as(self.patient.user_id, Role.PATIENT)) as work:
            follow_up.answer(work, contact, follow_up.Told(said=all_well()))
        if number in (1, 3):
            with self.runtime.begin(self._as(self.prescriber.id, Role.PRESCRIBER)) as work:
                session_review.review_session(work, dose_session)

    def _tonight(self, session: Session, until: str) -> UUID | None:
        self.clock.set(self.now)
        if until == "closed":
            return None
        self._meets_soon(session)
        tonight = self._opened(session, self.now, self.sessions)
        if until == "watched":
            self._dosed(tonight)
        return tonight

    def _meets_soon(self, session: Session) -> None:
        """Put the patient on the coach's list: they meet tomorrow."""
        begins = self.now + timedelta(hours=46)
        slot = Slot(
            host_id=self.coach.id,
            kind=AppointmentKind.COACHING,
            starts_at=begins,
            ends_at=begins + timedelta(hours=1),
        )
        session.add(slot)
        session.flush()
        session.add(
            Appointment(
                slot_id=slot.id,
                patient_id=self.patient.id,
                host_id=self.coach.id,
                kind=AppointmentKind.COACHING,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                video_link="https://video.example/room",
                booked_by=self.patient.user_id,
                booked_at=self.now,
            )
        )

    def _who(self, session: Session) -> People:
        """Sign everybody in, so that tokens can be made for them, and name them."""
        patient, sitter = self.patient.user_id, self.sitter.user_id
        if patient is None or sitter is None:
            message = "patient and sitter have accounts"
            raise LookupError(message)
        users = (patient, sitter, self.coach.id, self.prescriber.id)
        logins = tuple(
            (user, people.a_login(session, self.now, session.get_one(UserAccount, user)).id)
            for user in users
        )
        session.commit()
        return People(
            self.patient.id,
            patient,
            self.sitter.id,
            sitter,
            self.coach.id,
            self.prescriber.id,
            logins,
        )

    def _as(self, user_id: UUID | None, role: Role) -> Actor:
        return Actor(user_id, frozenset({role}))
