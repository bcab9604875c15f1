"""Where does the patient stand in the course: approved, dosed, reviewed, held?

The statements are few and fixed; the builders are pure, so that an order and the evening of a dose,
which reads everything at once, see one and the same course.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, exists, func, select

from models.aftercare.aftercare import FollowUp
from models.dose.dose_sessions import DoseSession
from models.dose.predose import DoseTaken
from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Hold
from models.people.patients import Patient
from models.plan.approvals import Approval
from models.plan.treatment_plans import TreatmentPlan
from rules.facts import CourseFacts, DoseFact
from rules.limits import LIMITS, Limits
from rules.states import UNDER_TREATMENT
from rules.terms import AdverseEventState, FollowUpKind, PlanState
from workflows.plan import amounts
from workflows.platform.work import Work


class Trouble(NamedTuple):
    """What stands against the next dose: untriaged harm, serious harm, open holds."""

    untriaged: bool
    serious_unreviewed: bool
    hold_codes: tuple[str, ...]


class TakenRow(NamedTuple):
    """One dose taken, with what was done about it afterwards."""

    id: UUID
    taken_at: datetime
    dose_mg_hundredths: int | None
    local_date: str
    dose_session_id: UUID | None
    reviewed_at: datetime | None
    followed_up_at: datetime | None
    plan_id: UUID | None = None


def read_course(
    work: Work, patient: Patient, approval: Approval | None, plan: TreatmentPlan | None
) -> CourseFacts:
    """Read where the patient stands in the course, in two statements."""
    trouble = trouble_from(work.session.execute(trouble_statement(patient.id)).one())
    doses = read_taken(work, patient.id)
    return course_from(patient, approval, plan, doses, trouble, now=work.now, limits=work.limits)


def read_taken(work: Work, patient_id: UUID) -> tuple[TakenRow, ...]:
    """Read every dose ever taken outside a site, oldest first."""
    return tuple(TakenRow(*row) for row in work.session.execute(_doses_statement(patient_id)))


def course_from(  # noqa: PLR0913 - the course is the meeting of six things
    patient: Patient,
    approval: Approval | None,
    plan: TreatmentPlan | None,
    taken: Sequence[TakenRow],
    trouble: Trouble,
    *,
    now: datetime,
    met_at: datetime | None = None,
    limits: Limits = LIMITS,
) -> CourseFacts:
    """Put the course together; `taken` is everything ever taken, oldest first.

    `met_at` is when patient and prescriber last met, if that was asked.
    """
    zone = ZoneInfo(patient.time_zone)
    since = approval.signed_at if approval else None
    under = sessions_since(taken, since)
    doses = doses_from(taken)
    return CourseFacts(
        **_approved(approval),
        sessions_allowed=_allowed(approval, plan, under),
        sessions_used=len(under),
        sessions_at=tuple(row.taken_at for row in under),
        plan_signed=plan is not None and plan.state is PlanState.SIGNED,
        doses=doses,
        planned_at=now,
        planned_local_date=now.astimezone(zone).date(),
        previous_dose_mg_hundredths=doses[-1].dose_mg_hundredths if doses else None,
        **_dosing(plan),
        maintenance=len(_sessions(taken)) >= limits.sessions_per_approval_max,
        material_change=_changed_since(patient, approval),
        first_session_reviewed=_first_reviewed(taken, met_at),
        mid_course_reviewed=_mid_reviewed(under, limits.mid_course_review_every_sessions),
        follow_up_24h_done=_followed_up(taken),
        open_adverse_event=trouble.untriaged,
        serious_event_unreviewed=trouble.serious_unreviewed,
        hold_codes=trouble.hold_codes,
        suspended=patient.enrolment not in UNDER_TREATMENT,
        exposure_reviewed=_exposure_reviewed(taken, since, now, limits),
        booster_prescribed=plan is not None and plan.booster_mg_hundredths is not None,
    )


def _doses_statement(patient_id: UUID) -> Select[*tuple[Any, ...]]:
    """Give every dose ever taken, oldest first, with its review and its 24-hour check."""
    followed = and_(
        FollowUp.dose_session_id == DoseTaken.dose_session_id,
        FollowUp.kind == FollowUpKind.HOURS_24,
    )
    return (
        select(
            DoseTaken.id,
            DoseTaken.taken_at,
            amounts.taken_mg_hundredths(),
            DoseTaken.local_date,
            DoseTaken.dose_session_id,
            DoseSession.reviewed_at,
            FollowUp.done_at,
            DoseSession.plan_id,
        )
        .outerjoin(DoseSession, DoseSession.id == DoseTaken.dose_session_id)
        .outerjoin(FollowUp, followed)
        .where(DoseTaken.patient_id == patient_id)
        .order_by(DoseTaken.taken_at, DoseTaken.id)
    )


def trouble_statement(patient_id: UUID) -> Select[*tuple[Any, ...]]:
    """Ask in one statement what stands against the next dose."""
    mine = AdverseEvent.patient_id == patient_id
    looked_at = (AdverseEventState.ASSESSED, AdverseEventState.CLOSED)
    serious = and_(mine, AdverseEvent.serious.is_(True), AdverseEvent.state.not_in(looked_at))
    codes = select(func.array_agg(Hold.code.distinct())).where(
        Hold.patient_id == patient_id, Hold.released_at.is_(None)
    )
    return select(
        exists().where(mine, AdverseEvent.triaged_at.is_(None)).label("untriaged"),
        exists().where(serious).label("serious"),
        codes.scalar_subquery().label("holds"),
    )


def trouble_from(row: Sequence[Any]) -> Trouble:
    """Turn the row of `trouble_statement` into facts."""
    untriaged, serious, codes = row
    return Trouble(untriaged, serious, tuple(sorted(codes or ())))


def _approved(approval: Approval | None) -> dict[str, Any]:
    if approval is None:
        return {}
    return {
        "decision": approval.decision,
        "approval_signed_at": approval.signed_at,
        "approval_expires_at": approval.expires_at,
        "approval_ended": approval.ended_at is not None,
    }


def _allowed(
    approval: Approval | None, plan: TreatmentPlan | None, under: Sequence[TakenRow]
) -> int:
    """A plan grants its own sessions, beside those that another plan of the approval used up."""
    if approval is None or plan is None:
        return approval.sessions_allowed if approval else 0
    by_another = sum(row.plan_id not in (None, plan.id) for row in under)
    return min(approval.sessions_allowed, plan.session_count + by_another)


def _dosing(plan: TreatmentPlan | None) -> dict[str, Any]:
    if plan is None:
        return {}
    return {
        "planned_dose_mg_hundredths": plan.dose_mg_hundredths + (plan.booster_mg_hundredths or 0),
        "first_part_mg_hundredths": plan.dose_mg_hundredths,
        "booster_mg_hundredths": plan.booster_mg_hundredths,
        "dose_rationale": bool(plan.dose_rationale),
        "weight_g": plan.weight_g,
        "weighed_at": plan.weighed_at,
    }


def doses_from(taken: Sequence[TakenRow]) -> tuple[DoseFact, ...]:
    """Give one dose for each session: all its parts together, as late as the last of them."""
    parts: dict[UUID, list[TakenRow]] = {}
    for row in taken:
        parts.setdefault(row.dose_session_id or row.id, []).append(row)
    doses = (_whole(rows) for rows in parts.values())
    return tuple(sorted(doses, key=lambda dose: dose.taken_at))


def _whole(parts: list[TakenRow]) -> DoseFact:
    known = [row.dose_mg_hundredths for row in parts if row.dose_mg_hundredths is not None]
    return DoseFact(
        taken_at=parts[-1].taken_at,
        dose_mg_hundredths=sum(known) if len(known) == len(parts) else None,
        local_date=date.fromisoformat(parts[-1].local_date),
    )


def _sessions(rows: Any) -> tuple[TakenRow, ...]:
    """Keep one row for each session; a dose without a session counts as one."""
    first: dict[UUID, TakenRow] = {}
    for row in rows:
        first.setdefault(row.dose_session_id or row.id, row)
    return tuple(first.values())


def sessions_since(taken: Sequence[TakenRow], signed_at: datetime | None) -> tuple[TakenRow, ...]:
    """Give the first dose of each session since an approval was signed, oldest first."""
    return _sessions(row for row in taken if signed_at is not None and row.taken_at >= signed_at)


def _changed_since(patient: Patient, approval: Approval | None) -> bool | None:
    if patient.material_change_at is None:
        return False
    return approval is None or patient.material_change_at > approval.signed_at


def _first_reviewed(taken: Sequence[TakenRow], met_at: datetime | None) -> bool:
    """The first dose ever counts as reviewed by any review, and by any meeting, after it."""
    looks = [row.reviewed_at for row in taken] + [met_at]
    return bool(taken) and any(at is not None and at >= taken[0].taken_at for at in looks)


def _followed_up(taken: Sequence[TakenRow]) -> bool:
    """Every session was asked after; a dose outside any session has its own hold instead."""
    asked = [row for row in taken if row.dose_session_id is not None]
    return bool(taken) and all(row.followed_up_at is not None for row in asked)


def _mid_reviewed(under: Sequence[TakenRow], every: int) -> bool:
    """The session at which the last review fell due must be reviewed itself, or a later one."""
    due = len(under) // every * every
    if not due:
        return False
    return any(row.reviewed_at is not None for row in under[due - 1 :])


def _exposure_reviewed(
    taken: Sequence[TakenRow], signed_at: datetime | None, now: datetime, limits: Limits
) -> bool:
    """An approval signed after the dose that reached the threshold of this year is the review."""
    since = now - timedelta(days=limits.exposure_window_days)
    year = [row for row in taken if row.taken_at > since]
    if signed_at is None or len(year) < limits.exposure_review_doses:
        return False
    return signed_at >= year[limits.exposure_review_doses - 1].taken_at
