"""Who may be treated at home? Sections 3.1, 3.2, 3.4, without medicines and scores."""

from datetime import timedelta

from rules.facts import Facts
from tests.proofs.oracle.three import (
    Verdict,
    any_of,
    lacks,
    older,
    years_old,
)

TOLD = (
    "breastfeeding",
    "psychotic_disorder_history",
    "mania_history",
    "dissociative_disorder_primary",
    "hypertension_uncontrolled",
    "cardiac_unstable",
    "aneurysm_or_avm",
    "intracranial_haemorrhage_history",
    "stroke_history",
    "raised_intracranial_pressure",
    "glaucoma_uncontrolled",
    "hyperthyroidism_uncontrolled",
    "hepatic_severe",
    "renal_severe",
    "respiratory_severe",
    "sleep_apnoea_untreated",
    "seizure_uncontrolled",
    "sud_active_or_recent",
    "opioid_use_disorder_history",
    "ketamine_misuse_history",
    "ketamine_cystitis_history",
    "ketamine_hypersensitivity",
    "suicide_attempt_recent",
    "hypertension_controlled",
    "cardiac_history",
    "tia_history",
    "bipolar_ii_or_unspecified",
    "psychosis_family_history",
    "personality_disorder_severe",
    "liver_disease",
    "kidney_disease",
    "hyperthyroidism_controlled",
    "seizure_controlled",
    "sleep_apnoea_treated",
    "respiratory_moderate",
    "bladder_condition",
    "glaucoma_controlled",
    "sud_history_remote",
    "porphyria",
    "prior_serious_ketamine_reaction",
    "protocol_adherence_concern",
    "safety_sensitive_job",
)
IN_SCOPE = {
    "major_depressive_disorder",
    "treatment_resistant_depression",
    "generalized_anxiety_disorder",
    "anxiety_disorder",
    "post_traumatic_stress_disorder",
    "obsessive_compulsive_disorder",
}


def eligibility(facts: Facts, at: str, says: dict[str, Verdict]) -> None:
    """Judge age, diagnosis, history, pregnancy and home."""
    person, told, day = facts.person, facts.intake.conditions, facts.day
    today_too = at in "CD"
    for code in TOLD:
        says[code] = told.get(code)
    undated = person.born_on is None or person.local_date is None
    age = None if undated else years_old(person.born_on, person.local_date)
    says["age_under_18"] = None if age is None else age < 18
    says["age_65_plus"] = None if age is None else age >= 65
    fertile = person.can_become_pregnant
    pregnant = told.get("pregnancy")
    if pregnant is None and fertile is False:
        pregnant = False
    says["pregnancy"] = _or_today(pregnant, day.pregnant_or_unsure, today_too)
    says["psychosis_active"] = _or_today(
        told.get("psychosis_active"), day.psychotic_symptoms, today_too
    )
    says["contraception_absent"] = told.get("contraception_absent")
    life = timedelta(days=28 if facts.course.doses else 7)
    late = older(person.pregnancy_tested_at, facts.now, life)
    says["pregnancy_test_overdue"] = fertile and late
    _intake(facts, says)


def _or_today(then: Verdict, now: Verdict, today_too: bool) -> Verdict:
    """What was told at intake; on the day also what is told then."""
    return any_of(then, now) if today_too else then


def _intake(facts: Facts, says: dict[str, Verdict]) -> None:
    intake = facts.intake
    says["diagnosis_not_documented"] = lacks(intake.diagnosis_documented)
    says["prior_treatment_undocumented"] = lacks(intake.prior_treatment_documented)
    reasons = intake.indications
    says["indication_out_of_scope"] = (
        None if reasons is None else not any(reason in IN_SCOPE for reason in reasons)
    )
    gaps = intake.unanswered
    says["intake_incomplete"] = any_of(
        lacks(intake.submitted), None if gaps is None else bool(gaps)
    )
    tenths = intake.body_mass_index_tenths
    says["bmi_40_plus"] = None if tenths is None else tenths >= 400
    says["no_safe_home"] = lacks(intake.home_is_safe)
    says["no_emergency_address"] = lacks(intake.emergency_address)
