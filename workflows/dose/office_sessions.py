"""How is a dose given at a site of ours, from the appointment to the door?"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select

from models.dose.office_sessions import OfficeSession, RemsEnrolment
from models.plan.catalogue import CertifiedSite, Product, ProductSetting
from models.platform.base import new_id
from rules.core import Point
from rules.dose.dose import no_driving_until
from rules.dose.office import next_device_from
from rules.limits import LIMITS
from rules.permissions import Permission
from rules.states import may_move
from rules.terms import Molecule, OfficeState, Role, Setting, SubjectKind
from workflows.dose import monitoring_forms, office_facts, office_staff
from workflows.people import disclosures
from workflows.plan import catalogue
from workflows.platform import access, gatekeeping, local_time, notifications
from workflows.platform.errors import InvalidContent, NotFound, NotNow, RecordForbids
from workflows.platform.work import Work, command

S = OfficeState


@dataclass(frozen=True, slots=True)
class OfficeVisit:
    """Who comes where, when, for which product and how much."""

    patient_id: UUID
    site_id: UUID
    product_code: str
    setting: Setting
    dose_mg_hundredths: int
    scheduled_at: datetime


@dataclass(frozen=True, slots=True)
class PreChecks:
    """Who is there, and what the patient answered at the door."""

    prescriber_id: UUID | None
    observer_id: UUID | None
    answers: dict[str, Any]


@command(permit=Permission.ENROL_IN_REMS, audit="office_session.rems_enrolled", once=True)
def enrol_in_rems(work: Work, patient_id: UUID, enrolled_on: date, reference: str) -> RemsEnrolment:
    """Record that the REMS enrolment form is signed by patient and prescriber."""
    patient = access.patient(work, patient_id, lock=True)
    enrolment = RemsEnrolment(
        id=new_id(),
        patient_id=patient.id,
        enrolled_on=enrolled_on,
        reference=reference,
        recorded_by=work.actor.person,
        recorded_at=work.now,
    )
    work.session.add(enrolment)
    disclosures.left(work, enrolment, patient.id)
    return enrolment


@command(permit=Permission.SCHEDULE_OFFICE_SESSION, audit="office_session.scheduled", once=True)
def schedule(work: Work, visit: OfficeVisit) -> OfficeSession:
    """Schedule a session at a site; never at home, whatever the product."""
    patient = access.patient(work, visit.patient_id, lock=True)
    product = _product(work, visit)
    site = _site_of_ours(work, visit.site_id)
    at = local_time.when_planned(visit.scheduled_at, site.time_zone, field="scheduled_at")
    session = OfficeSession(
        id=new_id(),
        patient_id=patient.id,
        site_id=visit.site_id,
        product_id=product.id,
        molecule=product.molecule,
        route=product.route,
        setting=visit.setting,
        dose_mg_hundredths=visit.dose_mg_hundredths,
        scheduled_at=at,
        created_by=work.actor.person,
        created_at=work.now,
    )
    _insist(work, Point.OFFICE_SCHEDULE, session, also=_tell_of_attempt(session))
    _refuse_other_setting(work, product, visit.setting)
    work.session.add(session)
    return session


@command(permit=Permission.RUN_OFFICE_SESSION, audit="office_session.arrived", once=True)
def arrive(work: Work, office_session_id: UUID) -> OfficeSession:
    """Note that the patient is here."""
    session = _mine(work, office_session_id)
    _move(session, S.ARRIVED)
    return session


@command(permit=Permission.RUN_OFFICE_SESSION, audit="office_session.pre_checked", once=True)
def pre_check(work: Work, office_session_id: UUID, checks: PreChecks) -> OfficeSession:
    """Keep who is on site and what was answered before the dose; nothing is carried forward."""
    session = _mine(work, office_session_id)
    if session.state is not S.PRE_CHECKS:
        _move(session, S.PRE_CHECKS)
    office_staff.refuse_strangers(work, session, checks.prescriber_id, checks.observer_id)
    session.prescriber_on_site_id = checks.prescriber_id
    session.observer_id = checks.observer_id
    session.pre_checks = {
        name: _written(work, session, name, said) if isinstance(said, datetime) else said
        for name, said in checks.answers.items()
    }
    return session


@command(permit=Permission.RUN_OFFICE_SESSION, audit="office_session.device_given", once=True)
def give_device(work: Work, office_session_id: UUID, lot_number: str) -> OfficeSession:
    """Give the first device, which asks the gate, or the next one; the last starts the clock.

    An injection or infusion is one device.
    """
    session = _mine(work, office_session_id)
    if session.state is S.PRE_CHECKS:
        _insist(work, Point.OFFICE_START, session)
        _move(session, S.DOSING)
        session.first_device_at = work.now
    elif session.state is not S.DOSING:
        raise NotNow(session.state, allowed=(S.PRE_CHECKS, S.DOSING))
    _refuse_too_soon(work, session)
    session.lot_number = lot_number
    session.last_device_at = work.now
    session.devices_used += 1
    if session.devices_used >= _devices_needed(session):
        _move(session, S.MONITORING)
    return session


@command(permit=Permission.RUN_OFFICE_SESSION, audit="office_session.dosing_ended", once=True)
def end_dosing(work: Work, office_session_id: UUID) -> OfficeSession:
    """Give no further device, though the dose is not complete; the watch is the same."""
    session = _mine(work, office_session_id)
    if session.state is not S.DOSING:
        raise NotNow(session.state, allowed=(S.DOSING,))
    _move(session, S.MONITORING)
    return session


@command(permit=Permission.RUN_OFFICE_SESSION, audit="office_session.discharge_judged", once=True)
def discharge(work: Work, office_session_id: UUID, leaving: dict[str, Any]) -> OfficeSession:
    """Let the patient go, if the full time has passed and every criterion is met."""
    session = _mine(work, office_session_id)
    if not may_move(session.state, S.DISCHARGED):
        raise NotNow(session.state, allowed=(S.MONITORING, S.EMERGENCY))
    signed = leaving | {"observer_signed": session.observer_id == work.actor.user_id}
    _insist(work, Point.OFFICE_DISCHARGE, session, signed)
    session.discharged_at, session.discharged_by = work.now, work.actor.user_id
    session.discharge = signed
    site = work.session.scalars(
        select(CertifiedSite).where(CertifiedSite.id == session.site_id)
    ).one()
    zone = ZoneInfo(site.time_zone)
    session.no_driving_until = no_driving_until(
        session.last_device_at or work.now, zone, work.limits
    )
    session.state = S.PMF_DUE if monitoring_forms.owe(work, session, site) else S.CLOSED
    return session


@command(permit=Permission.RUN_OFFICE_SESSION, audit="office_session.cancelled", once=True)
def cancel(work: Work, office_session_id: UUID) -> OfficeSession:
    """Call an office session off before the dose."""
    session = _mine(work, office_session_id)
    _move(session, S.CANCELLED)
    return session


def _mine(work: Work, office_session_id: UUID) -> OfficeSession:
    """Load and lock a session at the acting person's own site; nobody treats themselves."""
    session = access.office_session(work, office_session_id, lock=True)
    office_staff.refuse_own_record(work, session.patient_id)
    return session


