"""Is Spravato given in the office only, and there only step by step?"""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import update

from models.dose.office_sessions import OfficeSession
from models.dose.predose import DoseTaken
from models.people.patients import Patient
from models.plan.catalogue import SiteStaff
from models.platform.decisions import GateDecision
from models.platform.trail import Notification
from rules.terms import EnrolmentState, OfficeState, Role, Setting, Urgency
from tests.factories import people
from tests.factories.oversight import a_hold, an_office_session
from tests.visit import Visit
from workflows.dose import office_sessions, office_staff
from workflows.platform.actor import Actor
from workflows.platform.errors import (
    HardStop,
    HoldNotOverridden,
    InvalidContent,
    NotFound,
    NotNow,
    NotPermitted,
    RecordForbids,
)


@pytest.fixture
def visit(runtime, clock, session) -> Visit:
    return Visit(runtime, clock, session)


def codes(refused) -> set[str]:
    return {finding.rule.code for finding in refused.value.decision.raised}


def test_the_list_does_not_show_another_teams_patients(visit, session):
    now = visit.clock.now()
    elsewhere = people.a_patient(session, now)
    an_office_session(session, now, elsewhere)
    session.commit()
    for actor in (visit.day.as_patient, visit.day.as_prescriber):
        with pytest.raises(NotFound):
            visit.does(lambda work: office_staff.of_patient(work, elsewhere.id), actor)


def test_spravato_is_scheduled_at_a_certified_site(visit):
    row = visit.scheduled()
    assert (row.state, row.setting) == (OfficeState.SCHEDULED, Setting.CERTIFIED_SITE)
    kept = visit.rows(GateDecision)[0]
    assert (kept.point, kept.outcome, kept.subject_id) == ("office_schedule", "clear", row.id)


@pytest.mark.parametrize("setting", [Setting.HOME, Setting.CLINIC])
def test_spravato_goes_nowhere_else(visit, setting):
    with pytest.raises(HardStop) as refused:
        visit.scheduled(setting=setting)
    finding = next(
        one
        for one in refused.value.decision.raised
        if one.rule.code == "esketamine_home_prohibited"
    )
    assert "can't be taken at home" in finding.rule.says
    assert "They are wrong" in finding.rule.says
    assert visit.rows(OfficeSession) == []
    assert visit.rows(GateDecision)[0].outcome == "stop"
    assert {row.user_id for row in visit.rows(Notification)} == {visit.day.officer.id}


@pytest.mark.parametrize("name", ["Spravato", "esketamin", "Sprav\u200bato", "S-Ketamine"])
def test_no_spelling_of_it_goes_home(visit, name):
    with pytest.raises(RecordForbids) as refused:
        visit.scheduled(product_code=name, setting=Setting.HOME)
    assert refused.value.code == "esketamine_home_prohibited"
    assert "can't be taken at home" in refused.value.detail


@pytest.mark.parametrize(
    "over",
    [
        {"product_code": "ket-rdt-100", "setting": Setting.HOME},
        {"product_code": "ket-rdt-100"},
        {"product_code": "no-such-product"},
    ],
)
def test_what_is_not_given_there_is_written_wrong(visit, over):
    with pytest.raises(InvalidContent):
        visit.scheduled(**over)


def test_a_dose_of_no_device_is_refused_with_the_reason(visit):
    with pytest.raises(HardStop) as refused:
        visit.scheduled(dose_mg_hundredths=6_000)
    assert "spravato_dose_not_allowed" in codes(refused)


def test_a_site_whose_certificate_has_run_out_gives_none(visit):
    with pytest.raises(HardStop) as refused:
        visit.scheduled(scheduled_at=datetime(2100, 1, 1, 18, tzinfo=UTC))
    assert "site_not_certified" in codes(refused)


def test_staff_schedule_only_for_patients_of_their_site(visit):
    with pytest.raises(NotFound):
        visit.scheduled(visit.day.as_observer)
    visit.scheduled()
    assert visit.scheduled(visit.day.as_observer).created_by == visit.day.observer.id


def test_a_site_that_is_none_of_ours_is_not_there(visit):
    with pytest.raises(NotFound):
        visit.scheduled(site_id=visit.day.patient.id)


@pytest.mark.parametrize("who", ["as_patient"])
def test_a_patient_schedules_none(visit, who):
    with pytest.raises(NotPermitted):
        visit.scheduled(getattr(visit.day, who))


