"""Is what patients tell us sealed wherever it is kept, and absent wherever it is not needed?"""

import logging
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from api.app import create_app
from api.platform.logs import JsonLines
from models import Base
from models.people.patients import Patient
from models.platform.base import Instant
from models.platform.encryption import EncryptedJSON, EncryptedText
from tests.api.client import Client
from tests.api.conftest import token_for
from tests.factories import people
from workflows.platform.runtime import Runtime

# What says nothing about anybody by its type: ids, instants, words from a closed list, yes or no.
PLAIN_BY_TYPE = (sa.Uuid, Instant, sa.Enum, sa.Boolean)
ABOUT_NOBODY = {
    *("audit_head", "blocked_substance", "certified_site", "consent_text", "federal_authority"),
    *("heartbeat", "jurisdiction", "law_confirmation", "law_proposal", "lot", "product"),
    *("product_setting", "parameter_sheet", "parameters_in_force"),
    *("audit_checkpoint", "audit_checkpoint_head", "clearance_epoch", "epoch_doubt"),
    *("house_mark", "sandbox_clock"),
}

# Every other column that is kept readable, and why. A new one fails the test until somebody has
# asked: could it say who the patient is, or what they told us?
CODES = "a code from a list of ours, never typed by anybody"
COUNT = "a count or a version"
HASH = "a hash, or a fingerprint under a key"
CHECKED = "a clinical number that a CHECK has to hold (decision 0012)"
LAW = "the state and the time zone: which law and whose midnight (decision 0012)"
OUTSIDE = "the name of a thing in another system, needed to be unique or to be found again"
WRAPPED = "a key, under one that is not in the database, and the number of that one"
BY_CHANCE = "letters a device made by chance, compared with those of another sign-in"

