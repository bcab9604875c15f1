"""Which conditions rule out a dose at home, whoever decides? Data, in plain words."""

from dataclasses import dataclass

from rules import citations

_TALK = "Talk to your own doctor and our care team about other ways to get help."


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One question of the intake, and what a yes means at home; keyed by its reason code."""

    code: str
    asks: str
    says: str
    clinician: str
    remedy: str = _TALK
    cite: str = citations.HOME_EXCLUSIONS


_PROTOCOL = citations.PROTOCOL_ELIGIBILITY
_SPRAVATO = citations.SPRAVATO_CONTRAINDICATIONS

ABSOLUTE = (
    Condition(
        code="breastfeeding",
        asks="Are you breastfeeding or pumping milk?",
        says="Ketamine can pass into breast milk and harm a baby.",
        clinician="Breastfeeding or pumping.",
    ),
    Condition(
        code="psychotic_disorder_history",
        asks="Has a doctor ever said you have schizophrenia or another psychotic illness?",
        says="Ketamine can bring back psychosis, so home treatment is not safe for you.",
        clinician="Schizophrenia spectrum or other primary psychosis, ever.",
    ),
    Condition(
        code="mania_history",
        asks="Have you ever had a manic episode, or been told you have bipolar I disorder?",
        says="Ketamine can set off mania, so home treatment is not safe for you.",
        clinician="Bipolar I disorder: any past manic episode.",
    ),
    Condition(
        code="dissociative_disorder_primary",
        asks="Has a doctor said you have a dissociative disorder?",
        says="Ketamine makes you feel cut off from yourself. It could make your illness worse.",
        clinician="Primary dissociative disorder.",
    ),
    Condition(
        code="hypertension_uncontrolled",
        asks="Is your blood pressure at home often 160/100 or higher? Is it high with no "
        "treatment? Or were you in the hospital for it in the last 6 months?",
        says="Your blood pressure is not under control. Ketamine would raise it further.",
        clinician="Home average 160 or 100 and above, untreated stage 2, or a hypertensive "
        "emergency within 6 months.",
        remedy="See your doctor about your blood pressure; we can look again when it is lower.",
        cite=_PROTOCOL,
    ),
    Condition(
        code="cardiac_unstable",
        asks="Have you had a heart attack in the last 6 months, or chest pain at rest? Or a "
        "heart failure, valve or rhythm problem that is not under control?",
        says="Your heart could be harmed by the stress of ketamine.",
        clinician="Unstable angina, MI within 6 months, decompensated heart failure, severe valve "
        "disease, uncontrolled arrhythmia or severe cardiomyopathy.",
        cite=citations.KETAMINE_LABELS_EUROPE,
    ),
    Condition(
        code="aneurysm_or_avm",
        asks="Has a doctor ever found an aneurysm or a tangle of blood vessels (AVM) in you?",
        says="A rise in blood pressure could burst a weak blood vessel.",
        clinician="Any aneurysmal vascular disease or arteriovenous malformation.",
        cite=_SPRAVATO,
    ),
    Condition(
        code="intracranial_haemorrhage_history",
        asks="Have you ever had bleeding in the brain?",
        says="A rise in blood pressure could cause bleeding in your brain again.",
        clinician="Intracerebral haemorrhage, ever.",
        cite=_SPRAVATO,
    ),
    Condition(
        code="stroke_history",
        asks="Have you ever had a stroke, or a severe head injury in the last 12 months?",
        says="After a stroke or a severe head injury, home treatment is not safe.",
        clinician="Ischaemic stroke ever, or severe head injury within 12 months.",
        cite=_PROTOCOL,
    ),
    Condition(
        code="raised_intracranial_pressure",
        asks="Do you have a brain tumor, fluid on the brain, or high pressure in the head?",
        says="Ketamine can raise the pressure inside your head.",
        clinician="Intracranial mass, hydrocephalus or intracranial hypertension.",
    ),
    Condition(
        code="glaucoma_uncontrolled",
        asks="Do you have glaucoma that is not under control, or closed-angle glaucoma?",
        says="Ketamine can raise the pressure inside your eyes and harm your sight.",
        clinician="Angle-closure glaucoma or uncontrolled intraocular pressure.",
        remedy="See your eye doctor; we can look again when the pressure is under control.",
    ),
    Condition(
        code="hyperthyroidism_uncontrolled",
        asks="Do you have an overactive thyroid that is not well treated?",
        says="With an overactive thyroid, ketamine can push your heart too hard.",
        clinician="Untreated or uncontrolled hyperthyroidism.",
        remedy="See your doctor about your thyroid; we can look again when it is treated.",
    ),
    Condition(
        code="hepatic_severe",
        asks="Do you have severe liver disease, or scars in your liver (cirrhosis) that make "
        "you ill?",
        says="Your liver could not clear ketamine safely.",
        clinician="Child-Pugh C, decompensated cirrhosis, or ALT/AST above 3 times normal.",
        cite=_PROTOCOL,
    ),
    Condition(
        code="renal_severe",
        asks="Do you have severe kidney disease, or are you on dialysis?",
        says="Your kidneys could not clear ketamine safely.",
        clinician="eGFR below 30 or dialysis.",
        cite=_PROTOCOL,
    ),
    Condition(
        code="respiratory_severe",
        asks="Do you have severe asthma or lung disease, or use oxygen at home?",
        says="Your breathing could become too weak during a dose.",
        clinician="Severe COPD or asthma, home oxygen, or resting oxygen saturation below 92 %.",
        cite=_PROTOCOL,
    ),
    Condition(
        code="sleep_apnoea_untreated",
        asks="Do you have moderate or severe sleep apnea without a treatment that works?",
        says="Your breathing could stop while you are drowsy.",
        clinician="Moderate or severe obstructive sleep apnoea without working treatment.",
        remedy="Get your sleep apnea treated; we can look again when the treatment works.",
        cite=_PROTOCOL,
    ),
    Condition(
        code="seizure_uncontrolled",
        asks="Have you had a seizure in the last 12 months?",
        says="After a recent seizure, home treatment is not safe.",
        clinician="Seizure within 12 months, or uncontrolled epilepsy.",
        cite=_PROTOCOL,
    ),
    Condition(
        code="sud_active_or_recent",
        asks="Have you had a problem with alcohol or drugs in the last 12 months?",
        says="Ketamine can be risky soon after a problem with alcohol or drugs.",
        clinician="Moderate or severe substance use disorder, active or in remission under 12 "
        "months.",
        remedy="Treatment for substance use comes first. The care team can help you find it.",
    ),
    Condition(
        code="opioid_use_disorder_history",
        asks="Have you ever been addicted to opioids, or do you take methadone or buprenorphine?",
        says="With a history of opioid addiction, home treatment is not safe.",
        clinician="Opioid use disorder ever, or current opioid agonist therapy.",
    ),
    Condition(
        code="ketamine_misuse_history",
        asks="Have you ever misused ketamine or PCP?",
        says="After misuse of ketamine or PCP, taking it at home is not safe.",
        clinician="Ketamine or PCP use disorder ever, or misuse within the programme.",
    ),
    Condition(
        code="ketamine_cystitis_history",
        asks="Has ketamine ever hurt your bladder, or do you have blood in your urine now?",
        says="Ketamine could damage your bladder for good.",
        clinician="Ketamine cystitis ever; or haematuria or unexplained severe urinary symptoms.",
        cite=citations.KETAMINE_CYSTITIS,
    ),
    Condition(
        code="ketamine_hypersensitivity",
        asks="Have you ever been allergic to ketamine or esketamine, or to something in the "
        "tablet?",
        says="You could have a severe allergic reaction.",
        clinician="Hypersensitivity to ketamine, esketamine or an excipient.",
        cite=_SPRAVATO,
    ),
    Condition(
        code="suicide_attempt_recent",
        asks="In the last 12 months, have you tried to end your life or been in hospital for it?",
        says="You deserve closer care than we can give at home.",
        clinician="Suicide attempt or psychiatric admission for suicidality within 12 months.",
        remedy="Call or text 988 at any time. We help you find care where someone is with you.",
        cite=_PROTOCOL,
    ),
)
