"""Can everybody stop the next dose, and does only a prescriber let it go on?"""

from datetime import timedelta

import pytest
from sqlalchemy import update

from models.oversight.holds import Hold
from models.people.accounts import Credential
from models.platform.trail import AuditEvent, Notification
from rules.terms import HoldSource, Role, SubjectKind
from tests.factories import people
from tests.factories.dose import a_scheduled_session
from tests.factories.oversight import a_hold
from workflows.oversight import holds
from workflows.plan.hold_release import release_hold
from workflows.platform.actor import Actor
from workflows.platform.errors import NotFound, NotPermitted, RecordForbids

REASON = "Talked it over with the patient; treatment may go on."


def place(stage, actor, words=None, patient_id=None) -> Hold:
    patient_id = patient_id or stage.evening.patient.id
    return stage.does(actor, lambda work: holds.place_hold(work, patient_id, words))


def release(stage, hold_id, actor=None) -> Hold:
    actor = actor or stage.evening.as_prescriber
    return stage.does(actor, lambda work: release_hold(work, hold_id, REASON))


def test_the_list_does_not_show_another_teams_patients(stage):
    def enter(session):
        elsewhere = a_scheduled_session(session, stage.clock.now())
        a_hold(session, stage.clock.now(), elsewhere.patient)
        return elsewhere

    elsewhere = stage.given(enter)
    for actor in (stage.evening.as_coach, stage.evening.as_prescriber, stage.evening.as_patient):
        with pytest.raises(NotFound):
            stage.does(actor, lambda work: holds.read_holds(work, elsewhere.patient.id))


def test_the_list_is_newest_first(stage):
    placed = [place(stage, stage.evening.as_coach, str(number)).id for number in range(3)]
    patient_id = stage.evening.patient.id
    seen = stage.does(stage.evening.as_patient, lambda work: holds.read_holds(work, patient_id))
    assert [row.id for row in seen] == placed[::-1]


@pytest.mark.parametrize(
    ("who", "source"),
    [
        ("as_patient", HoldSource.PATIENT),
        ("as_coach", HoldSource.COACH),
        ("as_prescriber", HoldSource.PRESCRIBER),
    ],
)
def test_anybody_near_stops_the_next_dose_without_a_reason(stage, who, source):
    before = stage.safety_version()
    hold = place(stage, getattr(stage.evening, who))
    assert (hold.source, hold.words, hold.released_at) == (source, None, None)
    assert stage.safety_version() > before
    assert stage.evening.prescriber.id in {row.user_id for row in stage.rows(Notification)}


def test_the_sitter_stops_their_own_session(stage):
    session_id = stage.evening.dose_session.id
    hold = stage.does(
        stage.evening.as_sitter, lambda work: holds.place_hold_in_session(work, session_id, None)
    )
    assert (hold.source, hold.subject_type) == (HoldSource.SITTER, SubjectKind.DOSE_SESSION)


def test_a_sitter_stops_no_other_session(stage):
    elsewhere = stage.given(lambda session: a_scheduled_session(session, stage.clock.now()))
    with pytest.raises(NotFound):
        stage.does(
            stage.evening.as_sitter,
            lambda work: holds.place_hold_in_session(work, elsewhere.dose_session.id, None),
        )


def test_nobody_stops_another_teams_patient(stage):
    elsewhere = stage.given(lambda session: a_scheduled_session(session, stage.clock.now()))
    with pytest.raises(NotFound):
        place(stage, stage.evening.as_coach, patient_id=elsewhere.patient.id)


def test_a_second_tap_of_the_same_person_is_the_same_hold(stage):
    assert place(stage, stage.evening.as_coach).id == place(stage, stage.evening.as_coach).id


def test_a_patients_stop_does_not_go_with_the_coachs(stage):
    coachs, patients = (
        place(stage, stage.evening.as_coach),
        place(stage, stage.evening.as_patient),
    )
    release(stage, coachs.id)
    assert [row.id for row in stage.rows(Hold) if row.released_at is None] == [patients.id]


def test_a_prescriber_lets_go_with_a_reason(stage):
    hold = release(stage, place(stage, stage.evening.as_coach).id)
    assert (hold.released_by, hold.release_rationale) == (stage.evening.prescriber.id, REASON)
    assert "hold.released" in {row.action for row in stage.rows(AuditEvent)}


@pytest.mark.parametrize("who", ["as_patient", "as_sitter", "as_coach"])
def test_nobody_else_lets_go(stage, who):
    hold = place(stage, stage.evening.as_coach)
    with pytest.raises(NotPermitted):
        release(stage, hold.id, getattr(stage.evening, who))


def test_a_prescriber_of_another_team_does_not_find_the_hold(stage):
    other = stage.given(lambda session: people.a_licensed_prescriber(session, stage.clock.now()))
    with pytest.raises(NotFound):
        release(
            stage,
            place(stage, stage.evening.as_coach).id,
            Actor(other.id, frozenset({Role.PRESCRIBER})),
        )


def test_a_hold_is_released_once(stage):
    hold = release(stage, place(stage, stage.evening.as_coach).id)
    with pytest.raises(RecordForbids) as refused:
        release(stage, hold.id)
    assert refused.value.code == "hold_already_released"


def test_nobody_lets_go_of_a_hold_on_themselves(stage):
    now = stage.clock.now()

    def enter(session):
        me = people.a_user(session, now, Role.PATIENT, Role.PRESCRIBER)
        myself = people.a_patient(session, now, user_id=me.id)
        people.a_care_team(session, now, myself, prescriber=me)
        return me.id, a_hold(session, now, myself).id

    me, hold_id = stage.given(enter)
    both = Actor(me, frozenset({Role.PATIENT, Role.PRESCRIBER}))
    with pytest.raises(RecordForbids) as refused:
        release(stage, hold_id, both)
    assert refused.value.code == "own_record"


# Her licence had ended the week before, and the next dose went on at her word.
@pytest.mark.parametrize("paper", ["expired", "revoked", "of another state"])
def test_a_licence_that_is_not_in_force_lets_nothing_go_on(stage, paper):
    placed = place(stage, stage.evening.as_coach)
    today = stage.clock.now().date()
    wrong = {
        "expired": {"expires_on": today - timedelta(days=1)},
        "revoked": {"revoked_on": today},
        "of another state": {"state": "NY"},
    }[paper]
    theirs = update(Credential).where(Credential.user_id == stage.evening.prescriber.id)
    stage.given(lambda session: session.execute(theirs.values(**wrong)))
    with pytest.raises(RecordForbids) as refused:
        release(stage, placed.id)
    assert refused.value.code == "prescriber_not_licensed_in_state"
    assert stage.rows(Hold)[0].released_at is None
