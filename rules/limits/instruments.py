"""How much better counts as better, and when is an instrument asked again?"""

# ruff: noqa: RUF009 - a row is a `field` of the dataclass, with what is known about it

from dataclasses import dataclass

from rules.limits.kinds import AtMost, LivesAtMost, hours, limit

PUBLISHED = "published rule"


@dataclass(frozen=True, kw_only=True)
class ChangeLimits:
    """How much better counts as better."""

    response_percent: int = limit(50, "%", source=PUBLISHED)
    remission_below: int = limit(5, "points", source=PUBLISHED)
    phq9_meaningful_drop: int = limit(5, "points", source=PUBLISHED)
    pcl5_reliable_drop: int = limit(5, "points", source=PUBLISHED)
    pcl5_meaningful_drop: int = limit(10, "points", source=PUBLISHED)
    pgi_i_responds_at_most: int = limit(2, "points", source=PUBLISHED)
    mdq_positive_from: int = limit(7, "points", source=PUBLISHED)
    mdq_problem_from: int = limit(2, "points", source=PUBLISHED)  # a moderate or serious problem


@dataclass(frozen=True, kw_only=True)
class InstrumentLimits:
    """When an instrument is asked again."""

    mania_score_life: LivesAtMost = hours(24, to=6)  # with a mood disorder, at each check-in
    mood_score_days_before_course: AtMost = limit(14, "days", to=3)  # at the first dose of it
    instrument_life_days: AtMost = limit(28, "days", to=7)  # mood, anxiety, bladder, memory
    substance_screen_life_days: AtMost = limit(90, "days", to=28)
    weekly_score_days: tuple[int, ...] = limit((7, 14, 21, 28), "days")  # after the first dose
    score_window_days: int = limit(2, "days")  # before and after the day of a score
    instrument_reminder_local_hour: int = limit(10, "o'clock")
