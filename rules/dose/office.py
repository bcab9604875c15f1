"""May a supervised session at a site of ours begin, and may the patient leave?"""

from datetime import datetime, timedelta

from rules import citations
from rules.core import Check, Point, rule
from rules.facts import Facts, ReadingFact
from rules.limits import Limits, Pressure
from rules.looks import absent, check_all, present
from rules.terms import Force, Molecule, Setting

_START = Point.OFFICE_START
_DISCHARGE = Point.OFFICE_DISCHARGE
_NOT_SPRAVATO = "not Spravato"


@rule(
    "site_not_certified",
    Force.HARD,
    at=Point.OFFICE_SCHEDULE | _START,
    says="This site may not give Spravato today.",
    clinician="The site has no valid REMS certification on this date.",
    remedy="Ask for a visit at a certified site.",
    cite=citations.SPRAVATO_REMS,
)
def the_site_is_certified(facts: Facts) -> Check:
    """Certification and setting both; other medicines need no REMS site."""
    if not _may_be_spravato(facts):
        return Check(True, _NOT_SPRAVATO, "certified")
    certified, setting = facts.office.site_certified, facts.product.setting
    if certified is None or setting is None:
        return Check(None, "site or setting not known", "certified")
    words = f"{setting}, {'' if certified else 'not '}certified"
    return Check(certified and setting is Setting.CERTIFIED_SITE, words, "certified")


@rule(
    "rems_patient_not_enrolled",
    Force.HARD,
    at=_START,
    says="You must be enrolled in the Spravato safety programme before your first treatment.",
    clinician="Outpatient without REMS enrolment on or before the day of treatment.",
    remedy="Sign the enrolment form together with your prescriber.",
    cite=citations.SPRAVATO_REMS,
)
def the_patient_is_enrolled_in_rems(facts: Facts) -> Check:
    """Inpatients need no enrolment."""
    if not _may_be_spravato(facts) or facts.office.inpatient:
        return Check(True, "not needed", "enrolled before treatment")
    enrolled, today = facts.office.rems_enrolled_on, facts.person.local_date
    if enrolled is None or today is None:
        return Check(None, "no enrolment on record", "enrolled before treatment")
    return Check(enrolled <= today, f"enrolled {enrolled}", "enrolled before treatment")


a_prescriber_is_on_site = rule(
    "prescriber_not_onsite",
    Force.HARD,
    at=_START | _DISCHARGE,
    says="A prescriber must be in the building during your treatment and until you leave.",
    clinician="No prescriber on site during administration and monitoring.",
    remedy="Wait until the prescriber is here.",
    cite=citations.SPRAVATO_REMS,
)(present(lambda facts: facts.office.prescriber_on_site, "prescriber on site"))

somebody_watches = rule(
    "observer_missing",
    Force.HARD,
    at=_START,
    says="A health professional must watch you take the medicine.",
    clinician="No observer is assigned.",
    remedy="Wait until staff can stay with you.",
    cite=citations.SPRAVATO_REMS,
)(present(lambda facts: facts.office.observer_present, "observer present"))

a_pulse_oximeter_is_at_hand = rule(
    "pulse_oximeter_missing",
    Force.HARD,
    at=_START,
    says="The oxygen meter must be ready before you start.",
    clinician="No pulse oximeter at hand.",
    remedy="Staff will bring one.",
    cite=citations.SPRAVATO_REMS,
)(present(lambda facts: facts.office.pulse_oximeter, "pulse oximeter at hand"))

nothing_rules_the_medicine_out = rule(
    "esketamine_contraindicated",
    Force.HARD,
    at=_START,
    says="You have a condition with which this medicine is not safe.",
    clinician="Aneurysm or AVM, intracerebral haemorrhage, or hypersensitivity.",
    remedy="Talk with your prescriber about other treatments.",
    cite=citations.SPRAVATO_CONTRAINDICATIONS,
)(absent(lambda facts: facts.office.contraindicated, "contraindication"))

