"""When does a human answer on each way to us? Only what the roster says is promised.

A way on which nobody is on duty says so: `monitored` is false, and without a shift to come there is
no next human and no promise.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil

from rules.limits import Limits
from rules.limits.kinds import MINUTE
from rules.limits.telling import told


class Channel(StrEnum):
    """One way to reach us."""

    CALL_FOR_HELP = "call_for_help"
    REPORT_HARM = "report_harm"
    WRITE_TO_PRESCRIBER = "write_to_prescriber"
    WRITE_TO_COACH = "write_to_coach"


ON_THE_ROSTER = frozenset({Channel.CALL_FOR_HELP, Channel.REPORT_HARM})
_SAYS = {
    True: "A clinician of ours is on call now. In danger of life call 911 first.",
    False: "Nobody of ours is on call now. If you need help, do not wait for us: call 911.",
}
_NOBODY_READS = "Nobody watches for messages here. If you need somebody now, call for help instead."


@dataclass(frozen=True, slots=True)
class Promise:
    """What one way promises at this moment."""

    channel: Channel
    monitored: bool
    next_human_at: datetime | None
    promised_reply_at: datetime | None
    says: str


def promise(
    channel: Channel, now: datetime, on_call_from: datetime | None, limits: Limits
) -> Promise:
    """Promise what the roster holds; `on_call_from` is when a clinician is next on call, if ever.

    A call climbs to the next human after a while: that while is the promise, from the moment on in
    which somebody is there.
    """
    if channel not in ON_THE_ROSTER:
        return _nobody(channel, _NOBODY_READS)
    if on_call_from is None:
        return _nobody(channel, _SAYS[False])
    here = max(on_call_from, now)
    by = here + limits.climb_in_session
    if channel is Channel.REPORT_HARM:
        by = max(by, now + limits.harm_triage)
    return Promise(channel, here == now, here, by, _SAYS[here == now])


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """How long it took until a human took calls on; None where too few say nothing."""

    calls: int
    unanswered: int
    half_within_seconds: int | None
    nine_of_ten_within_seconds: int | None
    longest_seconds: int | None

    def said_of(self, limits: Limits) -> "AnswerTimes":
        """Give no number that comes from too few calls."""
        if self.calls >= limits.answers_least_cases:
            return self
        return AnswerTimes(self.calls, self.unanswered, None, None, None)

    def in_words(self, limits: Limits) -> str | None:
        """Tell patients, in whole minutes rounded up; nothing where too few say nothing."""
        half, most = self.half_within_seconds, self.nine_of_ten_within_seconds
        if self.calls < limits.answers_least_cases or half is None or most is None:
            return None
        text = (
            f"In the last {{answers_look_back}}, half of the calls for help were answered within"
            f" {_minutes(half)}, and nine of ten within {_minutes(most)}."
        )
        return told(text, limits)


def _minutes(seconds: int) -> str:
    whole = ceil(timedelta(seconds=seconds) / MINUTE)
    return "1 minute" if whole <= 1 else f"{whole} minutes"


def _nobody(channel: Channel, says: str) -> Promise:
    return Promise(channel, monitored=False, next_human_at=None, promised_reply_at=None, says=says)
