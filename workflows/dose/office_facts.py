"""What do the rules get to see of a session at a site of ours?"""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, exists, select, true

from models.dose.dose_sessions import VitalSigns
from models.dose.office_sessions import OfficeSession, RemsEnrolment
from models.people.patients import Patient
from models.plan.catalogue import CertifiedSite, Product
from rules.facts import CourseFacts, Facts, OfficeFacts, PersonFacts, ProductFacts, ReadingFact
from rules.limits import Limits
from rules.terms import EnrolmentState, Molecule, OfficeState
from workflows.dose.instants import maybe_at
from workflows.plan import course_facts
from workflows.platform.work import Work

Told = dict[str, Any]


def of_session(work: Work, session: OfficeSession, leaving: Told | None = None) -> Facts:
    """Give the facts of one session; `leaving` holds what the staff see at the door."""
    product, site, patient, enrolled_on, earlier, overdue = work.session.execute(
        select(
            Product,
            CertifiedSite,
            Patient,
            _enrolled_on(session),
            _earlier(session),
            _overdue_form(session, work.now),
        )
        .select_from(Product)
        .select_from(Product)
        .join(CertifiedSite, true())
        .join(Patient, true())
        .where(
            Product.id == session.product_id,
            CertifiedSite.id == session.site_id,
            Patient.id == session.patient_id,
        )
    ).one()
    today = work.now.astimezone(ZoneInfo(site.time_zone)).date()
    known: Told = {"rems_enrolled_on": enrolled_on, "first_treatment": not earlier}
    known |= _staff_and_answers(session) | _at_the_door(leaving or {})
    return Facts(
        now=work.now,
        limits=work.limits,
        sheet=work.sheet,
        person=PersonFacts(
            born_on=date.fromisoformat(patient.born_on),
            local_date=today,
            time_zone=site.time_zone,
        ),
        product=_product(session, product),
        course=_course(work, patient),
        office=OfficeFacts(
            state=session.state,
            site_certified=_certified(site, session, today),
            inpatient=site.inpatient,
            dose_mg_hundredths=session.dose_mg_hundredths,
            last_device_at=session.last_device_at,
            monitoring_form_overdue=overdue,
            **known,
            **_measured(session, readings_of(work, session), work.limits, work.now),
        ),
    )


def readings_of(work: Work, session: OfficeSession) -> list[ReadingFact]:
    """Give the readings of one session that a body can give, oldest first."""
    rows = work.session.scalars(
        select(VitalSigns)
        .where(VitalSigns.office_session_id == session.id, VitalSigns.plausible)
        .order_by(VitalSigns.measured_at, VitalSigns.id)
    )
    return [
        ReadingFact(
            measured_at=row.measured_at,
            systolic_mmhg=row.systolic_mmhg,
            diastolic_mmhg=row.diastolic_mmhg,
            heart_rate_bpm=row.heart_rate_bpm,
            spo2_percent=row.spo2_percent,
            source=row.source,
        )
        for row in rows
    ]


def pressures(
    session: OfficeSession,
    readings: list[ReadingFact],
    limits: Limits,
    now: datetime | None = None,
) -> dict[str, ReadingFact | None]:
    """Give the three blood pressures that count: before, at the peak, at the end.

    The one before was taken within half an hour of the first device, or of now.
    """
    first, last = session.first_device_at, session.last_device_at
    measured = [r for r in readings if r.systolic_mmhg is not None and r.diastolic_mmhg is not None]
    start = first or now
    before = [
        r
        for r in measured
        if start is None or timedelta(0) <= start - r.measured_at <= limits.vitals_life
    ]
    peak: list[ReadingFact] = []
    end: list[ReadingFact] = []
    if last is not None:
        from_, until = last + limits.office_bp_from, last + limits.office_bp_until
        late = last + limits.office_monitoring - limits.check_every
        peak = [r for r in measured if from_ <= r.measured_at <= until]
        end = [r for r in measured if r.measured_at >= late]
    return {
        "before": before[-1] if before else None,
        "at_40_minutes": peak[0] if peak else None,
        "at_end": end[-1] if end else None,
    }


def _product(session: OfficeSession, product: Product) -> ProductFacts:
    return ProductFacts(
        molecules=(product.molecule,),
        blocked_alias=product.molecule is Molecule.ESKETAMINE,
        codes_agree=True,
        on_home_formulary=False,
        route=product.route,
        form=product.form,
        setting=session.setting,
        setting_changed=False,  # the database lets nobody change it
        drug_data_on=product.data_on,
    )


def _course(work: Work, patient: Patient) -> CourseFacts:
    """A hold stops the next dose wherever it would be given, and so does a recent one at home."""
    taken = course_facts.read_taken(work, patient.id)
    row = work.session.execute(course_facts.trouble_statement(patient.id)).one()
    trouble = course_facts.trouble_from(row)
    return CourseFacts(
        doses=course_facts.doses_from(taken),
        planned_at=work.now,
        open_adverse_event=trouble.untriaged,
        serious_event_unreviewed=trouble.serious_unreviewed,
        hold_codes=trouble.hold_codes,
        suspended=patient.enrolment is EnrolmentState.SUSPENDED,
    )


def _certified(site: CertifiedSite, session: OfficeSession, today: date) -> bool:
    """Ask about the day that is planned, and once the patient is here about today."""
    planned = session.scheduled_at.astimezone(ZoneInfo(site.time_zone)).date()
    day = planned if session.state is OfficeState.SCHEDULED else today
    return site.certified_from <= day <= site.certified_until


def _staff_and_answers(session: OfficeSession) -> Told:
    told = session.pre_checks or {}
    plain = ("pulse_oximeter", "ride_home", "contraindicated", "nasal_product_today")
    times = ("last_food_at", "last_fluid_at", "last_nasal_product_at")
    return {
        "prescriber_on_site": session.prescriber_on_site_id is not None,
        "observer_present": session.observer_id is not None,
        **{name: told.get(name) for name in plain},
        **{name: maybe_at(told.get(name)) for name in times},
    }


def _at_the_door(leaving: Told) -> Told:
    names = (
        "sedation_resolved",
        "dissociation_resolved",
        "respiration_stable",
        "clinically_stable",
        "observer_signed",
    )
    return {name: leaving.get(name) for name in names}


def _measured(
    session: OfficeSession, readings: list[ReadingFact], limits: Limits, now: datetime
) -> Told:
    last = session.last_device_at
    watched = [r for r in readings if last is not None and r.measured_at >= last]
    oximetry = any(reading.spo2_percent is not None for reading in watched)
    return {**pressures(session, readings, limits, now), "oximetry_recorded": oximetry}


def _enrolled_on(session: OfficeSession) -> ColumnElement[date]:
    return (
        select(RemsEnrolment.enrolled_on)
        .where(RemsEnrolment.patient_id == session.patient_id)
        .scalar_subquery()
    )


def _earlier(session: OfficeSession) -> ColumnElement[bool]:
    other = OfficeSession.__table__.alias("earlier")
    return exists().where(
        other.c.patient_id == session.patient_id,
        other.c.molecule == session.molecule,
        other.c.id != session.id,
        other.c.first_device_at.is_not(None),
    )


def _overdue_form(session: OfficeSession, now: datetime) -> ColumnElement[bool]:
    other = OfficeSession.__table__.alias("owing")
    return exists().where(
        other.c.site_id == session.site_id,
        other.c.form_due_at < now,
        other.c.form_submitted_at.is_(None),
    )
