"""How often may one ask?

Counted in the memory of each process, on the machine's own clock: a count that is lost with a
process costs nothing. Facts have a bucket of their own, so that nothing else a person does, and
nobody at the same address, keeps a cry for help out (decision 0034).
"""

from functools import cache
from math import ceil

from flask import g, request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter
from werkzeug.exceptions import TooManyRequests

from api.platform.request import runtime
from workflows.people import doors
from workflows.platform.clock import SystemClock

# What is told about a body, a dose or a person in need. A house test holds them to the workflows.
FACTS = frozenset(
    {
        "add_to_adverse_event",
        "answer_follow_up",
        "answer_instrument",
        "check_home",
        "hand_in_queue",
        "list_emergency_instructions",
        "place_hold",
        "place_hold_in_session",
        "push_late_facts",
        "raise_emergency",
        "raise_emergency_for_patient",
        "record_administration_deviation",
        "record_monitoring_check",
        "record_office_vital_signs",
        "record_rehearsal_reading",
        "record_sitter_departure",
        "record_vital_signs",
        "report_adverse_event",
        "report_change",
        "report_dose_taken",
        "tell_sitter_concern",
        "withdraw_consent",
    }
)


class TooOften(TooManyRequests):
    """This was asked too often within a minute."""

    house_code = "too-often"
    description = "Wait a little and send it again."


class FactTooOften(TooOften):
    """This was told too often within a minute; keep it and send it again."""

    house_code = "fact-too-often"
    description = "Keep it and send it again. If somebody is in danger, call 911 now."


def keep(operation_id: str) -> None:
    """Refuse whoever asks too often: a person who is signed in, otherwise an address."""
    pace = runtime().settings.pace
    actor = g.get("actor")
    who = (
        f"person {actor.user_id}"
        if actor and actor.user_id
        else f"address {_behind(request.remote_addr)}"
    )
    if operation_id in FACTS:
        _take("facts", pace.facts, who, FactTooOften)
    elif actor:
        _take("person", pace.person, who, TooOften)
    else:
        _take("door", pace.door, who, TooOften)


def _take(bucket: str, most: int, who: str, refusal: type[TooOften]) -> None:
    limit = RateLimitItemPerMinute(most, namespace=bucket)
    if not _counter().hit(limit, who):
        free_at = _counter().get_window_stats(limit, who).reset_time
        raise refusal(retry_after=max(1, ceil(free_at - SystemClock().now().timestamp())))


@cache
def _counter() -> SlidingWindowCounterRateLimiter:
    """Make the counter when first asked: its thread must not be made before a fork."""
    return SlidingWindowCounterRateLimiter(MemoryStorage())


def _behind(address: str | None) -> str:
    """Name who asks from there; what is no address is a place of its own."""
    return doors.subscriber(address or "") or address or ""
