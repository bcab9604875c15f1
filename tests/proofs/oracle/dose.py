"""How much may be taken? Section 2.4 and gates G-28 and G-29. Doses in hundredths of mg."""

from rules.facts import Facts
from tests.proofs.oracle.three import (
    DAY,
    MINUTE,
    Verdict,
    above,
    any_of,
    below,
    lacks,
    older,
    years_old,
)


def dose(facts: Facts, _at: str, says: dict[str, Verdict]) -> None:
    """Judge caps, steps, the weight behind them, and second doses."""
    line = facts.course
    planned, weight = line.planned_dose_mg_hundredths, line.weight_g
    first_cap = _over(planned, weight, _first_milligrams(facts), 3)
    doses = line.doses
    first = None if doses is None else not doses
    says["first_dose_cap_exceeded"] = first and first_cap
    says["dose_cap_exceeded"] = _over(planned, weight, 45_000, 7)
    says["dose_rationale_required"] = _over(planned, weight, 30_000, 5) and lacks(
        line.dose_rationale
    )
    says["dose_reset_required"] = _long_gap(facts) and first_cap
    says["dose_step_exceeded"] = None if first is None else not first and _step(facts)
    says["weight_stale"] = older(line.weighed_at, facts.now, 30 * DAY)
    _second(facts, says)


def _over(planned: int | None, weight_g: int | None, most: int | None, per_kg: int) -> Verdict:
    """Over the milligrams, or over so many for each kilogram (without a fraction)."""
    if planned is None or weight_g is None or most is None:
        return None
    return planned > most or planned * 10 > per_kg * weight_g


def _first_milligrams(facts: Facts) -> int | None:
    """200 mg; 100 mg from the 65th birthday on (section 3.2)."""
    born, today = facts.person.born_on, facts.person.local_date
    if born is None or today is None:
        return None
    return 10_000 if years_old(born, today) >= 65 else 20_000


def _long_gap(facts: Facts) -> Verdict:
    doses, today = facts.course.doses, facts.person.local_date
    if doses is None or (doses and today is None):
        return None
    last = max(doses, key=lambda one: one.taken_at) if doses else None
    return last is not None and today is not None and (today - last.local_date).days > 28


def _step(facts: Facts) -> Verdict:
    """More than 100 mg up, or more than half as much again; of unknown size: unknown."""
    planned = facts.course.planned_dose_mg_hundredths
    if planned is None or not facts.course.doses:
        return None
    before = max(facts.course.doses, key=lambda one: one.taken_at).dose_mg_hundredths
    if before is None:
        return None
    return planned - before > 10_000 or 2 * (planned - before) > before


def _second(facts: Facts, says: dict[str, Verdict]) -> None:
    """The one part that may follow, and whatever else would (decision 0022)."""
    line, today = facts.course, facts.person.local_date
    asked = line.booster_asked
    says["booster_not_prescribed"] = asked and lacks(line.booster_prescribed)
    part = line.booster_first_part_at
    open_now = None if part is None else 10 * MINUTE <= facts.now - part <= 30 * MINUTE
    says["booster_window_closed"] = asked and lacks(open_now)
    none = line.booster_prescribed is False and not asked
    second, first = line.booster_mg_hundredths, line.first_part_mg_hundredths
    whole = second is not None and first is not None
    says["booster_too_large"] = False if none else 2 * second > first if whole else None
    says["booster_vitals_unsettled"] = asked and _unsettled(facts)
    if asked:
        says["redose_prohibited"] = line.first_part_lost
    elif line.doses == ():
        says["redose_prohibited"] = False
    elif line.doses is None or today is None:
        says["redose_prohibited"] = None
    else:
        says["redose_prohibited"] = any(one.local_date == today for one in line.doses)


def _unsettled(facts: Facts) -> Verdict:
    """The last reading alone, against the bands that need no review."""
    if not facts.vitals.readings:
        return None
    last = facts.vitals.readings[-1]
    return any_of(
        above(last.systolic_mmhg, 140),
        above(last.diastolic_mmhg, 90),
        above(last.heart_rate_bpm, 100),
        below(last.heart_rate_bpm, 50),
        last.spo2_percent is not None and last.spo2_percent < 95,
    )
