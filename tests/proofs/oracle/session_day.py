"""What did the patient eat, drink, take and feel? Section 2.6 and gates G-34, G-35 and G-40."""

from rules.facts import Facts
from tests.proofs.oracle.three import HOUR, Verdict, all_of, any_of, below, lacks, sooner


def session_day(facts: Facts, _at: str, says: dict[str, Verdict]) -> None:
    """Judge the answers of the day."""
    day, now = facts.day, facts.now
    slow = _slow(facts)
    says["fasting_food"] = any_of(
        sooner(day.last_food_at, now, 4 * HOUR),
        all_of(slow, sooner(day.last_food_at, now, 8 * HOUR)),
    )
    says["fasting_fluid"] = sooner(day.last_fluid_at, now, 2 * HOUR)
    says["delayed_gastric_emptying"] = slow
    says["alcohol_window"] = day.alcohol_24h
    says["cannabis_window"] = day.cannabis_24h
    says["opioid_window"] = day.opioid_24h
    says["sedative_window"] = day.sedative_24h
    says["psychedelic_window"] = day.psychedelic_7d
    says["grapefruit_exposure"] = day.grapefruit_today
    says["grapefruit_recent"] = day.grapefruit_3d
    says["acute_illness"] = day.acute_illness
    taken, planned = day.benzodiazepine_24h, day.benzodiazepine_in_plan
    says["benzodiazepine_window"] = all_of(taken, lacks(planned))
    says["benzodiazepine_plan"] = all_of(taken, planned)
    says["stimulant_same_day"] = day.stimulant_today
    says["oral_mucosa_issue"] = day.mouth_sores
    says["antihypertensive_missed"] = day.antihypertensive_missed
    says["sleep_deprived"] = below(day.sleep_minutes, 240)
    says["no_driving_plan"] = lacks(day.no_driving_promised)
    skew = day.clock_skew_seconds
    says["clock_skew"] = None if skew is None else abs(skew) > 120


def _slow(facts: Facts) -> Verdict:
    """A slow stomach by what is told, or by a medicine that makes it slow."""
    taken = facts.intake.medicines
    drug = None if taken is None else any(one.interaction == "slows_stomach" for one in taken)
    return any_of(facts.day.slow_stomach, drug)
