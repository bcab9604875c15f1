"""Who answers on which way, when, and how quickly did they until now?"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, literal, select
from sqlalchemy.orm import InstrumentedAttribute

from models.oversight.holds import Escalation, OnCallShift
from models.platform.base import Instant
from rules.dose.emergencies import TEXTS
from rules.oversight.promises import AnswerTimes, Channel, Promise, promise
from rules.permissions import Permission
from workflows.oversight import roster
from workflows.platform import access
from workflows.platform.work import Work, reading

CALLS_FOR_HELP = ("emergency", *TEXTS["en"])
HALF, NINE_OF_TEN = 0.5, 0.9


@dataclass(frozen=True, slots=True)
class Ways:
    """Every way to us, and how quickly calls for help were answered, if enough say so."""

    channels: Sequence[Promise]
    usual_answer: str | None


@dataclass(frozen=True, slots=True)
class Times:
    """How long it took, of all calls or of those of one kind or week."""

    of: str
    times: AnswerTimes


@dataclass(frozen=True, slots=True)
class Published:
    """How quickly humans answered, for those who answer."""

    since: datetime
    least_calls: int
    all_calls: AnswerTimes
    by_code: Sequence[Times]
    by_week: Sequence[Times]


@reading(permit=Permission.READ_CHANNELS, audit="channels.read")
def read_ways(work: Work) -> Ways:
    """Say of every way who answers and when; nothing of anybody's record."""
    access.see(work, None)
    since = on_call_from(work)
    promises = [promise(one, work.now, since, work.limits) for one in Channel]
    answered = _measured(work, Escalation.code.in_(CALLS_FOR_HELP))
    return Ways(promises, answered.in_words(work.limits))


def promise_of(work: Work, channel: Channel) -> Promise:
    """Say who answers on one way and when, beside what an act reads anyway (a step)."""
    return promise(channel, work.now, on_call_from(work), work.limits)


@reading(permit=Permission.READ_ANSWER_TIMES, audit="answer_times.read")
def read_answer_times(work: Work) -> Published:
    """Publish how long it took until a human took calls on; counts alone, and of nobody."""
    access.see(work, None)
    week = func.to_char(func.timezone("UTC", Escalation.opened_at), 'IYYY-"W"IW')
    return Published(
        since=work.now - work.limits.answers_look_back,
        least_calls=work.limits.answers_least_cases,
        all_calls=_measured(work).said_of(work.limits),
        by_code=_grouped(work, Escalation.code),
        by_week=_grouped(work, week),
    )


def on_call_from(work: Work) -> datetime | None:
    """Say since or from when a clinician is on call, if a shift says so (a step)."""
    soonest = select(func.min(OnCallShift.starts_at)).where(
        roster.stands(), OnCallShift.ends_at > work.now
    )
    return work.session.scalar(soonest)


def _measured(work: Work, *where: ColumnElement[bool]) -> AnswerTimes:
    return _times(work.session.execute(_asked(work).where(*where)).one())


def _grouped(work: Work, by: ColumnElement[str] | InstrumentedAttribute[str]) -> list[Times]:
    rows = work.session.execute(_asked(work).add_columns(by.label("of")).group_by(by).order_by(by))
    return [Times(row.of, _times(row).said_of(work.limits)) for row in rows]


def _asked(work: Work) -> Select[*tuple[object, ...]]:
    """Count every call; one that still waits has waited until now, and is not left out."""
    now = literal(work.now, Instant())
    until = func.coalesce(Escalation.acknowledged_at, now)
    waited = func.extract("epoch", until - Escalation.opened_at)
    return select(
        func.count().label("calls"),
        func.count().filter(Escalation.acknowledged_at.is_(None)).label("unanswered"),
        func.percentile_disc(HALF).within_group(waited).label("half"),
        func.percentile_disc(NINE_OF_TEN).within_group(waited).label("most"),
        func.max(waited).label("longest"),
    ).where(Escalation.opened_at >= work.now - work.limits.answers_look_back)


def _times(row: object) -> AnswerTimes:
    seconds = [getattr(row, name) for name in ("half", "most", "longest")]
    whole = [None if one is None else int(one) for one in seconds]
    return AnswerTimes(row.calls, row.unanswered, *whole)  # type: ignore[attr-defined] # a row of the query
