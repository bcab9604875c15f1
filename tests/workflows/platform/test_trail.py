"""Does every act, allowed or refused, leave its trace with the act itself?"""

from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from models.oversight.holds import Hold
from models.platform.trail import AuditEvent
from rules.terms import Role
from tests.clock import HandClock
from tests.factories import people
from tests.stage import Stage
from workflows.oversight import holds
from workflows.people import patients
from workflows.plan.hold_release import release_hold
from workflows.platform import trail
from workflows.platform.errors import NotFound, NotPermitted
from workflows.platform.runtime import Runtime
from workflows.staff import accounts


@pytest.fixture
def stage(runtime: Runtime, clock: HandClock) -> Stage:
    return Stage(runtime, clock)


def entries(stage: Stage, action: str) -> list[AuditEvent]:
    query = select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.seq)
    return stage.given(lambda session: list(session.scalars(query)))


# Somebody tried one id after another for a week, and the trail said "refused" and not what.
@pytest.mark.asvs("16.3.2")
def test_a_refusal_names_what_was_asked_for(stage: Stage) -> None:
    stranger = people.the_actor(
        stage.given(lambda session: people.a_user(session, stage.clock.now(), Role.COACH)),
        Role.COACH,
    )
    whom = stage.evening.patient.id
    with pytest.raises(NotFound):
        stage.does(stranger, lambda work: patients.read_patient(work, whom))
    (entry,) = entries(stage, "patient.read")
    assert (entry.outcome, entry.reason) == ("refused", "not-found")
    assert (entry.object_type, UUID(entry.object_id)) == ("asked", whom)
    assert (entry.patient_id, entry.actor_id) == (None, stranger.user_id)


@pytest.mark.asvs("16.3.2")
def test_an_act_that_is_not_ones_own_is_noted_before_anything_is_read(stage: Stage) -> None:
    hold = uuid4()
    with pytest.raises(NotPermitted):
        stage.does(stage.evening.as_coach, lambda work: release_hold(work, hold, "x" * 40))
    (entry,) = entries(stage, "hold.released")
    assert (entry.outcome, entry.reason, entry.object_id) == ("refused", "not-permitted", str(hold))


@pytest.mark.asvs("16.3.2")
def test_the_list_of_people_names_each_patient_on_it(stage: Stage) -> None:
    office = stage.given(lambda session: people.a_user(session, stage.clock.now(), Role.ADMIN))
    stage.does(people.the_actor(office, Role.ADMIN), lambda work: accounts.people(work, limit=100))
    listed = {row.patient_id for row in entries(stage, "person.listed") if row.patient_id}
    assert listed == {stage.evening.patient.id}


# The row stood there and nobody knew who had written it: the trail was another transaction.
@pytest.mark.asvs("16.4.2")
def test_an_act_whose_trace_cannot_be_written_is_not_done(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        message = "the trail is full"
        raise RuntimeError(message)

    monkeypatch.setattr(trail, "write_act", fails)
    whom = stage.evening.patient.id
    with pytest.raises(RuntimeError):
        stage.does(stage.evening.as_coach, lambda work: holds.place_hold(work, whom, None))
    assert stage.rows(Hold) == []


# She read on while the disk of the trail was full.
@pytest.mark.asvs("16.3.2", "16.5.3")
def test_a_look_whose_trace_cannot_be_written_shows_nothing(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        message = "the trail is full"
        raise RuntimeError(message)

    monkeypatch.setattr(trail, "write_audit", fails)
    whom = stage.evening.patient.id
    seen = []
    with pytest.raises(RuntimeError):
        stage.does(
            stage.evening.as_coach, lambda work: seen.append(patients.read_patient(work, whom))
        )
    assert seen == []
