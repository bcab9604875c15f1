"""How is a dose at home scheduled, opened for check-in, or called off?"""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, tuple_

from models.dose.dose_sessions import DoseSession
from models.dose.predose import Clearance
from models.people.patients import Sitter
from models.plan.treatment_plans import Lot, Shipment, TreatmentPlan
from models.platform.base import new_id
from rules.core import Point
from rules.dose.zones import is_zone_of
from rules.facts import Facts
from rules.permissions import Permission
from rules.states import may_move
from rules.terms import PlanState, SessionState, Setting, SitterState, SubjectKind
from workflows.dose import assemble, session_seen
from workflows.dose.session_seen import SittersView
from workflows.people import clearances
from workflows.platform import access, gatekeeping, local_time
from workflows.platform.errors import (
    ChangedSinceRead,
    InvalidContent,
    NotNow,
    RecordForbids,
)
from workflows.platform.work import Work, command, reading

NOT_COUNTED = (SessionState.CANCELLED, SessionState.ABORTED)
PAGE = 50


@dataclass(frozen=True, slots=True)
class Appointed:
    """When, in which zone and with whom a dose is to be taken."""

    plan_id: UUID
    scheduled_at: datetime
    time_zone: str
    sitter_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where the patient is tonight, what lies before them, and who sits with them."""

    patient_state: str
    time_zone: str
    lot_number: str
    sitter_id: UUID | None = None


@command(permit=Permission.SCHEDULE_DOSE_SESSION, audit="dose_session.scheduled", once=True)
def schedule(work: Work, wanted: Appointed) -> DoseSession:
    """Schedule the next dose of a signed plan; the gate has a say already here."""
    plan = access.record(work, TreatmentPlan, wanted.plan_id, lock=True)
    if plan.state is not PlanState.SIGNED:
        raise NotNow(plan.state, allowed=(PlanState.SIGNED,))
    if plan.setting is not Setting.HOME:
        raise RecordForbids(code="esketamine_home_prohibited")
    at = local_time.when_planned(wanted.scheduled_at, wanted.time_zone, field="scheduled_at")
    wanted = replace(wanted, scheduled_at=at)
    if wanted.scheduled_at < work.now:
        raise InvalidContent(errors={"scheduled_at": ["This time has passed."]})
    dose_session = _planned(work, plan, wanted)
    facts = _facts_for_planning(work, dose_session)
    _refuse_against_the_gate(work, dose_session, facts)
    return dose_session


@command(permit=Permission.OPEN_CHECK_IN, audit="dose_session.check_in_opened", once=True)
def open_check_in(work: Work, dose_session_id: UUID, arrival: Arrival) -> DoseSession:
    """Begin a new evening: fresh place, fresh lot; nothing answered before counts any more."""
    dose_session = access.dose_session(work, dose_session_id, lock=True)
    _refuse_a_clock_from_elsewhere(arrival)
    move(dose_session, SessionState.CHECKIN_OPEN)
    void_clearances(work, dose_session, "check-in opened again")
    dose_session.patient_state = arrival.patient_state
    dose_session.time_zone = arrival.time_zone
    dose_session.lot_id = _received_lot(work, dose_session, arrival.lot_number)
    if arrival.sitter_id is not None:
        choose_sitter(work, dose_session, arrival.sitter_id)
    dose_session.check_in_opened_at = work.now
    return dose_session


@command(permit=Permission.SCHEDULE_DOSE_SESSION, audit="dose_session.sitter_chosen")
def change_sitter(
    work: Work, dose_session_id: UUID, sitter_id: UUID, version: int | None
) -> DoseSession:
    """Choose another sitter; a clearance that was given for the first one dies."""
    dose_session = access.dose_session(work, dose_session_id, lock=True)
    expect_version(dose_session, version)
    if dose_session.dosed_at is not None:
        raise NotNow(dose_session.state)
    choose_sitter(work, dose_session, sitter_id)
    void_clearances(work, dose_session, "sitter_changed")
    return dose_session


@command(permit=Permission.CANCEL_DOSE_SESSION, audit="dose_session.cancelled", once=True)
def cancel(work: Work, dose_session_id: UUID) -> DoseSession:
    """Call a dose off; it costs nothing and needs no reason."""
    dose_session = access.dose_session(work, dose_session_id, lock=True)
    move(dose_session, SessionState.CANCELLED)
    void_clearances(work, dose_session, "cancelled")
    return dose_session


@reading(permit=Permission.READ_DOSE_SESSION, audit="dose_session.read")
def read_one(work: Work, dose_session_id: UUID) -> DoseSession | SittersView:
    """Read one session, as far as it is this person's to know."""
    return session_seen.as_seen(work, access.dose_session(work, dose_session_id))