PLAIN: dict[str, str] = {
    CODES: """
        adverse_event.reporter_role approval.end_reason assessment.instrument
        assessment.instrument_version audit_event.action audit_event.actor_roles
        audit_event.object_id audit_event.object_type audit_event.outcome audit_event.reason
        audit_event.request_id audit_event.stream clearance.void_reason consent.kind
        consent.text_sha256 credential.kind data_key.ground deadline.kind deadline.subject_type
        dose_taken.local_date emergency_call.code escalation.code evaluation.identity_method
        evaluation.modality evaluation.pdmp_result event.kind event.object_type
        event_owed.object_type
        webhook_attempt.outcome webhook_delivery.state webhook_endpoint.end_reason
        webhook_endpoint.kinds
        follow_up_answer.alarm_codes follow_up_answer.timing handover.role gate_decision.codes
        gate_decision.law gate_decision.point gate_decision.ruleset
        gate_decision.suitability goal.state hold.code
        idempotency_key.operation idempotency_key.result_type intake.questionnaire
        late_item.code late_item.kind quarantined_item.kind quarantined_queue.why
         late_item.result_type late_item.told late_item.verdict
        login_session.revoke_reason module_completion.module monitoring_check.alarm_codes
        disclosure.subject_type rights_request.subject_type
        message_preference.ways message_try.way notification.held_for
        notification.subject_type notification.template override.code override.void_reason
        patient.suspended_for pdmp_query.result predose_check.questionnaire
        account_recovery.seen passkey.end_reason passkey_challenge.purpose second_factor.end_reason
        sitter.training_version treatment_plan.residue_instruction vital_signs.alarm_codes
        """,
    COUNT: """
        adverse_event.version adverse_event_assessment.number appointment.version
        approval.sessions_allowed approval.version audit_event.seq coaching_note.version
        consent.read_seconds dose_session.number dose_session.version escalation.rung
        evaluation.minutes event.sequence event.transaction_id event_owed.transaction_id
        follow_up.version webhook_attempt.status webhook_attempt.took_ms webhook_delivery.tries
        webhook_place.sequence
        gate_decision.sheet goal.version record_export.row_counts record_export.row_total
        intake.number intake.version late_item.clock_skew_seconds late_item.counter
        quarantined_item.counter
        medication_order.sessions_supplied medication_order.units
        medication_order.version module_completion.edition notification.failed_attempts
        office_session.devices_used office_session.version patient.safety_version patient.version
        message_preference.quiet_from_minute message_preference.quiet_until_minute
        private_note.version second_factor.failed_tries second_factor.last_step
        dispatch_link.readings dispatch_reading.number door_tries.failed passkey.sign_count
        clearance.epoch clearance.safety_version shipment.units shipment.units_received
        shipment.version sitter.version sitter_contact_code.tries treatment_plan.session_count
        treatment_plan.version user_account.failed_logins
        """,
    HASH: """
        account_recovery.token_hash door_tries.place recovery_code.code_hash
        dispatch_link.code_hash
        audit_event.hash audit_event.object_digest audit_event.prev_hash clearance.inputs_hash
        gate_decision.inputs_hash late_item.fingerprint login_session.queue_key_hash
        quarantined_item.fingerprint
        idempotency_key.fingerprint intake.digest invitation.token_hash override.finding_hash
        refresh_token.token_hash sitter.email_blind sitter.phone_blind user_account.email_blind
        user_account.password_hash user_account.phone_blind
        """,
    CHECKED: """
        adverse_event.severity_grade adverse_event_assessment.severity_grade
        clearance.dose_mg_hundredths dose_change.from_mg_hundredths dose_change.to_mg_hundredths
        dose_session.dose_mg_hundredths dose_taken.dose_mg_hundredths monitoring_check.moaas
        office_session.dose_mg_hundredths treatment_plan.booster_mg_hundredths
        treatment_plan.dose_mg_hundredths
        treatment_plan.spacing_hours treatment_plan.weight_g vital_signs.diastolic_mmhg
        vital_signs.clock_skew_seconds vital_signs.heart_rate_bpm vital_signs.spo2_percent
        vital_signs.systolic_mmhg
        """,
    LAW: """
        adverse_event.day_zero adverse_event.file_by
        credential.expires_on credential.revoked_on credential.state credential.valid_from
        dose_session.patient_state dose_session.time_zone evaluation.patient_state patient.state
        user_account.time_zone
        account_closure.kept_until
        patient.time_zone pdmp_query.patient_state rems_enrolment.enrolled_on
        """,
    OUTSIDE: """
        evaluation.pdmp_reference idempotency_key.key medication_order.external_prescription_id
        office_session.lot_number pdmp_query.reference
        """,
    WRAPPED: """
        data_key.wrapped data_key.wrapped_by
        """,
    BY_CHANCE: """
        login_session.device_key passkey.credential_id passkey.public_key
        passkey_challenge.challenge webhook_key.public_key
        """,
}
REVIEWED = {column: why for why, names in PLAIN.items() for column in names.split()}

CANARY = "xylophage"
SAID = f"my {CANARY} came back"
PHONE, SITTER_PHONE = "+13035550177", "+13035550178"


# A column was renamed and its seal was not: every value in it could be moved and still be opened.
@pytest.mark.asvs("11.3.2")
def test_every_seal_names_its_own_column() -> None:
    wrong = [
        f"{column}: {column.type.column}"
        for column in columns()
        if isinstance(column.type, EncryptedText | EncryptedJSON)
        if column.type.column != str(column)
    ]
    assert wrong == []


# Somebody added a column `note`, and a year later it was full of diagnoses.
def test_every_readable_column_was_reviewed() -> None:
    plain = {str(column) for column in columns() if needs_review(column)}
    assert sorted(plain - set(REVIEWED)) == []
    assert sorted(set(REVIEWED) - plain) == []


