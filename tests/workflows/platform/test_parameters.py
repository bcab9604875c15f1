"""Which limits decide at a moment, and does a sheet never loosen the code?"""

from datetime import timedelta

import pytest
from sqlalchemy import select

from rules.limits import LIMITS, NUMBERS, UNSIGNED, Pressure
from tests.clock import HandClock
from tests.factories import parameters as made
from workflows.platform import parameters
from workflows.platform.actor import SYSTEM
from workflows.platform.runtime import Runtime


def test_the_newest_sheet_that_holds_decides(runtime: Runtime, clock: HandClock) -> None:
    with runtime.begin(SYSTEM) as work:
        assert (work.limits, work.sheet) == (LIMITS, None)
    with runtime.begin(SYSTEM) as work:
        old = made.in_force(work.session, clock.now(), {"vitals_life": "20"})
        soon = clock.now() + timedelta(minutes=5)
        new = made.in_force(
            work.session, clock.now(), {"bp_stop_from": "150/95"}, effective_from=soon
        )
        numbers = old.number, new.number
    with runtime.begin(SYSTEM) as work:
        assert (work.limits.vitals_life, work.sheet) == (timedelta(minutes=20), numbers[0])
    clock.advance(minutes=5)
    with runtime.begin(SYSTEM) as work:
        assert (work.limits.vitals_life, work.sheet) == (timedelta(minutes=30), numbers[1])
        assert work.limits.bp_stop_from == Pressure(150, 95)


def test_what_this_code_does_not_allow_any_more_changes_nothing() -> None:
    old = {"dose_mg_max": "900", "gone_since": "1", "vitals_life": "20", "week": "1"}
    found = parameters.from_column({"number": 7, "set": old})
    assert found == (LIMITS.tightened(vitals_life=timedelta(minutes=20)), 7)


def test_start_up_says_how_many_numbers_wait(runtime: Runtime, clock: HandClock) -> None:
    with runtime.begin(SYSTEM) as work:
        line = parameters.notice(work.session, clock.now())
        assert line.startswith(f"{len(UNSIGNED)} numbers wait for the medical director")
        signs = {n.name: n.write(n.loosest) for n in NUMBERS if n.about.unsigned}
        made.in_force(work.session, clock.now(), {}, signs=signs)
        assert parameters.notice(work.session, clock.now()) == "every number of the rules is signed"


def test_another_value_waits_for_its_own_signature() -> None:
    signed = [{"vitals_life": "30"}]
    assert "vitals_life" not in parameters.still_unsigned(LIMITS, signed)
    tighter = LIMITS.tightened(vitals_life=timedelta(minutes=20))
    assert "vitals_life" in parameters.still_unsigned(tighter, signed)


@pytest.mark.parametrize(
    ("told", "minutes"), [({}, 30), ({"vitals_life": "20"}, 20), ({"vitals_life": "99"}, 30)]
)
def test_a_list_reads_the_same_number_in_sql(
    runtime: Runtime, clock: HandClock, told: dict[str, str], minutes: int
) -> None:
    with runtime.begin(SYSTEM) as work:
        made.in_force(work.session, clock.now(), told)
        found = work.session.scalar(select(parameters.as_sql(clock.now(), "vitals_life")))
        assert found == work.limits.vitals_life == timedelta(minutes=minutes)


@pytest.mark.parametrize("told", ["soon", "", "-5", "9999999", "1; DROP TABLE patient"])
def test_what_is_no_number_changes_no_list(runtime: Runtime, clock: HandClock, told: str) -> None:
    with runtime.begin(SYSTEM) as work:
        made.in_force(work.session, clock.now(), {"no_driving": told})
        found = work.session.scalar(select(parameters.as_sql(clock.now(), "no_driving")))
        assert found == work.limits.no_driving == LIMITS.no_driving
