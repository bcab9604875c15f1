"""What does it mean, in clinical words, when PostgreSQL itself says no?"""

import psycopg
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.orm.exc import StaleDataError

from models.platform.encryption import Erased, KeysAway
from workflows.platform.errors import (
    AlreadyUnderWay,
    ChangedSinceRead,
    Collided,
    RecordErased,
    RecordForbids,
    Refusal,
    Unavailable,
)

# Constraint name -> the code of the rule it locks. What is not here is our mistake, and a 500.
MEANING = {
    "esketamine_home_prohibited": "esketamine_home_prohibited",
    "esketamine_setting_change_prohibited": "esketamine_setting_change_prohibited",
    "site_not_certified": "site_not_certified",
    "approval_missing": "approval_missing",
    "never_changed": "never_changed",
    "catalogue_is_sealed": "catalogue_is_sealed",
    "uq_dose_session_active": "session_already_active",
    "uq_dose_session_sitter_active": "sitter_double_booked",
    "uq_dose_session_number": "session_already_exists",
    "clearance_before_restore": "clearance_before_restore",
    "epoch_not_confirmed": "epoch_not_confirmed",
    "uq_dose_taken_clearance_id": "clearance_used",
    "uq_dose_taken_cleared": "clearance_used",
    "uq_dose_taken_booster": "redose_prohibited",
    "booster_not_prescribed": "booster_not_prescribed",
    "uq_clearance_live": "clearance_exists",
    "uq_appointment_slot": "slot_taken",
    "ex_slot_host": "slot_overlaps",
    "ex_on_call_shift_user": "shift_overlaps",
    "ex_break_glass_open": "glass_already_open",
    "uq_approval_live": "approval_exists",
    "uq_treatment_plan_live": "plan_exists",
    "uq_intake_draft": "intake_draft_exists",
    "uq_intake_patient_id_number": "intake_draft_exists",
    "uq_user_account_email_blind": "account_exists",
    "uq_passkey_credential_id": "passkey_known",
    "uq_role_grant_open": "role_already_held",
    "uq_care_team_member_open": "already_on_care_team",
    "uq_patient_user_id": "patient_exists",
    "uq_sitter_invited": "sitter_already_invited",
    "uq_medication_order_external_prescription_id": "prescription_already_recorded",
    "uq_rems_enrolment_patient_id": "already_enrolled",
    "uq_parameter_signature_sheet_id_signer_id": "sheet_already_signed",
    "uq_parameters_in_force_effective_from": "sheet_instant_taken",
    "sheet_two_signatures": "sheet_two_signatures",
    "sheet_director_signs": "sheet_director_signs",
    "sheet_not_in_the_past": "sheet_not_in_the_past",
    "uq_law_confirmation_proposal_id": "law_already_confirmed",
    "ck_law_confirmation_two_people": "two_people_needed",
    "ck_data_key_two_people": "two_people_needed",
    "law_needs_counsel": "law_needs_counsel",
    "uq_monitoring_form_office_session_id": "form_already_submitted",
}
_NOT_SAID_BY_POSTGRESQL: tuple[tuple[type[Exception], type[Refusal]], ...] = (
    (Erased, RecordErased),
    (KeysAway, Unavailable),
    (StaleDataError, ChangedSinceRead),
    (PoolExhausted, Unavailable),
)
# Connection lost, resources at their end (a full disk, too many connections), taken down, disk bad.
AWAY = ("08", "53", "57", "58")
# A database that is read-only, or a standby; and a session that waited too long for us.
NOT_WRITABLE = ("25006", "25P03")
LOCK_NOT_AVAILABLE = "55P03"
SERIALIZATION_FAILURE, DEADLOCK = "40001", "40P01"


def refusal_for(error: SQLAlchemyError | Erased | KeysAway) -> Refusal | None:
    """Give the refusal that this error means, or None when it is a mistake of ours."""
    if not isinstance(error, DBAPIError):
        return next(
            (said() for kind, said in _NOT_SAID_BY_POSTGRESQL if isinstance(error, kind)), None
        )
    cause = error.orig
    state = cause.sqlstate if isinstance(cause, psycopg.Error) else None
    if state in (SERIALIZATION_FAILURE, DEADLOCK):
        return Collided()
    if state == LOCK_NOT_AVAILABLE:
        return AlreadyUnderWay()
    name = constraint_of(error)
    if name in MEANING:
        return RecordForbids(code=MEANING[name])
    gone = isinstance(error, OperationalError) and state is None
    return Unavailable() if gone or (state or "")[:2] in AWAY or state in NOT_WRITABLE else None


def constraint_of(error: DBAPIError) -> str | None:
    """Give the name of the constraint that refused, if one did."""
    diagnosis = getattr(error.orig, "diag", None)
    return getattr(diagnosis, "constraint_name", None)
