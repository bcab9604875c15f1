"""Which conditions do we ask everybody about, and what does a yes mean? Data, in plain words."""

from rules import citations
from rules.intake.contraindications import ABSOLUTE, Condition
from rules.terms import Force

_REVIEW = citations.PROTOCOL_REVIEW

RELATIVE = (
    Condition(
        code="hypertension_controlled",
        asks="Do you have high blood pressure, or take medicine for it?",
        says="You have high blood pressure. Your prescriber decides if it is safe enough.",
        clinician="Treated hypertension, or average 140-159 / 90-99.",
        remedy="Send a 7-day log from home, and take your medicine on dose days.",
        cite=_REVIEW,
    ),
    Condition(
        code="cardiac_history",
        asks="Have you ever had a heart problem?",
        says="You have had a heart problem. Your prescriber needs a heart doctor's view.",
        clinician="Stable coronary disease, arrhythmia or controlled heart failure.",
        remedy="Send a clearance from your heart doctor (within 6 months) and an ECG.",
        cite=_REVIEW,
    ),
    Condition(
        code="tia_history",
        asks="Have you ever had a mini-stroke (TIA)?",
        says="You have had a mini-stroke. Your prescriber needs a note about it.",
        clinician="Transient ischaemic attack more than 12 months ago.",
        remedy="Send a note from your neurologist.",
        cite=_REVIEW,
    ),
    Condition(
        code="bipolar_ii_or_unspecified",
        asks="Has a doctor said you have bipolar II or another kind of bipolar disorder?",
        says="Ketamine can lift a mood too far. Your prescriber decides.",
        clinician="Bipolar II or other, euthymic on a mood stabiliser; ASRM at each check-in.",
        remedy="We ask about your mood before each dose.",
        cite=_REVIEW,
    ),
    Condition(
        code="psychosis_family_history",
        asks="Does a parent, brother, sister or child of yours have a psychotic illness?",
        says="Psychosis runs in your family. Your prescriber decides.",
        clinician="First-degree relative with a psychotic disorder.",
        remedy="Your prescriber writes down why treatment is still reasonable.",
    ),
    Condition(
        code="personality_disorder_severe",
        asks="Has a doctor said you have a severe personality disorder?",
        says="You may need more support around a dose. Your prescriber decides.",
        clinician="Severe (paranoid or borderline) personality disorder.",
        remedy="Your therapist takes part in the plan.",
    ),
    Condition(
        code="liver_disease",
        asks="Have you ever had liver disease?",
        says="You have had liver disease. Your prescriber needs a blood test.",
        clinician="Any liver disease that is not severe.",
        remedy="Send liver tests from the last 90 days.",
        cite=citations.KETAMINE_LABEL,
    ),
    Condition(
        code="kidney_disease",
        asks="Have you ever had kidney disease?",
        says="You have had kidney disease. Your prescriber needs a blood test.",
        clinician="Any kidney disease that is not severe.",
        remedy="Send a kidney test (eGFR) from the last 90 days.",
        cite=_REVIEW,
    ),
    Condition(
        code="hyperthyroidism_controlled",
        asks="Are you treated for an overactive thyroid?",
        says="You are treated for an overactive thyroid. Your prescriber needs a blood test.",
        clinician="Treated hyperthyroidism.",
        remedy="Send a thyroid test (TSH) from the last 6 months.",
    ),
    Condition(
        code="seizure_controlled",
        asks="Have you ever had seizures, with none in the last 12 months?",
        says="You have had seizures. Your prescriber needs a note about them.",
        clinician="Seizure-free for more than 12 months.",
        remedy="Send a note from your neurologist.",
        cite=_REVIEW,
    ),
    Condition(
        code="sleep_apnoea_treated",
        asks="Are you treated for sleep apnea, for example with CPAP?",
        says="You have sleep apnea. Your prescriber decides with extra safety steps.",
        clinician="Obstructive sleep apnoea on working CPAP.",
        remedy="Keep your CPAP at hand and use an oximeter.",
        cite=_REVIEW,
    ),
    Condition(
        code="respiratory_moderate",
        asks="Do you have asthma or lung disease that needs regular treatment?",
        says="You have a lung problem. Your prescriber decides with extra safety steps.",
        clinician="Moderate asthma or COPD.",
        remedy="Keep your inhaler at hand and use an oximeter.",
        cite=_REVIEW,
    ),
    Condition(
        code="bladder_condition",
        asks="Do you have a bladder problem or often have bladder infections?",
        says="Ketamine can harm the bladder. Your prescriber needs a urine test.",
        clinician="Interstitial cystitis, recurrent infections or urinary symptoms.",
        remedy="Give a urine sample and answer the bladder questions.",
        cite=citations.KETAMINE_CYSTITIS,
    ),
    Condition(
        code="glaucoma_controlled",
        asks="Are you treated for glaucoma?",
        says="You have glaucoma. Your prescriber needs your eye doctor's view.",
        clinician="Open-angle glaucoma, controlled.",
        remedy="Send a note from your eye doctor from the last 12 months.",
        cite=citations.KETAMINE_LABELS_EUROPE,
    ),
    Condition(
        code="sud_history_remote",
        asks="Have you had a problem with alcohol or drugs that ended more than 12 months ago?",
        says="You had a problem with alcohol or drugs. Your prescriber decides.",
        clinician="Substance use disorder in remission for 12 months or more.",
        remedy="A urine drug screen, and smaller shipments.",
    ),
    Condition(
        code="contraception_absent",
        asks="Could you become pregnant, with no reliable birth control?",
        says="Ketamine could harm a baby. Your prescriber talks with you about birth control.",
        clinician="Can become pregnant and uses no reliable contraception.",
        remedy="Choose reliable birth control, and take the pregnancy tests when asked.",
        cite=_REVIEW,
    ),
    Condition(
        code="porphyria",
        asks="Do you have porphyria?",
        says="You have porphyria. Your prescriber needs a specialist's view.",
        clinician="Porphyria of any kind.",
        remedy="Send a note from your specialist.",
        cite=_REVIEW,
    ),
    Condition(
        code="prior_serious_ketamine_reaction",
        asks="Did ketamine or esketamine ever make you very ill?",
        says="You had a serious reaction before. It needs a careful second look.",
        clinician="Any serious adverse event on ketamine or esketamine before.",
        remedy="Your prescriber and our head doctor decide this together.",
        cite=_REVIEW,
    ),
    Condition(
        code="protocol_adherence_concern",
        asks="Would it be hard for you to follow every safety step, every time?",
        says="The safety steps protect your life. We want to make sure you can follow them.",
        clinician="Doubt about following protocols: missed checks or answers that were not true.",
        remedy="A call with your coach and your prescriber.",
        cite=_REVIEW,
    ),
)

