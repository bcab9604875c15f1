"""May a supervised session begin, and may the patient leave?"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rules.core import Point
from rules.dose.monitoring_form import monitoring_form_due_at, monitoring_form_reminders
from rules.dose.office import (
    next_device_from,
)
from rules.limits import LIMITS
from rules.terms import Molecule, Route, Setting
from tests.rules.asking import ask, decide
from tests.rules.facts_factory import NOW, TODAY, a_reading, ago
from tests.rules.rows import Row, met, not_met, params, unknown

CLINIC_KETAMINE = {
    "product__molecules": (Molecule.KETAMINE,),
    "product__setting": Setting.CLINIC,
    "product__route": Route.INTRAMUSCULAR,
}
YES = (
    ("prescriber_not_onsite", "office__prescriber_on_site"),
    ("observer_missing", "office__observer_present"),
    ("pulse_oximeter_missing", "office__pulse_oximeter"),
    ("ride_home_missing", "office__ride_home"),
)
NO = (
    ("esketamine_contraindicated", "office__contraindicated"),
    ("pmf_overdue", "office__monitoring_form_overdue"),
)
RESOLVED = (
    "office__oximetry_recorded",
    "office__sedation_resolved",
    "office__dissociation_resolved",
    "office__respiration_stable",
    "office__clinically_stable",
    "office__observer_signed",
)
PEAK = "office__at_40_minutes"
DEVICE = "office__last_device_at"


def at_peak(minutes):
    return {PEAK: a_reading(at=ago(minutes=125) + timedelta(minutes=minutes))}


def leaving(met_, **change):
    return Row("monitoring_incomplete", met_, change, Point.OFFICE_DISCHARGE)


ROWS = (
    *(Row(code, True, {fact: True}) for code, fact in YES),
    *(Row(code, False, {fact: False}) for code, fact in YES),
    *(Row(code, None, {fact: None}) for code, fact in YES),
    *(Row(code, True, {fact: False}) for code, fact in NO),
    *(Row(code, False, {fact: True}) for code, fact in NO),
    *(Row(code, None, {fact: None}) for code, fact in NO),
    met("site_not_certified", office__site_certified=True),
    not_met("site_not_certified", office__site_certified=False),
    not_met("site_not_certified", product__setting=Setting.CLINIC),
    not_met("site_not_certified", product__setting=Setting.HOME),
    unknown("site_not_certified", office__site_certified=None),
    unknown("site_not_certified", product__setting=None),
    met("site_not_certified", **CLINIC_KETAMINE, office__site_certified=False),
    not_met("site_not_certified", product__molecules=None, office__site_certified=False),
    met("rems_patient_not_enrolled", office__rems_enrolled_on=TODAY),
    not_met("rems_patient_not_enrolled", office__rems_enrolled_on=TODAY + timedelta(days=1)),
    met("rems_patient_not_enrolled", office__inpatient=True, office__rems_enrolled_on=None),
    met("rems_patient_not_enrolled", **CLINIC_KETAMINE, office__rems_enrolled_on=None),
    unknown("rems_patient_not_enrolled", office__rems_enrolled_on=None),
    unknown("rems_patient_not_enrolled", person__local_date=None),
    met("spravato_dose_not_allowed", office__dose_mg_hundredths=8_400),
    not_met("spravato_dose_not_allowed", office__dose_mg_hundredths=2_800),
    not_met("spravato_dose_not_allowed", office__dose_mg_hundredths=8_401),
    met("spravato_dose_not_allowed", **CLINIC_KETAMINE, office__dose_mg_hundredths=5_000),
    unknown("spravato_dose_not_allowed", office__dose_mg_hundredths=None),
    met("spravato_schedule_deviation", office__dose_mg_hundredths=5_600),
    not_met("spravato_schedule_deviation", office__dose_mg_hundredths=8_400),
    met(
        "spravato_schedule_deviation",
        office__dose_mg_hundredths=8_400,
        office__first_treatment=False,
    ),
    unknown("spravato_schedule_deviation", office__first_treatment=None),
    unknown("spravato_schedule_deviation", office__dose_mg_hundredths=None),
    met("spravato_fasting", office__last_food_at=ago(hours=2)),
    not_met("spravato_fasting", office__last_food_at=ago(hours=2, seconds=-1)),
    met("spravato_fasting", office__last_fluid_at=ago(minutes=30)),
    not_met("spravato_fasting", office__last_fluid_at=ago(minutes=29, seconds=59)),
    met("spravato_fasting", **CLINIC_KETAMINE, office__last_food_at=None),
    unknown("spravato_fasting", office__last_food_at=None),
    unknown("spravato_fasting", office__last_fluid_at=None),
    met("nasal_product_window", office__last_nasal_product_at=ago(hours=1)),
    not_met("nasal_product_window", office__last_nasal_product_at=ago(minutes=59, seconds=59)),
    met(
        "nasal_product_window",
        office__nasal_product_today=False,
        office__last_nasal_product_at=None,
    ),
    met("nasal_product_window", **CLINIC_KETAMINE, office__last_nasal_product_at=None),
    unknown("nasal_product_window", office__nasal_product_today=None),
    unknown("nasal_product_window", office__last_nasal_product_at=None),
    met("spravato_bp_review", office__before=a_reading(140, 90)),
    not_met("spravato_bp_review", office__before=a_reading(141, 90)),
    not_met("spravato_bp_review", office__before=a_reading(140, 91)),
    unknown("spravato_bp_review", office__before=a_reading(140, None)),
    unknown("spravato_bp_review", office__before=None),
    met("bp_40min_missing", **at_peak(35)),
    met("bp_40min_missing", **at_peak(50)),
    not_met("bp_40min_missing", **at_peak(34.99)),
    not_met("bp_40min_missing", **at_peak(50.01)),
    unknown("bp_40min_missing", **{PEAK: None}),
    unknown("bp_40min_missing", **{PEAK: a_reading(None, 80, at=ago(minutes=85))}),
    unknown("bp_40min_missing", **{DEVICE: None}),
    leaving(True, **{DEVICE: ago(minutes=120)}),
    leaving(False, **{DEVICE: ago(minutes=120, seconds=-1)}),
    leaving(None, **{DEVICE: None}),
    leaving(None, office__at_end=None),
    leaving(None, office__at_end=a_reading(120, None)),
    *(leaving(False, **{fact: False}) for fact in RESOLVED),
    *(leaving(None, **{fact: None}) for fact in RESOLVED),
)


@pytest.mark.parametrize("row", params(ROWS))
def test_one_changed_fact(row):
    assert ask(row).check.met is row.met


def test_nobody_leaves_without_somebody_to_take_them_home():
    row = Row("ride_home_missing", False, {"office__ride_home": False}, Point.OFFICE_DISCHARGE)

    assert decide(row).outcome == "stop"


def test_ketamine_at_the_clinic_begins_without_the_spravato_paperwork():
    change = {**CLINIC_KETAMINE, "office__rems_enrolled_on": None, "office__site_certified": None}

    assert decide(Row("observer_missing", True, change)).codes == ()


def test_the_monitoring_form_is_due_at_the_end_of_the_seventh_local_day():
    site = ZoneInfo("America/Los_Angeles")

    due = monitoring_form_due_at(date(2026, 12, 25), site, LIMITS)

    assert due == datetime(2027, 1, 1, 23, 59, 59, tzinfo=site)


@pytest.mark.parametrize(("last", "days"), [(7, (28, 30, 32)), (5, (28, 30)), (2, ())])
def test_the_site_is_reminded_of_the_form_on_the_third_fifth_and_seventh_morning(last, days):
    site = ZoneInfo("America/Denver")
    limits = LIMITS.tightened(monitoring_form_days=last)

    reminders = monitoring_form_reminders(date(2026, 12, 25), site, limits)

    first = datetime(2026, 12, 1, 6, tzinfo=site)
    assert reminders == tuple(first + timedelta(days=day - 1) for day in days)


def test_the_next_device_waits_five_minutes():
    assert next_device_from(NOW, LIMITS) == NOW + timedelta(minutes=5)


@pytest.mark.parametrize("point", [Point.OFFICE_SCHEDULE, Point.OFFICE_START])
def test_a_dose_of_no_device_is_refused_from_the_schedule_on(point):
    row = Row("spravato_dose_not_allowed", False, {"office__dose_mg_hundredths": 6_000}, point)

    assert decide(row).outcome == "stop"


@pytest.mark.parametrize(
    ("code", "fact"),
    [
        ("open_adverse_event", {"course__open_adverse_event": True}),
        ("serious_ae_unreviewed", {"course__serious_event_unreviewed": True}),
        ("care_team_hold", {"course__hold_codes": ("coach",)}),
        ("enrolment_suspended", {"course__suspended": True}),
    ],
)
def test_what_holds_a_dose_at_home_holds_it_in_the_office(code, fact):
    assert decide(Row(code, False, fact, Point.OFFICE_START)).codes == (code,)
