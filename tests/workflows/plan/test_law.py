"""Does each thing a state or the country says reach the gate, and close it at the right moment?"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from models.plan.law import Jurisdiction
from models.plan.treatment_plans import TreatmentPlan
from models.platform.decisions import GateDecision
from rules.limits import LIMITS
from rules.terms import Profession
from tests.clock import HandClock
from tests.factories.clinic import Clinic
from tests.factories.law import enacted, of_state, telemedicine
from tests.factories.people import a_credential
from tests.factories.plan import an_evaluation
from workflows.intake import consent
from workflows.plan import approvals, authority, orders
from workflows.plan.authority import Standing, Where
from workflows.plan.orders import NewOrder
from workflows.platform.errors import HardStop, InvalidContent
from workflows.platform.gatekeeping import read_facts

DENVER = ZoneInfo("America/Denver")
LAST_SECOND = datetime(2026, 12, 31, 23, 59, 59, tzinfo=DENVER)
MIDNIGHT = datetime(2027, 1, 1, tzinfo=DENVER)
ADVISORY = "in_person_visit_absent"
EXPIRED = "telemedicine_authority_expired"
EAST, WEST = "America/Chicago", "America/Los_Angeles"


def _at(clinic: Clinic, moment: datetime) -> None:
    clock = clinic.runtime.clock
    assert isinstance(clock, HandClock)
    clock.set(moment.astimezone(UTC))


def _standing(clinic: Clinic, **over: Any) -> Standing:
    today = clinic.runtime.clock.now().astimezone(DENVER).date()
    with clinic.acting() as work:
        return authority.read(
            work, Where(clinic.patient.id, clinic.prescriber.id, over.get("state", "CO"), today)
        )


def _stops_approval(clinic: Clinic, **over: Any) -> tuple[str, ...]:
    """Ask with a fresh query, so that nothing but the law can stop it."""
    an_evaluation(
        clinic.session, clinic.runtime.clock.now(), clinic.patient, clinic.prescriber, **over
    )
    clinic.session.commit()
    try:
        with clinic.acting() as work:
            approvals.decide(work, clinic.patient.id, clinic.verdict())
    except HardStop as stopped:
        return tuple(code for code in stopped.decision.codes if code != ADVISORY)
    return ()


def _stops_order(clinic: Clinic, plan: TreatmentPlan, **over: Any) -> tuple[str, ...]:
    wanted = {"external_prescription_id": "RX-1", "patient_state": "CO"} | over
    try:
        with clinic.acting() as work:
            orders.order_medication(work, plan.id, NewOrder(**wanted))
    except HardStop as stopped:
        return tuple(code for code in stopped.decision.codes if code != ADVISORY)
    return ()


# The same second is another day one zone further east: whoever's day ends first decides.
@pytest.mark.parametrize(
    ("moment", "prescribers_zone", "stops"),
    [
        (LAST_SECOND, None, False),
        (MIDNIGHT, None, True),
        (LAST_SECOND, WEST, False),
        (MIDNIGHT, WEST, True),
        (LAST_SECOND, EAST, True),
        (LAST_SECOND - timedelta(hours=1), EAST, False),
        (LAST_SECOND - timedelta(minutes=59, seconds=59), EAST, True),
    ],
)
def test_telemedicine_ends_with_the_day_that_ends_first(
    clinic: Clinic, moment: datetime, *, prescribers_zone: str | None, stops: bool
) -> None:
    clinic.prescriber.time_zone = prescribers_zone
    _at(clinic, moment)
    assert (EXPIRED in _stops_approval(clinic)) is stops


def test_a_zone_that_nobody_knows_stops(clinic: Clinic) -> None:
    clinic.prescriber.time_zone = "Mars/Olympus"
    assert EXPIRED in _stops_approval(clinic)


def test_after_the_end_an_older_prescription_is_not_refilled_without_a_visit(
    clinic: Clinic,
) -> None:
    plan = clinic.signed_plan()
    _at(clinic, MIDNIGHT)
    an_evaluation(clinic.session, MIDNIGHT, clinic.patient, clinic.prescriber)
    clinic.session.commit()
    assert EXPIRED in _stops_order(clinic, plan)
    _at(clinic, LAST_SECOND)
    assert EXPIRED not in _stops_order(clinic, plan)


@pytest.mark.parametrize(("own_visit", "stops"), [(True, False), (False, True)])
def test_only_a_visit_to_this_very_prescriber_opens_it_again(
    clinic: Clinic, *, own_visit: bool, stops: bool
) -> None:
    who = clinic.prescriber if own_visit else clinic.second
    before = clinic.now - timedelta(days=3)
    an_evaluation(clinic.session, before, clinic.patient, who, modality="in_person")
    clinic.session.commit()
    _at(clinic, MIDNIGHT)
    assert (EXPIRED in _stops_approval(clinic)) is stops


def test_two_people_extend_it_with_a_source(clinic: Clinic) -> None:
    enacted(clinic.runtime, telemedicine(date(2027, 1, 1), date(2027, 6, 30)))
    _at(clinic, MIDNIGHT)
    assert EXPIRED not in _stops_approval(clinic)
    assert _standing(clinic).authority.telemedicine_through == date(2027, 6, 30)


def test_a_later_revision_may_also_shorten_it(clinic: Clinic) -> None:
    enacted(clinic.runtime, telemedicine(date(2026, 1, 1), date(2026, 11, 20)))
    assert EXPIRED in _stops_approval(clinic)


def test_a_decision_names_the_rows_it_stood_on(clinic: Clinic) -> None:
    enacted(clinic.runtime, of_state(clinic.runtime, valid_from=date(2026, 1, 1)))
    assert _stops_approval(clinic) == ()
    kept = clinic.session.scalars(select(GateDecision)).one()
    assert read_facts(kept.facts).authority.law == "CO@2026-01-01#2 telemedicine@2026-01-01#1"


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"enabled": False}, "state_not_enabled"),
        ({"in_person_required": True}, "in_person_eval_missing"),
        ({"npp_prescriber_allowed": False}, "prescriber_not_licensed_in_state"),
        ({"extra_consent_name": "at_home_ketamine", "extra_consent_edition": 1}, None),
    ],
)
def test_what_a_state_says_stops_an_approval(
    clinic: Clinic, over: dict[str, Any], code: str | None
) -> None:
    enacted(clinic.runtime, of_state(clinic.runtime, **over))
    assert _stops_approval(clinic) == (() if code is None else (code,))


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"compounding_ship_ok": False}, "state_pharmacy_not_licensed"),
        ({"sch3_days_supply_max": 13}, "state_supply_limit"),
        ({"sch3_days_supply_max": 14}, None),
    ],
)
def test_what_a_state_says_stops_an_order(
    clinic: Clinic, over: dict[str, Any], code: str | None
) -> None:
    plan = clinic.signed_plan()
    enacted(clinic.runtime, of_state(clinic.runtime, **over))
    assert _stops_order(clinic, plan) == (() if code is None else (code,))


def test_a_smaller_order_fits_the_states_limit(clinic: Clinic) -> None:
    plan = clinic.signed_plan()
    enacted(clinic.runtime, of_state(clinic.runtime, sch3_days_supply_max=7))
    assert _stops_order(clinic, plan) == ("state_supply_limit",)
    assert _stops_order(clinic, plan, sessions=1) == ()


@pytest.mark.parametrize(
    ("profession", "stops"),
    [(Profession.PHYSICIAN, False), (Profession.NURSE_PRACTITIONER, True), (None, True)],
)
def test_where_only_physicians_prescribe_the_licence_must_say_so(
    clinic: Clinic, *, profession: Profession | None, stops: bool
) -> None:
    a_credential(clinic.session, clinic.second, profession=profession)
    enacted(clinic.runtime, of_state(clinic.runtime, npp_prescriber_allowed=False))
    where = Where(clinic.patient.id, clinic.second.id, "CO", clinic.now.date())
    with clinic.acting() as work:
        known = authority.read(work, where).authority
    assert (known.prescriber_is_physician is not True) is stops
    assert known.npp_prescriber_allowed is False


def test_a_review_that_ran_out_closes_the_state_on_the_next_day(clinic: Clinic) -> None:
    enacted(clinic.runtime, of_state(clinic.runtime))
    last = clinic.now + timedelta(days=179)
    _at(clinic, last)
    assert _standing(clinic).authority.state_enabled is True
    _at(clinic, last + timedelta(days=1))
    assert _standing(clinic).authority.state_enabled is False


def test_a_law_with_an_end_closes_and_does_not_fall_back_on_an_older_row(clinic: Clinic) -> None:
    today = clinic.now.date()
    enacted(clinic.runtime, of_state(clinic.runtime, valid_until=today))
    assert _standing(clinic).authority.state_enabled is True
    _at(clinic, clinic.now + timedelta(days=1))
    assert _standing(clinic).authority.state_enabled is False


def test_a_state_may_ask_for_more_years_and_for_a_fresher_look(clinic: Clinic) -> None:
    enacted(clinic.runtime, of_state(clinic.runtime, minor_age=19, pdmp_hours=4))
    limits = _standing(clinic).limits
    assert (limits.adult_years, limits.pdmp_life) == (19, timedelta(hours=4))
    assert LIMITS.adult_years == 18


def test_who_signed_nothing_of_the_state_has_not_consented_there(clinic: Clinic) -> None:
    known = consent.to_state_text({"at_home_ketamine": 1}, None)
    assert known == (True, True)


def test_a_text_of_the_state_is_signed_and_its_edition_is_the_asked_one() -> None:
    law = Jurisdiction(
        state="CO",
        valid_from=date(2026, 1, 1),
        enabled=True,
        review_expires_on=date(2026, 12, 31),
        in_person_required=False,
        pdmp_hours=24,
        extra_consent_name="co_text",
        extra_consent_edition=2,
        source="",
    )
    assert consent.to_state_text({}, law) == (False, False)
    assert consent.to_state_text({"co_text": None}, law) == (False, False)
    assert consent.to_state_text({"co_text": 1}, law) == (True, False)
    assert consent.to_state_text({"co_text": 2}, law) == (True, True)


def test_the_text_that_stands_is_read_from_what_was_signed_last(clinic: Clinic) -> None:
    with clinic.as_patient() as work:
        signed = work.session.scalar(select(consent.newest_signed(clinic.patient.id)))
    assert signed == {"at_home_ketamine": 1}
    clinic.runtime.clock.advance(minutes=1)  # type: ignore[attr-defined]
    with clinic.as_patient() as work:
        consent.withdraw(work, clinic.patient.id, "Pat")
    with clinic.as_patient() as work:
        signed = work.session.scalar(select(consent.newest_signed(clinic.patient.id)))
    assert signed == {"at_home_ketamine": None}


def test_a_state_without_a_row_is_shut(clinic: Clinic) -> None:
    known = _standing(clinic, state="WY").authority
    assert known.state_enabled is False
    assert known.law == "telemedicine@2026-01-01#1"


def test_a_text_that_nobody_published_is_asked_of_nobody(clinic: Clinic) -> None:
    unknown = of_state(clinic.runtime, extra_consent_name="nowhere", extra_consent_edition=1)
    with pytest.raises(InvalidContent):
        enacted(clinic.runtime, unknown)
