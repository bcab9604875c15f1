"""Is exactly the text in force signed, asked again when it changes, and given back at will?"""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, insert

from models.intake.intake import Consent, ConsentText
from models.platform.base import new_id
from models.platform.trail import Notification
from rules.limits import LIMITS, Tighter, direction
from rules.terms import EnrolmentState
from tests.clock import HandClock
from tests.workflows.intake.cast import Cast
from workflows.intake import consent, consent_texts
from workflows.intake.consent_texts import CONSENT_TEXTS
from workflows.platform.errors import InvalidContent, NotFound, RecordForbids
from workflows.platform.postgres import APP, OWNER
from workflows.platform.runtime import Runtime

TEXT = CONSENT_TEXTS[-1]
ELEMENTS = (
    "off-label",
    "approved as an injection",
    "not FDA-approved",
    "has not reviewed them for safety, for effect or for quality",
    "2022",
    "2023",
    "Spravato",
    "no treatment",
    "dependence",
    "bladder",
    "memory",
    "weak breathing",
    "blood pressure",
    "do not drive",
    "not medical care",
    "emergency",
    "No doctor or nurse is in the room",
    "pregnant",
    "alcohol",
    "licensed",
    "Schedule III",
    "PDMP",
    "not a therapist and not a prescriber",
    "privacy",
    "private notes",
    "price",
    "Your right to stop",
    "recorded",
    "988",
    "911",
    "Nobody can sign for you",
)


def signed(cast: Cast, sha256: str = TEXT.sha256, name: str = "Pat Ient") -> Consent:
    return cast.does(
        cast.me,
        lambda work: consent.sign(work, cast.patient_id, sha256, name, read_seconds=300),
    )


def state(cast: Cast) -> tuple[bool, bool]:
    return cast.does(cast.me, lambda work: consent.consent_state(work, cast.patient_id))


def test_another_teams_prescriber_sees_no_signature(cast: Cast) -> None:
    kept = signed(cast)
    with pytest.raises(NotFound):
        cast.does(cast.other_doctor, lambda work: consent.list_of_patient(work, cast.patient_id))
    seen = cast.does(cast.doctor, lambda work: consent.list_of_patient(work, cast.patient_id))
    assert [row.id for row in seen] == [kept.id]


@pytest.mark.parametrize("element", ELEMENTS)
def test_the_text_names_every_element_that_a_consent_needs(element: str) -> None:
    assert element.lower() in " ".join(TEXT.body.lower().split())


def test_a_published_edition_never_changes() -> None:
    assert [text.sha256[:16] for text in CONSENT_TEXTS] == ["57a0604b9cc5d3c0"]


def test_the_numbers_in_the_text_are_a_floor_that_every_sheet_keeps() -> None:
    """All of them are waits or watches, which a sheet may only make longer or closer."""
    assert LIMITS.no_driving == timedelta(hours=12)
    assert LIMITS.monitoring == timedelta(minutes=120)
    assert LIMITS.check_every == timedelta(minutes=15)
    assert {name: direction(name) for name in ("no_driving", "monitoring", "check_every")} == {
        "no_driving": Tighter.UP,
        "monitoring": Tighter.UP,
        "check_every": Tighter.DOWN,
    }
    for words in ("12 hours later", "at least 120 minutes", "every 15 minutes"):
        assert words in TEXT.body


def test_the_text_in_force_is_served(cast: Cast) -> None:
    text = cast.does(cast.me, consent.current_text)
    assert (text.sha256, text.edition) == (TEXT.sha256, TEXT.edition)
    with pytest.raises(NotFound):
        cast.does(cast.me, lambda work: consent.current_text(work, "xx"))


def test_signing_makes_an_approved_patient_consented(cast: Cast) -> None:
    assert state(cast) == (False, False)
    cast.enrolled(EnrolmentState.APPROVED_HOME)
    before = cast.patient_now().safety_version
    signed(cast)
    patient = cast.patient_now()
    assert patient.enrolment is EnrolmentState.CONSENTED
    assert patient.safety_version > before
    assert state(cast) == (True, True)


def test_who_is_not_approved_signs_and_stays_where_they_are(cast: Cast) -> None:
    signed(cast)
    assert cast.patient_now().enrolment is EnrolmentState.PROSPECT


def test_another_text_than_the_one_in_force_is_refused(cast: Cast) -> None:
    with pytest.raises(RecordForbids) as refused:
        signed(cast, sha256="0" * 64)
    assert refused.value.code == "consent_outdated"
    assert state(cast) == (False, False)


def test_an_empty_name_is_no_signature(cast: Cast) -> None:
    with pytest.raises(InvalidContent):
        signed(cast, name="  ")


def test_a_consent_is_taken_back_and_given_again(cast: Cast) -> None:
    signed(cast)
    cast.clock.advance(days=1)
    cast.does(cast.me, lambda work: consent.withdraw(work, cast.patient_id, "Pat Ient"))
    assert state(cast) == (False, False)
    assert cast.prescriber.id in {note.user_id for note in cast.rows(Notification)}
    cast.clock.advance(days=1)
    signed(cast)
    assert state(cast) == (True, True)


def test_nothing_signed_cannot_be_taken_back(cast: Cast) -> None:
    with pytest.raises(NotFound):
        cast.does(cast.me, lambda work: consent.withdraw(work, cast.patient_id, "Pat Ient"))


def test_a_later_edition_asks_again_and_the_old_text_signs_no_more(
    fresh_runtime: Runtime, fresh_database: str, clock: HandClock
) -> None:
    cast = Cast(fresh_runtime, clock)
    signed(cast)
    engine = create_engine(fresh_database.replace(APP, OWNER, 1))
    with engine.begin() as owner:
        owner.execute(insert(ConsentText).values(**_second_edition(cast)))
    engine.dispose()
    assert state(cast) == (True, True)
    cast.clock.advance(days=2)
    assert state(cast) == (True, False)
    with pytest.raises(RecordForbids) as refused:
        signed(cast)
    assert refused.value.code == "consent_outdated"
    signed(cast, sha256="2" * 64)
    assert state(cast) == (True, True)


def test_an_edition_published_with_other_words_is_refused(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(TEXT, body="Other words.")
    monkeypatch.setattr(consent_texts, "CONSENT_TEXTS", (other,))
    engine = create_engine(fresh_database.replace(APP, OWNER, 1))
    with engine.begin() as owner, pytest.raises(ValueError, match="other words"):
        consent_texts.load(owner)
    engine.dispose()


def _second_edition(cast: Cast) -> dict[str, Any]:
    return {
        "id": new_id(),
        "name": TEXT.name,
        "edition": TEXT.edition + 1,
        "language": "en",
        "body": "Newer words.",
        "sha256": "2" * 64,
        "effective_from": cast.now + timedelta(days=1),
    }
