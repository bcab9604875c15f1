"""Who may do what kind of act? Absent means nobody."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from rules.terms import Role

P, S, C, R, O, F, A, W = (  # noqa: E741 - one letter a role keeps the table a table
    Role.PATIENT,
    Role.SITTER,
    Role.COACH,
    Role.PRESCRIBER,
    Role.SAFETY_OFFICER,
    Role.SITE_STAFF,
    Role.ADMIN,
    Role.SYSTEM,
)


class Permission(StrEnum):
    """One kind of act. It opens nothing without a relation to the patient."""

    # people
    SIGN_IN = "sign_in"
    INVITE_PERSON = "invite_person"
    DISABLE_PERSON = "disable_person"
    GRANT_ROLE = "grant_role"
    MANAGE_OWN_SESSIONS = "manage_own_sessions"
    ENROL_PATIENT = "enrol_patient"
    READ_PATIENT = "read_patient"
    AMEND_IDENTITY = "amend_identity"
    ASSIGN_CARE_TEAM = "assign_care_team"
    RECORD_CREDENTIAL = "record_credential"
    INVITE_SITTER = "invite_sitter"
    READ_SITTERS = "read_sitters"
    TRAIN_AS_SITTER = "train_as_sitter"
    FLAG_SITTER = "flag_sitter"
    # intake
    ANSWER_INTAKE = "answer_intake"
    READ_INTAKE = "read_intake"
    READ_DECISION = "read_decision"
    READ_CLINICAL_DECISION = "read_clinical_decision"
    ANSWER_INSTRUMENT = "answer_instrument"
    READ_INSTRUMENT = "read_instrument"
    READ_INSTRUMENTS_DUE = "read_instruments_due"
    ASSESS_RISK = "assess_risk"
    SIGN_CONSENT = "sign_consent"
    READ_CONSENT = "read_consent"
    # plan
    RECORD_EVALUATION = "record_evaluation"
    DECIDE_ELIGIBILITY = "decide_eligibility"
    OVERRIDE_HOLD = "override_hold"
    WRITE_PLAN = "write_plan"
    READ_PLAN = "read_plan"
    ORDER_MEDICATION = "order_medication"
    RECORD_SHIPMENT = "record_shipment"
    CONFIRM_RECEIPT = "confirm_receipt"
    RECALL_LOT = "recall_lot"
    READ_CATALOGUE = "read_catalogue"
    PROPOSE_LAW = "propose_law"
    CONFIRM_LAW = "confirm_law"
    READ_LAW = "read_law"
    READ_FORECAST = "read_forecast"
    RESOLVE_PRODUCT = "resolve_product"
    # preparation
    OFFER_SLOTS = "offer_slots"
    READ_SLOTS = "read_slots"
    BOOK_APPOINTMENT = "book_appointment"
    HOLD_APPOINTMENT = "hold_appointment"
    READ_APPOINTMENTS = "read_appointments"
    COMPLETE_MODULE = "complete_module"
    RECORD_REHEARSAL = "record_rehearsal"
    READ_READINESS = "read_readiness"
    # dose
    SCHEDULE_DOSE_SESSION = "schedule_dose_session"
    READ_DOSE_SESSION = "read_dose_session"
    CANCEL_DOSE_SESSION = "cancel_dose_session"
    OPEN_CHECK_IN = "open_check_in"
    SUBMIT_PREDOSE_CHECK = "submit_predose_check"
    ATTEST_AS_SITTER = "attest_as_sitter"
    RECORD_VITALS = "record_vitals"
    START_DOSE = "start_dose"
    REPORT_DOSE_TAKEN = "report_dose_taken"
    RECORD_MONITORING = "record_monitoring"
    RAISE_EMERGENCY = "raise_emergency"
    RELEASE_SESSION = "release_session"
    SCHEDULE_OFFICE_SESSION = "schedule_office_session"
    RUN_OFFICE_SESSION = "run_office_session"
    READ_OFFICE_SESSION = "read_office_session"
    ENROL_IN_REMS = "enrol_in_rems"
    # aftercare
    RECORD_FOLLOW_UP = "record_follow_up"
    READ_FOLLOW_UPS = "read_follow_ups"
    WRITE_COACHING_NOTE = "write_coaching_note"
    READ_COACHING_NOTE = "read_coaching_note"
    WRITE_PRIVATE_NOTE = "write_private_note"
    READ_PRIVATE_NOTE = "read_private_note"
    KEEP_GOAL = "keep_goal"
    READ_GOALS = "read_goals"
    # oversight
    REPORT_HARM = "report_harm"
    READ_HARM = "read_harm"
    TRIAGE_HARM = "triage_harm"
    ASSESS_HARM = "assess_harm"
    PLACE_HOLD = "place_hold"
    RELEASE_HOLD = "release_hold"
    READ_HOLDS = "read_holds"
    READ_CASELOAD = "read_caseload"
    READ_DESK = "read_desk"
    REVIEW_SESSION = "review_session"
    ACKNOWLEDGE_ESCALATION = "acknowledge_escalation"
    READ_ESCALATIONS = "read_escalations"
    STAFF_ON_CALL = "staff_on_call"
    READ_TIMELINE = "read_timeline"
    READ_AUDIT = "read_audit"
    READ_PARAMETERS = "read_parameters"
    DRAFT_PARAMETERS = "draft_parameters"
    SIGN_PARAMETERS = "sign_parameters"
    READ_SAFETY_CASE = "read_safety_case"
    BREAK_GLASS = "break_glass"
    REVIEW_BREAK_GLASS = "review_break_glass"
    RUN_SWEEP = "run_sweep"


_STAFF = (C, R, O)

ROLES: Mapping[Permission, frozenset[Role]] = MappingProxyType(
    {
        permission: frozenset(roles)
        for permission, roles in {
            Permission.SIGN_IN: (P, S, C, R, O, F, A),
            Permission.INVITE_PERSON: (A,),
            Permission.DISABLE_PERSON: (A,),
            Permission.GRANT_ROLE: (A,),
            Permission.MANAGE_OWN_SESSIONS: (P, S, C, R, O, F, A),
            Permission.ENROL_PATIENT: (A,),
            Permission.READ_PATIENT: (P, *_STAFF, F),
            Permission.AMEND_IDENTITY: (P,),
            Permission.ASSIGN_CARE_TEAM: (A,),
            Permission.RECORD_CREDENTIAL: (A,),
            Permission.INVITE_SITTER: (P,),
            Permission.READ_SITTERS: (P, *_STAFF),
            Permission.TRAIN_AS_SITTER: (S,),
            Permission.FLAG_SITTER: (P,),
            Permission.ANSWER_INTAKE: (P,),
            Permission.READ_INTAKE: (P, R),
            Permission.READ_DECISION: (P, R, O),
            Permission.READ_CLINICAL_DECISION: (R, O),
            Permission.ANSWER_INSTRUMENT: (P,),
            Permission.READ_INSTRUMENT: (P, R),
            Permission.READ_INSTRUMENTS_DUE: (P, C, R),
            Permission.ASSESS_RISK: (R,),
            Permission.SIGN_CONSENT: (P,),
            Permission.READ_CONSENT: (P, R),
            Permission.RECORD_EVALUATION: (R,),
            Permission.DECIDE_ELIGIBILITY: (R,),
            Permission.OVERRIDE_HOLD: (R,),
            Permission.WRITE_PLAN: (R,),
            Permission.READ_PLAN: (P, R),
            Permission.ORDER_MEDICATION: (R,),
            Permission.RECORD_SHIPMENT: (R, A),
            Permission.CONFIRM_RECEIPT: (P,),
            Permission.RECALL_LOT: (O,),
            Permission.PROPOSE_LAW: (O, A),
            Permission.CONFIRM_LAW: (O, A, F),
            Permission.READ_LAW: (R, O, A, F),
            Permission.READ_FORECAST: (R, O, A),
            Permission.READ_CATALOGUE: (P, S, C, R, O, F, A),
            Permission.RESOLVE_PRODUCT: (P, S, C, R, O, F, A),
            Permission.OFFER_SLOTS: (C, R),
            Permission.READ_SLOTS: (P, C, R),
            Permission.BOOK_APPOINTMENT: (P, C, R),
            Permission.HOLD_APPOINTMENT: (C, R),
            Permission.READ_APPOINTMENTS: (P, C, R),
            Permission.COMPLETE_MODULE: (P,),
            Permission.RECORD_REHEARSAL: (P,),
            Permission.READ_READINESS: (P, C, R),
            Permission.SCHEDULE_DOSE_SESSION: (P, R),
            Permission.READ_DOSE_SESSION: (P, S, *_STAFF),
            Permission.CANCEL_DOSE_SESSION: (P, C, R),
            Permission.OPEN_CHECK_IN: (P,),
            Permission.SUBMIT_PREDOSE_CHECK: (P,),
            Permission.ATTEST_AS_SITTER: (S,),
            Permission.RECORD_VITALS: (P, S),
            Permission.START_DOSE: (P,),
            Permission.REPORT_DOSE_TAKEN: (P, S),
            Permission.RECORD_MONITORING: (P, S),
            Permission.RAISE_EMERGENCY: (P, S, *_STAFF),
            Permission.RELEASE_SESSION: (S,),
            Permission.SCHEDULE_OFFICE_SESSION: (F, R),
            Permission.RUN_OFFICE_SESSION: (F,),
            Permission.READ_OFFICE_SESSION: (P, F, R, O),
            Permission.ENROL_IN_REMS: (F,),
            Permission.RECORD_FOLLOW_UP: (P,),
            Permission.READ_FOLLOW_UPS: (P, C, R),
            Permission.WRITE_COACHING_NOTE: (C,),
            Permission.READ_COACHING_NOTE: (P, C, R, O),
            Permission.WRITE_PRIVATE_NOTE: (C,),
            Permission.READ_PRIVATE_NOTE: (C,),
            Permission.KEEP_GOAL: (P, C),
            Permission.READ_GOALS: (P, C, R),
            Permission.REPORT_HARM: (P, S, C, R, O, F, A, W),
            Permission.READ_HARM: (P, C, R, O, F),
            Permission.TRIAGE_HARM: (R, O),
            Permission.ASSESS_HARM: (R, O),
            Permission.PLACE_HOLD: (P, S, *_STAFF, F),
            Permission.RELEASE_HOLD: (R,),
            Permission.READ_HOLDS: (P, *_STAFF),
            Permission.READ_CASELOAD: (C,),
            Permission.READ_DESK: (R,),
            Permission.REVIEW_SESSION: (R,),
            Permission.ACKNOWLEDGE_ESCALATION: (S, C, R, O),
            Permission.READ_ESCALATIONS: (C, R, O),
            Permission.STAFF_ON_CALL: (A,),
            Permission.READ_TIMELINE: (P, *_STAFF),
            Permission.READ_AUDIT: (P, O),
            Permission.READ_PARAMETERS: (*_STAFF, F, A),
            Permission.DRAFT_PARAMETERS: (R, O),
            Permission.SIGN_PARAMETERS: (R, O),
            Permission.READ_SAFETY_CASE: (P, S, C, R, O, F, A),
            Permission.BREAK_GLASS: (R, O),
            Permission.REVIEW_BREAK_GLASS: (O, A),
            Permission.RUN_SWEEP: (W,),
        }.items()
    }
)

# What is read in an emergency by somebody without a relation to the patient. Nothing is done with
# any of them, and the notes of coaches and who else looked are not among them.
EMERGENCY_READS = frozenset(
    {
        *(Permission.READ_PATIENT, Permission.READ_INTAKE, Permission.READ_INSTRUMENT),
        *(Permission.READ_DECISION, Permission.READ_CLINICAL_DECISION, Permission.READ_PLAN),
        *(Permission.READ_DOSE_SESSION, Permission.READ_OFFICE_SESSION, Permission.READ_HARM),
        *(Permission.READ_HOLDS, Permission.READ_SITTERS, Permission.READ_TIMELINE),
    }
)


def may(roles: frozenset[Role], permission: Permission) -> bool:
    """Does any of these roles carry the permission?"""
    return not roles.isdisjoint(ROLES.get(permission, frozenset()))
