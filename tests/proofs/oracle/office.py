"""May Spravato be given, and may the patient leave? Sections 1.1 and 1.6, gate G-06."""

from rules.facts import Facts, OfficeFacts, ReadingFact
from rules.terms import Molecule, Setting
from tests.proofs.oracle.three import (
    HOUR,
    MINUTE,
    Verdict,
    above,
    any_of,
    lacks,
    sooner,
)


def office(facts: Facts, at: str, says: dict[str, Verdict]) -> None:
    """Judge the site, the people, the dose and the watch."""
    visit = facts.office
    says["prescriber_not_onsite"] = lacks(visit.prescriber_on_site)
    says["observer_missing"] = lacks(visit.observer_present)
    says["pulse_oximeter_missing"] = lacks(visit.pulse_oximeter)
    says["ride_home_missing"] = lacks(visit.ride_home)
    says["esketamine_contraindicated"] = visit.contraindicated
    says["pmf_overdue"] = visit.monitoring_form_overdue
    before = visit.before
    says["spravato_bp_review"] = (
        None
        if before is None
        else any_of(above(before.systolic_mmhg, 140), above(before.diastolic_mmhg, 90))
    )
    _spravato(facts, visit, says)
    if at == "X":
        _leaving(facts, visit, says)


def _spravato(facts: Facts, visit: OfficeFacts, says: dict[str, Verdict]) -> None:
    """What the label and the REMS add; not asked when the product is surely another one."""
    today, enrolled, mg = facts.person.local_date, visit.rems_enrolled_on, visit.dose_mg_hundredths
    late = None if enrolled is None or today is None else enrolled > today
    own = {
        "site_not_certified": _uncertified(facts),
        "rems_patient_not_enrolled": False if visit.inpatient else late,
        "spravato_dose_not_allowed": None if mg is None else mg not in (5600, 8400),
        "spravato_schedule_deviation": visit.first_treatment
        and (None if mg is None else mg != 5600),
        "spravato_fasting": any_of(
            sooner(visit.last_food_at, facts.now, 2 * HOUR),
            sooner(visit.last_fluid_at, facts.now, 30 * MINUTE),
        ),
        "nasal_product_window": visit.nasal_product_today
        and sooner(visit.last_nasal_product_at, facts.now, HOUR),
    }
    other = bool(facts.product.molecules) and Molecule.ESKETAMINE not in facts.product.molecules
    says.update(dict.fromkeys(own, False) if other else own)


def _uncertified(facts: Facts) -> Verdict:
    """The place must be a certified one by its kind, and certified on this very day."""
    setting, certified = facts.product.setting, facts.office.site_certified
    if setting is None or certified is None:
        return None
    return not (setting is Setting.CERTIFIED_SITE and certified)


def _leaving(facts: Facts, visit: OfficeFacts, says: dict[str, Verdict]) -> None:
    last = visit.last_device_at
    wrong = None
    if last is not None and _with_pressure(visit.at_40_minutes):
        wrong = not 35 * MINUTE <= visit.at_40_minutes.measured_at - last <= 50 * MINUTE
    says["bp_40min_missing"] = wrong
    says["monitoring_incomplete"] = any_of(
        sooner(last, facts.now, 120 * MINUTE),
        lacks(visit.oximetry_recorded),
        lacks(visit.sedation_resolved),
        lacks(visit.dissociation_resolved),
        lacks(visit.respiration_stable),
        lacks(visit.clinically_stable),
        lacks(visit.observer_signed),
        False if _with_pressure(visit.at_end) else None,
    )


def _with_pressure(reading: ReadingFact | None) -> bool:
    return reading is not None and None not in (reading.systolic_mmhg, reading.diastolic_mmhg)
