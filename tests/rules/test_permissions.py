"""Does a role carry exactly the acts that its line in the table names?"""

import pytest

from rules.access.policy import ROLES, may
from rules.permissions import Permission
from rules.terms import Role

EVERYBODY = """
    sign_in manage_own_sessions read_catalogue resolve_product report_harm read_safety_case
    bring_late_facts read_channels
"""
# The table of the rules, read from the other side: what is one person let do?
BESIDES = {
    Role.PATIENT: """
        read_patient amend_identity invite_sitter read_sitters flag_sitter answer_intake
        read_intake read_decision answer_instrument read_instrument read_instruments_due
        sign_consent read_consent read_plan confirm_receipt read_slots book_appointment
        read_appointments complete_module record_rehearsal read_readiness schedule_dose_session
        read_dose_session cancel_dose_session open_check_in submit_predose_check record_vitals
        start_dose report_dose_taken record_monitoring raise_emergency read_office_session
        record_follow_up read_follow_ups read_coaching_note keep_goal read_goals read_harm
        place_hold read_holds read_timeline read_audit export_record follow_changes ask_of_record
        read_rights_requests close_account read_disclosures make_dispatch_link
        read_dispatch_links follow_events
    """,
    Role.SITTER: """
        train_as_sitter read_dose_session attest_as_sitter record_vitals report_dose_taken
        record_monitoring raise_emergency release_session place_hold acknowledge_escalation
        make_dispatch_link
    """,
    Role.COACH: """
        read_patient read_sitters read_instruments_due offer_slots read_slots book_appointment
        hold_appointment read_appointments read_readiness read_dose_session cancel_dose_session
        raise_emergency read_follow_ups write_coaching_note read_coaching_note
        write_private_note read_private_note keep_goal read_goals read_harm place_hold
        read_holds read_caseload acknowledge_escalation read_escalations read_timeline
        read_parameters vouch_for_person make_dispatch_link read_answer_times
        follow_events lend_rights
    """,
    Role.PRESCRIBER: """
        read_patient read_sitters read_intake read_decision read_clinical_decision
        read_instrument read_instruments_due assess_risk read_consent record_evaluation
        decide_eligibility override_hold write_plan read_plan order_medication record_shipment
        read_law read_forecast offer_slots read_slots book_appointment hold_appointment
        read_appointments read_readiness schedule_dose_session read_dose_session
        cancel_dose_session raise_emergency schedule_office_session read_office_session
        read_follow_ups read_coaching_note read_goals read_harm triage_harm assess_harm
        place_hold release_hold read_holds read_desk review_session acknowledge_escalation
        read_escalations read_timeline read_parameters draft_parameters sign_parameters
        break_glass vouch_for_person export_record read_rights_requests answer_about_record
        note_disclosure read_disclosures read_quarantine decide_quarantine
        follow_events lend_rights make_dispatch_link read_dispatch_links read_answer_times
    """,
    Role.SAFETY_OFFICER: """
        read_patient read_sitters read_decision read_clinical_decision recall_lot propose_law
        confirm_law read_law read_forecast read_dose_session raise_emergency read_office_session
        read_coaching_note read_harm triage_harm assess_harm place_hold read_holds
        acknowledge_escalation read_escalations read_timeline read_audit read_parameters
        draft_parameters sign_parameters break_glass review_break_glass vouch_for_person
        read_handovers settle_handover read_late_items read_quarantine decide_quarantine
        follow_events lend_rights make_dispatch_link read_dispatch_links read_answer_times
    """,
    Role.SITE_STAFF: """
        read_patient confirm_law read_law schedule_office_session run_office_session
        read_office_session enrol_in_rems read_harm place_hold read_parameters vouch_for_person
        follow_events lend_rights read_answer_times
    """,
    Role.ADMIN: """
        invite_person disable_person grant_role enrol_patient assign_care_team record_credential
        propose_law confirm_law read_law read_forecast staff_on_call read_parameters
        review_break_glass vouch_for_person read_handovers settle_handover keep_for_law erase_record
        manage_webhooks read_answer_times move_clock
    """,
    Role.SYSTEM: """
        report_harm run_sweep hand_in_queue
    """,
}


def test_every_kind_of_act_belongs_to_somebody() -> None:
    assert {permission for permission in Permission if not ROLES.get(permission)} == set()


@pytest.mark.parametrize("role", Role)
def test_a_role_may_do_what_its_line_says_and_nothing_else(role: Role) -> None:
    everybody = EVERYBODY if role is not Role.SYSTEM else ""
    assert {act for act in Permission if may(frozenset({role}), act)} == {
        *everybody.split(),
        *BESIDES[role].split(),
    }


def test_absent_means_nobody() -> None:
    assert not may(frozenset(), Permission.REPORT_HARM)
    assert not may(frozenset({Role.COACH}), Permission.RELEASE_HOLD)


def test_one_of_several_roles_is_enough() -> None:
    assert may(frozenset({Role.COACH, Role.PRESCRIBER}), Permission.RELEASE_HOLD)


def test_only_a_prescriber_decides_overrides_orders_and_lets_go() -> None:
    clinical = (
        Permission.DECIDE_ELIGIBILITY,
        Permission.OVERRIDE_HOLD,
        Permission.WRITE_PLAN,
        Permission.ORDER_MEDICATION,
        Permission.RELEASE_HOLD,
    )
    assert {ROLES[permission] for permission in clinical} == {frozenset({Role.PRESCRIBER})}


def test_an_admin_has_no_clinical_act() -> None:
    of_admin = {permission for permission, roles in ROLES.items() if Role.ADMIN in roles}
    clinical = {
        permission
        for permission in Permission
        if any(word in permission for word in ("intake", "decision", "note", "vitals", "dose"))
    }
    assert of_admin & clinical == set()


def test_anyone_can_stop_and_anyone_can_report_harm() -> None:
    people = frozenset(Role) - {Role.SYSTEM, Role.ADMIN}
    assert people <= ROLES[Permission.PLACE_HOLD]
    assert people <= ROLES[Permission.REPORT_HARM]
