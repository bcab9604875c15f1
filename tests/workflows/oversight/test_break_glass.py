"""Does an emergency open one record, for reading, for an hour, and does everybody hear of it?"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from models.oversight.break_glass import BreakGlass
from models.oversight.holds import Escalation, Hold
from models.people.accounts import LoginSession, UserAccount
from models.platform.trail import AuditEvent, Notification
from rules.access.policy import EMERGENCY_READS
from rules.limits import LIMITS
from rules.terms import GlassReason, Role
from tests.factories import people
from tests.factories.dose import a_scheduled_session
from tests.house.source import declared
from tests.stage import Stage
from workflows.aftercare import coaching
from workflows.dose import dose_sessions
from workflows.oversight import audit_trail, break_glass, holds, timeline
from workflows.people import patients
from workflows.platform import sweep
from workflows.platform.actor import Actor
from workflows.platform.errors import (
    FreshFactorNeeded,
    NotFound,
    NotPermitted,
    RecordForbids,
    Refusal,
)

WORDS = "Found lying in the waiting room; nobody of the team answers."


class Night:
    """A prescriber who has nothing to do with the patient, and whoever reviews."""

    def __init__(self, stage: Stage) -> None:
        """Bring them in, signed in, each with a second factor proved just now."""
        self.stage = stage
        self.patient_id = stage.evening.patient.id
        self.stranger = self.somebody(Role.PRESCRIBER)
        self.officer = self.somebody(Role.SAFETY_OFFICER)
        self.office = self.somebody(Role.ADMIN)

    def somebody(self, role: Role) -> Actor:
        now = self.stage.clock.now()

        def enter(session: Any) -> Actor:
            user = people.a_user(session, now, role, name="Stella Stranger")
            return people.the_actor(user, role, login_id=signed_in(session, user, now))

        return self.stage.given(enter)

    def breaks(self, actor: Actor | None = None, whom: UUID | None = None) -> BreakGlass:
        return self.stage.does(
            actor or self.stranger,
            lambda work: break_glass.take(
                work, whom or self.patient_id, GlassReason.NOBODY_ELSE, WORDS
            ),
        )

    def reads(self, actor: Actor | None = None, whom: UUID | None = None) -> Any:
        return self.stage.does(
            actor or self.stranger,
            lambda work: patients.read_patient(work, whom or self.patient_id),
        )

    def reviews(self, actor: Actor, broken: BreakGlass) -> BreakGlass:
        return self.stage.does(
            actor, lambda work: break_glass.review(work, broken.id, WORDS, justified=True)
        )

    def entries(self, reason: str = "break_glass") -> list[AuditEvent]:
        query = select(AuditEvent).where(AuditEvent.reason == reason).order_by(AuditEvent.seq)
        return self.stage.given(lambda session: list(session.scalars(query)))


def signed_in(session: Any, user: UserAccount, now: Any) -> UUID:
    login = LoginSession(
        user_id=user.id,
        started_at=now,
        last_used_at=now,
        idle_expires_at=now + timedelta(days=1),
        expires_at=now + timedelta(days=1),
        factor_proved_at=now,
    )
    session.add(login)
    session.flush()
    return login.id


@pytest.fixture
def night(stage: Stage) -> Night:
    return Night(stage)


@pytest.mark.asvs("8.2.2")
def test_without_it_a_stranger_reads_nothing(night: Night) -> None:
    with pytest.raises(NotFound):
        night.reads()


def test_it_opens_the_record_and_every_look_is_marked(night: Night) -> None:
    night.breaks()
    assert night.reads().given_name
    night.stage.does(night.stranger, lambda work: timeline.read(work, night.patient_id))
    night.stage.does(
        night.stranger,
        lambda work: dose_sessions.read_one(work, night.stage.evening.dose_session.id),
    )
    marked = [(one.action, one.patient_id, one.actor_id) for one in night.entries()]
    assert marked == [
        (action, night.patient_id, night.stranger.user_id)
        for action in ("patient.read", "timeline.read", "dose_session.read")
    ]


def test_what_a_relation_allows_is_never_marked(night: Night) -> None:
    night.breaks()
    night.reads(night.stage.evening.as_coach)
    assert night.entries() == []


# The glass over one patient opened the whole clinic.
def test_it_opens_one_patient_and_no_other(night: Night) -> None:
    def enter(session: Any) -> UUID:
        return a_scheduled_session(session, night.stage.clock.now()).patient.id

    other = night.stage.given(enter)
    night.breaks()
    with pytest.raises(NotFound):
        night.reads(whom=other)
    assert night.stage.does(night.stranger, patients.own_patients) == []


def test_it_opens_it_for_one_person_on_one_device(night: Night) -> None:
    night.breaks()
    with pytest.raises(NotFound):
        night.reads(night.somebody(Role.PRESCRIBER))
    elsewhere = Actor(night.stranger.user_id, night.stranger.roles, login_id=UUID(int=7))
    with pytest.raises(NotFound):
        night.reads(elsewhere)


# Somebody broke the glass and signed a plan behind it.
def test_nothing_is_done_with_it(night: Night) -> None:
    night.breaks()
    with pytest.raises(NotFound):
        night.stage.does(
            night.stranger, lambda work: holds.place_hold(work, night.patient_id, None)
        )
    assert night.stage.rows(Hold) == []


def test_no_act_but_a_reading_goes_with_what_it_opens() -> None:
    acts = {act.name: act.kind for act in declared().values() if act.permit in EMERGENCY_READS}
    assert set(acts.values()) == {"reading"}


@pytest.mark.parametrize(
    "look",
    [
        audit_trail.read,
        coaching.of_patient,
    ],
    ids=["who looked", "notes of coaches"],
)
def test_what_no_emergency_needs_stays_shut(night: Night, look: Any) -> None:
    night.breaks(night.officer)
    with pytest.raises(Refusal):
        night.stage.does(night.officer, lambda work: look(work, night.patient_id))


def test_it_ends_by_itself(night: Night) -> None:
    night.breaks()
    night.stage.clock.advance(LIMITS.break_glass_life - timedelta(seconds=1))
    night.reads()
    night.stage.clock.advance(timedelta(seconds=1))
    with pytest.raises(NotFound):  # before any sweep has run
        night.reads()
    sweep.run_once(night.stage.runtime)
    (broken,) = night.stage.rows(BreakGlass)
    assert broken.ended_at == broken.ends_at


def test_it_ends_by_hand_and_only_by_who_opened_it(night: Night) -> None:
    broken = night.breaks()
    with pytest.raises(NotFound):
        night.stage.does(night.officer, lambda work: break_glass.end(work, broken.id))
    night.stage.clock.advance(minutes=1)
    night.stage.does(night.stranger, lambda work: break_glass.end(work, broken.id))
    with pytest.raises(NotFound):
        night.reads()


def test_it_is_not_made_longer(night: Night) -> None:
    night.breaks()
    night.stage.clock.advance(minutes=4)
    with pytest.raises(RecordForbids) as refused:
        night.breaks()
    assert refused.value.code == "glass_already_open"


@pytest.mark.asvs("7.5.3")
def test_the_person_is_here_now(night: Night) -> None:
    night.stage.clock.advance(LIMITS.second_factor_life + timedelta(seconds=1))
    with pytest.raises(FreshFactorNeeded):
        night.breaks()


def test_whoever_has_a_relation_needs_none(night: Night) -> None:
    coach = night.stage.evening.prescriber

    def enter(session: Any) -> Actor:
        login_id = signed_in(session, coach, night.stage.clock.now())
        return people.the_actor(coach, Role.PRESCRIBER, login_id=login_id)

    with pytest.raises(RecordForbids) as refused:
        night.breaks(night.stage.given(enter))
    assert refused.value.code == "glass_not_needed"


@pytest.mark.parametrize("role", [Role.COACH, Role.ADMIN, Role.SITE_STAFF, Role.SITTER])
def test_nobody_else_breaks_it(night: Night, role: Role) -> None:
    with pytest.raises(NotPermitted):
        night.breaks(night.somebody(role))


def test_others_are_told_at_once_and_the_patient_when_it_is_over(night: Night) -> None:
    broken = night.breaks()
    told = {(one.user_id, one.template) for one in night.stage.rows(Notification)}
    assert (night.officer.user_id, "glass_broken") in told
    assert (night.office.user_id, "glass_broken") in told
    assert night.stranger.user_id not in {user_id for user_id, _ in told}
    night.stage.does(night.stranger, lambda work: break_glass.end(work, broken.id))
    me = night.stage.evening.patient.user_id
    after = {(one.user_id, one.template) for one in night.stage.rows(Notification)}
    assert after - told == {(me, "glass_was_broken")}


def test_the_patient_reads_who_looked_and_why(night: Night) -> None:
    night.breaks()
    night.reads()
    read = night.stage.does(
        night.stage.evening.as_patient, lambda work: audit_trail.read(work, night.patient_id)
    )
    look = next(one for one in read if one.action == "patient.read")
    assert (look.who, look.what) == (
        "Stella Stranger",
        "looked at who you are and how to reach you",
    )
    assert look.why == "They said that nobody on your care team could be reached."
    assert [
        one.why for one in read if one.action not in ("patient.read", "break_glass.begun")
    ] == []


def test_somebody_else_reviews_it_with_what_was_read(night: Night) -> None:
    broken = night.breaks()
    night.reads()
    night.stage.does(night.stranger, lambda work: break_glass.end(work, broken.id))
    (seen,) = night.stage.does(night.officer, break_glass.read_waiting)
    assert (seen.who, seen.words) == ("Stella Stranger", WORDS)
    assert seen.looks == ("looked at who you are and how to reach you",)
    (without,) = night.stage.does(night.office, break_glass.read_waiting)
    assert without.words is None
    night.reviews(night.office, broken)
    assert night.stage.does(night.officer, break_glass.read_waiting) == []
    with pytest.raises(RecordForbids) as refused:
        night.reviews(night.officer, broken)
    assert refused.value.code == "already_reviewed"


def test_nobody_reviews_their_own_look_nor_one_that_goes_on(night: Night) -> None:
    broken = night.breaks(night.officer)
    with pytest.raises(RecordForbids) as own:
        night.reviews(night.officer, broken)
    with pytest.raises(RecordForbids) as early:
        night.reviews(night.office, broken)
    assert (own.value.code, early.value.code) == ("not-for-oneself", "glass_still_open")


def test_a_review_that_nobody_writes_becomes_a_call(night: Night) -> None:
    broken = night.breaks()
    night.stage.clock.advance(LIMITS.break_glass_review + timedelta(seconds=1))
    sweep.run_once(night.stage.runtime)
    called = [one.code for one in night.stage.rows(Escalation) if one.subject_id == broken.id]
    assert called == ["break_glass_review_overdue"]


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("ends_at = began_at", "short"),
        ("ends_at = began_at + interval '60 minutes 1 second'", "short"),
        ("factor_proved_at = began_at - interval '301 seconds'", "fresh_factor"),
        ("factor_proved_at = began_at + interval '1 second'", "fresh_factor"),
        ("ended_at = ends_at + interval '1 second'", "ended"),
        (
            "ended_at = ends_at, reviewed_at = ends_at, reviewed_by = user_id, justified = true,"
            " review_words = '\\x01'",
            "two_people",
        ),
        ("ended_at = ends_at, reviewed_at = ends_at", "review_whole"),
        (
            "reviewed_at = ends_at, reviewed_by = login_id, justified = true,"
            " review_words = '\\x01'",
            "ended_first",
        ),
    ],
)
def test_the_database_holds_it_by_itself(night: Night, change: str, constraint: str) -> None:
    night.breaks()
    columns = "factor_proved_at, began_at, ends_at, ended_at, reviewed_at, reviewed_by, justified"
    copy = dict(part.split(" = ", 1) for part in change.split(", "))
    values = ", ".join(copy.get(name, name) for name in (*columns.split(", "), "review_words"))
    statement = (
        f"INSERT INTO break_glass (id, patient_id, user_id, login_id, reason, words, {columns},"
        f" review_words) SELECT gen_random_uuid(), patient_id, user_id, login_id, reason, words,"
        f" {values} FROM break_glass"
    )
    with pytest.raises(DBAPIError, match=f"ck_break_glass_{constraint}"):
        night.stage.given(lambda session: session.execute(text(statement)))


@pytest.mark.parametrize("column", ["ends_at", "words", "user_id", "patient_id"])
def test_what_was_written_stays(night: Night, column: str) -> None:
    night.breaks()
    value = {"ends_at": "ends_at - interval '1 minute'", "words": "'\\x00'"}.get(
        column, "gen_random_uuid()"
    )
    with pytest.raises(DBAPIError, match="stays as it is"):
        night.stage.given(
            lambda session: session.execute(text(f"UPDATE break_glass SET {column} = {value}"))
        )


def test_signing_out_ends_it(night: Night) -> None:
    night.breaks()
    night.stage.given(
        lambda session: session.execute(
            update(LoginSession).values(revoked_at=night.stage.clock.now())
        )
    )
    with pytest.raises(NotFound):
        night.reads()
