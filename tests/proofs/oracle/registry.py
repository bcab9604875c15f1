"""Which force has each code (§8.8), and at which moments is it asked (§8.6)?

Letters: E screen, S schedule, A approval, O order, C check-in, D dose, R release,
B office schedule, I office start, X office discharge. A letter after the stroke is a moment at
which the document does not ask for the code and the programme asks all the same: stricter, so
by construction (see `docs/proofs/oracle-notes.md`).
"""

HARD_AT = {
    # product and setting: G-01..G-05, G-42
    "SAOCDIB": "esketamine_home_prohibited",
    "SCDIB": "esketamine_setting_change_prohibited",
    "OCD|SI": "product_identity_unresolved",
    "OCD|S": "product_not_on_home_formulary route_not_allowed_at_home "
    "intranasal_ketamine_home_prohibited",
    "OCD|SIB": "enantiomer_not_allowed",
    "AOC|D": "concurrent_esketamine_course concurrent_ketamine_elsewhere",
    "AO": "drug_data_stale telemedicine_authority_expired in_person_eval_missing "
    "pdmp_not_checked pdmp_stale",
    "CD": "product_expired lot_missing lot_recalled material_change_unreviewed fasting_food "
    "fasting_fluid alcohol_window cannabis_window opioid_window sedative_window "
    "benzodiazepine_window psychedelic_window grapefruit_exposure acute_illness bp_too_high "
    "bp_too_low hr_out_of_range spo2_low vitals_stale vitals_implausible vitals_missing "
    "vitals_repeat_limit sitter_under_18 sitter_is_patient sitter_not_present "
    "sitter_not_sober sitter_double_booked sitter_caregiving_conflict sitter_untrained "
    "sitter_contact_unverified sitter_unsafe address_unconfirmed emergency_plan_missing "
    "environment_unsafe means_not_secured no_driving_plan",
    "CD|OI": "open_adverse_event serious_ae_unreviewed care_team_hold",
    # in the office: G-06
    "I": "rems_patient_not_enrolled observer_missing pulse_oximeter_missing "
    "esketamine_contraindicated spravato_fasting nasal_product_window",
    "I|B": "spravato_dose_not_allowed",
    "I|X": "ride_home_missing",
    "IB": "site_not_certified pmf_overdue",
    "IX": "prescriber_not_onsite",
    "X": "bp_40min_missing",
    "RX": "monitoring_incomplete",
    "R": "release_criteria_unmet",
    # identity and law: G-10..G-16
    "AC|OD": "identity_not_verified",
    "AOCD": "state_not_enabled prescriber_not_licensed_in_state prescriber_dea_invalid "
    "prescriber_dea_state_mismatch",
    "OCD": "consent_missing consent_outdated",
    "O": "rx_refill_limit rx_expired_6mo early_refill contact_stale state_supply_limit "
    "state_pharmacy_not_licensed",
    # eligibility: G-11, G-16..G-18, G-30..G-32
    "ACD|O": "capacity_or_consent_absent",
    "ACD|E": "age_under_18 diagnosis_not_documented pregnancy cssrs_incomplete "
    "breastfeeding psychotic_disorder_history psychosis_active mania_active mania_history "
    "dissociative_disorder_primary hypertension_uncontrolled cardiac_unstable aneurysm_or_avm "
    "intracranial_haemorrhage_history stroke_history raised_intracranial_pressure "
    "glaucoma_uncontrolled hyperthyroidism_uncontrolled hepatic_severe renal_severe "
    "respiratory_severe sleep_apnoea_untreated seizure_uncontrolled sud_active_or_recent "
    "opioid_use_disorder_history ketamine_misuse_history ketamine_cystitis_history "
    "ketamine_hypersensitivity suicide_risk_high suicide_attempt_recent opioid_concurrent "
    "benzodiazepine_high_dose interaction_block no_sitter no_safe_home no_emergency_address",
    "ACD": "pregnancy_test_overdue suicide_risk_moderate_unassessed cssrs_stale",
    "A|ECD": "indication_out_of_scope audit_c_high dast10_high intake_incomplete "
    "medication_unmapped instrument_incomplete",
    # course and dose: G-20, G-22..G-28, G-33, G-41
    "SCD|O": "approval_missing approval_expired course_session_limit",
    "SCD": "reevaluation_required weekly_session_cap",
    "SCD|I": "interval_too_short",
    "C|D": "prep_session_missing post_first_session_review_missing mid_course_review_missing "
    "followup_24h_missing",
    "C": "urinary_symptoms_hold",
    "C|OD": "cumulative_exposure_review",
    "OD": "dose_cap_exceeded first_dose_cap_exceeded dose_reset_required weight_stale",
    "DO": "booster_too_large",
    "D": "booster_not_prescribed booster_window_closed booster_vitals_unsettled "
    "clearance_missing clearance_expired clearance_used session_already_active sitter_changed",
    "D|C": "redose_prohibited clock_skew offline_clearance_refused safety_locks_broken",
    "SC|D": "oncall_unavailable",
    "CD|SOI": "enrolment_suspended",
    "CD|S": "plan_not_signed",
    "CD|": "dose_raised_after_gap",
}
SOFT_AT = {
    "AC|E": "age_65_plus hypertension_controlled cardiac_history tia_history "
    "bipolar_ii_or_unspecified psychosis_family_history personality_disorder_severe "
    "liver_disease kidney_disease hyperthyroidism_controlled seizure_controlled "
    "sleep_apnoea_treated respiratory_moderate bladder_condition glaucoma_controlled "
    "sud_history_remote audit_c_positive dast10_positive suicide_risk_moderate "
    "suicide_risk_low contraception_absent porphyria bmi_40_plus "
    "prior_serious_ketamine_reaction polypharmacy_interaction interaction_review "
    "concomitant_nmda_antagonist protocol_adherence_concern",
    "A|E": "severity_below_threshold",
    "C": "stimulant_same_day benzodiazepine_plan delayed_gastric_emptying oral_mucosa_issue "
    "bp_elevated_review hr_review spo2_review antihypertensive_missed "
    "urinary_symptoms_review cognitive_complaint_review",
    "C|D": "course_gap_exceeded maintenance_interval prep_session_stale tablet_count_mismatch",
    "O": "dose_step_exceeded dose_rationale_required",
    "I": "spravato_bp_review spravato_schedule_deviation",
}
ADVISORY_AT = {
    "AC|E": "prior_treatment_undocumented safety_sensitive_job interaction_warn",
    "A|O": "in_person_visit_absent",
    "C": "sleep_deprived grapefruit_recent means_unconfirmed",
    "AO": "drug_data_ageing",
    "C|OD": "cumulative_exposure_notice",
}


def _spread(table: dict[str, str]) -> dict[str, frozenset[str]]:
    spread: dict[str, frozenset[str]] = {}
    for letters, codes in table.items():
        for code in codes.split():
            assert code not in spread, code
            spread[code] = frozenset(letters.replace("|", ""))
    return spread


HARD, SOFT, ADVISORY = _spread(HARD_AT), _spread(SOFT_AT), _spread(ADVISORY_AT)
ASKED = HARD | SOFT | ADVISORY
LETTERS = {
    "SCREEN": "E",
    "SCHEDULE": "S",
    "APPROVAL": "A",
    "ORDER": "O",
    "CHECK_IN": "C",
    "DOSE": "D",
    "RELEASE": "R",
    "OFFICE_SCHEDULE": "B",
    "OFFICE_START": "I",
    "OFFICE_DISCHARGE": "X",
}
AT = {
    letter: tuple(sorted(code for code, letters in ASKED.items() if letter in letters))
    for letter in LETTERS.values()
}
