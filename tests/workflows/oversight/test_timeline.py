"""Is the timeline whole, in order, in one statement, and silent about reasons to a coach?"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from models.aftercare.aftercare import CoachingNote
from models.dose.predose import DoseTaken
from rules.terms import Outcome, Role, SubjectKind
from tests.factories import people
from tests.factories.dose import a_reading, a_scheduled_session
from tests.factories.oversight import a_hold, an_adverse_event, an_office_session
from tests.factories.plan import a_kept_decision
from workflows.oversight import timeline
from workflows.platform.actor import Actor
from workflows.platform.errors import NotFound, NotPermitted


@pytest.fixture
def statements(engine: Engine) -> Iterator[list[str]]:
    """Give every statement that is sent from now on."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def read(stage, actor=None, after=None, most=25, patient_id=None):
    patient_id = patient_id or stage.evening.patient.id
    return stage.does(
        actor or stage.evening.as_patient,
        lambda work: timeline.read(work, patient_id, after, most),
    )


def filled(stage) -> None:
    """Add one thing of several kinds, a minute apart, the last one now."""
    now, made = stage.clock.now(), stage.evening

    def at(minutes):
        return now - timedelta(minutes=minutes)

    def enter(session):
        an_office_session(session, at(6), made.patient)
        a_reading(session, at(5), made)
        a_kept_decision(
            session,
            at(4),
            made.patient,
            (SubjectKind.DOSE_SESSION, made.dose_session.id),
            outcome=Outcome.STOP,
            codes=["alcohol_window"],
        )
        session.add(
            DoseTaken(
                patient_id=made.patient.id,
                cleared=False,
                dose_mg_hundredths=10_000,
                taken_at=at(3),
                local_date="2026-11-23",
                received_at=at(3),
                recorded_by=made.patient.user_id,
            )
        )
        an_adverse_event(session, at(2), made.patient)
        a_hold(session, at(1), made.patient)

    stage.given(enter)


def test_it_does_not_show_another_teams_patients(stage):
    elsewhere = stage.given(lambda session: a_scheduled_session(session, stage.clock.now()))
    for actor in (stage.evening.as_coach, stage.evening.as_prescriber, stage.evening.as_patient):
        with pytest.raises(NotFound):
            read(stage, actor, patient_id=elsewhere.patient.id)


def test_a_sitter_does_not_read_it(stage):
    with pytest.raises(NotPermitted):
        read(stage, stage.evening.as_sitter)


def test_a_patient_of_whom_nothing_is_known_has_an_empty_one(stage):
    new = stage.given(lambda session: people.a_patient(session, stage.clock.now()))
    assert read(stage, Actor(new.user_id, frozenset({Role.PATIENT})), patient_id=new.id) == []


def test_everything_dated_is_there_newest_first(stage):
    filled(stage)
    found = read(stage)
    assert [entry.at for entry in found] == sorted((entry.at for entry in found), reverse=True)
    assert {entry.kind for entry in found} == {
        "dose_session",
        "hold",
        "adverse_event",
        "dose_taken",
        "gate_decision",
        "vital_signs",
        "office_session",
        "approval",
        "evaluation",
    }


def test_what_is_planned_has_not_happened(stage):
    now, patient = stage.clock.now(), stage.evening.patient
    stage.given(lambda session: an_office_session(session, now + timedelta(days=1), patient))
    assert "office_session" not in {entry.kind for entry in read(stage)}


@pytest.mark.parametrize("who", ["as_patient", "as_prescriber"])
def test_the_reasons_are_for_the_patient_and_the_prescriber(stage, who):
    filled(stage)
    decision = next(
        entry for entry in read(stage, getattr(stage.evening, who)) if entry.kind == "gate_decision"
    )
    assert (decision.outcome, decision.codes) == ("stop", ("alcohol_window",))


def test_a_coach_sees_that_something_was_decided_and_not_why(stage):
    filled(stage)
    found = read(stage, stage.evening.as_coach)
    assert "gate_decision" in {entry.kind for entry in found}
    assert {(entry.about, entry.outcome, entry.codes) for entry in found} == {(None, None, ())}


def test_a_coach_who_prescribes_elsewhere_is_only_a_coach_here(stage):
    filled(stage)
    both = Actor(stage.evening.coach.id, frozenset({Role.COACH, Role.PRESCRIBER}))
    assert {entry.codes for entry in read(stage, both)} == {()}


def test_a_draft_is_its_authors_alone(stage):
    made = stage.evening
    note = CoachingNote(
        patient_id=made.patient.id,
        author_id=made.coach.id,
        summary="A draft.",
        mentions_harm=False,
        written_at=stage.clock.now(),
    )
    stage.given(lambda session: session.add(note))
    assert "coaching_note" in {entry.kind for entry in read(stage, made.as_coach)}
    assert "coaching_note" not in {entry.kind for entry in read(stage)}


def test_no_page_skips_or_repeats_an_entry_at_the_same_instant(stage):
    now, patient = stage.clock.now(), stage.evening.patient
    stage.given(
        lambda session: [
            (a_hold(session, now, patient), an_adverse_event(session, now, patient))
            for _ in range(5)
        ]
    )
    seen, after = [], None
    while found := read(stage, after=after, most=2)[:2]:
        seen += [entry.id for entry in found]
        after = (found[-1].at, found[-1].id)
    assert len(seen) == len(set(seen)) == len(read(stage, most=100))


def test_one_more_entry_says_that_there_is_more(stage):
    filled(stage)
    assert len(read(stage, most=2)) == 3


def test_it_is_read_in_one_statement_and_leaves_one_entry_in_the_trail(stage, statements):
    filled(stage)
    statements.clear()
    read(stage, stage.evening.as_coach)
    asked = [one.split()[0] for one in statements]
    assert asked == ["SELECT", "INSERT"]
    assert "audit_event" in statements[1]
    assert "count(" not in statements[0].lower()
    assert "offset" not in statements[0].lower()