# Words that people type are never a code, whatever the column is called.
def test_what_people_type_about_patients_is_sealed() -> None:
    typed = (
        *("words", "name", "note", "body", "summary", "rationale", "signature", "email", "phone"),
        *("answers", "address", "comment", "report", "content", "number"),
    )
    open_text = [
        str(column)
        for column in columns()
        if isinstance(column.type, sa.Text | sa.JSON) and column.name.endswith(typed)
    ]
    assert [name for name in open_text if name not in {"office_session.lot_number"}] == []


@pytest.mark.asvs("16.2.5")
def test_no_row_prints_itself() -> None:
    """A repr ends in a log."""
    assert [
        mapper.class_.__name__
        for mapper in Base.registry.mappers
        if "__repr__" in vars(mapper.class_)
    ] == []
    assert Base.__repr__ is object.__repr__


class Teller:
    """A patient who says the same strange word wherever words can be said."""

    def __init__(self, runtime: Runtime) -> None:
        """Enrol them, with a team, through the factories; what they say goes through the API."""
        self.runtime = runtime
        self.app = create_app(runtime)
        self.answers: list[TestResponse] = []
        with Session(runtime.bind, join_transaction_mode="create_savepoint") as session:
            now = runtime.clock.now()
            patient = people.a_patient(session, now, given_name=f"Anna {CANARY}")
            prescriber = people.a_licensed_prescriber(session, now, email=f"{CANARY}@example.org")
            people.a_care_team(session, now, patient, prescriber=prescriber)
            self.patient_id, user_id = patient.id, patient.user_id
            session.commit()
        self.me = Client(self.app, token_for(runtime, user_id))
        self.anybody = Client(self.app)

    def say_everything(self) -> None:
        """Say the word in every way that is allowed."""
        about = f"/patients/{self.patient_id}"
        self._keep(self.me.patch(about, {"family_name": CANARY, "contact": CONTACT}, version=1))
        draft = self._keep(self.me.post(f"{about}/intakes")).get_json()
        told = {"goals": {"list": [SAID]}, "medicines": {"list": [{"name": SAID}]}}
        self._keep(self.me.patch(f"/intakes/{draft['id']}", told, version=draft["version"]))
        self._keep(self.me.post(f"/intakes/{draft['id']}/submission"))
        self._keep(self.me.post(f"{about}/changes", {"kind": "other", "words": SAID}))
        self._keep(self.me.post(f"{about}/intentions", {"words": SAID}))
        self._keep(self.me.post(f"{about}/holds", {"words": SAID}))
        asked = {"name": SAID, "email": f"{CANARY}.too@example.org", "phone": SITTER_PHONE}
        sitter = self._keep(self.me.post("/sitters", asked)).get_json()["sitter"]
        concern = {"unsafe": True, "words": SAID}
        self._keep(self.me.post(f"/sitters/{sitter['id']}/concerns", concern))
        harm = {"own_words": SAID, "patient_id": str(self.patient_id), "severity": "severe"}
        self._keep(self.me.post("/adverse-events", harm))
        self._keep(self.anybody.post("/adverse-events", data=SAID.encode(), key=None))

    def say_it_wrong(self) -> None:
        """Say the word in every way that is refused."""
        about = f"/patients/{self.patient_id}"
        self._refused(self.me.post(f"{about}/intentions", {"words": {CANARY: CANARY}}))
        self._refused(self.me.post(f"{about}/intentions", {"words": SAID * 2000}))
        self._refused(self.me.post(f"{about}/changes", {"kind": CANARY}))
        self._refused(self.me.post(f"{about}/changes", data=f'{{"words": "{SAID}'.encode()))
        self._refused(self.me.post(f"{about}/holds", {"words": SAID}, key=f"{CANARY} {CANARY}"))
        self._refused(self.me.get(f"/patients/{CANARY}"))
        self._refused(self.me.get("/patients", query_string={"after": CANARY}))
        self._refused(self.me.patch(about, {"family_name": CANARY}, version=99))
        self._refused(self.me.post("/sitters", {"name": SAID, "email": CANARY}))
        self._refused(self.anybody.post("/auth/log-in", {"email": CANARY, "password": SAID}))
        self._refused(self.anybody.get(about, headers={"Authorization": f"Bearer {CANARY}"}))

    def _keep(self, answer: TestResponse) -> TestResponse:
        assert answer.status_code < 300, answer.get_json()
        return answer

    def _refused(self, answer: TestResponse) -> None:
        assert 400 <= answer.status_code < 500, answer.status
        self.answers.append(answer)


