"""May the sitter let go? Section 2.6 and gate G-43."""

from rules.facts import Facts, ReadingFact
from tests.proofs.oracle.three import (
    MINUTE,
    Verdict,
    above,
    all_of,
    any_of,
    below,
    lacks,
    sooner,
)


def release(facts: Facts, _at: str, says: dict[str, Verdict]) -> None:
    """Judge the time that was watched and how the patient is."""
    end = facts.release
    latest, taken = end.latest, end.dose_taken_at
    unread = None
    if taken is not None and _pair(latest) is not None and latest.heart_rate_bpm is not None:
        unread = latest.measured_at - taken < 120 * MINUTE
    says["monitoring_incomplete"] = any_of(sooner(taken, facts.now, 120 * MINUTE), unread)
    says["release_criteria_unmet"] = any_of(
        below(end.moaas, 5),
        above(end.state_check_worst, 1),
        lacks(end.oriented),
        lacks(end.walks_unaided),
        end.vomiting,
        end.distress,
        end.suicidal_thoughts,
        lacks(end.sitter_attests),
        end.emergency_open,
        _pressure(facts),
    )


def _pressure(facts: Facts) -> Verdict:
    """At most 160/100, and falling or no more than a fifth over the baseline."""
    end = facts.release
    last, before, base = _pair(end.latest), _pair(end.previous), _pair(end.baseline)
    if last is None:
        return None
    high = last[0] > 160 or last[1] > 100
    still = far = None
    if before is not None:
        still = last == before or last[0] > before[0] or last[1] > before[1]
    if base is not None:
        far = any(5 * (value - usual) > usual for value, usual in zip(last, base, strict=True))
    return any_of(high, all_of(still, far))


def _pair(reading: ReadingFact | None) -> tuple[int, int] | None:
    if reading is None or reading.systolic_mmhg is None or reading.diastolic_mmhg is None:
        return None
    return reading.systolic_mmhg, reading.diastolic_mmhg
