"""Does nobody leave the office too early, and does the form follow in time?"""

from datetime import UTC, datetime, timedelta

import pytest

from models.dose.office_sessions import OfficeSession
from models.oversight.adverse_events import AdverseEvent
from models.oversight.handovers import Handover
from models.oversight.holds import Escalation
from models.platform.trail import Notification
from rules.oversight.leaving import HandoverKind
from rules.terms import OfficeState, Role
from tests.factories import people
from tests.visit import WELL, Visit
from workflows.dose import monitoring_forms
from workflows.platform import sweep
from workflows.platform.actor import Actor
from workflows.platform.errors import HardStop, NotNow, RecordForbids
from workflows.staff import accounts


@pytest.fixture
def visit(runtime, clock, session) -> Visit:
    return Visit(runtime, clock, session)


def codes(refused) -> set[str]:
    return {finding.rule.code for finding in refused.value.decision.raised}


def test_a_whole_visit(visit):
    row = visit.watched()
    left = visit.leaves(row)
    assert (left.state, left.devices_used) == (OfficeState.PMF_DUE, 2)
    assert left.form_due_at.astimezone(UTC) == datetime(2026, 12, 1, 6, 59, 59, tzinfo=UTC)
    assert left.no_driving_until > visit.clock.now()
    form = visit.submits(row)
    assert form.content["record"]["total_minutes"] == 125
    assert set(form.content["record"]["blood_pressure"]) == {"before", "at_40_minutes", "at_end"}
    assert visit.rows(OfficeSession)[0].state is OfficeState.CLOSED


def test_the_watch_counts_from_the_last_device(visit):
    row = visit.watched()
    visit.clock.advance(seconds=-1)
    with pytest.raises(HardStop) as refused:
        visit.leaves(row)
    assert "monitoring_incomplete" in codes(refused)
    visit.clock.advance(seconds=1)
    assert visit.leaves(row).discharged_at == visit.clock.now()


@pytest.mark.parametrize("name", sorted(WELL))
@pytest.mark.parametrize("said", [False, None])
def test_nobody_leaves_before_every_criterion_is_met(visit, name, said):
    row = visit.watched()
    with pytest.raises(HardStop) as refused:
        visit.leaves(row, **{name: said})
    assert codes(refused) == {"monitoring_incomplete"}


def test_nobody_leaves_without_a_pressure_from_the_peak(visit):
    row = visit.dosed()
    visit.clock.advance(minutes=120)
    visit.measured(row)
    with pytest.raises(HardStop) as refused:
        visit.leaves(row)
    assert codes(refused) == {"bp_40min_missing"}


def test_a_pressure_from_the_peak_may_be_entered_late(visit):
    row = visit.dosed()
    visit.clock.advance(minutes=120)
    visit.measured(row, device_at=visit.clock.now() - timedelta(minutes=80))
    visit.measured(row)
    assert visit.leaves(row).state is OfficeState.PMF_DUE


@pytest.mark.parametrize("gone", [False, True])
def test_a_colleague_signs_the_form_only_when_the_observer_has_left_us(visit, session, clock, gone):
    row = visit.watched()
    visit.leaves(row)
    colleague = people.a_site_worker(session, clock.now(), visit.day.site.id)
    as_admin = Actor(people.a_user(session, clock.now(), Role.ADMIN).id, frozenset({Role.ADMIN}))
    session.commit()
    if gone:
        visit.does(lambda work: accounts.disable_person(work, row.observer_id), as_admin)
    as_colleague = Actor(colleague.id, frozenset({Role.SITE_STAFF}))
    if not gone:
        with pytest.raises(RecordForbids) as refused:
            visit.submits(row, as_colleague)
        assert refused.value.code == "not_the_observer"
        return
    (waiting,) = [one for one in visit.rows(Handover) if one.kind is HandoverKind.SITE_WATCH]
    assert waiting.settled_at is None
    form = visit.submits(row, as_colleague)
    assert form.signed_by == colleague.id
    assert form.content["record"]["observer_id"] == str(row.observer_id)  # who watched, still
    assert visit.rows(Handover)[0].to_user_id == colleague.id


def test_oximetry_before_the_dose_is_no_watch(visit):
    row = visit.dosed()
    for minutes in (40, 80):
        visit.clock.advance(minutes=minutes)
        visit.measured(row, spo2=None)
    with pytest.raises(HardStop):
        visit.leaves(row)


def test_only_the_observer_signs_at_the_door(visit, session, clock):
    row = visit.watched()
    colleague = people.a_site_worker(session, clock.now(), visit.day.site.id)
    session.commit()
    with pytest.raises(HardStop):
        visit.leaves(row, Actor(colleague.id, frozenset({Role.SITE_STAFF})))


def test_the_form_is_signed_by_the_person_who_watched(visit, session, clock):
    row = visit.watched()
    visit.leaves(row)
    colleague = people.a_site_worker(session, clock.now(), visit.day.site.id)
    session.commit()
    with pytest.raises(RecordForbids) as refused:
        visit.submits(row, Actor(colleague.id, frozenset({Role.SITE_STAFF})))
    assert refused.value.code == "not_the_observer"


def test_the_form_comes_after_the_visit_and_once(visit):
    row = visit.watched()
    with pytest.raises(NotNow):
        visit.submits(row)
    visit.leaves(row)
    visit.submits(row)
    with pytest.raises(NotNow):
        visit.submits(row)


def test_the_form_knows_what_the_record_knows_and_ticks_nothing(visit):
    row = visit.watched()
    visit.leaves(row)
    form = visit.does(lambda work: monitoring_forms.read(work, row.id))
    assert (form.answers, form.submitted_at) == (None, None)
    assert (form.record["lot_number"], form.record["dose_mg_hundredths"]) == ("LOT-1", 5_600)


@pytest.mark.parametrize("name", ["respiratory_depression", "serious_adverse_event"])
def test_harm_on_the_form_becomes_a_report(visit, name):
    row = visit.watched()
    visit.leaves(row)
    visit.submits(row, **{name: True})
    event = visit.rows(AdverseEvent)[0]
    assert (event.office_session_id, event.serious) == (row.id, True)


def test_the_site_is_reminded_on_day_three_five_and_seven(visit):
    row = visit.watched()
    visit.leaves(row)
    reminded = []
    for _ in range(7):
        visit.clock.advance(days=1)
        sweep.run_once(visit.runtime)
        reminded.append(sum(one.template == "form_due" for one in visit.rows(Notification)) // 2)
    assert reminded == [0, 0, 1, 1, 2, 2, 3]
    assert visit.rows(Escalation) == []


def test_an_overdue_form_stops_the_site_until_it_is_there(visit):
    row = visit.leaves(visit.watched())
    visit.clock.set(row.form_due_at + timedelta(seconds=1))
    sweep.run_once(visit.runtime)
    assert [one.code for one in visit.rows(Escalation)] == ["pmf_overdue"]
    with pytest.raises(HardStop) as refused:
        visit.scheduled()
    assert "pmf_overdue" in codes(refused)
    visit.submits(row)
    assert visit.scheduled().state is OfficeState.SCHEDULED


def test_a_form_that_is_there_reminds_nobody(visit):
    row = visit.watched()
    visit.leaves(row)
    visit.submits(row)
    visit.clock.advance(days=8)
    sweep.run_once(visit.runtime)
    assert [one for one in visit.rows(Notification) if one.template == "form_due"] == []