somebody_takes_the_patient_home = rule(
    "ride_home_missing",
    Force.HARD,
    at=_START | _DISCHARGE,
    says="Someone must take you home. You may not drive until tomorrow, after a night's sleep.",
    clinician="No ride home is confirmed.",
    remedy="Tell us who will take you home.",
    cite=citations.SPRAVATO_PATIENT,
)(present(lambda facts: facts.office.ride_home, "ride home confirmed"))

no_monitoring_form_is_overdue = rule(
    "pmf_overdue",
    Force.HARD,
    at=Point.OFFICE_SCHEDULE | _START,
    says="This site must first send in its forms from a past visit.",
    clinician="A Patient Monitoring Form of this site is older than {monitoring_form_days}.",
    remedy="The site submits the form.",
    cite=citations.SPRAVATO_MONITORING_FORM,
)(absent(lambda facts: facts.office.monitoring_form_overdue, "overdue monitoring form"))


@rule(
    "spravato_dose_not_allowed",
    Force.HARD,
    at=Point.OFFICE_SCHEDULE | _START,
    says="This is not a dose in which Spravato is given.",
    clinician="Spravato is {office_doses_mg}, in devices of {office_device_mg_hundredths}.",
    remedy="Choose {office_doses_mg}.",
    cite=citations.SPRAVATO_DOSING,
)
def the_dose_is_two_or_three_devices(facts: Facts) -> Check:
    """Other medicines have doses of their own."""
    dose, allowed = facts.office.dose_mg_hundredths, facts.limits.office_doses_mg
    limit = " or ".join(f"{mg} mg" for mg in sorted(allowed))
    if not _may_be_spravato(facts):
        return Check(True, _NOT_SPRAVATO, limit)
    if dose is None:
        return Check(None, "dose not known", limit)
    return Check(dose in {mg * 100 for mg in allowed}, f"{dose / 100:g} mg", limit)


@rule(
    "spravato_schedule_deviation",
    Force.SOFT,
    at=_START,
    says="The first Spravato dose is usually the smaller one. Your prescriber must agree.",
    clinician="Induction starts with {office_first_dose_mg}; more for acute suicidality in MDD.",
    remedy="Start with {office_first_dose_mg}, or give a rationale.",
    cite=citations.SPRAVATO_DOSING,
)
def the_first_treatment_is_the_smaller_dose(facts: Facts) -> Check:
    """Later treatments may be either."""
    first, dose = facts.office.first_treatment, facts.office.dose_mg_hundredths
    limit = f"{facts.limits.office_first_dose_mg} mg"
    if not _may_be_spravato(facts) or first is False:
        return Check(True, "not a first Spravato", limit)
    if first is None or dose is None:
        return Check(None, "not known", limit)
    return Check(dose == facts.limits.office_first_dose_mg * 100, f"{dose / 100:g} mg", limit)


@rule(
    "spravato_fasting",
    Force.HARD,
    at=_START,
    says="You ate or drank too recently to have Spravato now.",
    clinician="Food or fluid too recent.",
    remedy="Wait. Nobody can shorten this time.",
    cite=citations.SPRAVATO_PATIENT,
)
def the_stomach_is_empty(facts: Facts) -> Check:
    """Exactly the waiting time passes."""
    limits, office = facts.limits, facts.office
    if not _may_be_spravato(facts):
        return Check(True, _NOT_SPRAVATO, "fasting")
    return check_all(
        {
            "food long enough ago": _passed(facts, office.last_food_at, limits.office_food),
            "fluid long enough ago": _passed(facts, office.last_fluid_at, limits.office_fluid),
        }
    )


@rule(
    "nasal_product_window",
    Force.HARD,
    at=_START,
    says="You used a nasal spray too recently to have Spravato now.",
    clinician="Nasal steroid or decongestant too recent.",
    remedy="Wait. Nobody can shorten this time.",
    cite=citations.SPRAVATO_PATIENT,
)
def the_nose_is_free(facts: Facts) -> Check:
    """Who used none today has no time to report."""
    limit, used = "nasal products long enough ago", facts.office.nasal_product_today
    if not _may_be_spravato(facts) or used is False:
        return Check(True, "none today" if used is False else _NOT_SPRAVATO, limit)
    last = facts.office.last_nasal_product_at
    passed = _passed(facts, last, facts.limits.office_nasal_product) if used else None
    return Check(passed, f"{last:%H:%M} UTC" if last else "not known", limit)


