"""Does a relation show what it is for, and nothing beyond it?"""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from models.people.patients import Sitter
from models.platform.database import new_sessions
from rules.terms import SessionState, SitterState
from tests.factories import dose, oversight
from tests.factories.dose import Evening
from workflows.dose import dose_sessions, emergencies, monitoring, vital_signs
from workflows.dose.monitoring import Look
from workflows.oversight import adverse_events
from workflows.platform.errors import NotFound
from workflows.platform.runtime import Runtime
from workflows.platform.work import Work


@pytest.fixture
def session(runtime: Runtime) -> Iterator[Session]:
    with new_sessions(runtime.bind)() as session:
        yield session


@pytest.fixture
def made(runtime: Runtime, session: Session) -> Evening:
    evening = dose.a_monitored_session(session, runtime.clock.now())
    session.commit()
    return evening


READS: dict[str, Callable[..., object]] = {
    "the session": dose_sessions.read_one,
    "the readings": vital_signs.read_vitals,
    "the looks": monitoring.read_checks,
    "the duties": monitoring.read_duties,
    "the calls": emergencies.read_calls,
}


# A sitter was sent away because the patient was afraid of him, and kept reading that evening.
@pytest.mark.parametrize("what", READS)
def test_a_sitter_who_was_let_go_reads_no_old_session(
    runtime: Runtime, session: Session, made: Evening, what: str
) -> None:
    def read(work: Work) -> object:
        return READS[what](work, made.dose_session.id)

    with runtime.begin(made.as_sitter) as work:
        read(work)
    session.execute(update(Sitter).values(state=SitterState.REMOVED))
    session.commit()
    with pytest.raises(NotFound), runtime.begin(made.as_sitter) as work:
        read(work)


def test_what_a_former_sitter_still_has_to_tell_is_kept(
    runtime: Runtime, session: Session, made: Evening
) -> None:
    session.execute(update(Sitter).values(state=SitterState.REMOVED))
    made.dose_session.state = SessionState.RELEASED
    session.commit()
    with runtime.begin(made.as_sitter) as work:
        assert monitoring.record_check(work, made.dose_session.id, Look(moaas=5)).id


# At the clinic everybody read what the same person had told about home.
def test_a_site_sees_the_harm_of_that_site_alone(runtime: Runtime, session: Session) -> None:
    now = runtime.clock.now()
    day = oversight.an_office_day(session, now)
    visit = oversight.an_office_session(session, now, day.patient)
    at_home = oversight.an_adverse_event(session, now, day.patient)
    here = oversight.an_adverse_event(session, now, day.patient, office_session_id=visit.id)
    session.commit()
    with runtime.begin(day.as_observer) as work:
        assert [row.id for row in adverse_events.read_all(work, None, 10)] == [here.id]
    with runtime.begin(day.as_observer) as work:
        assert adverse_events.read_one(work, here.id).id == here.id
    with pytest.raises(NotFound), runtime.begin(day.as_observer) as work:
        adverse_events.read_one(work, at_home.id)
