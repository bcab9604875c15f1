"""Is an answer repeated only to whoever still has to do with the patient?"""

from collections.abc import Callable

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.oversight.adverse_events import AdverseEvent
from models.people.patients import CareTeamMember, Sitter
from models.platform.base import Base
from models.platform.encryption import key_ring
from models.platform.trail import AuditEvent, IdempotencyKey
from rules.terms import Role, SitterState
from tests.factories import dose, people
from tests.factories.dose import Evening
from tests.factories.oversight import an_office_day, an_office_session
from workflows.aftercare import coaching
from workflows.aftercare.coaching import Written
from workflows.dose import emergencies, monitoring, office_sessions
from workflows.dose.emergencies import CallForHelp
from workflows.dose.monitoring import Look
from workflows.oversight import adverse_events, holds
from workflows.oversight.adverse_events import Judged
from workflows.oversight.harm_reports import HarmReport
from workflows.people import patients
from workflows.people.patients import Person
from workflows.platform.actor import Actor
from workflows.platform.errors import NotFound
from workflows.platform.idempotency import OnceKey
from workflows.platform.runtime import Runtime
from workflows.platform.work import Work
from workflows.staff import care_team

KEY = OnceKey("the-same-key", b"the same body")
Do = Callable[[Work], Base]


@pytest.fixture
def made(runtime: Runtime, session: Session) -> Evening:
    evening = dose.a_monitored_session(session, runtime.clock.now())
    session.commit()
    return evening


def done(runtime: Runtime, actor: Actor, act: Do) -> tuple[object, bool]:
    """Do something under the one key; give the row and whether it was given again."""
    with runtime.begin(actor, KEY) as work:
        row = act(work)
        return getattr(row, "id", None), work.replayed


def off_the_team(session: Session, made: Evening, now: object) -> None:
    session.execute(
        update(CareTeamMember)
        .where(CareTeamMember.patient_id == made.patient.id)
        .values(ended_at=now)
    )
    session.commit()


# A coach who had left read her old note again, and with it what was added since, by resending it.
def test_who_left_the_team_gets_nothing_by_sending_it_again(
    runtime: Runtime, session: Session, made: Evening
) -> None:
    def write(work: Work) -> Base:
        return coaching.draft(work, made.patient.id, Written(summary="ok", mentions_harm=False))

    first, _ = done(runtime, made.as_coach, write)
    assert done(runtime, made.as_coach, write) == (first, True)
    off_the_team(session, made, runtime.clock.now())
    with pytest.raises(NotFound):
        done(runtime, made.as_coach, write)
    told = select(AuditEvent.outcome).where(
        AuditEvent.action == "coaching_note.drafted", AuditEvent.reason == "not-found"
    )
    assert session.scalars(told).all() == ["refused"]


def test_a_judgement_of_harm_is_not_repeated_to_who_left_the_team(
    runtime: Runtime, session: Session, made: Evening
) -> None:
    told = HarmReport(own_words="he fell", patient_id=made.patient.id)
    with runtime.begin(made.as_patient) as work:
        event = adverse_events.report(work, told)
    mild = Judged({}, adverse_events.Severity.MILD, {})
    with runtime.begin(made.as_prescriber) as work:
        adverse_events.triage(work, event.id, mild)

    def assess(work: Work) -> Base:
        return adverse_events.assess(work, event.id, mild)

    first, _ = done(runtime, made.as_prescriber, assess)
    assert done(runtime, made.as_prescriber, assess) == (first, True)
    off_the_team(session, made, runtime.clock.now())
    with pytest.raises(NotFound):
        done(runtime, made.as_prescriber, assess)


SITTER_SAYS: dict[str, Callable[[Evening], Do]] = {
    "a look": lambda made: (
        lambda work: monitoring.record_check(work, made.dose_session.id, Look(moaas=5))
    ),
    "a stop": lambda made: (
        lambda work: holds.place_hold_in_session(work, made.dose_session.id, None)
    ),
    "a call for help": lambda made: (
        lambda work: emergencies.raise_emergency(work, made.dose_session.id, CallForHelp())
    ),
    "harm": lambda _: lambda work: adverse_events.report(work, HarmReport(own_words="he fell")),
}


# The network broke after the call was kept, and the sitter's own retry was turned away.
@pytest.mark.parametrize("what", SITTER_SAYS)
def test_a_sitter_gets_the_same_answer_to_the_same_fact(
    runtime: Runtime, session: Session, made: Evening, what: str
) -> None:
    act = SITTER_SAYS[what](made)
    first, _ = done(runtime, made.as_sitter, act)
    session.execute(update(Sitter).values(state=SitterState.REMOVED))
    session.commit()
    assert done(runtime, made.as_sitter, act) == (first, True)


# A copy of the database was enough to try out which of few answers somebody had sent.
def test_what_was_sent_cannot_be_tried_out_without_our_key(
    runtime: Runtime, session: Session, made: Evening
) -> None:
    done(runtime, made.as_sitter, SITTER_SAYS["a stop"](made))
    kept = session.scalars(select(IdempotencyKey.fingerprint)).all()
    assert kept == [key_ring().blind("idempotency_key.fingerprint", KEY.fingerprint.hex())]
    assert KEY.fingerprint not in kept


def test_harm_about_nobody_known_is_answered_again(runtime: Runtime, session: Session) -> None:
    stranger = people.a_user(session, runtime.clock.now(), Role.SITTER)
    session.commit()
    actor = people.the_actor(stranger, Role.SITTER)

    def report(work: Work) -> Base:
        return adverse_events.report(work, HarmReport(own_words="somebody fell"))

    first, _ = done(runtime, actor, report)
    assert done(runtime, actor, report) == (first, True)
    assert len(session.scalars(select(AdverseEvent)).all()) == 1


def test_the_office_gets_its_own_acts_again(
    runtime: Runtime, session: Session, made: Evening
) -> None:
    now = runtime.clock.now()
    admin = people.the_actor(people.a_user(session, now, Role.ADMIN), Role.ADMIN)
    coach = people.a_user(session, now, Role.COACH)
    newcomer = people.a_user(session, now, Role.PATIENT)
    session.commit()
    person = Person("New", "Comer", now.date().replace(year=1990), "CO", "America/Denver")

    def enrol(work: Work) -> Base:
        return patients.enrol(work, newcomer.id, person)

    def assign(work: Work) -> Base:
        return care_team.assign(work, made.patient.id, coach.id, Role.COACH)

    for act in (enrol, assign):
        first, _ = done(runtime, admin, act)
        assert done(runtime, admin, act) == (first, True)


def test_staff_of_the_site_get_their_own_acts_again_while_they_work_there(
    runtime: Runtime, session: Session
) -> None:
    now = runtime.clock.now()
    day = an_office_day(session, now)
    visit = an_office_session(session, now, day.patient)
    session.commit()

    def arrive(work: Work) -> Base:
        return office_sessions.arrive(work, visit.id)

    first, _ = done(runtime, day.as_observer, arrive)
    assert done(runtime, day.as_observer, arrive) == (first, True)
    elsewhere = people.the_actor(people.a_user(session, now, Role.SITE_STAFF), Role.SITE_STAFF)
    session.commit()
    with pytest.raises(NotFound):
        done(runtime, elsewhere, arrive)
