"""Does a medicine that comes to light anywhere end a clearance, and stay until it is read?"""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models.aftercare.aftercare import CoachingNote
from models.dose.predose import Clearance
from models.intake.intake import Intake
from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Hold
from models.platform.trail import Notification
from rules.core import Point
from rules.gates import evaluate
from rules.terms import HarmSignal, SessionState
from tests.clock import HandClock
from tests.factories.evening import Evening
from tests.workflows.dose.conftest import Ask
from workflows.aftercare import coaching
from workflows.aftercare.coaching import Written
from workflows.dose import assemble, start
from workflows.intake import changes
from workflows.intake.changes import ChangeKind, Coding, Told
from workflows.plan import evaluations
from workflows.platform.errors import HardStop, NotPermitted, Refusal
from workflows.platform.runtime import Runtime

Find = Callable[[Runtime, Evening], object]
QUIET = Written(summary="We talked about sleep.", mentions_harm=False)


def noted(runtime: Runtime, made: Evening, summary: str) -> CoachingNote:
    written = Written(summary=summary, mentions_harm=False)
    with runtime.begin(made.as_coach) as work:
        return coaching.draft(work, made.patient.id, written)


def in_a_note(runtime: Runtime, made: Evening) -> None:
    noted(runtime, made, "Her dentist gave her Tramadol on Tuesday.")


def in_an_edited_note(runtime: Runtime, made: Evening) -> None:
    with runtime.begin(made.as_coach) as work:
        note = coaching.draft(work, made.patient.id, QUIET)
    written = Written(summary="We talked about sleep. Takes tramadoll.", mentions_harm=False)
    with runtime.begin(made.as_coach) as work:
        coaching.edit(work, note.id, written, None)


def on_the_list(runtime: Runtime, made: Evening) -> None:
    told = Told(kind=ChangeKind.MEDICINE, medicine="Tramadol")
    with runtime.begin(made.as_patient) as work:
        changes.report_change(work, made.patient.id, told)


def in_the_patients_words(runtime: Runtime, made: Evening) -> None:
    told = Told(kind=ChangeKind.OTHER, words="My knee hurt and I took tramadol for it")
    with runtime.begin(made.as_patient) as work:
        changes.report_change(work, made.patient.id, told)


def queried(runtime: Runtime, made: Evening, result: str) -> None:
    first, *others = result.split()
    query = evaluations.Query(
        checked_at=runtime.clock.now(), result=first, also_found=tuple(others), reference="P-9"
    )
    with runtime.begin(made.as_prescriber) as work:
        evaluations.record_pdmp_query(work, made.patient.id, "CO", query)


def in_the_record(runtime: Runtime, made: Evening) -> None:
    queried(runtime, made, "opioid_elsewhere")


def codes_now(runtime: Runtime, made: Evening) -> set[str]:
    with runtime.begin(made.as_patient) as work:
        found = assemble.whole_session(work, made.session.id)
        facts = assemble.facts_at(work, found, Point.CHECK_IN)
        return set(evaluate(Point.CHECK_IN, facts).codes)


@pytest.mark.parametrize(
    "find",
    [in_a_note, in_an_edited_note, on_the_list, in_the_patients_words, in_the_record],
    ids=lambda find: find.__name__,
)
def test_an_opioid_from_any_source_ends_the_clearance_at_once(
    runtime: Runtime, ready: Evening, ask: Ask, session: Session, find: Find
) -> None:
    cleared = ask().clearance_id
    assert cleared is not None
    find(runtime, ready)

    session.expire_all()
    assert session.get_one(Clearance, cleared).voided_at == runtime.clock.now()
    assert ready.session.state is SessionState.BLOCKED
    assert {"material_change_unreviewed", "opioid_concurrent"} <= codes_now(runtime, ready)
    told = session.scalars(
        select(Notification.user_id).where(Notification.template == "something_changed")
    )
    assert ready.prescriber.id in set(told)
    with pytest.raises((HardStop, Refusal)), runtime.begin(ready.as_patient) as work:
        start.start(work, ready.session.id, cleared)


@pytest.mark.parametrize(
    ("result", "codes"),
    [
        ("other_controlled", {"material_change_unreviewed"}),
        ("stimulant_elsewhere", {"material_change_unreviewed", "interaction_review"}),
        ("benzodiazepine_elsewhere", {"material_change_unreviewed", "benzodiazepine_high_dose"}),
        ("ketamine_elsewhere", {"material_change_unreviewed", "concurrent_ketamine_elsewhere"}),
        (
            "opioid_elsewhere stimulant_elsewhere ketamine_elsewhere",
            {"opioid_concurrent", "interaction_review", "concurrent_ketamine_elsewhere"},
        ),
    ],
)
def test_what_the_medicine_record_shows_waits_for_the_prescriber(
    runtime: Runtime, ready: Evening, ask: Ask, session: Session, result: str, codes: set[str]
) -> None:
    cleared = ask().clearance_id
    queried(runtime, ready, result)
    session.expire_all()
    assert session.get_one(Clearance, cleared).voided_at is not None
    assert codes <= codes_now(runtime, ready)