@reading(permit=Permission.READ_DOSE_SESSION, audit="dose_session.listed")
def read_all(
    work: Work, patient_id: UUID, before: tuple[datetime, UUID] | None = None, most: int = PAGE
) -> list[DoseSession]:
    """List a patient's sessions, newest first, one page at a time."""
    patient = access.patient(work, patient_id)
    query = (
        select(DoseSession)
        .where(DoseSession.patient_id == patient.id)
        .order_by(DoseSession.scheduled_at.desc(), DoseSession.id.desc())
        .limit(most + 1)
    )
    if before is not None:
        query = query.where(tuple_(DoseSession.scheduled_at, DoseSession.id) < tuple_(*before))
    return list(work.session.scalars(query))


def move(dose_session: DoseSession, to: SessionState) -> None:
    """Move a session to another state, if that is a legal move."""
    if not may_move(dose_session.state, to):
        raise NotNow(dose_session.state)
    dose_session.state = to


def expect_version(dose_session: DoseSession, version: int | None) -> None:
    """Refuse an edit of a row that somebody changed meanwhile."""
    if version is not None and dose_session.version != version:
        raise ChangedSinceRead


def void_clearances(work: Work, dose_session: DoseSession, reason: str) -> None:
    """End every clearance of this session that was not spent."""
    clearances.end(work, reason, Clearance.dose_session_id == dose_session.id)


def choose_sitter(work: Work, dose_session: DoseSession, sitter_id: UUID) -> None:
    """Name who sits; only somebody this patient invited and who accepted."""
    sitter = access.record(work, Sitter, sitter_id)
    if sitter.patient_id != dose_session.patient_id or sitter.state is not SitterState.ACCEPTED:
        raise RecordForbids(code="sitter_not_accepted")
    dose_session.sitter_id = sitter.id
    dose_session.sitter_user_id = sitter.user_id


def _refuse_a_clock_from_elsewhere(arrival: Arrival) -> None:
    """Every rule of the calendar follows this zone: it must be one of where the patient is."""
    if not is_zone_of(arrival.time_zone, arrival.patient_state):
        says = "No clock of that state shows this time zone."
        raise InvalidContent(code="time_zone_not_of_state", errors={"time_zone": [says]})


def _planned(work: Work, plan: TreatmentPlan, wanted: Appointed) -> DoseSession:
    counted = select(func.count()).where(
        DoseSession.plan_id == plan.id, DoseSession.state.not_in(NOT_COUNTED)
    )
    number = (work.session.scalar(counted) or 0) + 1
    if number > plan.session_count:
        raise RecordForbids(code="course_session_limit")
    dose_session = DoseSession(
        id=new_id(),
        patient_id=plan.patient_id,
        plan_id=plan.id,
        product_id=plan.product_id,
        molecule=plan.molecule,
        route=plan.route,
        setting=plan.setting,
        number=number,
        dose_mg_hundredths=plan.dose_mg_hundredths,
        scheduled_at=wanted.scheduled_at,
        time_zone=wanted.time_zone,
        created_by=work.actor.person,
        created_at=work.now,
    )
    if wanted.sitter_id is not None:
        choose_sitter(work, dose_session, wanted.sitter_id)
    work.session.add(dose_session)
    work.session.flush()
    return dose_session


def _facts_for_planning(work: Work, dose_session: DoseSession) -> Facts:
    """Judge the plan for the hour it is planned for, where the patient lives."""
    patient = access.patient(work, dose_session.patient_id)
    dose_session.patient_state = patient.state
    work.session.flush()
    facts = assemble.for_session(work, dose_session.id)
    zone = ZoneInfo(dose_session.time_zone)
    planned_on = dose_session.scheduled_at.astimezone(zone).date()
    course = replace(
        facts.course, planned_at=dose_session.scheduled_at, planned_local_date=planned_on
    )
    cover = assemble.cover_at(work, dose_session.scheduled_at, facts.limits)
    return replace(facts, course=course, cover=cover)


def _refuse_against_the_gate(work: Work, dose_session: DoseSession, facts: Facts) -> None:
    judged = gatekeeping.judge(
        work, Point.SCHEDULE, facts, (SubjectKind.TREATMENT_PLAN, dose_session.plan_id)
    )
    gatekeeping.insist(judged)


def _received_lot(work: Work, dose_session: DoseSession, lot_number: str) -> UUID | None:
    """Find the lot among the parcels this patient received of this product."""
    query = (
        select(Lot.id)
        .join(Shipment, Shipment.lot_id == Lot.id)
        .where(
            Shipment.patient_id == dose_session.patient_id,
            Shipment.received_at.is_not(None),
            Lot.product_id == dose_session.product_id,
            Lot.number == lot_number,
        )
        .order_by(Shipment.received_at.desc())
        .limit(1)
    )
    return work.session.scalar(query)
