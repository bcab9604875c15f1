"""Who may do what in the room of intake?"""

from rules.access.words import ANY, NEAR, OWN, TEAM, O, P, R, line, signed_in
from rules.permissions import Permission as May

LINES = (
    # assessments
    line("answer_instrument", May.ANSWER_INSTRUMENT, {P: OWN}),
    line("list_assessments", May.READ_INSTRUMENT, {P: OWN, R: NEAR}),
    line("assess_risk", May.ASSESS_RISK, {R: TEAM}),
    # changes
    line("report_change", May.ANSWER_INTAKE, {P: OWN}),
    line("code_medicine", May.ASSESS_RISK, {R: TEAM}),
    # consent
    line("read_consent_text", May.READ_CONSENT, {P: ANY, R: ANY}),
    line("sign_consent", May.SIGN_CONSENT, {P: OWN}, closes="consent.signed"),
    line("list_consents", May.READ_CONSENT, {P: OWN, R: TEAM}),
    line("withdraw_consent", May.SIGN_CONSENT, {P: OWN}),
    # instruments
    signed_in("read_instruments"),
    signed_in("read_instrument"),
    # intake
    line("open_intake", May.ANSWER_INTAKE, {P: OWN}, closes="intake.opened"),
    line("list_intakes", May.READ_INTAKE, {P: OWN, R: NEAR}),
    line("read_intake", May.READ_INTAKE, {P: OWN, R: NEAR}),
    line("save_intake", May.ANSWER_INTAKE, {P: OWN}, closes="intake.saved"),
    line("submit_intake", May.ANSWER_INTAKE, {P: OWN}, closes="intake.submitted"),
    # questionnaire
    signed_in("read_questionnaire"),
    # screen
    line("read_screening", May.READ_DECISION, {P: OWN, R: NEAR, O: NEAR}),
    line("read_clinical_screening", May.READ_CLINICAL_DECISION, {R: NEAR, O: NEAR}),
)
