"""How is a dose given at a site of ours, from the appointment to the monitoring form?"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from models.dose.dose_sessions import VitalSigns
from models.dose.office_sessions import MonitoringForm, OfficeSession, RemsEnrolment
from models.people.accounts import RoleGrant
from models.people.patients import Patient
from models.plan.catalogue import CertifiedSite, Product, ProductSetting, SiteStaff
from models.platform.base import new_id
from rules.core import Point
from rules.dose import no_driving_until
from rules.limits import LIMITS
from rules.office import monitoring_form_due_at
from rules.permissions import Permission
from rules.states import may_move
from rules.terms import (
    DeadlineKind,
    Molecule,
    OfficeState,
    Outcome,
    Role,
    Setting,
    SubjectKind,
    VitalPurpose,
    VitalSource,
)
from workflows.dose import office_facts
from workflows.platform import access, deadlines, gatekeeping
from workflows.platform.errors import InvalidContent, NotFound, NotNow, RecordForbids
from workflows.platform.work import Work, command, reading, record

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
        recorded_by=_who(work),
        recorded_at=work.now,
    )
    work.session.add(enrolment)
    return enrolment


@command(permit=Permission.SCHEDULE_OFFICE_SESSION, audit="office_session.scheduled", once=True)
def schedule(work: Work, visit: OfficeVisit) -> OfficeSession:
    """Schedule a session at a site; never at home, whatever the product."""
    patient = access.patient(work, visit.patient_id, lock=True)
    site = work.session.scalar(select(CertifiedSite).where(CertifiedSite.id == visit.site_id))
    if site is None:
        raise NotFound
    if Role.SITE_STAFF in work.actor.roles and Role.PRESCRIBER not in work.actor.roles:
        access.site(work, site.id)
    product = _allowed(work, visit.product_code, visit.setting)
    session = OfficeSession(
        id=new_id(),
        patient_id=patient.id,
        site_id=site.id,
        product_id=product.id,
        molecule=product.molecule,
        route=product.route,
        setting=visit.setting,
        dose_mg_hundredths=visit.dose_mg_hundredths,
        scheduled_at=visit.scheduled_at,
        created_by=_who(work),
        created_at=work.now,
    )
    work.session.add(session)
    work.session.flush()
    _insist(work, Point.OFFICE_SCHEDULE, session)
    return session


@command(permit=Permission.RUN_OFFICE_SESSION, audit="office_session.arrived", once=True)
def arrive(work: Work, office_session_id: UUID) -> OfficeSession:
    """Note that the patient is here."""
    session = access.office_session(work, office_session_id, lock=True)
    _move(session, S.ARRIVED)
    return session


@command(permit=Permission.RUN_OFFICE_SESSION, audit="office_session.pre_checked", once=True)
def pre_check(work: Work, office_session_id: UUID, checks: PreChecks) -> OfficeSession:
    """Keep who is on site and what was answered before the dose; nothing is carried forward."""
    session = access.office_session(work, office_session_id, lock=True)
    if session.state is not S.PRE_CHECKS:
        _move(session, S.PRE_CHECKS)
    _refuse_stranger(work, session, checks)
    session.prescriber_on_site_id = checks.prescriber_id
    session.observer_id = checks.observer_id
    session.pre_checks = checks.answers
    return session


@record(permit=Permission.RUN_OFFICE_SESSION, audit="office_session.vitals_recorded", once=True)
def record_vitals(work: Work, office_session_id: UUID, reading_: dict[str, Any]) -> VitalSigns:
    """Keep one reading taken at the site."""
    session = access.office_session(work, office_session_id, lock=True)
    top, bottom = reading_.get("systolic_mmhg"), reading_.get("diastolic_mmhg")
    vitals = VitalSigns(
        id=new_id(),
        patient_id=session.patient_id,
        office_session_id=session.id,
        purpose=VitalPurpose.OFFICE,
        source=VitalSource.DEVICE,
        measured_at=work.now,
        received_at=work.now,
        plausible=top is None or bottom is None or top > bottom,
        recorded_by=_who(work),
        **reading_,
    )
    work.session.add(vitals)
    return vitals


@command(permit=Permission.RUN_OFFICE_SESSION, audit="office_session.device_given", once=True)
def give_device(work: Work, office_session_id: UUID, lot_number: str) -> OfficeSession:
    """Give the first device, which asks the gate, or the next one; the last starts the clock."""
    session = access.office_session(work, office_session_id, lock=True)
    if session.state is S.PRE_CHECKS:
        _insist(work, Point.OFFICE_START, session)
        _move(session, S.DOSING)
        session.first_device_at = work.now
    elif session.state is not S.DOSING:
        raise NotNow(session.state, allowed=(S.PRE_CHECKS, S.DOSING))
    session.lot_number = lot_number
    session.last_device_at = work.now
    session.devices_used += 1
    if session.devices_used >= _devices_needed(session):
        _move(session, S.MONITORING)
    return session


@command(permit=Permission.RUN_OFFICE_SESSION, audit="office_session.discharge_judged", once=True)
def discharge(work: Work, office_session_id: UUID, leaving: dict[str, Any]) -> OfficeSession:
    """Let the patient go, if the full time has passed and every criterion is met."""
    session = access.office_session(work, office_session_id, lock=True)
    if not may_move(session.state, S.DISCHARGED):
        raise NotNow(session.state, allowed=(S.MONITORING,))
    signed = leaving | {"observer_signed": session.observer_id == work.actor.user_id}
    _insist(work, Point.OFFICE_DISCHARGE, session, signed)
    _move(session, S.DISCHARGED)
    session.discharged_at, session.discharged_by = work.now, work.actor.user_id
    session.discharge = signed
    zone = _zone(work, session)
    session.no_driving_until = no_driving_until(session.last_device_at or work.now, zone, LIMITS)
    if session.molecule is Molecule.ESKETAMINE:
        _owe_form(work, session, zone)
    return session


@command(permit=Permission.RUN_OFFICE_SESSION, audit="office_session.form_submitted", once=True)
def submit_form(work: Work, office_session_id: UUID, content: dict[str, Any]) -> MonitoringForm:
    """Submit the monitoring form, signed by the person who watched."""
    session = access.office_session(work, office_session_id, lock=True)
    if session.observer_id != work.actor.user_id:
        raise RecordForbids(code="not_the_observer")
    _move(session, S.PMF_SUBMITTED)
    form = MonitoringForm(
        id=new_id(),
        office_session_id=session.id,
        patient_id=session.patient_id,
        content=content,
        signed_by=_who(work),
        submitted_at=work.now,
    )
    work.session.add(form)
    session.form_submitted_at, session.form_submitted_by = work.now, work.actor.user_id
    _move(session, S.CLOSED)
    deadlines.settle(work, session.id, DeadlineKind.MONITORING_FORM)
    return form


@command(permit=Permission.RUN_OFFICE_SESSION, audit="office_session.cancelled", once=True)
def cancel(work: Work, office_session_id: UUID) -> OfficeSession:
    """Call an office session off before the dose."""
    session = access.office_session(work, office_session_id, lock=True)
    _move(session, S.CANCELLED)
    return session


@reading(permit=Permission.READ_OFFICE_SESSION, audit="office_session.read")
def read_one(work: Work, office_session_id: UUID) -> OfficeSession:
    """Read one office session."""
    return access.office_session(work, office_session_id)


def _allowed(work: Work, code: str, setting: Setting) -> Product:
    if setting is Setting.HOME:
        raise RecordForbids(code="esketamine_setting_change_prohibited")
    product = work.session.scalar(
        select(Product)
        .join(ProductSetting, ProductSetting.product_id == Product.id)
        .where(Product.code == code, ProductSetting.setting == setting)
    )
    if product is None:
        raise InvalidContent(errors={"product_code": ["Not given in this setting."]})
    return product


def _insist(
    work: Work, point: Point, session: OfficeSession, leaving: dict[str, Any] | None = None
) -> None:
    facts = office_facts.of_session(work, session, leaving)
    passed = gatekeeping.overridden_codes(work, facts, point, (session.id,))
    judged = gatekeeping.judge(
        work,
        point,
        gatekeeping.with_overrides(facts, passed),
        (SubjectKind.OFFICE_SESSION, session.id),
    )
    if judged.decision.outcome is not Outcome.CLEAR:
        gatekeeping.insist(judged)


def _move(session: OfficeSession, to: OfficeState) -> None:
    if not may_move(session.state, to):
        raise NotNow(session.state)
    session.state = to


def _refuse_stranger(work: Work, session: OfficeSession, checks: PreChecks) -> None:
    """Take as observer only who works at the site, and as prescriber only who is one."""
    observer = select(SiteStaff.id).where(
        SiteStaff.user_id == checks.observer_id,
        SiteStaff.site_id == session.site_id,
        SiteStaff.ended_at.is_(None),
    )
    prescriber = select(RoleGrant.id).where(
        RoleGrant.user_id == checks.prescriber_id,
        RoleGrant.role == Role.PRESCRIBER,
        RoleGrant.ended_at.is_(None),
    )
    named = (("observer_id", checks.observer_id, observer),
             ("prescriber_id", checks.prescriber_id, prescriber))  # fmt: skip
    for name, person, query in named:
        if person is not None and work.session.scalar(query.limit(1)) is None:
            raise InvalidContent(errors={name: ["Not known here in this role."]})
    self_watched = select(Patient.id).where(
        Patient.id == session.patient_id, Patient.user_id == checks.observer_id
    )
    if work.session.scalar(self_watched) is not None:
        raise RecordForbids(code="own_record")


def _devices_needed(session: OfficeSession) -> int:
    if session.molecule is not Molecule.ESKETAMINE:
        return 1
    return session.dose_mg_hundredths // 2_800


def _owe_form(work: Work, session: OfficeSession, zone: ZoneInfo) -> None:
    treated_on = (session.first_device_at or work.now).astimezone(zone).date()
    session.form_due_at = monitoring_form_due_at(treated_on, zone, LIMITS)
    _move(session, S.PMF_DUE)
    deadlines.set_due(
        work,
        DeadlineKind.MONITORING_FORM,
        subject_type=SubjectKind.OFFICE_SESSION,
        subject_id=session.id,
        due_at=session.form_due_at,
        owner_id=session.observer_id,
    )


def _zone(work: Work, session: OfficeSession) -> ZoneInfo:
    name = work.session.scalar(
        select(CertifiedSite.time_zone).where(CertifiedSite.id == session.site_id)
    )
    return ZoneInfo(name or "UTC")


def _who(work: Work) -> UUID:
    if work.actor.user_id is None:
        raise NotFound
    return work.actor.user_id
