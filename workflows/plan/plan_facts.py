"""What do the approval, the plan, the doses taken and open trouble tell the rules?

The statements are few and fixed; the builders are pure, so that a larger assembly can feed them
rows it has read itself.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
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
from models.plan.catalogue import Product, ProductSetting
from models.plan.treatment_plans import TreatmentPlan
from rules.facts import CourseFacts, DoseFact, Facts, ProductFacts
from rules.limits import LIMITS, Limits
from rules.plan.names import named_barred
from rules.plan.product import with_reported_esketamine
from rules.terms import AdverseEventState, EnrolmentState, FollowUpKind, PlanState, Setting
from workflows.intake.intake_facts import intake_facts
from workflows.plan import amounts, authority
from workflows.platform.work import Work

PDMP_KETAMINE, PDMP_ESKETAMINE = "ketamine_elsewhere", "esketamine_elsewhere"


class Trouble(NamedTuple):
    """What stands against the next dose: untriaged harm, serious harm, open holds."""

    untriaged: bool
    serious_unreviewed: bool
    hold_codes: tuple[str, ...]


class TakenRow(NamedTuple):
    """One dose taken, with what was done about it afterwards."""

    id: UUID
    taken_at: datetime
    dose_mg_hundredths: int
    local_date: str
    dose_session_id: UUID | None
    reviewed_at: datetime | None
    followed_up_at: datetime | None


class Planned(NamedTuple):
    """The product and the place that an act is about."""

    product: Product
    setting: Setting
    on_home_formulary: bool


def local_today(work: Work, patient: Patient) -> date:
    """Give the day it is where the patient is."""
    return work.now.astimezone(ZoneInfo(patient.time_zone)).date()


def for_prescribing(
    work: Work, patient: Patient, planned: Planned, where: authority.Where, course: CourseFacts
) -> Facts:
    """Put together everything an approval or an order is judged by."""
    told = intake_facts(work, patient.id)
    standing = authority.read(work, where)
    documented = standing.diagnosis_documented
    return Facts(
        now=work.now,
        limits=standing.limits,
        person=replace(told.person, identity_verified=standing.identity_verified),
        product=with_reported_esketamine(
            product_from(planned, told.elsewhere, standing.pdmp_result), course.hold_codes or ()
        ),
        authority=standing.authority,
        intake=replace(
            told.intake,
            diagnosis_documented=documented or told.intake.diagnosis_documented,
        ),
        instruments=told.instruments,
        course=course,
    )


def read_product(work: Work, code: str, setting: Setting = Setting.HOME) -> Planned | None:
    """Read one product of the catalogue by its code, and whether it may go home."""
    home = exists().where(
        ProductSetting.product_id == Product.id, ProductSetting.setting == Setting.HOME
    )
    row = work.session.execute(select(Product, home).where(Product.code == code)).first()
    return None if row is None else Planned(row[0], setting, row[1])


def read_planned(work: Work, plan: TreatmentPlan) -> Planned:
    """Read the product of a plan."""
    home = exists().where(
        ProductSetting.product_id == Product.id, ProductSetting.setting == Setting.HOME
    )
    row = work.session.execute(select(Product, home).where(Product.id == plan.product_id)).one()
    return Planned(row[0], plan.setting, row[1])


def product_from(
    planned: Planned, elsewhere: ProductFacts, pdmp_result: str | None = None
) -> ProductFacts:
    """Say what the product is, by molecule, and what the patient gets from elsewhere."""
    product = planned.product
    suspect = named_barred(f"{product.code} {product.display}") is not None
    ketamine = elsewhere.ketamine_elsewhere
    esketamine = elsewhere.esketamine_elsewhere
    return replace(
        elsewhere,
        molecules=(product.molecule,),
        blocked_alias=suspect,
        codes_agree=True,
        on_home_formulary=planned.on_home_formulary,
        route=product.route,
        form=product.form,
        setting=planned.setting,
        drug_data_on=product.data_on,
        setting_changed=False,
        ketamine_elsewhere=True if pdmp_result == PDMP_KETAMINE else ketamine,
        esketamine_elsewhere=True if pdmp_result == PDMP_ESKETAMINE else esketamine,
    )


def read_course(
    work: Work, patient: Patient, approval: Approval | None, plan: TreatmentPlan | None
) -> CourseFacts:
    """Read where the patient stands in the course, in two statements."""
    taken = tuple(TakenRow(*row) for row in work.session.execute(doses_statement(patient.id)))
    trouble = trouble_from(work.session.execute(trouble_statement(patient.id)).one())
    return course_from(patient, approval, plan, taken, trouble, now=work.now)


def course_from(  # noqa: PLR0913 - the course is the meeting of six things
    patient: Patient,
    approval: Approval | None,
    plan: TreatmentPlan | None,
    taken: Sequence[TakenRow],
    trouble: Trouble,
    *,
    now: datetime,
    limits: Limits = LIMITS,
) -> CourseFacts:
    """Put the course together; `taken` is everything ever taken, oldest first."""
    zone = ZoneInfo(patient.time_zone)
    since = approval.signed_at if approval else None
    under = _sessions(row for row in taken if since is not None and row.taken_at >= since)
    earlier = _sessions(row for row in taken if since is None or row.taken_at < since)
    last = taken[-1] if taken else None
    return CourseFacts(
        **_approved(approval),
        sessions_used=len(under),
        plan_signed=plan is not None and plan.state is PlanState.SIGNED,
        doses=tuple(_dose(row) for row in taken),
        planned_at=now,
        planned_local_date=now.astimezone(zone).date(),
        previous_dose_mg_hundredths=last.dose_mg_hundredths if last else None,
        **_dosing(plan),
        maintenance=len(earlier) >= limits.sessions_per_approval_max,
        material_change=_changed_since(patient, approval),
        first_session_reviewed=_first_reviewed(taken),
        mid_course_reviewed=_mid_reviewed(under, limits.mid_course_review_every_sessions),
        follow_up_24h_done=last is not None and last.followed_up_at is not None,
        open_adverse_event=trouble.untriaged,
        serious_event_unreviewed=trouble.serious_unreviewed,
        hold_codes=trouble.hold_codes,
        suspended=patient.enrolment is EnrolmentState.SUSPENDED,
        exposure_reviewed=_exposure_reviewed(taken, since, limits),
        booster_prescribed=False,
    )


def doses_statement(patient_id: UUID) -> Select[*tuple[Any, ...]]:
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
        return {"sessions_allowed": 0}
    return {
        "decision": approval.decision,
        "approval_signed_at": approval.signed_at,
        "approval_expires_at": approval.expires_at,
        "approval_ended": approval.ended_at is not None,
        "sessions_allowed": approval.sessions_allowed,
    }


def _dosing(plan: TreatmentPlan | None) -> dict[str, Any]:
    if plan is None:
        return {}
    return {
        "planned_dose_mg_hundredths": plan.dose_mg_hundredths,
        "dose_rationale": plan.dose_rationale is not None,
        "weight_g": plan.weight_g,
        "weighed_at": plan.weighed_at,
    }


def _dose(row: TakenRow) -> DoseFact:
    return DoseFact(
        taken_at=row.taken_at,
        dose_mg_hundredths=row.dose_mg_hundredths,
        local_date=date.fromisoformat(row.local_date),
    )


def _sessions(rows: Any) -> tuple[TakenRow, ...]:
    """Keep one row for each session; a dose without a session counts as one."""
    first: dict[UUID, TakenRow] = {}
    for row in rows:
        first.setdefault(row.dose_session_id or row.id, row)
    return tuple(first.values())


def _changed_since(patient: Patient, approval: Approval | None) -> bool | None:
    if patient.material_change_at is None:
        return False
    return approval is None or patient.material_change_at > approval.signed_at


def _first_reviewed(taken: Sequence[TakenRow]) -> bool:
    """The first dose ever counts as reviewed when any session was reviewed after it."""
    reviews = [row.reviewed_at for row in taken if row.reviewed_at is not None]
    return bool(taken) and any(review >= taken[0].taken_at for review in reviews)


def _mid_reviewed(under: Sequence[TakenRow], every: int) -> bool:
    """The session at which the last review fell due must be reviewed itself, or a later one."""
    due = len(under) // every * every
    if not due:
        return False
    return any(row.reviewed_at is not None for row in under[due - 1 :])


def _exposure_reviewed(
    taken: Sequence[TakenRow], signed_at: datetime | None, limits: Limits
) -> bool:
    """An approval signed after the dose that reached the threshold is the review."""
    reached = len(taken) >= limits.exposure_review_doses
    if not reached or signed_at is None:
        return False
    return signed_at >= taken[limits.exposure_review_doses - 1].taken_at
