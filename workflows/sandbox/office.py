"""How is the one visit of a story to the office played? Spravato, as the REMS asks for it."""

from collections.abc import Iterator
from datetime import datetime

from workflows.sandbox.steps import At, Day, Kept, Step, Until
from workflows.sandbox.well import HOUR, MINUTE

NURSE = "nurse"
CALM = {"diastolic_mmhg": 78, "heart_rate_bpm": 70, "spo2_percent": 98}
DONE_WELL = dict.fromkeys(
    ("sedation_resolved", "dissociation_resolved", "respiration_stable", "clinically_stable"),
    True,
)
NOTHING_TO_REPORT = dict.fromkeys(
    (
        *("benzodiazepines", "non_benzodiazepine_sedatives", "psychostimulants"),
        *("monoamine_oxidase_inhibitors", "opioids", "sedation", "dissociation"),
        *("respiratory_depression", "serious_adverse_event"),
    ),
    False,
)


def visit(at: datetime) -> Iterator[Step | Until]:
    """Play it, from the referral to the monitoring form; a discharge too early is refused."""
    yield Until(at - HOUR)
    yield from _before()
    yield Until(at)
    yield from _arrival()
    lot = {"lot_number": "SPR-1"}
    yield Step(NURSE, "give_office_device", lot)
    yield Until(at + 5 * MINUTE)
    yield Step(NURSE, "give_office_device", lot)
    yield Until(at + 45 * MINUTE)
    yield _measures(139)
    early = "monitoring_incomplete"
    yield Step(NURSE, "discharge_from_office", DONE_WELL, refused=early)
    yield Until(at + 126 * MINUTE)
    yield _measures(126)
    yield Step(NURSE, "discharge_from_office", DONE_WELL)
    form = NOTHING_TO_REPORT | {
        "minutes_until_ready_to_leave": 121,
        "vitals_acceptable_before": True,
        "vitals_acceptable_at_end": True,
    }
    yield Step(NURSE, "submit_monitoring_form", form)


def _before() -> Iterator[Step]:
    yield Step("office", "list_certified_sites", keeps={"site_id": "0.id"})
    works = {"site_id": Kept("site_id")}
    yield Step("office", "assign_to_site", works, of={"user_id": NURSE})
    referred = {
        "patient_id": Kept("patient_id"),
        "site_id": Kept("site_id"),
        "product_code": "spravato-28",
        "setting": "certified_site",
        "dose_mg_hundredths": 5_600,
        "scheduled_at": At(HOUR),
    }
    keeps = {"office_session_id": "id"}
    yield Step("prescriber", "schedule_office_session", referred, keeps=keeps)
    enrolled = {"enrolled_on": Day(), "reference": "REMS-DEMO-1"}
    yield Step(NURSE, "enrol_in_rems", enrolled)


def _arrival() -> Iterator[Step]:
    yield Step(NURSE, "arrive_at_office")
    asked = {
        "pulse_oximeter": True,
        "contraindicated": False,
        "ride_home": True,
        "last_food_at": At(-3 * HOUR),
        "last_fluid_at": At(-HOUR),
        "nasal_product_today": False,
    }
    people = {"prescriber_id": Kept("prescriber"), "observer_id": Kept(NURSE)}
    yield Step(NURSE, "submit_office_pre_check", people | {"answers": asked})
    yield _measures(124)


def _measures(systolic: int) -> Step:
    return Step(NURSE, "record_office_vital_signs", CALM | {"systolic_mmhg": systolic})