@rule(
    "spravato_bp_review",
    Force.SOFT,
    at=_START,
    says="Your blood pressure is raised. Your prescriber decides whether to wait.",
    clinician="Above {bp_review_above} before dosing: weigh benefit and risk, or delay.",
    remedy="Rest and measure again, or decide with rationale.",
    cite=citations.SPRAVATO_BLOOD_PRESSURE,
)
def blood_pressure_before_is_not_raised(facts: Facts) -> Check:
    """At the line passes; one above asks for the prescriber."""
    most = facts.limits.bp_review_above
    pressure = _pressure(facts.office.before)
    if pressure is None:
        return Check(None, "not measured", f"at most {most}")
    calm = pressure.systolic_mmhg <= most.systolic_mmhg
    return Check(
        calm and pressure.diastolic_mmhg <= most.diastolic_mmhg, str(pressure), f"at most {most}"
    )


@rule(
    "bp_40min_missing",
    Force.HARD,
    at=_DISCHARGE,
    says="We need a blood pressure from the time when your dose was strongest.",
    clinician="No blood pressure from {office_bp_from} to {office_bp_until} after the last device.",
    remedy="Stay. The prescriber looks at the readings there are.",
    cite=citations.SPRAVATO_BLOOD_PRESSURE,
)
def blood_pressure_at_the_peak_is_known(facts: Facts) -> Check:
    """Both ends of the window count."""
    limits, reading, last = facts.limits, facts.office.at_40_minutes, facts.office.last_device_at
    limit = f"{_minutes(limits.office_bp_from)} to {_minutes(limits.office_bp_until)} min"
    if reading is None or last is None or _pressure(reading) is None:
        return Check(None, "not measured", limit)
    after = reading.measured_at - last
    inside = limits.office_bp_from <= after <= limits.office_bp_until
    return Check(inside, f"{_minutes(after)} min", limit)


@rule(
    "monitoring_incomplete",
    Force.HARD,
    at=_DISCHARGE,
    says="You must stay the full time, and until you feel like yourself again.",
    clinician="Too little time since the last device, or a discharge criterion is open.",
    remedy="Stay with the staff. Nobody can shorten this time.",
    cite=citations.SPRAVATO_REMS,
)
def monitoring_is_complete(facts: Facts) -> Check:
    """Time from the last device, a blood pressure at the end, each criterion of the form."""
    office = facts.office
    return check_all(
        {
            "full time since the last device": _passed(
                facts, office.last_device_at, facts.limits.office_monitoring
            ),
            "blood pressure at the end": None if _pressure(office.at_end) is None else True,
            "oximetry recorded": office.oximetry_recorded,
            "sedation resolved": office.sedation_resolved,
            "dissociation resolved": office.dissociation_resolved,
            "respiration stable": office.respiration_stable,
            "clinically stable": office.clinically_stable,
            "observer signed": office.observer_signed,
        }
    )


def next_device_from(last_device_at: datetime, limits: Limits) -> datetime:
    """Say from when the next device may be given; the spray needs time between two of them."""
    return last_device_at + limits.office_device_rest


def _may_be_spravato(facts: Facts) -> bool:
    # A product that nobody has resolved is held to the stricter rules.
    return not facts.product.molecules or Molecule.ESKETAMINE in facts.product.molecules


def _pressure(reading: ReadingFact | None) -> Pressure | None:
    if reading is None or reading.systolic_mmhg is None or reading.diastolic_mmhg is None:
        return None
    return Pressure(reading.systolic_mmhg, reading.diastolic_mmhg)


def _passed(facts: Facts, since: datetime | None, least: timedelta) -> bool | None:
    return None if since is None else facts.now - since >= least


def _minutes(span: timedelta) -> int:
    return int(span.total_seconds() // 60)
