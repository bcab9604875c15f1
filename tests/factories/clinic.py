"""A patient who waits for a decision, with the people who decide: where most plan tests begin."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from models.people.accounts import UserAccount
from models.people.patients import Patient
from models.plan.approvals import Approval, Evaluation
from models.plan.treatment_plans import TreatmentPlan
from rules.terms import ApprovalDecision, EnrolmentState, Role
from tests.factories.intake import a_cleared_patient
from tests.factories.people import (
    a_care_team,
    a_licensed_prescriber,
    a_login,
    a_patient,
    a_user,
)
from tests.factories.plan import a_signed_plan, an_approval, an_evaluation
from workflows.plan.approvals import Verdict
from workflows.platform.actor import Actor
from workflows.platform.runtime import Runtime
from workflows.platform.work import Work

HOME = ApprovalDecision.HOME
RATIONALE = "The finding is known, stable, and was talked over with the patient today."


@dataclass(frozen=True, slots=True)
class Clinic:
    """The patient and everybody around, with the runtime they act in."""

    runtime: Runtime
    session: Session
    now: datetime
    patient: Patient
    prescriber: UserAccount
    second: UserAccount
    coach: UserAccount
    officer: UserAccount
    evaluation: Evaluation

    @contextmanager
    def acting(self, user: UserAccount | None = None) -> Iterator[Work]:
        """Let one of the staff act; the prescriber if nobody is named."""
        user = user or self.prescriber
        roles = {
            self.prescriber.id: Role.PRESCRIBER,
            self.second.id: Role.PRESCRIBER,
            self.coach.id: Role.COACH,
            self.officer.id: Role.SAFETY_OFFICER,
        }
        login = a_login(
            self.session, self.runtime.clock.now(), user, factor_proved_at=self.proved()
        )
        self.session.commit()
        with self.runtime.begin(Actor(user.id, frozenset({roles[user.id]}), login.id)) as work:
            yield work

    def proved(self) -> datetime:
        """Say when whoever acts proved their second factor: just now."""
        return self.runtime.clock.now()

    @contextmanager
    def as_patient(self) -> Iterator[Work]:
        """Let the patient act."""
        roles = frozenset({Role.PATIENT})
        actor = Actor(self.patient.user_id, roles, patient_id=self.patient.id)
        with self.runtime.begin(actor) as work:
            yield work

    def verdict(self, **over: Any) -> Verdict:
        """Give a decision for home."""
        values: dict[str, Any] = {
            "evaluation_id": self.evaluation.id,
            "decision": HOME,
            "rationale": "Two antidepressants failed.",
            "signature": "Dr. Rx",
            "product_code": "ket-rdt-100",
        }
        return Verdict(**values | over)

    def approved(self, **over: Any) -> Approval:
        """Add a signed approval for home; the patient has consented."""
        approval = an_approval(
            self.session,
            self.now,
            self.patient,
            self.prescriber,
            **{"evaluation": self.evaluation} | over,
        )
        if approval.decision is HOME:
            self.patient.enrolment = EnrolmentState.CONSENTED
        self.session.commit()
        return approval

    def signed_plan(self, approval: Approval | None = None, **over: Any) -> TreatmentPlan:
        """Add a signed plan."""
        approval = approval or self.approved()
        plan = a_signed_plan(self.session, self.now, self.patient, approval, **over)
        self.session.commit()
        return plan

    def fresh(self) -> Patient:
        """Read the patient as the database has them now."""
        self.session.expire_all()
        return self.session.get_one(Patient, self.patient.id)


def a_clinic(runtime: Runtime, session: Session) -> Clinic:
    """Add a patient with a clear intake who waits for a decision, evaluated an hour ago."""
    now = runtime.clock.now()
    patient = a_patient(session, now, enrolment=EnrolmentState.PENDING_REVIEW)
    prescriber = a_licensed_prescriber(session, now)
    second = a_licensed_prescriber(session, now)
    coach = a_user(session, now, Role.COACH)
    officer = a_user(session, now, Role.SAFETY_OFFICER)
    a_care_team(session, now, patient, coach=coach, prescriber=prescriber, safety_officer=officer)
    a_care_team(session, now, patient, prescriber=second)
    a_cleared_patient(session, now, patient)
    evaluation = an_evaluation(session, now, patient, prescriber)
    session.commit()
    return Clinic(runtime, session, now, patient, prescriber, second, coach, officer, evaluation)
