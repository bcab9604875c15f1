"""Where does each rule come from? Every source once, with its section or edition."""

# Programme protocol: numbers no outside authority sets; they wait for the medical director.
PROTOCOL_PRODUCT = "Programme protocol §2.3, product and route at home (P)"
PROTOCOL_DOSE = "Programme protocol §2.4, dose (P)"
PROTOCOL_COURSE = "Programme protocol §2.5, course, interval and approval (P)"
PROTOCOL_TAKING = "Programme protocol §2.9, taking the dose (P)"
PROTOCOL_DIVERSION = "Programme protocol §6.5, diversion controls (P)"
PROTOCOL_CONSENT = "Programme protocol §6.6, consent (P)"
PROTOCOL_PREPARATION = "Programme protocol §8.6 G-22, preparation (P)"
PROTOCOL_HOLDS = "Programme protocol §8.6 G-25, holds (P)"
PROTOCOL_CLEARANCE = "Programme protocol §8.2, clearance (P)"
PROTOCOL_COVER = "Programme protocol §8.6 G-44, on-call cover (P)"
PROTOCOL_STATES = "Programme protocol §6.4, states enabled by counsel (P)"

# Esketamine
SPRAVATO_REMS = "Spravato REMS, REMS@FDA 386, edition of 2024-12-31"
SPRAVATO_MONITORING_FORM = "Spravato REMS, Patient Monitoring Form: due within 7 days"
SPRAVATO_CONTRAINDICATIONS = "Spravato label, section 4"
SPRAVATO_BLOOD_PRESSURE = "Spravato label, section 5.6"
SPRAVATO_DOSING = "Spravato label, section 2 (28 mg a device; 56 or 84 mg a session)"
SPRAVATO_PATIENT = "Spravato label, section 17 (food, fluid, nasal products, driving)"

# Racemic ketamine
FDA_NASAL_KETAMINE_2022 = "FDA alert on compounded nasal ketamine, 2022-02-16"
FDA_COMPOUNDED_KETAMINE_2023 = "FDA warning on compounded ketamine, 2023-10"
ASKP3_HOME_2024 = "ASKP3 statement on at-home ketamine, 2024-06-27"
HOME_COHORT_2022 = "Hull and others 2022, at-home sublingual ketamine cohort"
RETURN_TO_PROGRAMME = "Published at-home practice: new evaluation after 12 weeks away"
SIX_SESSIONS = "Course of six sessions, each within ten days of the last (published practice)"

# Law
TELEMEDICINE = "21 CFR 1307.41; 90 FR 61301, in force through 2026-12-31"
RYAN_HAIGHT = "21 USC 829(e), in-person medical evaluation"
REFILLS = "21 CFR 1306.22, Schedule III refills"
PRESCRIBER = "21 CFR 1306.03, persons entitled to issue prescriptions"
DEA_STATE = "21 CFR part 1301, registration in the state of the patient (P)"
PDMP = "State prescription monitoring laws; programme protocol §6.2 (P)"
IDENTITY = "Programme protocol §6.3, photo ID and live video match (P)"

# The person and the day: programme protocol, waiting for the medical director where marked (P)
PROTOCOL_DAY = "Programme protocol §2.6, the day of the dose (P)"
PROTOCOL_VITALS = "Programme protocol §2.6, vital signs before a dose (P)"
PROTOCOL_MONITORING = "Programme protocol §2.6, watching and release (P)"
PROTOCOL_SITTER = "Programme protocol §2.7, sitter (P)"
PROTOCOL_HOME = "Programme protocol §2.8, the home (P)"
PROTOCOL_EMERGENCY = "Programme protocol §2.10, emergencies (P)"
PROTOCOL_ELIGIBILITY = "Programme protocol §3.1, absolute exclusions at home (P)"
PROTOCOL_REVIEW = "Programme protocol §3.2, conditions a prescriber reviews (P)"
PROTOCOL_INTERACTIONS = "Programme protocol §3.3, interactions (P)"
PROTOCOL_INDICATION = "Programme protocol §3.4, indication (P)"
PROTOCOL_SCREENS = "Programme protocol §4, screening instruments (P)"

# The person and the day: published sources
HOME_EXCLUSIONS = "Published exclusion lists of at-home ketamine programmes, 2022-2026"
CONSENT_PRACTICE = "Published at-home consent form: fasting, alcohol and other substances"
SITTER_PRACTICE = "Published at-home practice: peer treatment monitor"
KETAMINE_LABEL = "US ketamine injection label, sections 4, 5 and 7"
KETAMINE_LABELS_EUROPE = "UK, Swiss and Norwegian ketamine labels, precautions"
KETAMINE_CYSTITIS = "Ketamine cystitis at treatment dose, doi 10.1186/s12888-023-05468-3"
INTERACTIONS_2017 = "Andrade 2017, ketamine interactions, J Clin Psychiatry 78(7)"
ORAL_KETAMINE_ENZYMES = (
    "Studies of oral S-ketamine with ticlopidine, itraconazole, grapefruit, "
    "St John's wort and rifampicin"
)
CSSRS_TRIAGE = "C-SSRS screener, published triage of the six answers"
PHQ9 = "PHQ-9, bands 5/10/15/20; item 9 calls for a C-SSRS screener (trigger P)"
AUDIT_C = "AUDIT-C, VA: 4 or more for men, 3 or more for others"
DAST10 = "DAST-10, bands 3-5 and 6 or more"
ASRM = "Altman Self-Rating Mania Scale, 6 or more"
SERIOUSNESS = "21 CFR 314.80(a) and 312.32(a), seriousness criteria"
NARANJO = "Naranjo adverse drug reaction probability scale"
WHO_UMC = "WHO-UMC causality categories"
CTCAE = "CTCAE version 6.0, generic grades"
