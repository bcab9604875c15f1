"""Does the law stop what it must, where the patient is today?"""

from datetime import date, timedelta

import pytest

from rules.core import Point
from tests.rules.asking import ask, decide
from tests.rules.facts_factory import NOW, TODAY, ago
from tests.rules.rows import Row, met, not_met, params, unknown

YES_NO = (
    ("identity_not_verified", "person__identity_verified"),
    ("state_not_enabled", "authority__state_enabled"),
    ("prescriber_not_licensed_in_state", "authority__prescriber_licensed"),
    ("prescriber_dea_invalid", "authority__dea_registered"),
    ("prescriber_dea_state_mismatch", "authority__dea_in_state"),
    ("in_person_visit_absent", "authority__in_person_evaluated"),
    ("state_pharmacy_not_licensed", "authority__compounding_ship_ok"),
    ("consent_missing", "authority__consent_signed"),
    ("consent_outdated", "authority__consent_is_current"),
    ("capacity_or_consent_absent", "authority__capacity"),
)
THROUGH = "authority__telemedicine_through"
SEEN = "authority__in_person_evaluated"
REQUIRED = "authority__in_person_required"
THERE = "authority__prescriber_local_date"
LICENSED = "authority__prescriber_licensed"
PHYSICIAN = "authority__prescriber_is_physician"
OTHERS = "authority__npp_prescriber_allowed"
DAYS = "authority__order_days_supply"
MOST_DAYS = "authority__state_days_supply_max"
A_DAY = timedelta(days=1)
PDMP = "authority__pdmp_checked_at"

ROWS = (
    *(Row(code, True, {fact: True}) for code, fact in YES_NO),
    *(Row(code, False, {fact: False}) for code, fact in YES_NO),
    *(Row(code, None, {fact: None}) for code, fact in YES_NO),
    unknown("state_not_enabled", authority__state=None),
    met("telemedicine_authority_expired", **{THROUGH: TODAY}),
    not_met("telemedicine_authority_expired", **{THROUGH: TODAY - timedelta(days=1)}),
    met("telemedicine_authority_expired", **{THROUGH: date(2026, 1, 1), SEEN: True}),
    unknown("telemedicine_authority_expired", **{THROUGH: None}),
    unknown("telemedicine_authority_expired", person__local_date=None),
    unknown("telemedicine_authority_expired", **{THERE: None}),
    not_met("telemedicine_authority_expired", **{THROUGH: TODAY, THERE: TODAY + A_DAY}),
    met("telemedicine_authority_expired", **{THROUGH: TODAY, THERE: TODAY - A_DAY}),
    met("telemedicine_authority_expired", **{THROUGH: TODAY - A_DAY, THERE: None, SEEN: True}),
    met("prescriber_not_licensed_in_state", **{PHYSICIAN: False, OTHERS: True}),
    met("prescriber_not_licensed_in_state", **{PHYSICIAN: None, OTHERS: True}),
    met("prescriber_not_licensed_in_state", **{PHYSICIAN: True, OTHERS: None}),
    not_met("prescriber_not_licensed_in_state", **{PHYSICIAN: False, OTHERS: False}),
    not_met("prescriber_not_licensed_in_state", **{LICENSED: False, OTHERS: True}),
    unknown("prescriber_not_licensed_in_state", **{PHYSICIAN: None, OTHERS: False}),
    unknown("prescriber_not_licensed_in_state", **{PHYSICIAN: False, OTHERS: None}),
    unknown("prescriber_not_licensed_in_state", **{LICENSED: None, OTHERS: True}),
    met("state_supply_limit", **{DAYS: 30, MOST_DAYS: 30}),
    not_met("state_supply_limit", **{DAYS: 31, MOST_DAYS: 30}),
    unknown("state_supply_limit", **{DAYS: None}),
    unknown("state_supply_limit", **{MOST_DAYS: None}),
    met("in_person_eval_missing", **{REQUIRED: True, SEEN: True}),
    not_met("in_person_eval_missing", **{REQUIRED: True, SEEN: False}),
    unknown("in_person_eval_missing", **{REQUIRED: None}),
    unknown("in_person_eval_missing", **{REQUIRED: True, SEEN: None}),
    met("pdmp_not_checked", **{PDMP: NOW}),
    not_met("pdmp_not_checked", **{PDMP: NOW + timedelta(seconds=1)}),
    unknown("pdmp_not_checked", **{PDMP: None}),
    met("pdmp_stale", **{PDMP: ago(hours=24)}),
    not_met("pdmp_stale", **{PDMP: ago(hours=24, seconds=1)}),
    unknown("pdmp_stale", **{PDMP: None}),
    met("contact_stale", authority__contact_at=ago(days=90)),
    not_met("contact_stale", authority__contact_at=ago(days=90, seconds=1)),
    unknown("contact_stale", authority__contact_at=None),
    met("rx_refill_limit", authority__refills_used=4),
    not_met("rx_refill_limit", authority__refills_used=5),
    unknown("rx_refill_limit", authority__refills_used=None),
    met("rx_expired_6mo", authority__prescription_issued_on=date(2026, 5, 21)),
    not_met("rx_expired_6mo", authority__prescription_issued_on=date(2026, 5, 20)),
    met("rx_expired_6mo", authority__prescription_issued_on=date(2026, 5, 31)),
    *(
        Row(
            "rx_expired_6mo",
            fits,
            {"authority__prescription_issued_on": issued, "person__local_date": date(2027, 1, 21)},
        )
        for issued, fits in (
            (date(2026, 6, 21), False),
            (date(2026, 7, 20), False),
            (date(2026, 7, 21), True),
            (date(2026, 8, 21), True),
        )
    ),
    unknown("rx_expired_6mo", authority__prescription_issued_on=None),
    unknown("rx_expired_6mo", person__local_date=None),
    met("early_refill", authority__supply_remaining_sessions=1),
    not_met("early_refill", authority__supply_remaining_sessions=2),
    unknown("early_refill", authority__supply_remaining_sessions=None),
)


@pytest.mark.parametrize("row", params(ROWS))
def test_one_changed_fact(row):
    assert ask(row).check.met is row.met


def test_the_end_of_telemedicine_stops_prescriptions_but_no_dose_already_dispensed():
    ended = {THROUGH: TODAY - timedelta(days=1)}
    order = decide(Row("pdmp_stale", True, ended, Point.ORDER))
    dose = decide(Row("clearance_missing", True, ended, Point.DOSE))

    assert "telemedicine_authority_expired" in order.codes
    assert dose.codes == ()
