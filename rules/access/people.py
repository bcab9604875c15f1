"""Who may do what in the room of people?"""

from rules.access.words import (
    ANY,
    ANYBODY,
    MYSELF,
    NARROWED,
    NEAR,
    OFFICE,
    OWN,
    PLACE,
    SELF,
    SITE,
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
    signed_in,
)
from rules.permissions import Permission as May

LINES = (
    # accounts
    line("list_people", May.INVITE_PERSON, {A: ANY}),
    line("disable_person", May.DISABLE_PERSON, {A: ANY}),
    line("enable_person", May.DISABLE_PERSON, {A: ANY}),
    line("grant_role", May.GRANT_ROLE, {A: ANY}),
    line("end_role", May.GRANT_ROLE, {A: ANY}),
    line("assign_to_site", May.GRANT_ROLE, {A: ANY}),
    line("end_at_site", May.GRANT_ROLE, {A: ANY}),
    # care team
    line("assign_care_team", May.ASSIGN_CARE_TEAM, {A: OFFICE}),
    line("read_care_team", May.READ_PATIENT, {P: OWN, C: TEAM, R: NEAR, O: NEAR, F: SITE}),
    line("end_care_team_membership", May.ASSIGN_CARE_TEAM, {A: OFFICE}),
    # credentials
    line("record_credential", May.RECORD_CREDENTIAL, {A: ANY}),
    line("list_credentials", May.RECORD_CREDENTIAL, {A: ANY}),
    line("revoke_credential", May.RECORD_CREDENTIAL, {A: ANY}),
    # invitations
    line("invite_person", May.INVITE_PERSON, {A: ANY}),
    line("list_invitations", May.INVITE_PERSON, {A: ANY}),
    public("accept_invitation", May.SIGN_IN, ANYBODY),
    line("accept_invitation_as_myself", May.MANAGE_OWN_SESSIONS, MYSELF),
    # patients
    line("enrol_patient", May.ENROL_PATIENT, {A: ANY}),
    line("list_patients", May.READ_PATIENT, {P: OWN, C: TEAM, R: TEAM, O: TEAM, F: SITE}, NARROWED),
    line("read_patient", May.READ_PATIENT, {P: OWN, C: TEAM, R: NEAR, O: NEAR, F: SITE}),
    line("amend_identity", May.AMEND_IDENTITY, {P: OWN}),
    # copies of the record
    line("export_record", May.EXPORT_RECORD, {P: OWN, R: TEAM}),
    line("export_record_for_reading", May.EXPORT_RECORD, {P: OWN, R: TEAM}),
    # what is asked of the record
    line("ask_for_record", May.ASK_OF_RECORD, {P: OWN}),
    line("ask_for_amendment", May.ASK_OF_RECORD, {P: OWN}),
    line("disagree_with_denial", May.ASK_OF_RECORD, {P: OWN}),
    line("list_rights_requests", May.READ_RIGHTS_REQUESTS, {P: OWN, R: TEAM}),
    line("extend_rights_request", May.ANSWER_ABOUT_RECORD, {R: TEAM}),
    line("answer_amendment", May.ANSWER_ABOUT_RECORD, {R: TEAM}),
    # what left the house
    line("list_disclosures", May.READ_DISCLOSURES, {P: OWN, R: TEAM}),
    line("note_disclosure", May.NOTE_DISCLOSURE, {R: TEAM}),
    # holds of the law
    line("place_legal_hold", May.KEEP_FOR_LAW, {A: OFFICE}),
    line("list_legal_holds", May.KEEP_FOR_LAW, {A: OFFICE}, NARROWED),
    line("ask_to_lift_legal_hold", May.KEEP_FOR_LAW, {A: OFFICE}),
    line("lift_legal_hold", May.KEEP_FOR_LAW, {A: OFFICE}),
    # the end
    line("ask_for_erasure", May.ERASE_RECORD, {A: OFFICE}),
    line("withdraw_erasure", May.ERASE_RECORD, {A: OFFICE}),
    line("erase_record", May.ERASE_RECORD, {A: OFFICE}),
    line("close_account", May.CLOSE_ACCOUNT, {P: OWN}),
    # second factor
    line("read_second_factor", May.MANAGE_OWN_SESSIONS, MYSELF),
    line("begin_second_factor", May.MANAGE_OWN_SESSIONS, MYSELF),
    line("confirm_second_factor", May.MANAGE_OWN_SESSIONS, MYSELF),
    line("prove_second_factor", May.MANAGE_OWN_SESSIONS, MYSELF),
    line("end_second_factor", May.DISABLE_PERSON, {A: ANY}),
    line("count_recovery_codes", May.MANAGE_OWN_SESSIONS, MYSELF),
    line("make_recovery_codes", May.MANAGE_OWN_SESSIONS, MYSELF),
    # passkeys
    line("list_passkeys", May.MANAGE_OWN_SESSIONS, MYSELF),
    line("register_passkey", May.MANAGE_OWN_SESSIONS, MYSELF),
    line("begin_passkey", May.MANAGE_OWN_SESSIONS, MYSELF),
    line("end_passkey", May.MANAGE_OWN_SESSIONS, MYSELF),
    line("ask_passkey_proof", May.MANAGE_OWN_SESSIONS, MYSELF),
    line("prove_with_passkey", May.MANAGE_OWN_SESSIONS, MYSELF),
    public("ask_passkey_log_in", May.SIGN_IN, ANYBODY),
    public("log_in_with_passkey", May.SIGN_IN, ANYBODY),
    # messages
    line("list_own_messages", May.MANAGE_OWN_SESSIONS, MYSELF),
    line("acknowledge_message", May.MANAGE_OWN_SESSIONS, MYSELF),
    line("read_message_preferences", May.MANAGE_OWN_SESSIONS, MYSELF),
    line("set_message_preferences", May.MANAGE_OWN_SESSIONS, MYSELF),
    line("list_messages_of_patient", May.READ_ESCALATIONS, {C: TEAM, R: TEAM, O: TEAM}),
    # recoveries
    line("ask_recovery", May.DISABLE_PERSON, {A: ANY}),
    line("list_recoveries", May.VOUCH_FOR_PERSON, dict.fromkeys((C, R, O, F, A), ANY)),
    line("confirm_recovery", May.VOUCH_FOR_PERSON, dict.fromkeys((C, R, O, F, A), ANY)),
    public("use_recovery", May.SIGN_IN, ANYBODY),
    # sign in
    public("log_in", May.SIGN_IN, ANYBODY),
    public("refresh_tokens", May.SIGN_IN, ANYBODY),
    line("log_out", May.MANAGE_OWN_SESSIONS, MYSELF),
    line("list_own_sessions", May.MANAGE_OWN_SESSIONS, MYSELF),
    line("end_session", May.MANAGE_OWN_SESSIONS, MYSELF),
    line("end_other_sessions", May.MANAGE_OWN_SESSIONS, MYSELF),
    line("end_sessions_of_person", May.DISABLE_PERSON, {A: ANY}),
    line("change_password", May.MANAGE_OWN_SESSIONS, MYSELF),
    signed_in("read_me"),
    line("tell_time_zone", May.MANAGE_OWN_SESSIONS, MYSELF),
    # sitter places
    line("list_my_sitter_places", May.TRAIN_AS_SITTER, {S: PLACE}, NARROWED),
    line("accept_sitter_place", May.TRAIN_AS_SITTER, {S: PLACE}),
    line("send_contact_code", May.TRAIN_AS_SITTER, {S: PLACE}),
    line("check_contact_code", May.TRAIN_AS_SITTER, {S: PLACE}),
    signed_in("read_sitter_training"),
    line("take_sitter_quiz", May.TRAIN_AS_SITTER, {S: PLACE}),
    # sitters
    line("invite_sitter", May.INVITE_SITTER, {P: SELF}, closes="sitter.invited"),
    line("list_sitters", May.READ_SITTERS, {P: OWN, C: TEAM, R: NEAR, O: NEAR}),
    line("remove_sitter", May.INVITE_SITTER, {P: OWN}),
    line("tell_sitter_concern", May.FLAG_SITTER, {P: OWN}),
)
