"""Does a patient get the whole record, and does nobody else, and nothing of anybody else?"""

import re
from typing import Any

import pytest
from sqlalchemy import select

from models.people.patients import Patient
from models.people.rights import RecordExport
from models.platform.trail import AuditEvent
from rules.limits import LIMITS
from rules.terms import Language, Role
from tests.api.conftest import ClientFor
from tests.drawn import text_of
from tests.factories import evening as evenings
from tests.factories import people
from tests.factories.evening import Evening
from tests.matrix.canaries import WORDS
from tests.matrix.rows import of_everything
from tests.races import told
from tests.stage import Stage
from workflows.people.record_exports import FORMAT
from workflows.people.record_parts import LEFT_OUT, PARTS, UNSAFE_SITTER
from workflows.platform.runtime import Runtime

SITTERS_PHONE = "+17205550142"
STREET = WORDS["address"]


@pytest.fixture
def stage(runtime: Runtime, clock: Any) -> Stage:
    """Give a house in which somebody else is treated as well."""
    return Stage(runtime, clock)


@pytest.fixture
def made(stage: Stage) -> Evening:
    """Give somebody of whom everything is kept that the house can keep."""

    def enter(session: Any) -> Evening:
        now = stage.clock.now()
        mine = evenings.an_evening(session, now)
        ids = {
            name: people.a_user(session, now, Role.SITTER, name=f"Someone {number}").id
            for number, name in enumerate(
                (
                    "prescriber on the team",
                    "coach who left the team",
                    "sitter of this session",
                    "sitter taken off",
                )
            )
        }
        of_everything(session, now, mine, ids)
        return mine

    return stage.given(enter)


def copies(made: Evening) -> str:
    return f"/patients/{made.patient.id}/record-exports"


def test_the_shortest_record_is_whole(fresh_client_for: ClientFor, stage: Stage) -> None:
    patient = stage.evening.patient
    for form in ("", "/pdf"):
        found = fresh_client_for(patient.user_id).post(
            f"/patients/{patient.id}/record-exports{form}", {}
        )
        assert found.status_code == 201


@pytest.mark.asvs("8.2.3")
def test_a_patient_takes_everything_away(fresh_client_for: ClientFor, made: Evening) -> None:
    found = fresh_client_for(made.patient.user_id).post(copies(made), {})
    assert found.status_code == 201
    assert found.headers["Cache-Control"] == "no-store"
    record = found.json["record"]
    assert (found.json["format"], found.json["patient_id"]) == (FORMAT, str(made.patient.id))
    assert set(record) == {part.name for part in PARTS} - {"sitter_concern"}
    assert found.json["counts"] == {name: len(rows) for name, rows in record.items()}
    assert record["patient"][0]["contact"]["address"]["line"] == STREET
    assert record["adverse_event"][0]["own_words"] == WORDS["harm"]
    assert record["evaluation"][0]["diagnoses"]
    assert record["override"][0]["rationale"] == WORDS["dosing"]
    assert found.json["people"][str(made.prescriber.id)]
    assert set(LEFT_OUT) <= set(found.json["left_out"])


@pytest.mark.asvs("8.2.3")
def test_nothing_of_anybody_else_is_in_it(
    fresh_client_for: ClientFor, stage: Stage, made: Evening
) -> None:
    whole = fresh_client_for(made.patient.user_id).post(copies(made), {"in_confidence": True}).text
    other = stage.evening.patient
    for secret in ("private", "coaching", "glass"):
        assert WORDS[secret] not in whole, secret
    for strange in (other.id, stage.evening.dose_session.id):
        assert str(strange) not in whole
    assert SITTERS_PHONE not in whole
    assert made.prescriber.email not in whole
    assert "reporter_id" not in whole


# He found the print on the kitchen table, and read what she had said of him.
@pytest.mark.asvs("8.2.3")
def test_what_was_told_alone_comes_along_only_when_it_is_asked_for(
    fresh_client_for: ClientFor, stage: Stage, made: Evening
) -> None:
    found = {"code": UNSAFE_SITTER, "observed": WORDS["concern"]}
    about = (made.patient, ("dose_session", made.session.id))

    def enter(session: Any) -> None:
        from tests.factories.plan import a_kept_decision

        facts = {"sitter": {"flagged_unsafe": True}, "vitals": {"source": "device"}}
        held = {"outcome": "stop", "codes": [UNSAFE_SITTER], "findings": [found], "facts": facts}
        a_kept_decision(session, stage.clock.now(), *about, **held)

    stage.given(enter)
    me = fresh_client_for(made.patient.user_id)
    discreet = me.post(copies(made), {})
    assert not [
        w for w in (WORDS["concern"], UNSAFE_SITTER, "flagged_unsafe") if w in discreet.text
    ]
    assert "in_confidence" in discreet.json["left_out"]
    assert '"vitals":{"source":"device"}' in discreet.text
    whole = me.post(copies(made), {"in_confidence": True})
    assert WORDS["concern"] in whole.text
    assert UNSAFE_SITTER in whole.text
    assert "in_confidence" not in whole.json["left_out"]
    assert "flagged_unsafe" not in whole.text  # it stands beside what the sitter said of themselves
    for in_confidence in (False, True):
        pages = me.post(f"{copies(made)}/pdf", {"in_confidence": in_confidence})
        assert (WORDS["concern"] in text_of(pages.data)) is in_confidence


def test_a_stolen_phone_takes_nothing_away(client_for: ClientFor, made: Evening) -> None:
    for path in (copies(made), f"{copies(made)}/pdf"):
        refused = client_for(made.patient.user_id).post(path, {})
        assert told(refused) == (403, "fresh-factor-needed")


