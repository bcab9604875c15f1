"""What does the record hold about one dose session? Everything a decision needs, at once."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Date, Select, and_, any_, cast, func, select
from sqlalchemy.dialects.postgresql import array

from models.dose.dose_sessions import DoseSession
from models.dose.predose import Clearance, PredoseCheck, SitterAttestation
from models.intake.intake import Intake
from models.people.accounts import UserAccount
from models.people.patients import Patient, Sitter, SitterConcern
from models.plan.approvals import Approval, Evaluation
from models.plan.catalogue import Product
from models.plan.law import Jurisdiction
from models.plan.treatment_plans import Lot, TreatmentPlan
from models.platform.decisions import Override
from models.platform.fixed import Place, fixed
from models.platform.together import together
from rules.limits import Limits
from workflows.dose.history import counts
from workflows.intake import answered
from workflows.intake.answered import Answered
from workflows.people import clearances
from workflows.plan import law
from workflows.platform import gatekeeping
from workflows.platform.work import Work


@dataclass(frozen=True, slots=True)
class Gathered:
    """The rows and counts of one dose session, as they stand in this transaction."""

    session: DoseSession
    patient: Patient
    account: UserAccount
    plan: TreatmentPlan
    approval: Approval
    evaluation: Evaluation
    product: Product
    intake: Intake | None
    lot: Lot | None
    sitter: Sitter | None
    check: PredoseCheck | None
    attestation: SitterAttestation | None
    clearance: Clearance | None
    concern: SitterConcern | None
    jurisdiction: Jurisdiction | None
    counts: dict[str, Any]
    answered: tuple[Answered, ...]
    let_pass: tuple[tuple[str, bytes], ...]


_NAMES = tuple(
    field.name for field in fields(Gathered) if field.name not in ("answered", "let_pass")
)


def gather(work: Work, dose_session_id: UUID, at: datetime | None = None) -> Gathered:
    """Read one session whole, in one round trip, whatever the length of the history."""
    moment = at or work.now
    [row], told, passed = together(
        work.session,
        _statement.asked(work.limits, dose_session_id=dose_session_id, now=moment),
        answered.of_session.asked(dose_session_id=dose_session_id, now=work.now),
        _let_pass.asked(dose_session_id=dose_session_id, now=work.now),
    )
    named: dict[str, Any] = dict(zip(_NAMES, row, strict=True))
    return Gathered(**named, answered=answered.as_told(told), let_pass=tuple(passed))


@fixed
def _let_pass(*, dose_session_id: Place, now: Place) -> Select[str, bytes]:
    """What a prescriber let pass of this session, of its plan or of its patient."""
    subjects = array([DoseSession.id, DoseSession.plan_id, DoseSession.patient_id])
    return gatekeeping.let_pass(now).join(
        DoseSession,
        and_(DoseSession.id == dose_session_id, Override.subject_id == any_(subjects)),
    )


@fixed
def _statement(limits: Limits, *, dose_session_id: Place, now: Place) -> Select[*tuple[Any, ...]]:
    session = DoseSession
    return (
        select(
            session,
            Patient,
            UserAccount,
            TreatmentPlan,
            Approval,
            Evaluation,
            Product,
            Intake,
            Lot,
            Sitter,
            PredoseCheck,
            SitterAttestation,
            Clearance,
            SitterConcern,
            Jurisdiction,
            counts(now, limits),
        )
        .select_from(session)
        .join(Patient, Patient.id == session.patient_id)
        .join(UserAccount, UserAccount.id == Patient.user_id)
        .join(TreatmentPlan, TreatmentPlan.id == session.plan_id)
        .join(Approval, Approval.id == TreatmentPlan.approval_id)
        .join(Evaluation, Evaluation.id == _newest_evaluation())
        .join(Product, Product.id == session.product_id)
        .outerjoin(Intake, Intake.id == _newest_intake())
        .outerjoin(Lot, Lot.id == session.lot_id)
        .outerjoin(Sitter, Sitter.id == session.sitter_id)
        .outerjoin(PredoseCheck, PredoseCheck.id == _newest_check())
        .outerjoin(SitterAttestation, SitterAttestation.id == _newest_attestation())
        .outerjoin(Clearance, _live_clearance())
        .outerjoin(SitterConcern, SitterConcern.id == _newest_concern())
        .outerjoin(Jurisdiction, _law_of_the_place(now))
        .where(session.id == dose_session_id)
    )


def _newest_intake() -> ColumnElement[UUID]:
    submitted = Intake.__table__.alias("submitted")
    return (
        select(submitted.c.id)
        .where(submitted.c.patient_id == Patient.id, submitted.c.submitted_at.is_not(None))
        .order_by(submitted.c.number.desc())
        .limit(1)
        .correlate(Patient)
        .scalar_subquery()
    )


def _newest_evaluation() -> ColumnElement[UUID]:
    """What a prescriber saw last speaks, also when it was after the approval."""
    held = Evaluation.__table__.alias("held")
    return (
        select(held.c.id)
        .where(held.c.patient_id == Patient.id)
        .order_by(held.c.held_at.desc(), held.c.id.desc())
        .limit(1)
        .correlate(Patient)
        .scalar_subquery()
    )


def _newest_check() -> ColumnElement[UUID]:
    given = PredoseCheck.__table__.alias("given")
    return (
        select(given.c.id)
        .where(
            given.c.dose_session_id == DoseSession.id,
            given.c.submitted_at >= DoseSession.check_in_opened_at,
        )
        .order_by(given.c.submitted_at.desc(), given.c.id.desc())
        .limit(1)
        .correlate(DoseSession)
        .scalar_subquery()
    )


def _newest_attestation() -> ColumnElement[UUID]:
    given = SitterAttestation.__table__.alias("attested")
    return (
        select(given.c.id)
        .where(
            given.c.dose_session_id == DoseSession.id,
            given.c.sitter_id == DoseSession.sitter_id,
            given.c.attested_at >= DoseSession.check_in_opened_at,
        )
        .order_by(given.c.attested_at.desc(), given.c.id.desc())
        .limit(1)
        .correlate(DoseSession)
        .scalar_subquery()
    )


def _newest_concern() -> ColumnElement[UUID]:
    told = SitterConcern.__table__.alias("told")
    return (
        select(told.c.id)
        .where(told.c.sitter_id == DoseSession.sitter_id)
        .order_by(told.c.told_at.desc(), told.c.id.desc())
        .limit(1)
        .correlate(DoseSession)
        .scalar_subquery()
    )


def _live_clearance() -> ColumnElement[bool]:
    return and_(Clearance.dose_session_id == DoseSession.id, clearances.is_live())


def _law_of_the_place(now: Place) -> ColumnElement[bool]:
    """The row in force by the calendar of the place itself."""
    today = cast(func.timezone(DoseSession.time_zone, now), Date)
    return law.of_place(DoseSession.patient_state, today, DoseSession)
