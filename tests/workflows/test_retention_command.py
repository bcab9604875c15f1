"""Does the report name what may go, never what is held or still has its time, and touch nothing?"""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.people.patients import Patient
from models.people.rights import AccountClosure, LegalHold
from models.platform.trail import Event
from rules.limits import LIMITS
from rules.oversight import retention
from tests.clock import HandClock
from tests.factories.people import a_patient
from workflows import retention as command
from workflows.oversight.retention_report import Kept, over_age
from workflows.platform.runtime import Runtime

A_DAY = timedelta(days=1)


@pytest.fixture
def session(runtime: Runtime) -> Any:
    """Give the rows of a house of its own."""
    with runtime._sessions() as session:
        yield session


def somebody(session: Session, clock: HandClock, years: int, days: int = 0) -> UUID:
    """Add somebody with whom the last contact was so long ago."""
    at = retention.years_before(clock.now(), years) - timedelta(days=days)
    return a_patient(session, at, enrolled_at=at).id


def did(session: Session, patient_id: UUID, at: Any, kind: str, by: UUID | None) -> None:
    session.add(
        Event(
            id=uuid4(),
            kind=kind,
            patient_id=patient_id,
            object_type="",
            actor_id=by,
            occurred_at=at,
        )
    )
    session.flush()


def reported(session: Session, clock: HandClock) -> dict[UUID, Kept]:
    found = over_age(session.connection(), clock.now(), LIMITS)
    return {one.patient_id: one for one in found}


def test_a_record_is_named_on_the_day_after_its_time(session: Session, clock: HandClock) -> None:
    over, last_day = somebody(session, clock, 10, days=1), somebody(session, clock, 10)
    young = somebody(session, clock, 9)
    found = reported(session, clock)
    assert found.keys() & {over, last_day, young} == {over}
    assert found[over].may_go
    assert found[over].kept_until == clock.now().date() - A_DAY


# A court had asked for it, and the night's job shredded it.
def test_what_a_matter_of_law_keeps_is_named_and_may_not_go(
    session: Session, clock: HandClock
) -> None:
    over = somebody(session, clock, 12)
    hold = LegalHold(patient_id=over, matter="A letter.", placed_by=uuid4(), placed_at=clock.now())
    session.add(hold)
    session.flush()
    assert (reported(session, clock)[over].held, reported(session, clock)[over].may_go) == (
        True,
        False,
    )
    hold.lift_asked_at, hold.lift_asked_by, hold.lift_reason = clock.now(), uuid4(), "Over."
    session.flush()
    assert not reported(session, clock)[over].may_go
    hold.lifted_at, hold.lifted_by = clock.now(), uuid4()
    session.flush()
    assert reported(session, clock)[over].may_go


def test_the_last_act_counts_and_neither_the_house_nor_a_matter_of_law(
    session: Session, clock: HandClock
) -> None:
    over, back = somebody(session, clock, 12), somebody(session, clock, 12)
    did(session, back, clock.now() - A_DAY, "follow_up.answered", uuid4())
    did(session, over, clock.now(), "legal_hold.placed", uuid4())
    did(session, over, clock.now(), "deadline.missed", None)
    assert reported(session, clock).keys() & {over, back} == {over}


def test_what_was_promised_at_the_end_is_kept(session: Session, clock: HandClock) -> None:
    left = somebody(session, clock, 12)
    row = AccountClosure(
        patient_id=left,
        was="paused",
        closed_by=uuid4(),
        closed_at=clock.now(),
        kept_until=clock.now().date(),
    )
    session.add(row)
    session.flush()
    assert left not in reported(session, clock)


def test_the_command_writes_ids_and_dates_and_destroys_nothing(
    fresh_runtime: Runtime,
    clock: HandClock,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings = fresh_runtime.settings
    monkeypatch.setattr(command, "clock_of", lambda _: clock)
    monkeypatch.setattr(command.Settings, "from_env", staticmethod(lambda: settings))
    with fresh_runtime._sessions() as session:
        over = somebody(session, clock, 11)
        before = session.scalar(select(func.count()).select_from(Patient))
        session.commit()
    assert command.main() == command.DONE
    *lines, counted = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["patient_id"] for one in lines if one["may_go"]] == [str(over)]
    assert set(lines[0]) == {"patient_id", "last_contact_on", "kept_until", "held", "may_go"}
    assert counted == {"over_age": 1, "held": 0, "may_go": 1}
    with fresh_runtime._sessions() as session:
        assert session.scalar(select(func.count()).select_from(Patient)) == before
