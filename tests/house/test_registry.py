"""Is every reason code of the clinical document here: its class, its moments, its facts?

The tables are typed from the registry (§8.8) and the gate table (§8.6) of the clinical document, by
hand and not from the rules: they are what the rules are compared with.
"""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

import pytest

from rules.core import Point
from rules.dose.emergencies import TEXTS
from rules.facts import Facts
from rules.gates import RULES
from rules.terms import Force
from tests.house.source import ROOT, File, files

REGISTRY: Mapping[Force, str] = {
    Force.HARD: """
        esketamine_home_prohibited esketamine_setting_change_prohibited
        product_identity_unresolved product_not_on_home_formulary route_not_allowed_at_home
        intranasal_ketamine_home_prohibited enantiomer_not_allowed
        concurrent_esketamine_course concurrent_ketamine_elsewhere drug_data_stale
        product_expired lot_missing lot_recalled site_not_certified
        rems_patient_not_enrolled prescriber_not_onsite observer_missing
        pulse_oximeter_missing esketamine_contraindicated spravato_dose_not_allowed
        spravato_fasting nasal_product_window ride_home_missing bp_40min_missing
        monitoring_incomplete pmf_overdue identity_not_verified state_not_enabled
        prescriber_not_licensed_in_state prescriber_dea_invalid
        prescriber_dea_state_mismatch telemedicine_authority_expired in_person_eval_missing
        pdmp_not_checked pdmp_stale rx_refill_limit rx_expired_6mo early_refill
        consent_missing consent_outdated capacity_or_consent_absent age_under_18
        diagnosis_not_documented indication_out_of_scope pregnancy pregnancy_test_overdue
        breastfeeding psychotic_disorder_history psychosis_active mania_active mania_history
        dissociative_disorder_primary hypertension_uncontrolled cardiac_unstable
        aneurysm_or_avm intracranial_haemorrhage_history stroke_history
        raised_intracranial_pressure glaucoma_uncontrolled hyperthyroidism_uncontrolled
        hepatic_severe renal_severe respiratory_severe sleep_apnoea_untreated
        seizure_uncontrolled sud_active_or_recent opioid_use_disorder_history
        ketamine_misuse_history ketamine_cystitis_history ketamine_hypersensitivity
        suicide_risk_high suicide_risk_moderate_unassessed suicide_attempt_recent
        opioid_concurrent benzodiazepine_high_dose interaction_block audit_c_high
        dast10_high no_sitter no_safe_home no_emergency_address intake_incomplete
        medication_unmapped instrument_incomplete approval_missing approval_expired
        course_session_limit reevaluation_required material_change_unreviewed
        prep_session_missing post_first_session_review_missing mid_course_review_missing
        followup_24h_missing open_adverse_event serious_ae_unreviewed interval_too_short
        weekly_session_cap dose_cap_exceeded first_dose_cap_exceeded dose_reset_required
        booster_not_prescribed booster_window_closed redose_prohibited weight_stale
        cumulative_exposure_review urinary_symptoms_hold cssrs_stale cssrs_incomplete
        fasting_food fasting_fluid alcohol_window cannabis_window opioid_window
        sedative_window benzodiazepine_window psychedelic_window grapefruit_exposure
        acute_illness bp_too_high bp_too_low hr_out_of_range spo2_low vitals_missing
        vitals_stale vitals_implausible vitals_repeat_limit sitter_under_18
        sitter_is_patient sitter_not_present sitter_not_sober sitter_double_booked
        sitter_caregiving_conflict sitter_untrained sitter_contact_unverified sitter_unsafe
        sitter_changed address_unconfirmed emergency_plan_missing environment_unsafe
        means_not_secured no_driving_plan oncall_unavailable clearance_missing
        clearance_expired clearance_used session_already_active clock_skew
        offline_clearance_refused invalid_local_time release_criteria_unmet
        """,
    Force.SOFT: """
        age_65_plus hypertension_controlled cardiac_history tia_history
        bipolar_ii_or_unspecified psychosis_family_history personality_disorder_severe
        liver_disease kidney_disease hyperthyroidism_controlled seizure_controlled
        sleep_apnoea_treated respiratory_moderate bladder_condition glaucoma_controlled
        sud_history_remote audit_c_positive dast10_positive suicide_risk_moderate
        suicide_risk_low contraception_absent porphyria bmi_40_plus
        prior_serious_ketamine_reaction polypharmacy_interaction interaction_review
        concomitant_nmda_antagonist protocol_adherence_concern severity_below_threshold
        course_gap_exceeded maintenance_interval dose_step_exceeded dose_rationale_required
        prep_session_stale stimulant_same_day benzodiazepine_plan delayed_gastric_emptying
        oral_mucosa_issue bp_elevated_review hr_review spo2_review antihypertensive_missed
        urinary_symptoms_review cognitive_complaint_review tablet_count_mismatch
        spravato_bp_review spravato_schedule_deviation
        """,
    Force.ADVISORY: """
        prior_treatment_undocumented in_person_visit_absent sleep_deprived grapefruit_recent
        means_unconfirmed safety_sensitive_job interaction_warn
        """,
    Force.ESCALATION: """
        emergency_unresponsive emergency_respiratory emergency_cardiac_neuro
        emergency_hypertensive emergency_anaphylaxis bp_crisis_asymptomatic
        bp_high_in_session hr_critical acute_psychiatric overdose_reported
        accidental_exposure prolonged_effect monitor_check_missed home_bp_40min_missing
        sitter_left_early administration_deviation dosed_without_clearance
        """,
}
# Hard in the registry, and no rule: what is written cannot be read as a time, so there is nothing
# to judge yet. It is refused where the request is read.
REFUSED_WHEN_READ = {"invalid_local_time": "workflows/platform/local_time.py"}
NAMED = re.compile(r"`([a-z0-9_]+)`")