CONTACT: dict[str, Any] = {
    "phone": PHONE,
    "address": {"line": SAID, "city": CANARY, "state": "CO", "postal_code": "80202"},
    "emergency_contact": {"name": SAID, "phone": PHONE},
}


@pytest.fixture
def teller(runtime: Runtime) -> Teller:
    """Give the patient who says the word."""
    return Teller(runtime)


# A backup was read by somebody who was never in the house.
def test_no_table_holds_a_word_that_a_patient_said(teller: Teller, connection: Connection) -> None:
    teller.say_everything()
    rows = list(everything_kept(connection))
    assert {table for table, row in rows if gives_away(row)} == set()
    filled = {table for table, _ in rows}
    assert {"audit_event", "event", "notification", "procrastinate_jobs"} <= filled


def test_the_patient_reads_every_word_again(teller: Teller) -> None:
    teller.say_everything()
    me = teller.me.get(f"/patients/{teller.patient_id}").get_json()
    assert me["family_name"] == CANARY
    hoped = teller.me.get(f"/patients/{teller.patient_id}/intentions").get_json()
    assert hoped["items"][0]["words"] == SAID


# The words of a refused request came back in the error, and from there into a ticket.
@pytest.mark.asvs("16.5.1")
def test_no_problem_repeats_what_was_said(teller: Teller) -> None:
    teller.say_it_wrong()
    told = [answer.get_data(as_text=True) + str(answer.headers) for answer in teller.answers]
    assert [text for text in told if gives_away(text)] == []


# Logs are copied to places where nobody is a clinician.
@pytest.mark.asvs("16.2.5")
def test_no_log_line_repeats_what_was_said(
    teller: Teller, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    teller.say_everything()
    teller.say_it_wrong()
    written = [JsonLines().format(line) + line.getMessage() for line in caplog.records]
    everything = [str(vars(line)) for line in caplog.records]
    assert [line for line in written + everything if gives_away(line)] == []
    assert any("answered" in line for line in written)


def test_a_word_in_a_table_would_be_found(teller: Teller, connection: Connection) -> None:
    """The test above can fail."""
    with Session(connection, join_transaction_mode="create_savepoint") as session:
        session.get_one(Patient, teller.patient_id).suspended_for = CANARY
        session.commit()
    assert {table for table, text in everything_kept(connection) if gives_away(text)} == {"patient"}


def columns() -> Iterator[sa.Column[Any]]:
    """Give every column of the house that may be about somebody."""
    for table in Base.metadata.sorted_tables:
        if table.name not in ABOUT_NOBODY:
            yield from table.columns


def needs_review(column: sa.Column[Any]) -> bool:
    """Say whether a column is readable and its type does not say what is in it."""
    return not isinstance(column.type, (*PLAIN_BY_TYPE, EncryptedText, EncryptedJSON))


def everything_kept(connection: Connection) -> Iterator[tuple[str, str]]:
    """Give every row of every table as somebody with a copy of the database reads it."""
    for table in sa.inspect(connection).get_table_names():
        for row in connection.execute(sa.text(f'SELECT CAST(t AS text) FROM "{table}" t')):
            yield table, row[0]


def gives_away(text: str) -> bool:
    """Say whether the word is in it, in letters or in bytes."""
    said = (CANARY, PHONE, SITTER_PHONE)
    return any(word in text.lower() or word.encode().hex() in text for word in said)
