"""Who may do what in the room of dose?"""

from rules.access.words import (
    ANYBODY,
    MYSELF,
    NARROWED,
    NEAR,
    NOWHERE,
    ON_CALL,
    OWN,
    REGISTER,
    SAT,
    SELF,
    SITE,
    SITS,
    TEAM,
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

# Whoever answers for the patient; what is about nobody we know is for the register of harm.
WHO_DECIDES = {R: (TEAM, ON_CALL), O: (TEAM, REGISTER)}

LINES = (
    # dose sessions
    line(
        "schedule_dose_session",
        May.SCHEDULE_DOSE_SESSION,
        {P: OWN, R: TEAM},
        closes="dose_session.scheduled",
    ),
    line(
        "list_dose_sessions", May.READ_DOSE_SESSION, {P: OWN, S: NOWHERE, C: TEAM, R: NEAR, O: NEAR}
    ),
    line("read_dose_session", May.READ_DOSE_SESSION, {P: OWN, S: SITS, C: TEAM, R: NEAR, O: NEAR}),
    line("open_check_in", May.OPEN_CHECK_IN, {P: OWN}, closes="dose_session.check_in_opened"),
    line(
        "change_sitter",
        May.SCHEDULE_DOSE_SESSION,
        {P: OWN, R: TEAM},
        closes="dose_session.sitter_chosen",
    ),
    line("cancel_dose_session", May.CANCEL_DOSE_SESSION, {P: OWN, C: TEAM, R: TEAM}),
    # emergencies
    line(
        "raise_emergency", May.RAISE_EMERGENCY, {P: OWN, S: (SITS, SAT), C: TEAM, R: TEAM, O: TEAM}
    ),
    line("list_emergencies", May.READ_DOSE_SESSION, {P: OWN, S: SITS, C: TEAM, R: NEAR, O: NEAR}),
    line(
        "raise_emergency_for_patient",
        May.RAISE_EMERGENCY,
        {P: OWN, S: NOWHERE, C: TEAM, R: TEAM, O: TEAM},
    ),
    line("close_emergency", May.RELEASE_HOLD, {R: TEAM}),
    public("list_emergency_instructions"),
    # the card for helpers
    line(
        "make_dispatch_link",
        May.MAKE_DISPATCH_LINK,
        {P: OWN, S: SITS, C: TEAM, R: TEAM, O: TEAM},
    ),
    line(
        "make_dispatch_link_for_patient",
        May.MAKE_DISPATCH_LINK,
        {P: OWN, S: NOWHERE, C: TEAM, R: TEAM, O: TEAM},
    ),
    line(
        "make_dispatch_link_for_escalation",
        May.MAKE_DISPATCH_LINK,
        {P: OWN, S: SITS, C: TEAM, R: (TEAM, ON_CALL), O: (TEAM, REGISTER)},
    ),
    public("open_dispatch_packet", May.SIGN_IN, ANYBODY),
    line("list_dispatch_links", May.READ_DISPATCH_LINKS, {P: OWN, R: NEAR, O: NEAR}),
    # late facts
    line("push_late_facts", May.BRING_LATE_FACTS, MYSELF),
    line("pull_changes", May.FOLLOW_CHANGES, {P: OWN}, NARROWED),
    line("list_late_items", May.READ_LATE_ITEMS, {O: REGISTER}),
    # quarantine
    public("hand_in_queue", May.HAND_IN_QUEUE),
    line("list_quarantined_queues", May.READ_QUARANTINE, WHO_DECIDES, NARROWED),
    line("read_quarantined_queue", May.READ_QUARANTINE, WHO_DECIDES),
    line("accept_quarantined_item", May.DECIDE_QUARANTINE, WHO_DECIDES),
    line("set_aside_quarantined_item", May.DECIDE_QUARANTINE, WHO_DECIDES),
    # monitoring
    line("record_monitoring_check", May.RECORD_MONITORING, {P: OWN, S: (SITS, SAT)}),
    line(
        "list_monitoring_checks",
        May.READ_DOSE_SESSION,
        {P: OWN, S: SITS, C: TEAM, R: NEAR, O: NEAR},
    ),
    line("record_sitter_departure", May.RECORD_MONITORING, {P: OWN, S: (SITS, SAT)}),
    line("record_administration_deviation", May.RECORD_MONITORING, {P: OWN, S: (SITS, SAT)}),
    line("list_watch_duties", May.READ_DOSE_SESSION, {P: OWN, S: SITS, C: TEAM, R: NEAR, O: NEAR}),
    # monitoring forms
    line("submit_monitoring_form", May.RUN_OFFICE_SESSION, {F: SITE}),
    line("read_monitoring_form", May.READ_OFFICE_SESSION, {P: OWN, R: NEAR, O: NEAR, F: SITE}),
    # office sessions
    line("enrol_in_rems", May.ENROL_IN_REMS, {F: SITE}, closes="office_session.rems_enrolled"),
    line("list_office_sessions", May.READ_OFFICE_SESSION, {P: OWN, R: NEAR, O: NEAR, F: SITE}),
    line("list_site_office_sessions", May.RUN_OFFICE_SESSION, {F: SITE}),
    line(
        "schedule_office_session",
        May.SCHEDULE_OFFICE_SESSION,
        {R: TEAM, F: SITE},
        closes="office_session.scheduled",
    ),
    line("read_office_session", May.READ_OFFICE_SESSION, {P: OWN, R: NEAR, O: NEAR, F: SITE}),
    line("arrive_at_office", May.RUN_OFFICE_SESSION, {F: SITE}, closes="office_session.arrived"),
    line(
        "submit_office_pre_check",
        May.RUN_OFFICE_SESSION,
        {F: SITE},
        closes="office_session.pre_checked",
    ),
    line("record_office_vital_signs", May.RUN_OFFICE_SESSION, {F: SITE}),
    line(
        "give_office_device",
        May.RUN_OFFICE_SESSION,
        {F: SITE},
        closes="office_session.device_given",
    ),
    line("take_over_watch", May.RUN_OFFICE_SESSION, {F: SITE}),
    line("end_office_dosing", May.RUN_OFFICE_SESSION, {F: SITE}),
    line("discharge_from_office", May.RUN_OFFICE_SESSION, {F: SITE}),
    line("cancel_office_session", May.RUN_OFFICE_SESSION, {F: SITE}),
    # predose
    line("attest_as_sitter", May.ATTEST_AS_SITTER, {S: SITS}, closes="predose.sitter_attested"),
    line("submit_predose_check", May.SUBMIT_PREDOSE_CHECK, {P: OWN}, closes="predose.decided"),
    line("read_gate_decision", May.READ_DECISION, {P: OWN, R: NEAR, O: NEAR}),
    line("read_clinical_gate_decision", May.READ_CLINICAL_DECISION, {R: NEAR, O: NEAR}),
    line("explain_gate_decision", May.READ_DECISION, {P: OWN, R: NEAR, O: NEAR}),
    line("read_clearance", May.READ_DECISION, {P: OWN, R: NEAR, O: NEAR}),
    line("start_dose", May.START_DOSE, {P: OWN}, closes="dose_session.dose_started"),
    line("take_booster", May.START_DOSE, {P: OWN}, closes="dose_session.booster_taken"),
    line("report_dose_taken", May.REPORT_DOSE_TAKEN, {P: OWN, S: (SITS, SAT)}),
    # release
    line("submit_release_check", May.RELEASE_SESSION, {S: (SITS, SAT)}),
    line("read_release_check", May.READ_DOSE_SESSION, {P: OWN, S: SITS, C: TEAM, R: NEAR, O: NEAR}),
    # vital signs
    line("record_vital_signs", May.RECORD_VITALS, {P: OWN, S: (SITS, SAT)}),
    line("compare_clocks", May.RECORD_VITALS, {P: SELF, S: SELF}),
    line("list_vital_signs", May.READ_DOSE_SESSION, {P: OWN, S: SITS, C: TEAM, R: NEAR, O: NEAR}),
)