A = Point.APPROVAL | Point.ORDER  # either of them is the moment of prescribing
S, C, D, R = Point.SCHEDULE, Point.CHECK_IN, Point.DOSE, Point.RELEASE
OFFICE = Point.OFFICE_SCHEDULE | Point.OFFICE_START | Point.OFFICE_DISCHARGE
MOMENTS: tuple[tuple[str, tuple[Point, ...]], ...] = (
    ("esketamine_home_prohibited", (S, A, C, D)),
    ("esketamine_setting_change_prohibited", (S, C, D, OFFICE)),
    ("product_identity_unresolved product_not_on_home_formulary", (A, C, D)),
    (
        "route_not_allowed_at_home intranasal_ketamine_home_prohibited enantiomer_not_allowed",
        (A, C, D),
    ),
    ("concurrent_esketamine_course concurrent_ketamine_elsewhere", (A, C)),
    (
        "site_not_certified rems_patient_not_enrolled prescriber_not_onsite observer_missing"
        " pulse_oximeter_missing monitoring_incomplete bp_40min_missing pmf_overdue",
        (OFFICE,),
    ),
    ("identity_not_verified", (A, C)),
    ("age_under_18", (A, C, D)),
    (
        "state_not_enabled prescriber_not_licensed_in_state prescriber_dea_invalid"
        " prescriber_dea_state_mismatch",
        (A, C, D),
    ),
    ("telemedicine_authority_expired in_person_eval_missing pdmp_not_checked pdmp_stale", (A,)),
    ("rx_refill_limit rx_expired_6mo early_refill", (A,)),
    ("consent_missing consent_outdated capacity_or_consent_absent", (A, C, D)),
    ("intake_incomplete medication_unmapped instrument_incomplete", (A,)),
    # all of §3.1
    (
        "breastfeeding psychotic_disorder_history mania_history dissociative_disorder_primary"
        " hypertension_uncontrolled cardiac_unstable aneurysm_or_avm renal_severe hepatic_severe"
        " intracranial_haemorrhage_history stroke_history raised_intracranial_pressure"
        " glaucoma_uncontrolled hyperthyroidism_uncontrolled respiratory_severe"
        " sleep_apnoea_untreated seizure_uncontrolled sud_active_or_recent"
        " opioid_use_disorder_history ketamine_misuse_history ketamine_cystitis_history"
        " ketamine_hypersensitivity suicide_attempt_recent opioid_concurrent interaction_block"
        " benzodiazepine_high_dose diagnosis_not_documented indication_out_of_scope audit_c_high"
        " dast10_high no_sitter no_safe_home no_emergency_address",
        (Point.APPROVAL, C, D),
    ),
    # all of §3.2
    (
        "age_65_plus hypertension_controlled cardiac_history tia_history porphyria bmi_40_plus"
        " bipolar_ii_or_unspecified psychosis_family_history personality_disorder_severe"
        " liver_disease kidney_disease hyperthyroidism_controlled seizure_controlled"
        " sleep_apnoea_treated respiratory_moderate bladder_condition glaucoma_controlled"
        " sud_history_remote audit_c_positive dast10_positive suicide_risk_moderate"
        " suicide_risk_low contraception_absent prior_serious_ketamine_reaction"
        " polypharmacy_interaction interaction_review concomitant_nmda_antagonist"
        " protocol_adherence_concern",
        (Point.APPROVAL, C),
    ),
    ("severity_below_threshold", (A,)),
    ("approval_missing approval_expired course_session_limit reevaluation_required", (S, C, D)),
    ("material_change_unreviewed", (C, D)),
    ("prep_session_missing prep_session_stale", (C,)),
    # N, the next session, is its check-in and its dose
    ("post_first_session_review_missing mid_course_review_missing", (C, D)),
    ("followup_24h_missing", (C,)),
    ("open_adverse_event serious_ae_unreviewed", (C, D)),
    ("interval_too_short weekly_session_cap", (S, C, D)),
    ("course_gap_exceeded maintenance_interval", (C,)),
    ("dose_cap_exceeded first_dose_cap_exceeded dose_reset_required weight_stale", (A, D)),
    # nothing of these is prescribed: they are about taking
    ("booster_not_prescribed booster_window_closed redose_prohibited", (D,)),
    ("dose_step_exceeded dose_rationale_required", (A,)),
    (
        "suicide_risk_high suicide_risk_moderate_unassessed cssrs_stale cssrs_incomplete",
        (A, C, D),
    ),
    ("mania_active psychosis_active pregnancy pregnancy_test_overdue", (A, C, D)),
    ("urinary_symptoms_hold urinary_symptoms_review cognitive_complaint_review", (C,)),
    (
        "fasting_food fasting_fluid alcohol_window cannabis_window opioid_window sedative_window"
        " benzodiazepine_window psychedelic_window grapefruit_exposure acute_illness",
        (C, D),
    ),
    ("stimulant_same_day benzodiazepine_plan delayed_gastric_emptying oral_mucosa_issue", (C,)),
    (
        "bp_too_high bp_too_low hr_out_of_range spo2_low vitals_stale vitals_implausible"
        " vitals_missing vitals_repeat_limit",
        (C, D),
    ),
    ("bp_elevated_review hr_review spo2_review antihypertensive_missed", (C,)),
    (
        "sitter_under_18 sitter_is_patient sitter_not_present sitter_not_sober"
        " sitter_double_booked sitter_caregiving_conflict sitter_untrained sitter_unsafe"
        " sitter_contact_unverified",
        (C, D),
    ),
    ("sitter_changed", (D,)),  # since the check-in, so there is nothing to compare before
    ("address_unconfirmed emergency_plan_missing environment_unsafe means_not_secured", (C, D)),
    ("no_driving_plan", (C, D)),
    (
        "clearance_missing clearance_expired clearance_used session_already_active clock_skew"
        " offline_clearance_refused",
        (D,),
    ),
    ("product_expired lot_missing lot_recalled tablet_count_mismatch", (C, D)),
    ("monitoring_incomplete release_criteria_unmet", (R,)),
    ("oncall_unavailable", (S, C)),
    ("prior_treatment_undocumented safety_sensitive_job", (Point.APPROVAL, C)),
    ("in_person_visit_absent", (A,)),
    ("sleep_deprived grapefruit_recent means_unconfirmed interaction_warn", (C,)),
    ("drug_data_stale cumulative_exposure_review", (A,)),
    (
        "esketamine_contraindicated spravato_dose_not_allowed spravato_fasting ride_home_missing"
        " nasal_product_window spravato_bp_review spravato_schedule_deviation",
        (Point.OFFICE_START,),
    ),
)
EXPECTED = [(code, moments) for codes, moments in MOMENTS for code in codes.split()]
LISTED = {code: force for force, codes in REGISTRY.items() for code in codes.split()}


