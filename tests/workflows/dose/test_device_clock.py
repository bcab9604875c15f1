"""Does a nonce measure the phone it was given to, for a while, and nothing else?"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from models.platform.encryption import key_ring, use_key_ring
from tests.clock import HandClock
from tests.factories.evening import Evening
from tests.workflows.dose.conftest import compared
from workflows.dose import device_clock
from workflows.dose.device_clock import ClockReading
from workflows.platform.actor import Actor
from workflows.platform.runtime import Runtime


def skew(runtime: Runtime, phone: Actor, told: ClockReading | None) -> int | None:
    """Let the house judge what a phone brings back."""
    with runtime.begin(phone) as work:
        return device_clock.measured_skew(work, told)


def test_a_phone_that_is_right_is_off_by_nothing(runtime: Runtime, ready: Evening) -> None:
    phone = ready.as_patient
    assert skew(runtime, phone, compared(runtime, phone)) == 0
    assert skew(runtime, phone, None) is None


def test_what_is_off_is_measured_also_far_beyond_any_column(
    runtime: Runtime, ready: Evening
) -> None:
    phone = ready.as_patient
    told = compared(runtime, phone)
    back = replace(told, device_time=told.device_time - timedelta(minutes=40))
    assert skew(runtime, phone, back) == -2400
    for year, most in ((1, -(2**31 - 1)), (9999, 2**31 - 1)):
        far = replace(told, device_time=datetime(year, 1, 1, tzinfo=UTC))
        assert skew(runtime, phone, far) == most


def test_a_nonce_is_for_one_person_in_one_login(runtime: Runtime, ready: Evening) -> None:
    phone = ready.as_patient
    told = compared(runtime, phone)
    assert skew(runtime, replace(phone, login_id=uuid4()), told) is None
    assert skew(runtime, replace(phone, user_id=uuid4()), told) is None
    assert skew(runtime, phone, told) == 0


def test_a_nonce_lives_for_two_minutes(runtime: Runtime, ready: Evening, clock: HandClock) -> None:
    phone = ready.as_patient
    told = compared(runtime, phone)
    clock.advance(minutes=2)
    assert skew(runtime, phone, told) == -120
    clock.advance(by=timedelta(microseconds=1))
    assert skew(runtime, phone, told) is None
    clock.advance(minutes=-3)  # nobody has a nonce from the future
    assert skew(runtime, phone, told) is None


@pytest.mark.parametrize("nonce", ["", "A", "AAAA", "A" * 54, "\N{SNOWMAN}", "%%%", "=" * 54])
def test_what_is_no_nonce_measures_nothing(runtime: Runtime, ready: Evening, nonce: str) -> None:
    told = ClockReading(nonce, runtime.clock.now())
    assert skew(runtime, ready.as_patient, told) is None


def test_every_changed_letter_breaks_the_stamp(runtime: Runtime, ready: Evening) -> None:
    phone = ready.as_patient
    told = compared(runtime, phone)
    for place, letter in enumerate(told.nonce[:-1]):  # the last holds two bits that nobody reads
        other = "A" if letter != "A" else "B"
        forged = told.nonce[:place] + other + told.nonce[place + 1 :]
        assert skew(runtime, phone, replace(told, nonce=forged)) is None, place


def test_another_house_has_another_stamp(runtime: Runtime, ready: Evening) -> None:
    phone, ours = ready.as_patient, key_ring()
    told = compared(runtime, phone)
    use_key_ring(replace(ours, index_key=b"another key of thirty-two bytes!"))
    try:
        assert skew(runtime, phone, told) is None
    finally:
        use_key_ring(ours)
