"""Who acts in a test of a workflow, and what does the database hold afterwards?"""

from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people.patients import Patient
from models.platform.base import Base
from models.platform.database import new_sessions
from tests.clock import HandClock
from tests.factories.dose import Evening, a_scheduled_session
from workflows.platform.actor import Actor
from workflows.platform.idempotency import OnceKey
from workflows.platform.runtime import Runtime
from workflows.platform.work import Work

R = TypeVar("R")
M = TypeVar("M", bound=Base)


class Stage:
    """One patient with coach, prescriber, sitter and a planned session, and whatever is done."""

    def __init__(self, runtime: Runtime, clock: HandClock, **session: object) -> None:
        """Put them in the database."""
        self.runtime, self.clock = runtime, clock
        self.sessions = new_sessions(runtime.bind)
        self.evening: Evening = self.given(
            lambda rows: a_scheduled_session(rows, clock.now(), **session)
        )

    def given(self, enter: Callable[[Session], R]) -> R:
        """Put something in the database, or read it there."""
        with self.sessions() as session:
            made = enter(session)
            session.commit()
            return made

    def does(self, actor: Actor, act: Callable[[Work], R], key: str | None = None) -> R:
        """Let somebody act."""
        once = OnceKey(key, b"same") if key else None
        with self.runtime.begin(actor, once) as work:
            return act(work)

    def rows(self, model: type[M]) -> list[M]:
        """Read every row of one table."""
        return self.given(lambda session: list(session.scalars(select(model))))

    def safety_version(self) -> int:
        """Read the patient's safety version."""
        query = select(Patient.safety_version).where(Patient.id == self.evening.patient.id)
        return self.given(lambda session: session.scalars(query).one())
