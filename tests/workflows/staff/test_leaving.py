"""Does the work of whoever leaves go on with somebody else, and never silently with nobody?"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from models.dose.dose_sessions import DoseSession
from models.dose.office_sessions import OfficeSession
from models.oversight.handovers import Handover
from models.oversight.holds import Escalation, OnCallShift
from models.people.patients import CareTeamMember
from models.platform.trail import AuditEvent, Notification
from models.preparation.appointments import Appointment
from rules.oversight.leaving import HandoverKind, Leaving
from rules.terms import AppointmentKind, OfficeState, Role, Rung, SessionState, SubjectKind
from tests.clock import HandClock
from tests.factories import evening as evenings
from tests.factories import oversight, people, preparation
from tests.stage import Stage
from workflows.dose import office_watch
from workflows.oversight import escalations, handovers, roster
from workflows.people import recoveries
from workflows.people.recoveries import Seen
from workflows.platform.actor import SYSTEM, Actor
from workflows.platform.errors import NotFound, RecordForbids
from workflows.platform.runtime import Runtime
from workflows.preparation import slots
from workflows.staff import accounts, care_team


@pytest.fixture
def stage(runtime: Runtime, clock: HandClock) -> Stage:
    return Stage(runtime, clock)


@pytest.fixture
def admin(stage: Stage) -> Actor:
    return a_colleague(stage, Role.ADMIN)


def a_colleague(stage: Stage, role: Role, *, on_team: bool = False) -> Actor:
    """Add somebody of the staff, licensed where that is needed."""

    def enter(session: Any) -> UUID:
        now = stage.clock.now()
        prescribes = role is Role.PRESCRIBER
        make: Callable[..., Any] = people.a_licensed_prescriber if prescribes else people.a_user
        user = make(session, now) if prescribes else make(session, now, role)
        if on_team:
            patient_id = stage.evening.patient.id
            session.add(
                CareTeamMember(patient_id=patient_id, user_id=user.id, role=role, started_at=now)
            )
        return user.id

    return Actor(stage.given(enter), frozenset({role}))


def shut_out(stage: Stage, admin: Actor, user_id: UUID) -> None:
    stage.does(admin, lambda work: accounts.disable_person(work, user_id))


def left(stage: Stage, kind: HandoverKind) -> list[Handover]:
    return [row for row in stage.rows(Handover) if row.kind is kind]


def told(stage: Stage, template: str) -> set[UUID | None]:
    return {row.user_id for row in stage.rows(Notification) if row.template == template}


# A coach was let go on a Friday, and on Monday nobody knew whose patients these were.
def test_the_care_goes_on_with_the_other_one_of_the_team(stage: Stage, admin: Actor) -> None:
    other = a_colleague(stage, Role.COACH, on_team=True)
    shut_out(stage, admin, stage.evening.coach.id)

    (row,) = left(stage, HandoverKind.CARE)
    assert (row.role, row.to_user_id, row.why) == ("coach", other.user_id, Leaving.DISABLED)
    assert row.settled_at is not None
    assert told(stage, handovers.MOVED) == {other.user_id}
    trail = {(one.action, one.patient_id) for one in stage.rows(AuditEvent)}
    assert ("handover.moved", stage.evening.patient.id) in trail


def test_with_nobody_else_it_is_called_out_and_waits_on_a_list(stage: Stage, admin: Actor) -> None:
    shut_out(stage, admin, stage.evening.coach.id)

    (row,) = left(stage, HandoverKind.CARE)
    assert (row.to_user_id, row.settled_at) == (None, None)
    officer = Actor(stage.evening.officer.id, frozenset({Role.SAFETY_OFFICER}))
    for watching in (admin, officer):
        assert [one.id for one in stage.does(watching, handovers.read_open)] == [row.id]
    assert {admin.user_id, officer.user_id} <= told(stage, handovers.OPEN)
    (call,) = stage.rows(Escalation)
    assert (call.code, call.acknowledged_at) == (handovers.CALL, None)


@pytest.mark.parametrize("role", [Role.COACH, Role.PRESCRIBER])
def test_a_role_or_a_place_that_ends_leaves_nothing_behind(
    stage: Stage, admin: Actor, role: Role
) -> None:
    user_id = stage.evening.coach.id if role is Role.COACH else stage.evening.prescriber.id
    stage.does(admin, lambda work: accounts.end_role(work, user_id, role))
    assert [(row.role, row.why) for row in left(stage, HandoverKind.CARE)] == [
        (role.value, Leaving.ROLE_ENDED)
    ]


def test_a_place_on_the_team_that_ends_leaves_nothing_behind(stage: Stage, admin: Actor) -> None:
    me, coach_id = stage.evening.patient.id, stage.evening.coach.id
    (member,) = [one for one in stage.rows(CareTeamMember) if one.user_id == coach_id]
    stage.does(admin, lambda work: care_team.end(work, me, member.id))
    assert [row.why for row in left(stage, HandoverKind.CARE)] == [Leaving.LEFT_TEAM]


def test_it_leaves_the_list_when_somebody_has_it_and_not_before(stage: Stage, admin: Actor) -> None:
    shut_out(stage, admin, stage.evening.coach.id)
    (row,) = left(stage, HandoverKind.CARE)
    with pytest.raises(RecordForbids) as refused:
        stage.does(admin, lambda work: handovers.settle(work, row.id))
    assert refused.value.code == "work_still_unassigned"

    new = a_colleague(stage, Role.COACH)
    me = stage.evening.patient.id
    stage.does(admin, lambda work: care_team.assign(work, me, new.user_id, Role.COACH))  # type: ignore[arg-type]
    assert left(stage, HandoverKind.CARE)[0].to_user_id == new.user_id
    assert stage.does(admin, lambda work: handovers.settle(work, row.id)).settled_at is not None
    assert stage.does(admin, handovers.read_open) == []


def test_what_is_on_nobodys_list_is_not_there(stage: Stage, admin: Actor) -> None:
    with pytest.raises(NotFound):
        stage.does(admin, lambda work: handovers.settle(work, stage.evening.patient.id))


def a_meeting(stage: Stage, kind: AppointmentKind = AppointmentKind.COACHING) -> Appointment:
    """Book the coach for the day after tomorrow."""

    def enter(session: Any) -> Appointment:
        at = stage.clock.now() + timedelta(days=2)
        slot = preparation.a_slot(session, stage.evening.coach, at, kind=kind)
        return preparation.an_appointment(session, stage.evening.patient, slot)

    return stage.given(enter)


def test_a_booked_meeting_goes_on_with_another_host_behind_another_door(
    stage: Stage, admin: Actor
) -> None:
    before = a_meeting(stage)
    other = a_colleague(stage, Role.COACH, on_team=True)
    shut_out(stage, admin, stage.evening.coach.id)

    (after,) = stage.rows(Appointment)
    assert (after.host_id, after.starts_at) == (other.user_id, before.starts_at)
    assert after.video_link != before.video_link, "whoever left still has the old link"
    assert stage.evening.patient.user_id in told(stage, "appointment_moved")


# The other coach was with somebody else at that hour; the patient sat in an empty room.
def test_a_meeting_that_nobody_can_hold_waits_for_a_host(stage: Stage, admin: Actor) -> None:
    before = a_meeting(stage)
    other = a_colleague(stage, Role.COACH, on_team=True)
    at = before.starts_at + timedelta(minutes=10)
    stage.given(
        lambda session: preparation.a_slot(
            session, session.get_one(type(stage.evening.coach), other.user_id), at
        )
    )
    shut_out(stage, admin, stage.evening.coach.id)

    (row,) = left(stage, HandoverKind.APPOINTMENT)
    assert (row.subject_id, row.settled_at) == (before.id, None)
    with pytest.raises(RecordForbids):
        stage.does(admin, lambda work: handovers.settle(work, row.id))


def test_nobody_books_a_time_of_somebody_who_left(stage: Stage, admin: Actor) -> None:
    at = stage.clock.now() + timedelta(days=2)
    stage.given(lambda s: preparation.a_slot(s, stage.evening.coach, at).id)
    mine = lambda work: slots.free_for(work, stage.evening.patient.id)  # noqa: E731
    assert stage.does(stage.evening.as_patient, mine)
    shut_out(stage, admin, stage.evening.coach.id)
    assert stage.does(stage.evening.as_patient, mine) == []


@pytest.mark.parametrize("another", [True, False])
def test_a_shift_is_taken_back_and_a_gap_is_told(
    stage: Stage, admin: Actor, *, another: bool
) -> None:
    now = stage.clock.now()
    stage.given(lambda s: evenings.on_call(s, now, stage.evening.prescriber))
    if another:
        other = a_colleague(stage, Role.PRESCRIBER, on_team=True)
        stage.given(
            lambda s: evenings.on_call(
                s, now, s.get_one(type(stage.evening.prescriber), other.user_id)
            )
        )
    shut_out(stage, admin, stage.evening.prescriber.id)

    mine = [one for one in stage.rows(OnCallShift) if one.user_id == stage.evening.prescriber.id]
    assert [one.cancelled_at for one in mine] == [now]
    assert len(left(stage, HandoverKind.ON_CALL_SHIFT)) == (0 if another else 1)
    covered = stage.given(lambda s: roster.cover_until(s, now)) is not None
    assert covered is another


# The call had gone out to her phone, and her phone no longer opened anything.
def test_a_call_that_went_to_them_goes_out_to_others_at_once(stage: Stage, admin: Actor) -> None:
    me = stage.evening.patient.id

    def calls(work: Any) -> Any:
        work.subject = me
        return escalations.raise_one(
            work, "follow_up_overdue", subject=(SubjectKind.PATIENT, me), rung=Rung.COACH
        )

    call = stage.does(SYSTEM, calls)
    coach, urgent = stage.evening.coach.id, "somebody_needs_you_now"
    assert coach in told(stage, "somebody_needs_you")
    shut_out(stage, admin, coach)

    again = next(one for one in stage.rows(Escalation) if one.id == call.id)
    assert again.rung == Rung.ON_CALL_CLINICIAN.value
    heard = {
        row.user_id
        for row in stage.rows(Notification)
        if row.subject_id == call.id and row.template == urgent
    }
    assert stage.evening.prescriber.id in heard
    assert coach not in heard


def test_a_sitter_who_is_shut_out_is_gone_from_the_evenings_ahead(
    stage: Stage, admin: Actor
) -> None:
    user_id = stage.evening.sitter.user_id
    assert user_id is not None
    shut_out(stage, admin, user_id)
    (ahead,) = stage.rows(DoseSession)
    assert (ahead.sitter_id, ahead.sitter_user_id) == (None, None)
    assert told(stage, "sitter_gone") == {stage.evening.patient.user_id}


# Nobody stays alone behind a dose because an office pressed a button.
def test_a_sitter_who_is_shut_out_during_a_watch_is_called_out_as_gone(
    runtime: Runtime, clock: HandClock
) -> None:
    stage = Stage(runtime, clock, state=SessionState.MONITORING, dosed_at=clock.now())
    user_id = stage.evening.sitter.user_id
    assert user_id is not None
    shut_out(stage, a_colleague(stage, Role.ADMIN), user_id)
    assert [call.code for call in stage.rows(Escalation)] == ["sitter_left_early"]
    assert stage.rows(DoseSession)[0].sitter_user_id == user_id, "what was is kept"


def test_a_watch_at_a_site_goes_on_with_a_colleague(runtime: Runtime, clock: HandClock) -> None:
    stage = Stage(runtime, clock)
    now = clock.now()
    day = stage.given(lambda s: oversight.an_office_day(s, now))
    visit_id = stage.given(
        lambda s: oversight.an_office_session(
            s, now, day.patient, state=OfficeState.MONITORING, observer_id=day.observer.id,
            first_device_at=now, last_device_at=now,
        ).id
    )  # fmt: skip
    colleague = stage.given(lambda s: people.a_site_worker(s, now, day.site.id))
    takes = lambda work: office_watch.take_over(work, visit_id)  # noqa: E731
    as_colleague = Actor(colleague.id, frozenset({Role.SITE_STAFF}))
    with pytest.raises(RecordForbids) as refused:
        stage.does(as_colleague, takes)
    assert refused.value.code == "observer_is_there"

    shut_out(stage, a_colleague(stage, Role.ADMIN), day.observer.id)
    assert [row.settled_at for row in left(stage, HandoverKind.SITE_WATCH)] == [None]
    stage.does(as_colleague, takes)
    assert stage.rows(OfficeSession)[0].observer_id == colleague.id
    assert left(stage, HandoverKind.SITE_WATCH)[0].to_user_id == colleague.id


def test_whoever_left_a_site_is_named_in_no_visit_before_its_dose(
    runtime: Runtime, clock: HandClock
) -> None:
    stage = Stage(runtime, clock)
    now = clock.now()
    day = stage.given(lambda s: oversight.an_office_day(s, now))
    stage.given(
        lambda s: (
            oversight.an_office_session(
                s, now, day.patient, state=OfficeState.PRE_CHECKS, observer_id=day.observer.id
            ).id
        )
    )
    admin = a_colleague(stage, Role.ADMIN)
    stage.does(admin, lambda work: accounts.end_at_site(work, day.observer.id, day.site.id))
    assert stage.rows(OfficeSession)[0].observer_id is None


# Two have to say who somebody is, and one of them had been thrown out the hour before.
def test_the_word_of_somebody_shut_out_vouches_for_nobody(
    stage: Stage, admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workflows.people.second_factor.insist_fresh", lambda work: work.now)
    asker, lost = a_colleague(stage, Role.ADMIN), stage.evening.coach.id
    asked = stage.does(asker, lambda work: recoveries.ask_recovery(work, lost, Seen.VIDEO))
    assert asker.user_id is not None
    shut_out(stage, admin, asker.user_id)
    assert stage.does(admin, recoveries.open_recoveries) == []
    with pytest.raises(NotFound):
        stage.does(admin, lambda work: recoveries.confirm_recovery(work, asked.id))


def test_shutting_out_twice_hands_over_once(stage: Stage, admin: Actor) -> None:
    for _ in range(2):
        shut_out(stage, admin, stage.evening.coach.id)
    query = select(Handover.id)
    assert len(stage.given(lambda s: s.scalars(query).all())) == 1
