"""Who may do what in the room of oversight?"""

from rules.access.words import (
    ANY,
    ANYBODY,
    LOOK,
    NARROWED,
    NEAR,
    NOWHERE,
    OFFICE,
    ON_CALL,
    OWN,
    REGISTER,
    REPORTED,
    SAT,
    SELF,
    SITE,
    SITS,
    TEAM,
    A,
    C,
    F,
    O,
    P,
    R,
    S,
    line,
    public,
)
from rules.permissions import Permission as May

WHO_MEETS_HARM = {
    P: (OWN, REPORTED),
    S: (SITS, SAT, REPORTED),
    C: (TEAM, REPORTED),
    R: (TEAM, REPORTED),
    O: (TEAM, REGISTER, REPORTED),
    F: (SITE, REPORTED),
    A: (OFFICE, REPORTED),
}
WHO_ADDS_TO_HARM = WHO_MEETS_HARM | {S: REPORTED, A: REPORTED}
WHO_LISTS_HARM = {role: near for role, near in WHO_MEETS_HARM.items() if role not in (S, A)}
# No list shows anybody behind the glass: one has to ask for the report itself.
WHO_READS_HARM = WHO_LISTS_HARM | {
    R: (*NEAR, REPORTED),
    O: (*NEAR, REGISTER, REPORTED),
}

LINES = (
    # reading in an emergency
    line("break_glass", May.BREAK_GLASS, {R: ANY, O: ANY}),
    line("end_break_glass", May.BREAK_GLASS, {R: LOOK, O: LOOK}),
    line("review_break_glass", May.REVIEW_BREAK_GLASS, {O: ANY, A: ANY}),
    line("list_broken_glass", May.REVIEW_BREAK_GLASS, {O: ANY, A: ANY}),
    # adverse events
    public("report_adverse_event", May.REPORT_HARM, WHO_MEETS_HARM),
    line("list_adverse_events", May.READ_HARM, WHO_LISTS_HARM, NARROWED),
    line("read_adverse_event", May.READ_HARM, WHO_READS_HARM),
    line("add_to_adverse_event", May.REPORT_HARM, WHO_ADDS_TO_HARM),
    line("triage_adverse_event", May.TRIAGE_HARM, {R: TEAM, O: (TEAM, REGISTER)}),
    line("assess_adverse_event", May.ASSESS_HARM, {R: TEAM, O: (TEAM, REGISTER)}),
    line("close_adverse_event", May.ASSESS_HARM, {R: TEAM, O: (TEAM, REGISTER)}),
    line("reopen_adverse_event", May.ASSESS_HARM, {R: TEAM, O: (TEAM, REGISTER)}),
    # audit trail
    line("read_audit_trail", May.READ_AUDIT, {P: OWN, O: TEAM}),
    line("verify_audit_chain", May.READ_AUDIT, {P: OWN, O: TEAM}),
    # desk
    line("read_desk", May.READ_DESK, {R: TEAM}, NARROWED),
    line("read_case", May.READ_DESK, {R: TEAM}),
    line("review_session", May.REVIEW_SESSION, {R: TEAM}),
    # escalations
    line(
        "list_escalations",
        May.READ_ESCALATIONS,
        {C: TEAM, R: (TEAM, ON_CALL), O: (TEAM, REGISTER)},
        NARROWED,
    ),
    line(
        "acknowledge_escalation",
        May.ACKNOWLEDGE_ESCALATION,
        {S: (SITS, SAT), C: TEAM, R: (TEAM, ON_CALL), O: (TEAM, REGISTER)},
    ),
    # events, and where other systems are told of them
    line(
        "follow_events",
        May.FOLLOW_EVENTS,
        {P: OWN, C: TEAM, R: TEAM, O: (TEAM, REGISTER), F: SITE},
        NARROWED,
    ),
    line("set_up_webhook", May.MANAGE_WEBHOOKS, {A: ANY}),
    line("list_webhooks", May.MANAGE_WEBHOOKS, {A: ANY}),
    line("end_webhook", May.MANAGE_WEBHOOKS, {A: ANY}),
    line("rotate_webhook_key", May.MANAGE_WEBHOOKS, {A: ANY}),
    line("list_webhook_deliveries", May.MANAGE_WEBHOOKS, {A: ANY}),
    line("redeliver_webhook", May.MANAGE_WEBHOOKS, {A: ANY}),
    line(
        "list_webhooks_by_my_rights", May.LEND_RIGHTS, dict.fromkeys((C, R, O, F), SELF), NARROWED
    ),
    line("agree_to_webhook", May.LEND_RIGHTS, dict.fromkeys((C, R, O, F), SELF)),
    line("withdraw_from_webhook", May.LEND_RIGHTS, dict.fromkeys((C, R, O, F), SELF)),
    # who answers, and how quickly
    line("read_channels", May.READ_CHANNELS, ANYBODY),
    line(
        "read_answer_times",
        May.READ_ANSWER_TIMES,
        {C: ANY, R: ANY, O: ANY, F: ANY, A: ANY},
    ),
    # handovers
    line("list_handovers", May.READ_HANDOVERS, {O: ANY, A: ANY}),
    line("settle_handover", May.SETTLE_HANDOVER, {O: ANY, A: ANY}),
    # holds
    line("place_hold", May.PLACE_HOLD, {P: OWN, S: NOWHERE, C: TEAM, R: TEAM, O: TEAM, F: SITE}),
    line("list_holds", May.READ_HOLDS, {P: OWN, C: TEAM, R: NEAR, O: NEAR}),
    line(
        "place_hold_in_session",
        May.PLACE_HOLD,
        {P: OWN, S: (SITS, SAT), C: TEAM, R: TEAM, O: TEAM, F: SITE},
    ),
    line("release_hold", May.RELEASE_HOLD, {R: TEAM}),
    # on call
    line("staff_on_call", May.STAFF_ON_CALL, {A: ANY}),
    line("list_on_call_shifts", May.STAFF_ON_CALL, {A: ANY}),
    line("cancel_on_call_shift", May.STAFF_ON_CALL, {A: ANY}),
    # parameters
    line("list_parameters", May.READ_PARAMETERS, {C: ANY, R: ANY, O: ANY, F: ANY, A: ANY}),
    line("draft_parameter_sheet", May.DRAFT_PARAMETERS, {R: ANY, O: ANY}),
    line("list_parameter_sheets", May.READ_PARAMETERS, {C: ANY, R: ANY, O: ANY, F: ANY, A: ANY}),
    line("read_parameter_sheet", May.READ_PARAMETERS, {C: ANY, R: ANY, O: ANY, F: ANY, A: ANY}),
    line("rehearse_parameter_sheet", May.DRAFT_PARAMETERS, {R: ANY, O: ANY}),
    line("sign_parameter_sheet", May.SIGN_PARAMETERS, {R: ANY, O: ANY}),
    # safety case
    line("read_safety_case", May.READ_SAFETY_CASE, ANYBODY),
    # timeline
    line("read_timeline", May.READ_TIMELINE, {P: OWN, C: TEAM, R: NEAR, O: NEAR}),
)
