"""Who may do what in the room of plan?"""

from rules.access.words import ANY, ANYBODY, NEAR, NOWHERE, OWN, TEAM, A, F, O, P, R, S, line
from rules.permissions import Permission as May

LINES = (
    # approvals
    line("decide_eligibility", May.DECIDE_ELIGIBILITY, {R: TEAM}, closes="approval.decided"),
    line("list_approvals", May.READ_PLAN, {P: OWN, R: NEAR}),
    line("end_approval", May.DECIDE_ELIGIBILITY, {R: TEAM}),
    line("lift_suspension", May.DECIDE_ELIGIBILITY, {R: TEAM}, closes="suspension.lifted"),
    # catalogue
    line("list_products", May.READ_CATALOGUE, ANYBODY),
    line("resolve_product", May.RESOLVE_PRODUCT, ANYBODY),
    # evaluations
    line("record_evaluation", May.RECORD_EVALUATION, {R: TEAM}),
    line("list_evaluations", May.READ_PLAN, {P: OWN, R: NEAR}),
    line("record_pdmp_query", May.RECORD_EVALUATION, {R: TEAM}),
    # law
    line("propose_law", May.PROPOSE_LAW, {O: ANY, A: ANY}),
    line("list_law_proposals", May.READ_LAW, {R: ANY, O: ANY, F: ANY, A: ANY}),
    line("confirm_law", May.CONFIRM_LAW, {O: ANY, F: ANY, A: ANY}),
    line("list_jurisdictions", May.READ_LAW, {R: ANY, O: ANY, F: ANY, A: ANY}),
    line("list_federal_authorities", May.READ_LAW, {R: ANY, O: ANY, F: ANY, A: ANY}),
    line("forecast_endings", May.READ_FORECAST, {R: ANY, O: ANY, A: ANY}),
    line("list_patients_touched", May.READ_FORECAST, {R: ANY, O: ANY, A: ANY}),
    # orders
    line("order_medication", May.ORDER_MEDICATION, {R: TEAM}, closes="order.placed"),
    line("list_orders", May.READ_PLAN, {P: OWN, R: NEAR}),
    line("cancel_order", May.ORDER_MEDICATION, {R: TEAM}),
    line("record_shipment", May.RECORD_SHIPMENT, {R: TEAM}, closes="shipment.recorded"),
    line("list_shipments", May.READ_PLAN, {P: OWN, R: NEAR}),
    line("confirm_receipt", May.CONFIRM_RECEIPT, {P: OWN}),
    line("list_lots", May.RECALL_LOT, {O: ANY}),
    line("recall_lot", May.RECALL_LOT, {O: ANY}),
    # overrides
    line("override_hold", May.OVERRIDE_HOLD, {R: TEAM}, closes="override.signed"),
    line("cosign_override", May.OVERRIDE_HOLD, {R: TEAM}, closes="override.cosigned"),
    line("withdraw_override", May.OVERRIDE_HOLD, {R: TEAM}),
    line("list_overrides", May.READ_DECISION, {P: OWN, R: NEAR, O: NEAR}),
    # sites
    line("list_certified_sites", May.READ_CATALOGUE, ANYBODY),
    # treatment plans
    line("draft_plan", May.WRITE_PLAN, {R: TEAM}, closes="plan.drafted"),
    line("list_plans", May.READ_PLAN, {P: OWN, R: NEAR}),
    line("read_plan", May.READ_PLAN, {P: OWN, R: NEAR}),
    line("sign_plan", May.WRITE_PLAN, {R: TEAM}, closes="plan.signed"),
    line("change_dose", May.WRITE_PLAN, {R: TEAM}, closes="plan.dose_changed"),
    line("record_weight", May.RECORD_VITALS, {P: OWN, S: NOWHERE}),
    line("suspend_plan", May.WRITE_PLAN, {R: TEAM}),
    line("end_plan", May.WRITE_PLAN, {R: TEAM}),
)