def _product(work: Work, visit: OfficeVisit) -> Product:
    """Find the product; a name of esketamine for a home is refused for what it is."""
    product = work.session.scalar(select(Product).where(Product.code == visit.product_code))
    if product is None:
        if visit.setting is Setting.HOME:
            catalogue.for_home(work, visit.product_code)
        raise InvalidContent(errors={"product_code": ["Is not in the catalogue."]})
    return product


def _written(work: Work, session: OfficeSession, name: str, told: datetime) -> str:
    """Write the instant that was told by the clock of the site."""
    query = select(CertifiedSite.time_zone).where(CertifiedSite.id == session.site_id)
    zone = work.session.scalars(query).one()
    return local_time.when_told(told, zone, field=f"answers.{name}").isoformat()


def _site_of_ours(work: Work, site_id: UUID) -> CertifiedSite:
    site = work.session.scalar(select(CertifiedSite).where(CertifiedSite.id == site_id))
    if site is None:
        raise NotFound
    if Role.PRESCRIBER not in work.actor.roles:
        access.site(work, site_id)
    return site


def _refuse_other_setting(work: Work, product: Product, setting: Setting) -> None:
    allowed = exists().where(
        ProductSetting.product_id == product.id, ProductSetting.setting == setting
    )
    if setting is Setting.HOME or not work.session.scalar(select(allowed)):
        raise InvalidContent(errors={"setting": ["This product is not given in this setting."]})


def _insist(
    work: Work,
    point: Point,
    session: OfficeSession,
    leaving: dict[str, Any] | None = None,
    also: Callable[[Work], object] | None = None,
) -> None:
    facts = office_facts.of_session(work, session, leaving)
    passed = gatekeeping.overridden_codes(work, facts, point, (session.id,))
    judged = gatekeeping.judge(
        work,
        point,
        gatekeeping.with_overrides(facts, passed),
        (SubjectKind.OFFICE_SESSION, session.id),
    )
    gatekeeping.insist(judged, also)


def _tell_of_attempt(session: OfficeSession) -> Callable[[Work], object] | None:
    """Let the safety officers know when somebody tried to bring esketamine out of the office."""
    if session.molecule is not Molecule.ESKETAMINE or session.setting is Setting.CERTIFIED_SITE:
        return None
    subject = (SubjectKind.PATIENT, session.patient_id)
    return lambda again: notifications.tell_everybody_with(
        again, Role.SAFETY_OFFICER, "report_received", subject=subject
    )


def _move(session: OfficeSession, to: OfficeState) -> None:
    if not may_move(session.state, to):
        raise NotNow(session.state)
    session.state = to


def _refuse_too_soon(work: Work, session: OfficeSession) -> None:
    last = session.last_device_at
    if last is not None and work.now < (wait := next_device_from(last, work.limits)):
        raise RecordForbids(
            "The spray needs a few minutes between two devices.",
            code="device_too_soon",
            retry_at=wait,
        )


def _devices_needed(session: OfficeSession) -> int:
    """Two or three devices of Spravato, by the dose; anything else is given once."""
    if session.molecule is not Molecule.ESKETAMINE:
        return 1
    # A fixed number: no sheet moves what one device holds.
    return session.dose_mg_hundredths // LIMITS.office_device_mg_hundredths
