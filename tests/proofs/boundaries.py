"""Which values lie on both sides of every number of the document?

For each field that is neither yes/no nor a choice: one step before, on, and after each number.
"""

from datetime import date, datetime, timedelta

from tests.proofs.moments import Moment
from tests.proofs.oracle.three import months_later

SECOND = timedelta(seconds=1)
NUMBERS = {
    "product.tablet_count_expected": (0, 2, 6),
    "product.tablet_count_reported": (0, 2, 6),
    "authority.refills_used": (0, 4, 5, 6),
    "authority.supply_remaining_sessions": (0, 1, 2, 6),
    "authority.order_days_supply": (0, 21, 30, 90),
    "authority.state_days_supply_max": (0, 21, 30, 90),
    "course.booster_mg_hundredths": (0, 5_000, 7_500, 10_000),
    "course.first_part_mg_hundredths": (0, 10_000, 15_000, 20_000),
    "intake.body_mass_index_tenths": (250, 400),
    "instruments.phq9": (0, 5, 10, 27),
    "instruments.gad7": (0, 5, 10, 21),
    "instruments.pcl5": (0, 33, 80),
    "instruments.audit_c": (0, 3, 4, 8, 12),
    "instruments.dast10": (0, 3, 5, 6, 10),
    "instruments.asrm": (0, 6, 20),
    "instruments.urinary_sum": (0, 3, 6, 15),
    "instruments.urinary_worst_pain": (0, 2, 3),
    "instruments.cognitive_sum": (0, 4, 6, 12),
    "instruments.cognitive_baseline": (0, 2, 4, 6),
    "course.sessions_allowed": (1, 2, 4, 6),
    "course.sessions_used": (0, 1, 3, 4, 6),
    "course.planned_dose_mg_hundredths": (
        *(0, 5_000, 10_000, 15_000, 20_000, 21_000, 30_000, 35_000, 40_000, 45_000, 49_000),
    ),
    "course.previous_dose_mg_hundredths": (5_000, 10_000, 20_000, 30_000),
    "course.weight_g": (40_000, 50_000, 60_000, 64_286, 66_667, 70_000, 100_000),
    "day.sleep_minutes": (0, 240, 480),
    "day.clock_skew_seconds": (-120, 0, 120),
    "release.moaas": (1, 3, 5),
    "release.state_check_worst": (1, 2, 3),
    "office.dose_mg_hundredths": (2_800, 5_600, 8_400),
}
HOURS_AGO = {
    "person.pregnancy_tested_at": (7 * 24, 28 * 24),
    "authority.pdmp_checked_at": (0, 24),
    "authority.contact_at": (90 * 24,),
    "instruments.suicide_risk_answered_at": (12, 24),
    "course.approval_signed_at": (90 * 24,),
    "course.approval_expires_at": (0,),
    "course.planned_at": (0, -24, -72, -168),
    "course.weighed_at": (30 * 24,),
    "course.prepared_at": (90 * 24,),
    "course.booster_first_part_at": (10 / 60, 30 / 60),
    "day.submitted_at": (0, 0.5, 12, 24),
    "day.last_food_at": (2, 4, 8),
    "day.last_fluid_at": (0.5, 2),
    "vitals.check_in_opened_at": (0, 1 / 6, 0.5),
    "sitter.trained_at": (90 * 24,),
    "sitter.attested_at": (0, 1.5),
    "cover.on_call_until": (0, -4, -7, -8),
    "cover.needed_until": (0, -4, -7, -8),
    "clearance.expires_at": (0, -0.5),
    "release.dose_taken_at": (2,),
    "office.last_food_at": (2,),
    "office.last_fluid_at": (0.5,),
    "office.last_nasal_product_at": (1,),
    "office.last_device_at": (35 / 60, 50 / 60, 2),
}
DAYS_AGO = {
    "person.local_date": (0,),
    "product.beyond_use_on": (0,),
    "product.esketamine_last_dose_on": (0, 7),
    "product.drug_data_on": (35, 90),
    "authority.telemedicine_through": (0,),
    "authority.prescriber_local_date": (0,),
    "course.planned_local_date": (0, -3, -10),
    "office.rems_enrolled_on": (0,),
}
MONTHS_AGO = {
    "person.born_on": (18 * 12, 65 * 12),
    "sitter.born_on": (18 * 12,),
    "authority.prescription_issued_on": (6,),
}
WORDS = {
    "person.drinks_like": ("man", "woman"),
    "person.time_zone": ("America/New_York", "Pacific/Honolulu"),
    "product.lot": ("", "L-1"),
    "authority.state": ("NY", "CA"),
    "authority.law": ("one-review", "another-review"),
    "intake.unanswered": ((), ("body.height_cm",)),
    "intake.indications": (
        (),
        *((one,) for one in ("wellness", "chronic_pain", "substance_use_treatment", "other")),
        *((one,) for one in ("major_depressive_disorder", "treatment_resistant_depression")),
        *((one,) for one in ("generalized_anxiety_disorder", "anxiety_disorder")),
        *((one,) for one in ("post_traumatic_stress_disorder", "obsessive_compulsive_disorder")),
        ("wellness", "major_depressive_disorder"),
        ("post_traumatic_stress_disorder", "chronic_pain"),
    ),
    "instruments.incomplete": ((), ("phq9",), ("cssrs", "asrm")),
    "course.preparation_missing": ((), ("module:safety",)),
    "course.hold_codes": (
        (),
        ("coach",),
        ("safety_officer", "patient"),
        ("urinary_symptoms_hold",),
    ),
}


def numbers(name: str) -> list[int]:
    """Give the numbers of a field, each with its neighbours."""
    steps = {value + step for value in NUMBERS[name] for step in (-1, 0, 1)}
    return sorted(step for step in steps if step >= 0 or name == "day.clock_skew_seconds")


def instants(name: str, moment: Moment) -> list[datetime]:
    """Give the instants of a field, a second before, on, and after each window."""
    marks = (moment.now - timedelta(hours=hours) for hours in HOURS_AGO[name])
    return [mark + step for mark in marks for step in (-SECOND, 0 * SECOND, SECOND)]


def dates(name: str, moment: Moment) -> list[date]:
    """Give the dates of a field, a day before, on, and after each window."""
    marks = [moment.today - timedelta(days=days) for days in DAYS_AGO.get(name, ())]
    marks += [months_later(moment.today, -months) for months in MONTHS_AGO.get(name, ())]
    if name.endswith("born_on"):
        marks += [date(2008, 2, 29), date(2010, 2, 28), date(2009, 3, 1)]
    return [mark + timedelta(days=step) for mark in marks for step in (-1, 0, 1)]
