"""What do the rules get to see of a session at a site of ours?"""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select

from models.dose.dose_sessions import VitalSigns
from models.dose.office_sessions import OfficeSession, RemsEnrolment
from models.people.patients import Patient
from models.plan.catalogue import CertifiedSite, Product
from rules.facts import Facts, OfficeFacts, PersonFacts, ProductFacts, ReadingFact
from rules.limits import LIMITS, Limits
from rules.terms import Molecule
from workflows.platform.work import Work


def of_session(work: Work, session: OfficeSession, leaving: dict[str, Any] | None = None) -> Facts:
    """Give the facts of one session; `leaving` holds what the staff see at the door."""
    product, site, patient, enrolled_on, earlier, overdue = work.session.execute(
        select(
            Product,
            CertifiedSite,
            Patient,
            RemsEnrolment.enrolled_on,
            _earlier(session),
            _overdue_form(session, work.now),
        )
        .select_from(OfficeSession)
        .join(Product, Product.id == OfficeSession.product_id)
        .join(CertifiedSite, CertifiedSite.id == OfficeSession.site_id)
        .join(Patient, Patient.id == OfficeSession.patient_id)
        .outerjoin(RemsEnrolment, RemsEnrolment.patient_id == Patient.id)
        .where(OfficeSession.id == session.id)
    ).one()
    today = work.now.astimezone(ZoneInfo(site.time_zone)).date()
    return Facts(
        now=work.now,
        person=PersonFacts(born_on=date.fromisoformat(patient.born_on), local_date=today),
        product=_product(session, product),
        office=_office(
            session,
            site,
            _readings(work, session),
            leaving or {},
            enrolled_on=enrolled_on,
            first=not earlier,
            overdue=overdue,
        ),
    )


def _product(session: OfficeSession, product: Product) -> ProductFacts:
    return ProductFacts(
        molecules=(product.molecule,),
        blocked_alias=product.molecule is Molecule.ESKETAMINE,
        codes_agree=True,
        on_home_formulary=False,
        route=product.route,
        form=product.form,
        setting=session.setting,
        setting_changed=False,
        drug_data_on=product.data_on,
    )


def _office(  # noqa: PLR0913 - one look at one session
    session: OfficeSession,
    site: CertifiedSite,
    readings: list[ReadingFact],
    leaving: dict[str, Any],
    *,
    enrolled_on: date | None,
    first: bool,
    overdue: bool,
) -> OfficeFacts:
    told = session.pre_checks or {}
    planned = session.scheduled_at.astimezone(ZoneInfo(site.time_zone)).date()
    last = session.last_device_at
    return OfficeFacts(
        state=session.state,
        site_certified=site.certified_from <= planned <= site.certified_until,
        inpatient=site.inpatient,
        rems_enrolled_on=enrolled_on,
        prescriber_on_site=session.prescriber_on_site_id is not None,
        observer_present=session.observer_id is not None,
        pulse_oximeter=told.get("pulse_oximeter"),
        ride_home=told.get("ride_home"),
        contraindicated=told.get("contraindicated"),
        dose_mg_hundredths=session.dose_mg_hundredths,
        first_treatment=first,
        last_food_at=_at(told.get("last_food_at")),
        last_fluid_at=_at(told.get("last_fluid_at")),
        nasal_product_today=told.get("nasal_product_today"),
        last_nasal_product_at=_at(told.get("last_nasal_product_at")),
        before=_before(readings, session.first_device_at),
        last_device_at=last,
        at_40_minutes=_at_the_peak(readings, last, LIMITS),
        at_end=_at_the_end(readings, last, LIMITS),
        oximetry_recorded=any(reading.spo2_percent is not None for reading in readings),
        sedation_resolved=leaving.get("sedation_resolved"),
        dissociation_resolved=leaving.get("dissociation_resolved"),
        respiration_stable=leaving.get("respiration_stable"),
        clinically_stable=leaving.get("clinically_stable"),
        observer_signed=leaving.get("observer_signed"),
        monitoring_form_overdue=overdue,
    )


def _readings(work: Work, session: OfficeSession) -> list[ReadingFact]:
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


def _before(readings: list[ReadingFact], first_device_at: datetime | None) -> ReadingFact | None:
    before = [r for r in readings if first_device_at is None or r.measured_at <= first_device_at]
    return before[-1] if before else None


def _at_the_peak(
    readings: list[ReadingFact], last: datetime | None, limits: Limits
) -> ReadingFact | None:
    if last is None:
        return None
    window = (last + limits.office_bp_from, last + limits.office_bp_until)
    inside = [r for r in readings if window[0] <= r.measured_at <= window[1]]
    return inside[0] if inside else None


def _at_the_end(
    readings: list[ReadingFact], last: datetime | None, limits: Limits
) -> ReadingFact | None:
    if last is None:
        return None
    late = last + limits.office_monitoring - timedelta(minutes=15)
    at_end = [reading for reading in readings if reading.measured_at >= late]
    return at_end[-1] if at_end else None


def _earlier(session: OfficeSession) -> Any:
    other = OfficeSession.__table__.alias("earlier")
    return exists().where(
        other.c.patient_id == session.patient_id,
        other.c.molecule == session.molecule,
        other.c.id != session.id,
        other.c.first_device_at.is_not(None),
    )


def _overdue_form(session: OfficeSession, now: datetime) -> Any:
    other = OfficeSession.__table__.alias("owing")
    return exists().where(
        other.c.site_id == session.site_id,
        other.c.form_due_at < now,
        other.c.form_submitted_at.is_(None),
    )


def _at(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
