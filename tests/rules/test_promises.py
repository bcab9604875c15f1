"""Does every way promise what the roster holds, and nothing more?"""

from datetime import timedelta

import pytest

from rules.limits import LIMITS
from rules.oversight.promises import ON_THE_ROSTER, AnswerTimes, Channel, promise
from tests.rules.facts_factory import NOW

HOUR = timedelta(hours=1)
ENOUGH = LIMITS.answers_least_cases


def test_with_somebody_on_call_a_human_is_there_now() -> None:
    told = promise(Channel.CALL_FOR_HELP, NOW, NOW - HOUR, LIMITS)
    assert (told.monitored, told.next_human_at) == (True, NOW)
    assert told.promised_reply_at == NOW + LIMITS.climb_in_session


def test_before_the_next_shift_nobody_is_there_and_the_promise_begins_with_it() -> None:
    told = promise(Channel.CALL_FOR_HELP, NOW, NOW + HOUR, LIMITS)
    assert (told.monitored, told.next_human_at) == (False, NOW + HOUR)
    assert told.promised_reply_at == NOW + HOUR + LIMITS.climb_in_session
    assert "Nobody" in told.says


def test_a_report_of_harm_is_looked_at_within_its_own_time_and_by_somebody() -> None:
    now = promise(Channel.REPORT_HARM, NOW, NOW, LIMITS)
    assert now.promised_reply_at == NOW + LIMITS.harm_triage
    later = promise(Channel.REPORT_HARM, NOW, NOW + 30 * HOUR, LIMITS)
    assert later.promised_reply_at == NOW + 30 * HOUR + LIMITS.climb_in_session


@pytest.mark.parametrize("channel", Channel)
def test_without_a_shift_to_come_nothing_is_promised(channel: Channel) -> None:
    told = promise(channel, NOW, None, LIMITS)
    assert (told.monitored, told.next_human_at, told.promised_reply_at) == (False, None, None)
    assert told.says.startswith("Nobody")


@pytest.mark.parametrize("channel", sorted(set(Channel) - ON_THE_ROSTER))
def test_a_way_that_no_roster_covers_never_says_that_it_is_watched(channel: Channel) -> None:
    told = promise(channel, NOW, NOW, LIMITS)
    assert (told.monitored, told.next_human_at, told.promised_reply_at) == (False, None, None)
    assert "Nobody watches" in told.says


def test_too_few_calls_say_nothing() -> None:
    few = AnswerTimes(ENOUGH - 1, 0, 30, 60, 90)
    assert few.in_words(LIMITS) is None
    said = few.said_of(LIMITS)
    assert said == AnswerTimes(ENOUGH - 1, said.unanswered, None, None, None)


@pytest.mark.parametrize(("half", "most"), [(None, 120), (60, None), (None, None)])
def test_nothing_is_told_in_words_where_one_of_the_numbers_is_missing(half, most) -> None:
    assert AnswerTimes(ENOUGH, 0, half, most, 4000).in_words(LIMITS) is None


def test_enough_calls_are_told_in_whole_minutes_rounded_up() -> None:
    times = AnswerTimes(ENOUGH, 0, 60, 121, 4000)
    assert times.said_of(LIMITS) == times
    assert times.in_words(LIMITS) == (
        "In the last 84 days, half of the calls for help were answered within 1 minute,"
        " and nine of ten within 3 minutes."
    )


def test_two_minutes_are_more_than_one() -> None:
    said = AnswerTimes(ENOUGH, 0, 61, 120, 4000).in_words(LIMITS)
    assert said is not None
    assert said.count("within 2 minutes") == 2