@pytest.mark.parametrize(
    ("over", "code"),
    [
        ({"prescriber_id": None}, "prescriber_not_onsite"),
        ({"observer_id": None}, "observer_missing"),
        ({"pulse_oximeter": False}, "pulse_oximeter_missing"),
        ({"pulse_oximeter": None}, "pulse_oximeter_missing"),
        ({"contraindicated": True}, "esketamine_contraindicated"),
        ({"ride_home": None}, "ride_home_missing"),
        ({"last_food_at": None}, "spravato_fasting"),
        ({"nasal_product_today": None}, "nasal_product_window"),
    ],
)
def test_the_first_device_waits_for_every_condition(visit, over, code):
    row = visit.arrived()
    visit.measured(row)
    visit.checked(row, **over)
    with pytest.raises(HardStop) as refused:
        visit.given(row)
    assert code in codes(refused)
    assert visit.rows(OfficeSession)[0].first_device_at is None


def test_a_patient_who_is_not_enrolled_gets_none(visit, session, clock):
    other = people.a_patient(session, clock.now())
    people.a_care_team(session, clock.now(), other, prescriber=visit.day.prescriber)
    session.commit()
    row = visit.ready(patient_id=other.id)
    with pytest.raises(HardStop) as refused:
        visit.given(row)
    assert "rems_patient_not_enrolled" in codes(refused)


def test_staff_enrol_a_patient_of_their_site_once(visit, session, clock):
    other = people.a_patient(session, clock.now())
    an_office_session(session, clock.now(), other)
    session.commit()

    def enrol(work):
        return office_sessions.enrol_in_rems(work, other.id, date(2026, 11, 20), "R-2")

    assert visit.does(enrol).patient_id == other.id
    with pytest.raises(RecordForbids) as refused:
        visit.does(enrol)
    assert refused.value.code == "already_enrolled"


def test_a_raised_pressure_waits_for_the_prescriber(visit):
    row = visit.arrived()
    visit.measured(row, systolic=150)
    visit.checked(row)
    with pytest.raises(HoldNotOverridden) as refused:
        visit.given(row)
    assert codes(refused) == {"spravato_bp_review"}


def test_a_first_dose_of_84_waits_for_the_prescriber(visit):
    row = visit.ready(dose_mg_hundredths=8_400)
    with pytest.raises(HoldNotOverridden) as refused:
        visit.given(row)
    assert codes(refused) == {"spravato_schedule_deviation"}


def test_a_hold_stops_a_dose_in_the_office_too(visit, session, clock):
    row = visit.ready()
    a_hold(session, clock.now(), visit.day.patient)
    session.commit()
    with pytest.raises(HardStop) as refused:
        visit.given(row)
    assert "care_team_hold" in codes(refused)


def test_a_suspended_patient_gets_none(visit, session):
    row = visit.ready()
    session.execute(update(Patient).values(enrolment=EnrolmentState.SUSPENDED))
    session.commit()
    with pytest.raises(HardStop) as refused:
        visit.given(row)
    assert "enrolment_suspended" in codes(refused)


def taken_at_home(visit, session, at) -> None:
    """Let the patient have told of a dose that nobody cleared."""
    session.add(
        DoseTaken(
            patient_id=visit.day.patient.id,
            cleared=False,
            taken_at=at,
            local_date=at.date().isoformat(),
            received_at=at,
            recorded_by=visit.day.patient.user_id,
        )
    )
    session.commit()


def test_a_dose_at_home_stops_the_one_in_the_office_for_72_hours(visit, session, clock):
    row = visit.ready()
    taken_at_home(visit, session, clock.now() - timedelta(hours=72) + timedelta(seconds=1))
    with pytest.raises(HardStop) as refused:
        visit.given(row)
    assert codes(refused) == {"interval_too_short"}
    clock.advance(seconds=1)
    visit.given(row)


def test_the_second_device_waits_five_minutes(visit):
    row = visit.ready()
    visit.given(row)
    visit.clock.advance(minutes=4, seconds=59)
    with pytest.raises(RecordForbids) as refused:
        visit.given(row)
    assert refused.value.code == "device_too_soon"
    visit.clock.advance(seconds=1)
    assert visit.given(row).state is OfficeState.MONITORING


def test_no_device_is_given_beyond_the_dose(visit):
    row = visit.dosed()
    with pytest.raises(NotNow):
        visit.given(row)


def test_a_patient_who_stops_after_one_device_is_watched_all_the_same(visit):
    row = visit.ready()
    visit.given(row)
    visit.does(lambda work: office_sessions.end_dosing(work, row.id))
    with pytest.raises(HardStop):
        visit.leaves(row)


