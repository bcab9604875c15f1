"""Is all that is kept of a patient in the copy of their record, or left out on purpose?"""

import ast

import sqlalchemy as sa

from models import Base
from models.platform.encryption import EncryptedJSON, EncryptedText
from rules.terms import Language
from tests.house.source import declared, files
from workflows.people.disclosures import EXITS
from workflows.people.record_document import WITHHELD
from workflows.people.record_parts import LEFT_OUT, PARTS
from workflows.people.record_words import WORDS

# Tables that name no patient in a column, and say something about one all the same.
BY_ANOTHER_WAY = {
    "patient": "the person themselves",
    "user_account": "their own account",
    "adverse_event_assessment": "hangs on a report of harm",
    "adverse_event_addition": "hangs on a report of harm",
    "message_try": "hangs on a message",
    "late_item": "told by the phone of whoever it is about, and not in the record",
}
# Tables that hang on a person with an account and tell nothing of a patient.
OF_THE_DOOR = {
    *("account_recovery", "credential", "login_session", "passkey", "passkey_challenge"),
    "message_preference",
    *(
        "phone",
        "recovery_code",
        "role_grant",
        "second_factor",
        "site_staff",
        "slot",
        "on_call_shift",
    ),
    *("webhook_attempt", "webhook_delivery", "webhook_endpoint", "webhook_key", "webhook_place"),
    *("parameter_sheet", "parameter_signature", "law_proposal", "law_confirmation"),
}
NEVER_TOLD = ("phone", "email", "born_on", "secret", "token", "password", "code_hash")
THEIR_OWN = {"patient", "user_account"}


def about_patients() -> set[str]:
    """Give every table that names a patient, or hangs on one."""
    tables = Base.metadata.tables.values()
    return {one.name for one in tables if "patient_id" in one.columns} | set(BY_ANOTHER_WAY)


# A table was added, and for a year nobody who asked for the whole record got what was in it.
def test_every_table_about_a_patient_is_a_part_or_left_out_with_a_reason() -> None:
    parts = [part.name for part in PARTS]
    assert len(parts) == len(set(parts))
    assert set(parts) & set(LEFT_OUT) == set()
    assert {*parts, *LEFT_OUT} == about_patients()
    assert all(len(reason) > 20 for reason in LEFT_OUT.values())


# A row that hangs on a row of the record is a row of the record.
def test_no_table_hangs_on_the_record_unseen() -> None:
    known = {*about_patients(), *OF_THE_DOOR}
    hanging = {
        table.name
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in about_patients()
    }
    assert hanging - known == set()


# The sitter's own number stood in the copy that the patient's lawyer read.
def test_how_anybody_else_is_reached_is_in_no_part() -> None:
    told = {
        f"{part.name}.{column}"
        for part in PARTS
        if part.name not in THEIR_OWN
        for column in part.columns
        if any(word in column for word in NEVER_TOLD)
    }
    assert told == set()


def test_no_fingerprint_and_no_secret_is_in_any_part() -> None:
    for part in PARTS:
        columns = part.model.__table__.columns
        assert not [name for name in part.columns if type(columns[name].type) is sa.LargeBinary]
        assert not {"password_hash", "login_id"} & set(part.columns)


def test_what_is_sealed_is_told_unless_it_is_somebody_elses() -> None:
    sealed = {
        f"{part.name}.{column.key}"
        for part in PARTS
        for column in part.model.__table__.columns
        if isinstance(column.type, EncryptedText | EncryptedJSON)
        if column.key not in part.columns
    }
    assert sealed == {
        "appointment.video_link",
        "sitter.born_on",
        "sitter.phone",
        "sitter_attestation.answers",
    }


def test_every_part_has_a_heading_in_every_language() -> None:
    assert set(WORDS) == set(Language)
    for words in WORDS.values():
        assert {part.name for part in PARTS} <= set(words)
        assert set(words) == set(WORDS[Language.ENGLISH])
        assert all(words.values())
    assert not set(WITHHELD) & set(LEFT_OUT)


# A form went to a register for a year, and the patient read that nothing had left the house.
def test_every_act_that_lets_something_out_says_so() -> None:
    step = "workflows.people.disclosures.left"
    acts = {act.name: act.audit for act in declared().values()}
    letting_out = {
        acts[f"{file.module}.{name}"]
        for file in files("workflows")
        for name, node in file.functions.items()
        for called, _ in file.calls(ast.Module(node.body, []))
        if called == step
    }
    assert letting_out == set(EXITS)
