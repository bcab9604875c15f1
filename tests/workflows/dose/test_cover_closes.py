"""Does a clearance end in the very transaction in which its cover does?"""

from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.dose.predose import Clearance
from models.oversight.holds import OnCallShift
from models.platform.trail import AuditEvent, Notification
from rules.terms import Role, SessionState
from tests.factories import evening, people
from tests.factories.evening import Evening
from tests.workflows.dose.conftest import Ask
from workflows.oversight import on_call
from workflows.platform.actor import Actor
from workflows.platform.runtime import Runtime

ADMIN = Actor(uuid4(), frozenset({Role.ADMIN}), uuid4())


def nobody_on_call(runtime: Runtime, session: Session, _made: Evening) -> None:
    """Take the only shift back."""
    shift = session.scalars(select(OnCallShift)).one()
    with runtime.begin(ADMIN) as work:
        on_call.cancel(work, shift.id)


# She was cleared at eight, the doctor's shift was cut at five past, and nobody told her.
def test_a_shift_taken_back_ends_what_it_covered_in_the_same_transaction(
    runtime: Runtime, ready: Evening, ask: Ask, session: Session
) -> None:
    decided = ask()
    nobody_on_call(runtime, session, ready)
    session.expire_all()
    assert session.get_one(Clearance, decided.clearance_id).voided_at == runtime.clock.now()
    session.refresh(ready.session)
    assert ready.session.state is SessionState.BLOCKED
    told = session.execute(select(Notification.user_id, Notification.template)).all()
    assert (ready.patient.user_id, "check_again") in told
    assert (ready.sitter.user_id, "check_again") in told
    traced = select(AuditEvent.patient_id).where(AuditEvent.action == "clearance.uncovered")
    assert session.scalars(traced).all() == [ready.patient.id]


def test_a_shift_taken_back_ends_nothing_while_another_covers_it_all(
    runtime: Runtime, ready: Evening, ask: Ask, session: Session
) -> None:
    decided = ask()
    now = runtime.clock.now()
    evening.on_call(session, now, people.a_licensed_prescriber(session, now - timedelta(days=2)))
    session.commit()
    shift = session.scalars(
        select(OnCallShift).where(OnCallShift.user_id == ready.prescriber.id)
    ).one()
    with runtime.begin(ADMIN) as work:
        on_call.cancel(work, shift.id)
    session.expire_all()
    assert session.get_one(Clearance, decided.clearance_id).voided_at is None
