"""Which practice readings count?"""

from dataclasses import replace
from datetime import timedelta

import pytest

from models.dose.dose_sessions import VitalSigns
from models.platform.trail import Notification
from rules.terms import VitalPurpose, VitalSource
from tests.stage import Stage
from workflows.platform.errors import NotFound
from workflows.preparation import rehearsals
from workflows.preparation.rehearsals import CuffReading

GOOD = CuffReading(
    systolic_mmhg=118,
    diastolic_mmhg=76,
    heart_rate_bpm=66,
    source=VitalSource.DEVICE,
    cuff_serial="CUFF-1",
)


def take(stage: Stage, reading: CuffReading = GOOD) -> VitalSigns:
    evening = stage.evening
    return stage.does(
        evening.as_patient, lambda work: rehearsals.take(work, evening.patient.id, reading)
    )


def test_a_real_reading_counts_and_keeps_both_times(stage: Stage) -> None:
    now, before = stage.clock.now(), stage.safety_version()
    measured = now - timedelta(minutes=3)
    kept = take(stage, replace(GOOD, device_at=measured))
    assert kept.plausible
    assert kept.purpose is VitalPurpose.REHEARSAL
    assert (kept.device_at, kept.measured_at, kept.received_at) == (measured, measured, now)
    assert (kept.source, kept.cuff_serial) == (VitalSource.DEVICE, "CUFF-1")
    assert stage.safety_version() > before


@pytest.mark.parametrize(
    "change",
    [
        {"systolic_mmhg": 76, "diastolic_mmhg": 76},
        {"systolic_mmhg": 70, "diastolic_mmhg": 90},
        {"systolic_mmhg": 301},
    ],
)
def test_an_impossible_reading_is_kept_and_does_not_count(
    stage: Stage, change: dict[str, int]
) -> None:
    assert not take(stage, replace(GOOD, **change)).plausible
    assert len(stage.rows(VitalSigns)) == 1


def test_a_copy_of_the_reading_before_does_not_count(stage: Stage) -> None:
    assert take(stage).plausible
    assert not take(stage).plausible
    assert take(stage, replace(GOOD, systolic_mmhg=121)).plausible


@pytest.mark.parametrize(("minutes", "counts"), [(2, True), (3, False)])
def test_a_reading_from_the_future_is_kept_at_the_time_it_came(
    stage: Stage, minutes: int, *, counts: bool
) -> None:
    now = stage.clock.now()
    kept = take(stage, replace(GOOD, device_at=now + timedelta(minutes=minutes)))
    assert kept.plausible is counts
    assert kept.measured_at == now


def test_an_alarming_reading_reaches_the_team_and_is_never_refused(stage: Stage) -> None:
    kept = take(stage, replace(GOOD, systolic_mmhg=190, diastolic_mmhg=121))
    assert kept.alarm_codes == ["bp_crisis_asymptomatic"]
    told = {row.user_id for row in stage.rows(Notification)}
    assert told == {stage.evening.coach.id, stage.evening.prescriber.id}


def test_another_patients_cuff_is_not_there(stage: Stage) -> None:
    other = Stage(stage.runtime, stage.clock)
    with pytest.raises(NotFound):
        stage.does(
            other.evening.as_patient,
            lambda work: rehearsals.take(work, stage.evening.patient.id, GOOD),
        )
