"""Who plays in the tests of the intake?"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.people.accounts import UserAccount
from models.people.patients import Patient
from models.platform.base import Base
from rules.terms import EnrolmentState, Role
from tests.clock import HandClock
from tests.factories import people
from workflows.platform.actor import Actor
from workflows.platform.idempotency import OnceKey
from workflows.platform.runtime import Runtime
from workflows.platform.work import Work

R = TypeVar("R")
M = TypeVar("M", bound=Base)


@dataclass
class Cast:
    """One patient with a team, and somebody else's prescriber."""

    runtime: Runtime
    clock: HandClock
    patient: Patient = field(init=False)
    prescriber: UserAccount = field(init=False)
    coach: UserAccount = field(init=False)
    stranger: UserAccount = field(init=False)

    def __post_init__(self) -> None:
        """Put them in the database."""
        now = self.now

        def enter(session: Session) -> None:
            self.patient = people.a_patient(session, now)
            self.prescriber = people.a_licensed_prescriber(session, now)
            self.stranger = people.a_licensed_prescriber(session, now)
            self.coach = people.a_user(session, now, Role.COACH)
            people.a_care_team(
                session, now, self.patient, coach=self.coach, prescriber=self.prescriber
            )

        self.given(enter)

    @property
    def now(self) -> datetime:
        """Give the time it is."""
        return self.clock.now()

    @property
    def me(self) -> Actor:
        """Give the patient as the one who acts."""
        return Actor(self.patient.user_id, frozenset({Role.PATIENT}))

    @property
    def doctor(self) -> Actor:
        """Give the prescriber of the team as the one who acts."""
        return people.the_actor(self.prescriber, Role.PRESCRIBER)

    @property
    def other_doctor(self) -> Actor:
        """Give a prescriber of another team as the one who acts."""
        return people.the_actor(self.stranger, Role.PRESCRIBER)

    def given(self, enter: Callable[[Session], R]) -> R:
        """Bring about a situation."""
        with self.runtime.begin(Actor(None, frozenset())) as work:
            return enter(work.session)

    def does(self, actor: Actor, act: Callable[[Work], R], key: str = "") -> R:
        """Let somebody do one act."""
        with self.runtime.begin(actor, OnceKey(key, b"same") if key else None) as work:
            return act(work)

    def patient_now(self) -> Patient:
        """Read the patient again."""
        return self.given(
            lambda session: session.scalars(
                select(Patient).where(Patient.id == self.patient.id)
            ).one()
        )

    def enrolled(self, state: EnrolmentState) -> None:
        """Bring the patient to a state, whatever the way there."""
        change = update(Patient).where(Patient.id == self.patient.id).values(enrolment=state)
        self.given(lambda session: session.execute(change))

    def another_patient(self) -> Patient:
        """Add a patient of nobody's."""
        return self.given(lambda session: people.a_patient(session, self.now))

    def rows(self, model: type[M]) -> list[M]:
        """Read the rows of one table about this patient."""
        columns = model.__table__.c
        return self.given(
            lambda session: list(
                session.scalars(select(model).where(columns.patient_id == self.patient.id))
            )
        )

    @property
    def patient_id(self) -> UUID:
        """Give the patient's id."""
        return self.patient.id
