"""Is the person better than before treatment? Response, remission and change that is real."""

from dataclasses import dataclass

from rules.intake.instrument_shape import Progress
from rules.intake.instruments import QUESTIONNAIRES
from rules.limits import LIMITS, Limits
from rules.terms import Instrument


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How a total compares with the baseline; None where the instrument has no such rule.

    `change` is the total less the baseline: below zero is better.
    """

    baseline: int | None = None
    change: int | None = None
    response: bool | None = None
    remission: bool | None = None
    reliable: bool | None = None
    meaningful: bool | None = None


def compared(
    instrument: Instrument, total: int | None, baseline: int | None, limits: Limits = LIMITS
) -> Change | None:
    """Compare a total with the baseline; an incomplete one, or one without a rule, says nothing."""
    rule = QUESTIONNAIRES[instrument].progress
    if rule is None or total is None:
        return None
    if rule.better_at_most is not None:
        return Change(response=total <= _number(limits, rule.better_at_most))
    if baseline is None:
        return None
    return Change(
        baseline=baseline,
        change=total - baseline,
        response=_responds(rule, total, baseline, limits),
        remission=_remits(rule, total, baseline, limits),
        reliable=_drops(rule.reliable_from, baseline - total, limits),
        meaningful=_is_meaningful(rule, total, baseline, limits),
    )


def _responds(rule: Progress, total: int, baseline: int, limits: Limits) -> bool | None:
    """Half of nothing is nothing: who began without symptoms cannot respond."""
    if rule.responds_from_percent is None:
        return None
    drop_in_hundredths = (baseline - total) * 100
    return baseline > 0 and drop_in_hundredths >= baseline * _number(
        limits, rule.responds_from_percent
    )


def _remits(rule: Progress, total: int, baseline: int, limits: Limits) -> bool | None:
    if rule.remits_below is None:
        return None
    was_ill = rule.remits_from_baseline is None or baseline >= _number(
        limits, rule.remits_from_baseline
    )
    return was_ill and total < _number(limits, rule.remits_below)


def _drops(name: str | None, drop: int, limits: Limits) -> bool | None:
    return None if name is None else drop >= _number(limits, name)


def _is_meaningful(rule: Progress, total: int, baseline: int, limits: Limits) -> bool | None:
    enough = _drops(rule.meaningful_from, baseline - total, limits)
    if enough is None or rule.meaningful_below is None:
        return enough
    return enough and total < _number(limits, rule.meaningful_below)


def _number(limits: Limits, name: str) -> int:
    return int(getattr(limits, name))