@pytest.mark.asvs("8.2.2")
def test_nobody_else_takes_it_away(
    fresh_client_for: ClientFor, stage: Stage, made: Evening
) -> None:
    other = stage.evening.patient
    assert told(fresh_client_for(other.user_id).post(copies(made), {})) == (404, "not-found")
    assert told(fresh_client_for(made.sitter.user_id).post(copies(made), {}))[0] == 403
    assert told(fresh_client_for(made.coach.id).post(copies(made), {}))[0] == 403


def test_each_copy_is_in_the_ledger_and_in_the_trail(
    fresh_client_for: ClientFor, stage: Stage, made: Evening
) -> None:
    found = fresh_client_for(made.patient.user_id).post(copies(made), {}).json
    (kept,) = stage.rows(RecordExport)
    assert (str(kept.id), kept.row_counts) == (found["id"], found["counts"])
    assert (kept.recipient, kept.made_by) == ("patient", made.patient.user_id)
    query = select(AuditEvent.action, AuditEvent.reason, AuditEvent.object_id).where(
        AuditEvent.patient_id == made.patient.id, AuditEvent.action.like("record_export.%")
    )
    entries = [tuple(row) for row in stage.given(lambda rows: rows.execute(query).all())]
    assert ("record_export.counted", f"json:{kept.row_total}:patient", str(kept.id)) in entries
    assert ("record_export.made", "", "") in entries


@pytest.mark.asvs("2.4.1")
def test_there_are_so_many_copies_in_a_day_and_the_next_day_there_are_more(
    fresh_client_for: ClientFor, stage: Stage, made: Evening
) -> None:
    me = fresh_client_for(made.patient.user_id)
    for _ in range(LIMITS.record_exports_a_day_max):
        assert me.post(copies(made), {}).status_code == 201
    refused = me.post(f"{copies(made)}/pdf", {})
    assert told(refused) == (429, "too-many-tries")
    assert int(refused.headers["Retry-After"]) == 24 * 60 * 60
    assert len(stage.rows(RecordExport)) == LIMITS.record_exports_a_day_max
    stage.clock.advance(hours=24)
    assert fresh_client_for(made.patient.user_id).post(copies(made), {}).status_code == 201


def test_it_can_be_read_on_paper(fresh_client_for: ClientFor, made: Evening) -> None:
    pages = fresh_client_for(made.patient.user_id).post(f"{copies(made)}/pdf", {})
    assert (pages.status_code, pages.content_type) == (201, "application/pdf")
    assert pages.data.startswith(b"%PDF-")
    read = text_of(pages.data)
    for wanted in ("Your record", "Who you are (1)", "Reports of harm (1)", WORDS["harm"], STREET):
        assert wanted in read
    assert "dose mg: 100" in read
    assert "prescriber: " in read
    assert "MST" in read


def test_the_same_record_at_the_same_moment_makes_the_same_pages(
    stage: Stage, made: Evening
) -> None:
    from workflows.people import record_document, record_exports, record_pages

    def twice(work: Any) -> list[bytes]:
        patient = work.session.get(Patient, made.patient.id)
        return [
            one
            for _ in range(2)
            for record in [record_exports._gathered(work, patient, in_confidence=False)]
            for one in [record_pages.pdf(record), b"".join(record_document.pieces(record))]
        ]

    first, told_first, second, told_second = stage.does(made_actor(made), twice)
    assert first == second
    same = [re.sub(rb'"id":"[^"]+"', b"", one, count=1) for one in (told_first, told_second)]
    assert same[0] == same[1]


def made_actor(made: Evening) -> Any:
    from workflows.platform.actor import Actor

    return Actor(made.patient.user_id, frozenset({Role.PATIENT}))


def test_it_speaks_the_language_of_the_patient(
    fresh_client_for: ClientFor, stage: Stage, made: Evening
) -> None:
    def enter(session: Any) -> None:
        session.merge(made.patient).preferred_language = Language.SPANISH

    stage.given(enter)
    pages = fresh_client_for(made.patient.user_id).post(f"{copies(made)}/pdf", {})
    read = text_of(pages.data)
    assert "Su expediente" in read
    assert "Quién es usted (1)" in read
    assert "/Lang (es)" in pages.data.decode("latin-1")


# A library that reads markup fetched a picture from wherever somebody had typed it to be.
def test_what_somebody_typed_is_drawn_and_never_read(
    fresh_client_for: ClientFor, stage: Stage, made: Evening
) -> None:
    typed = (
        "<img src='file:///etc/passwd'/> <b>bold</b> \\( ) Tj \u202e\u0007 \N{OLD PERSIAN SIGN A}"
    )
    me = fresh_client_for(made.patient.user_id)
    clean = typed.replace("\u0007", "")
    path = f"/patients/{made.patient.id}/intentions"
    assert me.post(path, {"words": clean}).status_code == 201
    pages = me.post(f"{copies(made)}/pdf", {})
    assert pages.status_code == 201
    assert "<img src='file:///etc/passwd'/> <b>bold</b>" in text_of(pages.data)
    assert b"root:" not in pages.data
    kept = me.post(copies(made), {}).json["record"]["intention"]
    assert clean in [row["words"] for row in kept]


@pytest.mark.parametrize(
    "wrong", [{"in_confidence": "yes"}, {"tables": ["private_note"]}, [], {"in_confidence": None}]
)
def test_what_is_written_wrong_is_refused(
    fresh_client_for: ClientFor, stage: Stage, made: Evening, wrong: Any
) -> None:
    assert fresh_client_for(made.patient.user_id).post(copies(made), wrong).status_code == 422
    assert stage.rows(RecordExport) == []