def test_a_query_that_finds_nothing_or_what_is_listed_changes_nothing(
    runtime: Runtime, ready: Evening, session: Session
) -> None:
    queried(runtime, ready, "nothing_of_concern")
    session.refresh(ready.patient)
    assert ready.patient.material_change_at is None
    queried(runtime, ready, "opioid_elsewhere")
    session.refresh(ready.patient)
    first = ready.patient.material_change_at
    runtime.clock.advance(minutes=5)  # type: ignore[attr-defined]
    queried(runtime, ready, "opioid_elsewhere")
    session.refresh(ready.patient)
    assert ready.patient.material_change_at == first


def test_a_coach_cannot_read_it_away_and_a_prescriber_can(runtime: Runtime, ready: Evening) -> None:
    in_a_note(runtime, ready)
    away = Coding(name="tramadol", not_taken=True)
    with pytest.raises(NotPermitted), runtime.begin(ready.as_coach) as work:
        changes.code_medicine(work, ready.patient.id, away)
    noted(runtime, ready, "I was wrong about the medicine.")
    assert "opioid_concurrent" in codes_now(runtime, ready)

    with runtime.begin(ready.as_prescriber) as work:
        changes.code_medicine(work, ready.patient.id, away)
    codes = codes_now(runtime, ready)
    assert "opioid_concurrent" not in codes
    assert "material_change_unreviewed" in codes  # until it is signed again


def test_what_the_patient_listed_is_not_read_away(runtime: Runtime, ready: Evening) -> None:
    on_the_list(runtime, ready)
    with runtime.begin(ready.as_prescriber) as work:
        changes.code_medicine(work, ready.patient.id, Coding(name="Tramadol", not_taken=True))
    assert "opioid_concurrent" in codes_now(runtime, ready)


def test_an_edit_that_says_nothing_new_changes_nothing(
    runtime: Runtime, ready: Evening, session: Session, clock: HandClock
) -> None:
    note = noted(runtime, ready, "She started tramadol.")
    session.refresh(ready.patient)
    first = ready.patient.material_change_at
    clock.advance(minutes=5)
    same = Written(summary="She started tramadol. Slept well.", mentions_harm=False)
    with runtime.begin(ready.as_coach) as work:
        coaching.edit(work, note.id, same, None)
    session.refresh(ready.patient)
    assert ready.patient.material_change_at == first


def test_a_note_about_nothing_leaves_the_clearance_alone(
    runtime: Runtime, ready: Evening, ask: Ask, session: Session
) -> None:
    cleared = ask().clearance_id
    noted(
        runtime, ready, "We talked about the ketamine session and about sleep. No blood in urine."
    )
    session.expire_all()
    assert session.get_one(Clearance, cleared).voided_at is None
    assert session.scalars(select(AdverseEvent)).all() == []


@pytest.mark.parametrize(("shown", "seen"), [(None, False), (0, True), (-1, False), (1, False)])
def test_unchanged_is_said_of_the_newest_list_only(
    ask: Ask, ready: Evening, session: Session, shown: int | None, seen: bool
) -> None:
    newest = session.scalar(
        select(func.max(Intake.number)).where(Intake.patient_id == ready.patient.id)
    )
    assert newest is not None
    number = None if shown is None else newest + shown
    decided = ask(day={"medicines_list_number": number})
    assert ("material_change_unreviewed" not in decided.codes) is seen
    assert (decided.clearance_id is not None) is seen


def test_blood_in_a_note_is_harm_of_that_day_and_holds_by_its_own_name(
    runtime: Runtime, ready: Evening, session: Session
) -> None:
    note = noted(runtime, ready, "Mentions blood in urine since the weekend.")

    event = session.scalars(select(AdverseEvent)).one()
    assert note.adverse_event_id == event.id
    assert (event.aware_at, event.serious) == (note.written_at, True)
    assert event.report["signals"] == [HarmSignal.URINARY_HARM]
    held = set(session.scalars(select(Hold.code)))
    assert held == {"open_adverse_event", "urinary_symptoms_hold"}
    assert "urinary_symptoms_hold" in codes_now(runtime, ready)