# A code that was forgotten stops nobody, and nobody misses it.
@pytest.mark.parametrize(("code", "force"), LISTED.items())
def test_a_code_of_the_registry_is_there_with_its_class(code: str, force: Force) -> None:
    if code in REFUSED_WHEN_READ:
        told = next(file for file in files("workflows") if file.name == REFUSED_WHEN_READ[code])
        assert f'"{code}"' in told.text
    elif force is Force.ESCALATION:
        assert code in TEXTS["en"]
        assert code not in {rule.code for rule in RULES}
    else:
        assert {rule.force for rule in RULES if rule.code == code} == {force}


def test_a_code_beyond_the_registry_is_in_a_decision_record() -> None:
    records = (ROOT / "docs" / "decisions").glob("*.md")
    said = {code for one in records for code in NAMED.findall(one.read_text(encoding="utf-8"))}
    assert {rule.code for rule in RULES} - set(LISTED) - said == set()


@pytest.mark.parametrize(("code", "moments"), EXPECTED)
def test_a_code_is_asked_at_its_moments(code: str, moments: tuple[Point, ...]) -> None:
    asked = Point(0)
    for rule in RULES:
        asked |= rule.at if rule.code == code else Point(0)
    assert [moment for moment in moments if not asked & moment] == []


def test_every_code_of_the_registry_has_its_moments_listed() -> None:
    judged = {code for code, force in LISTED.items() if force is not Force.ESCALATION}
    assert judged - {code for code, _ in EXPECTED} == set(REFUSED_WHEN_READ)


