"""Is a private note its author's alone, and does it hide no harm?"""

from datetime import timedelta

import pytest
from sqlalchemy import update

from models.aftercare.aftercare import PrivateNote
from models.oversight.adverse_events import AdverseEvent
from models.people.accounts import Credential
from rules.terms import Role
from tests.factories import people
from tests.stage import Stage
from workflows.aftercare import private_notes
from workflows.platform.actor import Actor
from workflows.platform.errors import ChangedSinceRead, NotFound, NotPermitted, RecordForbids

BODY = "A memory of the father."


@pytest.fixture
def licensed(stage: Stage) -> Stage:
    """Give a stage whose coach is a licensed therapist in the patient's state."""
    stage.given(lambda rows: people.a_credential(rows, stage.evening.coach))
    return stage


def write(
    stage: Stage, body: str = BODY, *, harm: bool = False, harm_words: str | None = None
) -> PrivateNote:
    patient_id = stage.evening.patient.id
    return stage.does(
        stage.evening.as_coach,
        lambda work: private_notes.write(
            work, patient_id, body, mentions_harm=harm, harm_words=harm_words
        ),
    )


def test_a_coach_without_a_licence_keeps_no_private_notes(stage: Stage) -> None:
    with pytest.raises(RecordForbids) as refused:
        write(stage)
    assert refused.value.code == "licence_missing"


@pytest.mark.parametrize("over", [{"state": "NY"}, {"kind": "dea"}])
def test_another_licence_does_not_do(stage: Stage, over: dict[str, str]) -> None:
    stage.given(lambda rows: people.a_credential(rows, stage.evening.coach, **over))
    with pytest.raises(RecordForbids):
        write(stage)


def test_a_licence_that_ended_does_not_do(licensed: Stage) -> None:
    yesterday = (licensed.clock.now() - timedelta(days=1)).date()
    licensed.given(lambda rows: rows.execute(update(Credential).values(revoked_on=yesterday)))
    with pytest.raises(RecordForbids):
        write(licensed)


def test_only_the_author_reads_it(licensed: Stage) -> None:
    note, patient_id = write(licensed), licensed.evening.patient.id
    mine = licensed.does(
        licensed.evening.as_coach, lambda work: private_notes.mine(work, patient_id)
    )
    assert [row.id for row in mine] == [note.id]
    now = licensed.clock.now()
    colleague = licensed.given(lambda rows: people.a_user(rows, now, Role.COACH))
    licensed.given(
        lambda rows: people.a_care_team(rows, now, licensed.evening.patient, coach=colleague)
    )
    actor = Actor(colleague.id, frozenset({Role.COACH}))
    assert licensed.does(actor, lambda work: private_notes.mine(work, patient_id)) == []
    with pytest.raises(NotFound):
        licensed.does(
            actor,
            lambda work: private_notes.edit(
                work, note.id, "x", None, mentions_harm=False, harm_words=None
            ),
        )


@pytest.mark.parametrize("who", ["as_patient", "as_prescriber", "as_sitter"])
def test_nobody_else_even_asks(licensed: Stage, who: str) -> None:
    write(licensed)
    with pytest.raises(NotPermitted):
        licensed.does(
            getattr(licensed.evening, who),
            lambda work: private_notes.mine(work, licensed.evening.patient.id),
        )


def test_harm_in_it_is_reported_without_the_private_words(licensed: Stage) -> None:
    note = write(licensed, harm=True)
    [event] = licensed.rows(AdverseEvent)
    assert note.adverse_event_id == event.id
    assert event.own_words is None
    assert BODY not in str(event.report)


def test_the_words_meant_for_the_report_are_in_it(licensed: Stage) -> None:
    write(licensed, harm=True, harm_words="He fell.")
    assert [event.own_words for event in licensed.rows(AdverseEvent)] == ["He fell."]


def test_an_edit_reports_new_harm_and_refuses_an_old_version(licensed: Stage) -> None:
    note = write(licensed)

    def edit(version: int | None) -> PrivateNote:
        return licensed.does(
            licensed.evening.as_coach,
            lambda work: private_notes.edit(
                work, note.id, "More.", version, mentions_harm=True, harm_words="A fall."
            ),
        )

    with pytest.raises(ChangedSinceRead):
        edit(9)
    assert edit(note.version).body == "More."
    assert len(licensed.rows(AdverseEvent)) == 1
