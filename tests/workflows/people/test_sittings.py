"""Does a sitter see where to be and what to do, and nothing of why?"""

from dataclasses import asdict

import pytest

from rules.terms import Role, SessionState, SitterState
from tests.clock import HandClock
from tests.factories.dose import a_monitored_session, a_scheduled_session
from tests.factories.people import a_patient, a_sitter, a_user, the_actor
from workflows.people import sitters, sittings
from workflows.platform.actor import SYSTEM, Actor
from workflows.platform.errors import RecordForbids
from workflows.platform.runtime import Runtime

SITTER = frozenset({Role.SITTER})


def test_a_sitter_sees_when_and_where(runtime: Runtime) -> None:
    with runtime.begin(SYSTEM) as work:
        evening = a_scheduled_session(work.session, work.now)

    with runtime.begin(Actor(evening.sitter.user_id, SITTER)) as work:
        (place,) = sittings.my_places(work)
    (one,) = place.sessions
    assert (place.first_name, one.dose_session_id) == ("Pat", evening.dose_session.id)
    assert one.scheduled_at == evening.dose_session.scheduled_at
    assert one.address == (evening.patient.contact or {})["address"]
    assert "911" in place.card[0].call


def test_a_sitter_learns_nothing_clinical(runtime: Runtime) -> None:
    with runtime.begin(SYSTEM) as work:
        evening = a_scheduled_session(work.session, work.now)

    with runtime.begin(Actor(evening.sitter.user_id, SITTER)) as work:
        (place,) = sittings.my_places(work)
    shown = str(asdict(place) | {"card": ()})
    for hidden in ("Ient", "1992", "ketamine", "mg", "pharmacy", "555"):
        assert hidden not in shown


def test_the_list_does_not_show_another_sitters_sessions(runtime: Runtime) -> None:
    with runtime.begin(SYSTEM) as work:
        evening = a_scheduled_session(work.session, work.now)
        other = a_sitter(work.session, work.now, evening.patient)
        stranger = a_user(work.session, work.now, Role.SITTER)

    with runtime.begin(Actor(other.user_id, SITTER)) as work:
        assert [place.sessions for place in sittings.my_places(work)] == [()]
    with runtime.begin(the_actor(stranger, Role.SITTER)) as work:
        assert sittings.my_places(work) == []


@pytest.mark.parametrize(
    ("over", "missing"),
    [
        ({}, ()),
        ({"trained": False}, ("training",)),
        ({"training_version": "2020-01"}, ("training",)),
        ({"contact_verified_at": None}, ("contact",)),
        (
            {"state": SitterState.INVITED, "trained": False, "contact_verified_at": None},
            ("acceptance", "contact", "training"),
        ),
    ],
)
def test_a_sitter_is_told_what_is_missing(
    runtime: Runtime, over: dict[str, object], missing: tuple[str, ...]
) -> None:
    with runtime.begin(SYSTEM) as work:
        patient = a_patient(work.session, work.now)
        sitter = a_sitter(work.session, work.now, patient, **over)  # type: ignore[arg-type]

    with runtime.begin(Actor(sitter.user_id, SITTER)) as work:
        assert [place.missing for place in sittings.my_places(work)] == [missing]


def test_training_is_forgotten_after_ninety_days(runtime: Runtime, clock: HandClock) -> None:
    with runtime.begin(SYSTEM) as work:
        sitter = a_sitter(work.session, work.now, a_patient(work.session, work.now))
    actor = Actor(sitter.user_id, SITTER)
    clock.advance(days=90)
    with runtime.begin(actor) as work:
        assert [place.missing for place in sittings.my_places(work)] == [()]

    clock.advance(seconds=1)
    with runtime.begin(actor) as work:
        assert [place.missing for place in sittings.my_places(work)] == [("training",)]


def test_a_removed_sitter_sees_nothing_any_more(runtime: Runtime) -> None:
    with runtime.begin(SYSTEM) as work:
        evening = a_scheduled_session(work.session, work.now)
    with runtime.begin(Actor(evening.patient.user_id, frozenset({Role.PATIENT}))) as work:
        sitters.remove(work, evening.sitter.id)

    with runtime.begin(Actor(evening.sitter.user_id, SITTER)) as work:
        assert sittings.my_places(work) == []
        session = work.session.merge(evening.dose_session, load=False)
        work.session.refresh(session)
    assert (session.sitter_id, session.sitter_user_id) == (None, None)


def test_a_sitter_is_not_removed_while_watching(runtime: Runtime) -> None:
    with runtime.begin(SYSTEM) as work:
        evening = a_monitored_session(work.session, work.now)

    actor = Actor(evening.patient.user_id, frozenset({Role.PATIENT}))
    with pytest.raises(RecordForbids) as refused, runtime.begin(actor) as work:
        sitters.remove(work, evening.sitter.id)
    assert refused.value.code == "sitter_is_watching"


def test_a_session_that_is_over_is_no_longer_shown(runtime: Runtime) -> None:
    with runtime.begin(SYSTEM) as work:
        evening = a_scheduled_session(work.session, work.now, state=SessionState.CANCELLED)

    with runtime.begin(Actor(evening.sitter.user_id, SITTER)) as work:
        assert [place.sessions for place in sittings.my_places(work)] == [()]
