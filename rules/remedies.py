"""Who can put right what a rule found?

Waiting is not here: what time alone cures is found by asking the rules at a later moment.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Helper(StrEnum):
    """Who has to act; nobody means that at home nobody can, and the remedy says what instead."""

    PATIENT = "patient"
    SITTER = "sitter"
    PRESCRIBER = "prescriber"
    SITE_STAFF = "site_staff"
    HOUSE = "house"
    NOBODY = "nobody"


_CODES: Mapping[Helper, str] = {
    Helper.PATIENT: """
        lot_missing monitoring_incomplete product_expired tablet_count_mismatch
        esketamine_setting_change_prohibited identity_not_verified consent_missing
        consent_outdated early_refill breastfeeding intake_incomplete
        diagnosis_not_documented prior_treatment_undocumented no_sitter no_safe_home
        no_emergency_address instrument_incomplete safety_sensitive_job
        followup_24h_missing interval_too_short weekly_session_cap weight_stale
        redose_prohibited booster_window_closed booster_vitals_unsettled
        prep_session_missing cssrs_incomplete cssrs_stale pregnancy_test_overdue
        fasting_food fasting_fluid alcohol_window cannabis_window opioid_window
        sedative_window psychedelic_window grapefruit_exposure grapefruit_recent
        benzodiazepine_window acute_illness sleep_deprived no_driving_plan vitals_missing
        vitals_stale vitals_implausible vitals_repeat_limit bp_too_high bp_too_low
        hr_out_of_range spo2_low sitter_under_18 sitter_is_patient sitter_double_booked
        sitter_unsafe address_unconfirmed emergency_plan_missing environment_unsafe
        means_not_secured means_unconfirmed clearance_missing clearance_expired
        clearance_used session_already_active clock_skew offline_clearance_refused
        ride_home_missing spravato_fasting nasal_product_window
        """,
    Helper.SITTER: """
        sitter_not_present sitter_not_sober sitter_caregiving_conflict sitter_untrained
        sitter_contact_unverified sitter_changed release_criteria_unmet
        """,
    Helper.PRESCRIBER: """
        product_identity_unresolved product_not_on_home_formulary
        intranasal_ketamine_home_prohibited route_not_allowed_at_home
        concurrent_esketamine_course concurrent_ketamine_elsewhere
        telemedicine_authority_expired in_person_eval_missing in_person_visit_absent
        pdmp_not_checked pdmp_stale contact_stale rx_refill_limit rx_expired_6mo
        capacity_or_consent_absent hypertension_uncontrolled cardiac_unstable
        glaucoma_uncontrolled hyperthyroidism_uncontrolled sleep_apnoea_untreated
        seizure_uncontrolled sud_active_or_recent suicide_attempt_recent
        hypertension_controlled cardiac_history tia_history bipolar_ii_or_unspecified
        psychosis_family_history personality_disorder_severe liver_disease kidney_disease
        hyperthyroidism_controlled seizure_controlled sleep_apnoea_treated
        respiratory_moderate bladder_condition glaucoma_controlled sud_history_remote
        contraception_absent porphyria prior_serious_ketamine_reaction
        protocol_adherence_concern age_65_plus bmi_40_plus audit_c_positive audit_c_high
        dast10_positive dast10_high severity_below_threshold interaction_block
        opioid_concurrent benzodiazepine_high_dose interaction_review
        concomitant_nmda_antagonist polypharmacy_interaction interaction_warn
        approval_missing approval_expired plan_not_signed course_session_limit
        material_change_unreviewed reevaluation_required post_first_session_review_missing
        mid_course_review_missing course_gap_exceeded maintenance_interval
        cumulative_exposure_review cumulative_exposure_notice dose_cap_exceeded
        first_dose_cap_exceeded dose_reset_required dose_raised_after_gap
        dose_step_exceeded dose_rationale_required booster_not_prescribed
        booster_too_large state_supply_limit prep_session_stale open_adverse_event
        serious_ae_unreviewed care_team_hold enrolment_suspended suicide_risk_high
        suicide_risk_moderate_unassessed suicide_risk_moderate suicide_risk_low
        mania_active psychosis_active pregnancy urinary_symptoms_hold
        urinary_symptoms_review cognitive_complaint_review benzodiazepine_plan
        stimulant_same_day delayed_gastric_emptying oral_mucosa_issue bp_elevated_review
        hr_review spo2_review antihypertensive_missed rems_patient_not_enrolled
        spravato_dose_not_allowed spravato_schedule_deviation spravato_bp_review
        bp_40min_missing
        """,
    Helper.SITE_STAFF: """
        prescriber_not_onsite observer_missing pulse_oximeter_missing pmf_overdue
        """,
    Helper.HOUSE: """
        drug_data_stale lot_recalled drug_data_ageing medication_unmapped
        state_not_enabled prescriber_not_licensed_in_state prescriber_dea_invalid
        prescriber_dea_state_mismatch oncall_unavailable state_pharmacy_not_licensed
        safety_locks_broken site_not_certified
        """,
    Helper.NOBODY: """
        esketamine_home_prohibited enantiomer_not_allowed age_under_18
        indication_out_of_scope psychotic_disorder_history mania_history
        dissociative_disorder_primary aneurysm_or_avm intracranial_haemorrhage_history
        stroke_history raised_intracranial_pressure hepatic_severe renal_severe
        respiratory_severe opioid_use_disorder_history ketamine_misuse_history
        ketamine_cystitis_history ketamine_hypersensitivity esketamine_contraindicated
        """,
}
WHO: Mapping[str, Helper] = MappingProxyType(
    {code: helper for helper, codes in _CODES.items() for code in codes.split()}
)
# What nobody can change is still answered by somebody, where nobody knows it yet.
_ANSWERED_BY: Mapping[str, Helper] = MappingProxyType(
    {
        "esketamine_home_prohibited": Helper.PRESCRIBER,
        "enantiomer_not_allowed": Helper.PRESCRIBER,
        "esketamine_contraindicated": Helper.SITE_STAFF,
    }
)


def who_puts_right(code: str, *, unknown: bool) -> Helper:
    """Say who has to act on a finding; a code without a helper is an error, never a nobody."""
    helper = WHO[code]
    if helper is Helper.NOBODY and unknown:
        return _ANSWERED_BY.get(code, Helper.PATIENT)
    return helper
