"""Which rights end soon with nothing after them, and whom does that touch? Looked at every hour."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import ColumnElement, and_, exists, false, select
from sqlalchemy.orm import InstrumentedAttribute

from models.dose.office_sessions import OfficeSession
from models.people.accounts import Credential, UserAccount
from models.people.patients import CareTeamMember, Patient
from models.plan.approvals import Evaluation
from models.plan.catalogue import CertifiedSite
from models.plan.law import FederalAuthority, Jurisdiction
from models.platform.trail import Deadline
from rules.plan.endings import due_notices, uncovered_from
from rules.terms import DeadlineKind, EndingKind, EnrolmentState, Role
from workflows.plan import law
from workflows.platform import deadlines, jobs, notifications, sweep
from workflows.platform.actor import SYSTEM
from workflows.platform.work import Runtime, Work

TEMPLATE = "right_ends"
MORNING = time(12, tzinfo=UTC)  # in every state it is that day already
GONE = frozenset(
    {
        EnrolmentState.SCREENED_OUT,
        EnrolmentState.DECLINED,
        EnrolmentState.DISCHARGED,
        EnrolmentState.WITHDRAWN,
        EnrolmentState.DECEASED,
    }
)
OF_A_PERSON = {"licence": EndingKind.LICENCE, "dea": EndingKind.DEA}
E = EndingKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """A right, whose it is or where it holds, and its last day."""

    kind: EndingKind
    name: str
    ends_on: date
    holder_id: UUID | None = None

    @property
    def id(self) -> UUID:
        """Name the right itself, whenever it ends: it stays the same when it is renewed."""
        return uuid5(NAMESPACE_URL, f"ending/{self.kind}/{self.name}/{self.holder_id or ''}")


def soon(work: Work, days: int) -> list[Ending]:
    """Give every right that ends within so many days, the nearest first."""
    today = work.now.date()
    until = today + timedelta(days=days)
    found = [*_of_law(work, today, until), *_of_people(work, today, until)]
    found += _of_sites(work, today, until)
    return sorted(found, key=lambda one: (one.ends_on, one.kind, one.name, str(one.holder_id)))


def days_of_change(work: Work, within_days: int) -> list[date]:
    """Give the days ahead on which a look at what ends soon may find something else than today."""
    notice, today = max(work.limits.law_ending_notice_days), work.now.date()
    found = [one.ends_on for one in soon(work, notice + within_days)]
    seen = [day - timedelta(days=notice) for day in found]
    over = [day + timedelta(days=1) for day in found]
    return sorted(day for day in {*seen, *over} if day > today)


def touches(ending: Ending) -> ColumnElement[bool]:
    """Give the condition on `patient` under which an ending touches them."""
    here = Patient.enrolment.not_in(GONE)
    if ending.kind is E.JURISDICTION:
        return and_(here, Patient.state == ending.name)
    if ending.kind is E.TELEMEDICINE:
        return and_(here, ~_seen_in_person())
    if ending.kind is E.SITE:
        return and_(here, _treated_at(ending.name))
    mine = _prescribed_by(CareTeamMember.user_id == ending.holder_id)
    return and_(here, Patient.state == ending.name, mine)


@jobs.job("law_endings", every="0 */10 * * * *")
def look_ahead(runtime: Runtime) -> int:
    """Keep the notices of what ends soon as they have to be; say how many rights end."""
    with runtime.begin(SYSTEM) as work:
        return keep_alerts(work)


def keep_alerts(work: Work) -> int:
    """Write the notices that fall due, and strike off those of what was renewed meanwhile."""
    found = soon(work, max(work.limits.law_ending_notice_days))
    wanted = {(due.subject[1], due.due_at): due for one in found for due in _notices(work, one)}
    kept = work.session.scalars(
        select(Deadline).where(Deadline.kind == DeadlineKind.RIGHT_ENDS)
    ).all()
    for deadline in kept:
        if wanted.pop((deadline.subject_id, deadline.due_at), None) is None:
            deadline.settled_at = deadline.settled_at or work.now
        elif deadline.missed_at is None:
            deadline.settled_at = None
    work.session.flush()
    deadlines.expect(work, list(wanted.values()))
    return len(found)


@sweep.missed(DeadlineKind.RIGHT_ENDS)
def somebody_must_renew(work: Work, deadline: Deadline) -> None:
    """Tell who can renew it, and whose it is, unless it was renewed meanwhile."""
    still = {one.id: one for one in soon(work, max(work.limits.law_ending_notice_days))}
    ending = still.get(deadline.subject_id)
    if ending is None:
        deadlines.settle(work, deadline.subject_id, DeadlineKind.RIGHT_ENDS)
        return
    people = {*notifications.holders(work, Role.SAFETY_OFFICER)}
    people |= {*notifications.holders(work, Role.ADMIN)}
    if ending.holder_id is not None:
        people.add(ending.holder_id)
    for user_id in sorted(people):
        notifications.tell(work, user_id, TEMPLATE, subject=(ending.kind, ending.id))


def _notices(work: Work, ending: Ending) -> Iterator[deadlines.Due]:
    days = due_notices(ending.ends_on, work.now.date(), work.limits.law_ending_notice_days)
    for day in days:
        subject = (ending.kind, ending.id)
        at = datetime.combine(day, MORNING)
        yield deadlines.Due(DeadlineKind.RIGHT_ENDS, subject, at, ending.holder_id)


def _of_law(work: Work, today: date, until: date) -> Iterator[Ending]:
    states: dict[str, list[Jurisdiction]] = defaultdict(list)
    for row in work.session.scalars(select(Jurisdiction)):
        states[row.state].append(row)
    for state, rows in states.items():
        ends = {law.last_day(row) for row in rows} | _eves(row.valid_from for row in rows)

        def is_open(day: date, rows: list[Jurisdiction] = rows) -> bool:
            return law.is_open(_newest(rows, day), day)

        if (end := uncovered_from(is_open, ends, today, until)) is not None:
            yield Ending(kind=E.JURISDICTION, name=state, ends_on=end)
    federal = work.session.scalars(
        select(FederalAuthority).where(FederalAuthority.name == law.TELEMEDICINE)
    ).all()
    ends = {row.valid_through for row in federal} | _eves(row.valid_from for row in federal)

    def lasts(day: date) -> bool:
        row = _newest(federal, day)
        return row is not None and day <= row.valid_through

    if (end := uncovered_from(lasts, ends, today, until)) is not None:
        yield Ending(kind=E.TELEMEDICINE, name=law.TELEMEDICINE, ends_on=end)


def _of_people(work: Work, today: date, until: date) -> Iterator[Ending]:
    held: dict[tuple[UUID, str, str], list[Credential]] = defaultdict(list)
    papers = (
        select(Credential)
        .join(UserAccount, UserAccount.id == Credential.user_id)
        .where(
            Credential.kind.in_(OF_A_PERSON),
            Credential.expires_on >= today,
            UserAccount.disabled_at.is_(None),
        )
    )
    for paper in work.session.scalars(papers):
        held[(paper.user_id, paper.kind, paper.state)].append(paper)
    for (holder, kind, state), rows in held.items():

        def is_held(day: date, rows: list[Credential] = rows) -> bool:
            return any(row.valid_from <= day <= _last_day_of(row) for row in rows)

        ends = {_last_day_of(row) for row in rows}
        if (end := uncovered_from(is_held, ends, today, until)) is not None:
            yield Ending(kind=OF_A_PERSON[kind], name=state, ends_on=end, holder_id=holder)


def _of_sites(work: Work, today: date, until: date) -> Iterator[Ending]:
    ends_soon = select(CertifiedSite).where(CertifiedSite.certified_until.between(today, until))
    for site in work.session.scalars(ends_soon):
        yield Ending(kind=E.SITE, name=site.code, ends_on=site.certified_until)


def _newest(rows: Iterable[Any], day: date) -> Any:
    begun = [row for row in rows if row.valid_from <= day]
    return max(begun, key=lambda row: (row.valid_from, row.revision), default=None)


def _last_day_of(paper: Credential) -> date:
    if paper.revoked_on is None:
        return paper.expires_on
    return min(paper.expires_on, paper.revoked_on - timedelta(days=1))


def _eves(days: Iterable[date]) -> set[date]:
    return {day - timedelta(days=1) for day in days}


def _seen_in_person() -> ColumnElement[bool]:
    """Seen by one of those who prescribe for them now."""
    return exists().where(
        Evaluation.patient_id == Patient.id,
        Evaluation.modality == "in_person",
        CareTeamMember.patient_id == Patient.id,
        CareTeamMember.user_id == Evaluation.prescriber_id,
        CareTeamMember.role == Role.PRESCRIBER,
        CareTeamMember.ended_at.is_(None),
    )


def _treated_at(code: str) -> ColumnElement[bool]:
    return exists().where(
        OfficeSession.patient_id == Patient.id,
        OfficeSession.site_id == CertifiedSite.id,
        CertifiedSite.code == code,
    )


def _prescribed_by(whose: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(
        CareTeamMember.patient_id == Patient.id,
        CareTeamMember.role == Role.PRESCRIBER,
        CareTeamMember.ended_at.is_(None),
        whose,
    )


def touches_anybody_of(user_id: InstrumentedAttribute[UUID] | UUID | None) -> ColumnElement[bool]:
    """Give the condition on `patient` that they are somebody's own."""
    return false() if user_id is None else _prescribed_by(CareTeamMember.user_id == user_id)