def test_a_reading_is_kept_whatever_it_says(visit):
    row = visit.dosed()
    assert visit.measured(row, systolic=80, diastolic=120).plausible is False


def test_a_crisis_is_answered_with_what_to_do(visit):
    row = visit.dosed()
    found = visit.measured(row, systolic=186, diastolic=124)
    assert found.alarm_codes
    assert found.urgency in (Urgency.CLINICIAN, Urgency.EMERGENCY_SERVICES, Urgency.RECHECK)


@pytest.mark.parametrize("code", ["ket-im-50", "ket-iv-50"])
@pytest.mark.parametrize("setting", [Setting.CLINIC, Setting.CERTIFIED_SITE])
def test_ketamine_by_injection_is_given_and_watched_without_a_form(visit, code, setting):
    row = visit.ready(product_code=code, setting=setting, dose_mg_hundredths=4_000)
    assert visit.given(row).state is OfficeState.MONITORING
    for minutes in (40, 80):
        visit.clock.advance(minutes=minutes)
        visit.measured(row)
    left = visit.leaves(row)
    assert (left.state, left.form_due_at) == (OfficeState.CLOSED, None)


def test_a_stranger_watches_nobody(visit):
    row = visit.arrived()
    for name in ("observer_id", "prescriber_id"):
        with pytest.raises(InvalidContent):
            visit.checked(row, **{name: visit.day.officer.id})


def test_a_patient_does_not_watch_themselves(visit):
    row = visit.arrived()
    with pytest.raises(RecordForbids) as refused:
        visit.checked(row, observer_id=visit.day.patient.user_id)
    assert refused.value.code == "own_record"


def test_staff_do_not_treat_themselves(visit, session, clock):
    now = clock.now()
    myself = people.a_patient(session, now, user_id=visit.day.observer.id)
    row = an_office_session(session, now, myself)
    session.commit()
    with pytest.raises(RecordForbids) as refused:
        visit.does(lambda work: office_sessions.arrive(work, row.id))
    assert refused.value.code == "own_record"


def test_a_visit_is_called_off_before_the_dose_only(visit):
    row = visit.scheduled()
    off = visit.does(lambda work: office_sessions.cancel(work, row.id))
    assert off.state is OfficeState.CANCELLED
    dosed = visit.dosed()
    with pytest.raises(NotNow):
        visit.does(lambda work: office_sessions.cancel(work, dosed.id))


def test_the_sites_list_is_its_staffs(visit):
    row, site_id = visit.scheduled(), visit.day.site.id
    found = visit.does(lambda work: office_staff.of_site(work, site_id))
    assert [one.id for one in found] == [row.id]
    with pytest.raises(NotPermitted):
        visit.does(lambda work: office_staff.of_site(work, site_id), visit.day.as_prescriber)


def test_the_patients_list_goes_on_after_equal_times(visit):
    for _ in range(3):
        visit.scheduled()
    patient_id = visit.day.patient.id

    def page(after):
        return visit.does(
            lambda work: office_staff.of_patient(work, patient_id, after, 1), visit.day.as_patient
        )

    seen, after = set(), None
    while rows := page(after)[:1]:
        seen.add(rows[0].id)
        after = (rows[0].scheduled_at, rows[0].id)
    assert len(seen) == 3


@pytest.fixture
def elsewhere(visit, session, clock) -> Actor:
    """Give somebody of the staff who works at no site of this patient."""
    worker = people.a_user(session, clock.now(), Role.SITE_STAFF)
    session.commit()
    return Actor(worker.id, frozenset({Role.SITE_STAFF}))


def test_the_staff_of_another_site_find_nothing(visit, elsewhere):
    row = visit.scheduled()
    acts = (
        lambda work: office_sessions.arrive(work, row.id),
        lambda work: office_staff.read_one(work, row.id),
        lambda work: office_staff.of_patient(work, visit.day.patient.id),
        lambda work: office_staff.of_site(work, visit.day.site.id),
    )
    for act in acts:
        with pytest.raises(NotFound):
            visit.does(act, elsewhere)


def test_whoever_left_the_site_finds_nothing(visit, session, clock):
    row = visit.scheduled()
    session.execute(update(SiteStaff).values(ended_at=clock.now()))
    session.commit()
    with pytest.raises(NotFound):
        visit.does(lambda work: office_sessions.arrive(work, row.id))
