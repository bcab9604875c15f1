"""Who watches after the dose, when, and when may the patient be let go?"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from rules import citations
from rules.core import Check, Point, rule
from rules.facts import Facts, ReadingFact, ReleaseFacts
from rules.limits import LIMITS, Limits
from rules.looks import all_true, any_true, check_all
from rules.terms import Force, Rung, Urgency


@dataclass(frozen=True, slots=True)
class Window:
    """When something is due, and between which instants it counts."""

    due_at: datetime
    opens_at: datetime
    closes_at: datetime

    def holds(self, at: datetime) -> bool:
        """Say whether an instant lies within, ends included."""
        return self.opens_at <= at <= self.closes_at


def check_times(dose_at: datetime, limits: Limits = LIMITS) -> tuple[datetime, ...]:
    """Give the instants at which the sitter looks and answers, until the watch may end."""
    count = limits.monitoring // limits.check_every
    return tuple(dose_at + limits.check_every * turn for turn in range(1, count + 1))


def vitals_window_40(dose_at: datetime, limits: Limits = LIMITS) -> Window:
    """Give the window of the reading near the peak of blood pressure."""
    return Window(
        dose_at + limits.peak_reading,
        dose_at + limits.peak_reading_from,
        dose_at + limits.peak_reading_until,
    )


def vitals_due_120(dose_at: datetime, limits: Limits = LIMITS) -> datetime:
    """Give the instant from which the reading before release counts."""
    return dose_at + limits.monitoring


def rungs_after_missed(missed_in_a_row: int, limits: Limits = LIMITS) -> tuple[Rung, ...]:
    """Give who is told after so many silences: the sitter, then contacts, then a clinician."""
    if missed_in_a_row >= limits.missed_looks_clinician_from:
        return (Rung.EMERGENCY_CONTACT, Rung.COACH, Rung.ON_CALL_CLINICIAN)
    if missed_in_a_row >= limits.missed_looks_family_from:
        return (Rung.SITTER, Rung.PATIENT, Rung.EMERGENCY_CONTACT)
    return (Rung.SITTER,) if missed_in_a_row > 0 else ()


def prolonged(since_dose: timedelta, limits: Limits = LIMITS) -> Urgency | None:
    """Say who has to act because a patient is still not released, if anybody."""
    if since_dose >= limits.prolonged_emergency_after:
        return Urgency.EMERGENCY_SERVICES
    if since_dose >= limits.prolonged_clinician_after:
        return Urgency.CLINICIAN
    return None


@rule(
    "monitoring_incomplete",
    Force.HARD,
    at=Point.RELEASE,
    says="It is too early to end the watch, or the last measurement is missing.",
    remedy="Stay until {monitoring} after the dose, then measure blood pressure and heart rate.",
    cite=citations.PROTOCOL_MONITORING,
)
def watch_is_complete(facts: Facts) -> Check:
    """{monitoring} since the last part of the dose, and a reading taken after that."""
    least, taken_at = facts.limits.monitoring, facts.release.dose_taken_at
    limit = f"{least} since the dose, and a reading after that"
    if taken_at is None:
        return Check(None, "time of the dose not known", limit)
    watched = facts.now - taken_at
    measured = _measured_after(facts.release.latest, taken_at + least)
    return Check(all_true((watched >= least, measured)), f"{watched} since the dose", limit)


@rule(
    "release_criteria_unmet",
    Force.HARD,
    at=Point.RELEASE,
    says="It is not safe yet to end the watch.",
    remedy="Stay together and check again in {check_every}. Call us, or 911 if you are worried.",
    cite=citations.PROTOCOL_MONITORING,
)
def patient_may_be_let_go(facts: Facts) -> Check:
    """Awake, oriented, steady, calm, pressure settled, no suicidal thought, sitter attests."""
    seen, limits = facts.release, facts.limits
    worst = seen.state_check_worst
    return check_all(
        {
            "fully awake": None if seen.moaas is None else seen.moaas >= limits.alert_moaas,
            "clear state": None if worst is None else worst < limits.state_check_release_below,
            "oriented": seen.oriented,
            "walks unaided": seen.walks_unaided,
            "no vomiting": _no(seen.vomiting),
            "no distress": _no(seen.distress),
            "no suicidal thoughts": _no(seen.suicidal_thoughts),
            "blood pressure settled": pressure_is_settled(seen, limits),
            "no open emergency": _no(seen.emergency_open),
            "sitter attests": seen.sitter_attests,
        }
    )


def pressure_is_settled(seen: ReleaseFacts, limits: Limits) -> bool | None:
    """At most 160/100, and falling or within 20 percent of the pressure before the dose."""
    top = limits.bp_release_at_most
    low_enough = _at_most(seen.latest, top.systolic_mmhg, top.diastolic_mmhg)
    return all_true((low_enough, any_true((_falling(seen), _near_baseline(seen, limits)))))


def _at_most(reading: ReadingFact | None, systolic: int, diastolic: int) -> bool | None:
    pressure = _pressure(reading)
    return None if pressure is None else pressure[0] <= systolic and pressure[1] <= diastolic


def _falling(seen: ReleaseFacts) -> bool | None:
    now, before = _pressure(seen.latest), _pressure(seen.previous)
    if now is None or before is None:
        return None
    return now[0] <= before[0] and now[1] <= before[1] and now != before


def _near_baseline(seen: ReleaseFacts, limits: Limits) -> bool | None:
    baseline, percent = _pressure(seen.baseline), 100 + limits.bp_release_percent_of_baseline
    if baseline is None:
        return None
    return _at_most(seen.latest, baseline[0] * percent // 100, baseline[1] * percent // 100)


def _pressure(reading: ReadingFact | None) -> tuple[int, int] | None:
    if reading is None or reading.systolic_mmhg is None or reading.diastolic_mmhg is None:
        return None
    return reading.systolic_mmhg, reading.diastolic_mmhg


def _measured_after(reading: ReadingFact | None, instant: datetime) -> bool | None:
    if reading is None or _pressure(reading) is None or reading.heart_rate_bpm is None:
        return None
    return reading.measured_at >= instant


def _no(answer: bool | None) -> bool | None:  # noqa: FBT001 - one answer, nothing to mix up
    return None if answer is None else not answer
