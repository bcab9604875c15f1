"""Who offers which times, and who finds them?"""

from datetime import timedelta

import pytest

from models.people.accounts import Credential
from rules.terms import AppointmentKind, Role
from tests.factories import people
from tests.factories.preparation import a_slot, an_appointment
from tests.stage import Stage
from workflows.platform.errors import InvalidContent, RecordForbids
from workflows.preparation import slots

HOUR = timedelta(hours=1)
K = AppointmentKind


def offer(stage: Stage, kind: AppointmentKind = K.PREPARATION, after: timedelta = HOUR) -> object:
    start = stage.clock.now() + after
    return stage.does(
        stage.evening.as_coach,
        lambda work: slots.offer(work, kind, start, start + timedelta(minutes=30)),
    )


def test_two_times_of_one_host_never_overlap(stage: Stage) -> None:
    offer(stage)
    with pytest.raises(RecordForbids) as refused:
        offer(stage, after=HOUR + timedelta(minutes=29))
    assert refused.value.code == "slot_overlaps"


def test_one_time_may_begin_when_the_other_ends(stage: Stage) -> None:
    offer(stage)
    offer(stage, after=HOUR + timedelta(minutes=30))
    assert len(stage.does(stage.evening.as_coach, slots.mine)) == 2


@pytest.mark.parametrize("kind", [K.EVALUATION, K.REVIEW])
def test_a_coach_offers_no_meeting_that_is_the_prescribers(
    stage: Stage, kind: AppointmentKind
) -> None:
    with pytest.raises(RecordForbids) as refused:
        offer(stage, kind)
    assert refused.value.code == "slot_kind_not_yours"


@pytest.mark.parametrize("minutes", [-60, 0])
def test_a_time_that_is_over_or_empty_is_refused(stage: Stage, minutes: int) -> None:
    start = stage.clock.now() - HOUR
    with pytest.raises(InvalidContent):
        stage.does(
            stage.evening.as_coach,
            lambda work: slots.offer(work, K.COACHING, start, start + timedelta(minutes=minutes)),
        )


def test_a_patient_finds_free_times_of_the_own_team_only(stage: Stage) -> None:
    now, evening = stage.clock.now(), stage.evening
    free = stage.given(lambda rows: a_slot(rows, evening.coach, now + HOUR))
    stage.given(lambda rows: a_slot(rows, evening.coach, now - HOUR))
    taken = stage.given(lambda rows: a_slot(rows, evening.coach, now + 2 * HOUR))
    stage.given(lambda rows: an_appointment(rows, evening.patient, taken))
    stranger = stage.given(lambda rows: people.a_user(rows, now, Role.COACH))
    stage.given(lambda rows: a_slot(rows, stranger, now + HOUR))
    found = stage.does(evening.as_patient, lambda work: slots.free_for(work, evening.patient.id))
    assert [slot.id for slot in found] == [free.id]


def test_an_evaluation_is_offered_only_by_somebody_licensed_in_the_patients_state(
    stage: Stage,
) -> None:
    now, evening = stage.clock.now(), stage.evening
    stage.given(lambda rows: a_slot(rows, evening.prescriber, now + HOUR, kind=K.EVALUATION))

    def find() -> int:
        act = lambda work: slots.free_for(work, evening.patient.id, K.EVALUATION)  # noqa: E731
        return len(stage.does(evening.as_patient, act))

    assert find() == 1
    stage.given(
        lambda rows: [
            setattr(row, "revoked_on", now.date())
            for row in rows.query(Credential).filter_by(user_id=evening.prescriber.id)
        ]
    )
    assert find() == 0


def test_the_list_goes_on_where_it_ended(stage: Stage) -> None:
    now, evening = stage.clock.now(), stage.evening
    for hours in range(1, 6):
        stage.given(lambda rows, h=hours: a_slot(rows, evening.coach, now + h * HOUR))
    first = stage.does(evening.as_coach, lambda work: slots.mine(work, None, 2))
    last = first[1]
    rest = stage.does(
        evening.as_coach, lambda work: slots.mine(work, (last.starts_at, last.id), 10)
    )
    assert len(first) == 3
    assert len(rest) == 3
    assert first[2].id == rest[0].id
