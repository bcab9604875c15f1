"""Does a patient read in plain words who looked at their record?"""

import importlib
import pkgutil

import pytest

import workflows
from models.platform.trail import AuditEvent
from rules.terms import Role
from tests.factories import people
from tests.factories.dose import a_scheduled_session
from workflows.oversight import audit_trail, audit_words, holds
from workflows.people import patients
from workflows.plan.hold_release import release_hold
from workflows.platform.actor import Actor
from workflows.platform.errors import NotFound, NotPermitted
from workflows.platform.work import DECLARED


def read(stage, actor=None, after=None, most=25):
    patient_id = stage.evening.patient.id
    return stage.does(
        actor or stage.evening.as_patient,
        lambda work: audit_trail.read(work, patient_id, after, most),
    )


def looked(stage, actor) -> None:
    patient_id = stage.evening.patient.id
    stage.does(actor, lambda work: patients.read_patient(work, patient_id))


def officer(stage) -> Actor:
    return Actor(stage.evening.officer.id, frozenset({Role.SAFETY_OFFICER}))


def test_it_does_not_show_another_teams_patients(stage):
    def enter(session):
        elsewhere = a_scheduled_session(session, stage.clock.now())
        return elsewhere.patient.id, elsewhere.officer.id

    patient_id, stranger = stage.given(enter)
    for actor in (stage.evening.as_patient, officer(stage)):
        with pytest.raises(NotFound):
            stage.does(actor, lambda work: audit_trail.read(work, patient_id))
    with pytest.raises(NotFound):
        read(stage, Actor(stranger, frozenset({Role.SAFETY_OFFICER})))


@pytest.mark.parametrize("who", ["as_coach", "as_prescriber", "as_sitter"])
def test_nobody_else_reads_it(stage, who):
    with pytest.raises(NotPermitted):
        read(stage, getattr(stage.evening, who))


def test_a_patient_reads_who_looked(stage):
    looked(stage, stage.evening.as_coach)
    newest = read(stage)[0]
    assert (newest.who, newest.roles) == ("Cora Coach", (Role.COACH,))
    assert newest.what == "looked at who you are and how to reach you"
    assert newest.at == stage.clock.now()


def test_the_safety_officer_reads_it_too_and_that_is_seen(stage):
    read(stage, officer(stage))
    newest = read(stage)[0]
    assert (newest.who, newest.what) == ("Ofelia Officer", "looked at who looked at your record")


def test_an_attempt_that_was_refused_is_shown(stage):
    hold = stage.does(
        stage.evening.as_coach,
        lambda work: holds.place_hold(work, stage.evening.patient.id, None),
    )
    prescriber = stage.evening.as_prescriber
    reason = "Talked it over with the patient."
    stage.does(prescriber, lambda work: release_hold(work, hold.id, reason))
    with pytest.raises(Exception, match="forbids"):
        stage.does(prescriber, lambda work: release_hold(work, hold.id, reason))
    newest = read(stage)[0]
    assert newest.what == "tried, and was refused: released a stop on your next dose"


def test_pages_follow_each_other_without_a_gap(stage):
    for _ in range(5):
        looked(stage, stage.evening.as_coach)
    rows = stage.rows(AuditEvent)
    about_me = [row for row in rows if row.patient_id == stage.evening.patient.id]
    first = read(stage, most=3)[:3]
    rest = read(stage, after=(first[-1].at, first[-1].id))
    assert len({one.id for one in (*first, *rest)}) == len(about_me) == 5


def test_a_page_about_a_patient_whose_account_is_nobodys(stage):
    other = stage.given(lambda session: people.a_patient(session, stage.clock.now()))
    me = Actor(other.user_id, frozenset({Role.PATIENT}))
    assert stage.does(me, lambda work: audit_trail.read(work, other.id)) == []


PATIENT_KINDS = [
    "adverse_event",
    "appointment",
    "approval",
    "assessment",
    "case_packet",
    "coaching_note",
    "consent",
    "dose_session",
    "emergency",
    "follow_up",
    "goal",
    "hold",
    "intake",
    "office_session",
    "order",
    "override",
    "patient",
    "plan",
    "predose",
    "release",
    "shipment",
    "timeline",
    "vital_signs",
]


@pytest.fixture(scope="module")
def declared() -> set[str]:
    """Give every action that any workflow declares."""
    for module in pkgutil.walk_packages(workflows.__path__, "workflows."):
        importlib.import_module(module.name)
    return {one.audit for one in DECLARED.values()}


@pytest.mark.parametrize("kind", PATIENT_KINDS)
def test_what_concerns_a_patient_has_words_of_its_own(kind, declared):
    actions = {one for one in declared if one.startswith(f"{kind}.")}
    assert actions
    assert all(audit_words.what(one, "done") != audit_words.OTHERWISE for one in actions)


def test_what_nobody_foresaw_still_says_something():
    assert audit_words.what("new_thing.done", "done") == "worked with your record"
    assert audit_words.what("order.shredded", "done") == "changed or added to a prescription"


def test_whoever_lists_has_looked():
    assert audit_words.what("caseload.read", "listed").startswith("looked at the list")