ADVISORY = (
    Condition(
        code="safety_sensitive_job",
        asks="Do you fly, drive for a living, or do other work where others depend on you?",
        says="Your job may have its own rules about ketamine.",
        clinician="Safety-sensitive occupation (pilot, commercial driver and the like).",
        remedy="Ask your employer's medical service, and plan free days after a dose.",
        cite=_REVIEW,
    ),
)

# Asked at intake like the rest; their rules look at today as well, or at the list of medicines.
ALSO_ASKED = {
    "pregnancy": "Are you pregnant, or could you be?",
    "psychosis_active": "Do you see, hear or believe things that others say are not real?",
    "mania_active": "Are you in a manic or very high state now, or were you told so lately?",
    "opioid_concurrent": "Do you take an opioid, such as oxycodone, tramadol or methadone?",
}

QUESTIONS: dict[str, str] = {
    **{each.code: each.asks for each in (*ABSOLUTE, *RELATIVE, *ADVISORY)},
    **ALSO_ASKED,
}
FORCE = {
    **{each.code: Force.HARD for each in ABSOLUTE},
    **{each.code: Force.SOFT for each in RELATIVE},
    **{each.code: Force.ADVISORY for each in ADVISORY},
    **dict.fromkeys(ALSO_ASKED, Force.HARD),
}