@pytest.mark.parametrize("code", REGISTRY[Force.ESCALATION].split())
def test_an_escalation_is_raised_by_something_that_happens(code: str) -> None:
    told = "rules/dose/emergencies.py"  # the words alone raise nothing
    assert [
        file.name
        for file in files("rules", "workflows")
        if file.name != told and f'"{code}"' in file.text
    ]


# What no rule can ever be told: a fact that nobody fills keeps its rule at "unknown" or at "fine".
PARTS = [
    (part.name, fact.name)
    for part in fields(Facts)
    if isinstance(part.type, type) and is_dataclass(part.type) and part.name != "limits"
    for fact in fields(part.type)
]
# Facts that are always told the same, each with who guards the rule in another way.
ALWAYS_THE_SAME = {
    "setting_changed": "a trigger refuses every such change, under the same code",
    "codes_agree": "a claim that disagrees is refused before there is a product",
    "replayed_offline": "a check and a start are taken online only; no late door leads to them",
    "offline": "as above",
    "booster_asked": "only whoever takes a second part asks for one; else its default says no",
}


@pytest.fixture(scope="module")
def filled() -> dict[str, set[str]]:
    """Collect what each fact is filled with, wherever facts are put together."""
    found: dict[str, set[str]] = {}
    for file in files("workflows"):
        if "Facts" in file.text:
            for name, value in _named(file):
                found.setdefault(name, set()).add(value)
    return found


@pytest.mark.parametrize(("part", "name"), PARTS, ids=[f"{part}.{name}" for part, name in PARTS])
def test_a_fact_is_filled_by_a_workflow(part: str, name: str, filled: dict[str, set[str]]) -> None:
    assert name in filled, f"nothing fills facts.{part}.{name}"


def test_a_fact_that_is_always_the_same_has_a_reason(filled: dict[str, set[str]]) -> None:
    asked = {name for _, name in PARTS}
    fixed = {
        name
        for name, values in filled.items()
        if name in asked and len(values) == 1 and values <= {"True", "False", "None"}
    }
    assert fixed == set(ALWAYS_THE_SAME)


def _named(file: File) -> Iterator[tuple[str, str]]:
    """Give names that are filled: by keyword, by key, or one after the other from a list."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.Call):
            yield from ((word.arg, ast.unparse(word.value)) for word in node.keywords if word.arg)
        elif isinstance(node, ast.Dict):
            yield from ((_text(key), ast.unparse(value)) for key, value in _pairs(node))
        elif isinstance(node, ast.Tuple | ast.List):
            yield from ((_text(item), "from a list") for item in node.elts)


def _pairs(node: ast.Dict) -> Iterator[tuple[ast.AST | None, ast.AST]]:
    return zip(node.keys, node.values, strict=True)


def _text(node: ast.AST | None) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else ""
