"""Is readiness computed from what was done, item by item, and by nothing else?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from models.intake.intake import Consent
from models.people.patients import Patient, Sitter
from models.preparation.appointments import Appointment
from rules.limits import LIMITS
from rules.preparation.preparation import PreparationItem as Item
from rules.terms import AppointmentState
from tests.factories import preparation
from tests.factories.intake import a_consent
from tests.stage import Stage
from workflows.platform.errors import NotFound
from workflows.preparation import home_checks, intentions, readiness
from workflows.preparation.module_texts import CURRENT, MODULES
from workflows.preparation.readiness import PatientReadiness, missing_items

DONE: dict[str, Any] = {
    "rehearsed": True,
    "home_checked": True,
    "sitter_trained": True,
    "consent_current": True,
}


def read(stage: Stage) -> PatientReadiness:
    patient_id = stage.evening.patient.id
    found = stage.does(stage.evening.as_patient, lambda work: readiness.read(work, patient_id))
    now = stage.clock.now()
    in_sql = select(readiness.is_complete(now)).where(Patient.id == patient_id)
    assert stage.given(lambda rows: rows.execute(in_sql).scalar_one()) is found.ready
    return found


def ready(stage: Stage) -> None:
    evening, now = stage.evening, stage.clock.now()
    stage.given(lambda rows: preparation.a_ready_patient(rows, evening.patient, evening.coach, now))


def test_somebody_new_has_everything_but_the_sitter_before_them(stage: Stage) -> None:
    found = read(stage)
    assert not found.ready
    assert set(found.missing) == set(Item) - {Item.SITTER_TRAINED}
    assert found.modules_open == tuple(MODULES)
    assert all(item.says for item in found.missing)


def test_when_everything_is_done_the_patient_is_ready(stage: Stage) -> None:
    ready(stage)
    found = read(stage)
    assert found.ready
    assert not found.missing
    assert not found.modules_open
    assert found.prepared_at == stage.clock.now() - timedelta(days=1)


def _withdraw(rows: Session, stage: Stage) -> None:
    later = stage.clock.now() + timedelta(seconds=1)
    a_consent(rows, later, stage.evening.patient, kind="withdrawn")


def _meeting_not_held(rows: Session, _stage: Stage) -> None:
    rows.execute(update(Appointment).values(state=AppointmentState.NO_SHOW))


def _sitter_trained_long_ago(rows: Session, stage: Stage) -> None:
    long_ago = stage.clock.now() - LIMITS.sitter_training_life - timedelta(seconds=1)
    rows.execute(update(Sitter).values(trained_at=long_ago))


@pytest.mark.parametrize(
    ("undo", "item"),
    [
        (_withdraw, Item.CONSENT_SIGNED),
        (_meeting_not_held, Item.APPOINTMENT_HELD),
        (_sitter_trained_long_ago, Item.SITTER_TRAINED),
    ],
)
def test_one_thing_undone_is_the_one_thing_missing(
    stage: Stage, undo: Callable[[Session, Stage], None], item: Item
) -> None:
    ready(stage)
    stage.given(lambda rows: undo(rows, stage))
    assert read(stage).missing == (item,)


def test_a_consent_withdrawn_and_given_again_counts(stage: Stage) -> None:
    ready(stage)
    stage.given(lambda rows: _withdraw(rows, stage))
    later = stage.clock.now() + timedelta(seconds=2)
    stage.given(lambda rows: a_consent(rows, later, stage.evening.patient))
    assert read(stage).ready
    assert len(stage.rows(Consent)) == 3


def test_an_implausible_reading_is_no_rehearsal(stage: Stage) -> None:
    patient, now = stage.evening.patient, stage.clock.now()
    stage.given(lambda rows: preparation.a_rehearsal(rows, patient, now, plausible=False))
    assert Item.CUFF_REHEARSED in read(stage).missing
    stage.given(lambda rows: preparation.a_rehearsal(rows, patient, now))
    assert Item.CUFF_REHEARSED in read(stage).done


def test_a_home_with_one_line_open_is_not_checked(stage: Stage) -> None:
    patient = stage.evening.patient

    def check(answers: dict[str, bool | None]) -> bool:
        act = lambda work: home_checks.check(work, patient.id, answers)  # noqa: E731
        return stage.does(stage.evening.as_patient, act).passed

    assert not check(preparation.HOME_IS_READY | {"no_flame": None})
    assert Item.HOME_CHECKED in read(stage).missing
    assert check(preparation.HOME_IS_READY)
    assert Item.HOME_CHECKED in read(stage).done


def test_nobody_outside_the_team_reads_readiness(stage: Stage) -> None:
    other = Stage(stage.runtime, stage.clock)
    with pytest.raises(NotFound):
        stage.does(
            other.evening.as_coach, lambda work: readiness.read(work, stage.evening.patient.id)
        )


@pytest.mark.parametrize("undone", sorted(DONE))
def test_each_fact_alone_keeps_the_patient_waiting(stage: Stage, undone: str) -> None:
    now = stage.clock.now()
    assert missing_items(CURRENT, now, **DONE) == ()
    assert len(missing_items(CURRENT, now, **DONE | {undone: False})) == 1


def test_an_edition_that_is_no_longer_current_is_learnt_again() -> None:
    old = {(code, edition - 1) for code, edition in CURRENT}
    assert missing_items(old, None, **DONE) == ("appointment_held", "modules_passed")


def test_intentions_stay_and_the_newest_comes_first(stage: Stage) -> None:
    evening = stage.evening
    for words in ("To sleep.", "To be kinder to myself."):
        stage.clock.advance(minutes=1)
        stage.does(
            evening.as_patient,
            lambda work, w=words: intentions.set_words(work, evening.patient.id, w),
        )
    found = stage.does(evening.as_coach, lambda work: intentions.history(work, evening.patient.id))
    assert [row.words for row in found] == ["To be kinder to myself.", "To sleep."]
