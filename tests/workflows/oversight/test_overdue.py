"""Is what nobody did in time noticed, and said to those who should have done it?"""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from models.dose.office_sessions import OfficeSession
from models.oversight.holds import Escalation
from models.plan.catalogue import SiteStaff
from models.platform.base import new_id
from models.platform.trail import Notification
from rules.terms import DeadlineKind, OfficeState, Rung, Setting, SubjectKind
from tests.factories.dose import a_scheduled_session
from tests.factories.people import a_patient, a_site_worker
from tests.factories.plan import SPRAVATO, the_demo_site, the_product, what_of
from workflows.oversight import overdue
from workflows.platform import deadlines, sweep
from workflows.platform.actor import SYSTEM

K, CLINICIAN = DeadlineKind, Rung.ON_CALL_CLINICIAN


@pytest.mark.parametrize(
    ("due", "told_about"),
    [
        ((K.FOLLOW_UP, SubjectKind.FOLLOW_UP), ("follow_up_overdue", Rung.PATIENT)),
        ((K.AE_TRIAGE, SubjectKind.ADVERSE_EVENT), ("harm_triage_overdue", CLINICIAN)),
        ((K.QUARANTINE, SubjectKind.QUARANTINED_QUEUE), ("quarantine_undecided", CLINICIAN)),
        ((K.RISK_REVIEW, SubjectKind.ASSESSMENT), ("risk_review_overdue", CLINICIAN)),
        (
            (K.POST_FIRST_SESSION_REVIEW, SubjectKind.DOSE_SESSION),
            ("post_first_session_review_overdue", CLINICIAN),
        ),
    ],
)
def test_what_is_overdue_is_called(runtime, session, clock, due, told_about):
    kind, subject_type = due
    made = a_scheduled_session(session, clock.now())
    session.commit()
    with runtime.begin(SYSTEM) as work:
        work.subject = made.patient.id
        due_at = clock.now() + timedelta(hours=1)
        subject = {"subject_type": subject_type, "subject_id": uuid4()}
        deadlines.set_due(work, kind, due_at=due_at, **subject)
    clock.advance(minutes=59)
    assert sweep.run_once(runtime) == 0
    clock.advance(minutes=1)
    assert sweep.run_once(runtime) == 1
    raised = session.scalars(select(Escalation)).one()
    code, rung = told_about
    assert (raised.code, raised.rung) == (code, rung.value)
    told = set(session.scalars(select(Notification.user_id)))
    asked = made.patient.user_id if rung is Rung.PATIENT else made.prescriber.id
    assert asked in told


def reminders(clock) -> tuple[datetime, ...]:
    return tuple(clock.now() + timedelta(days=day) for day in (3, 5))


@pytest.fixture
def owed(runtime, session, clock) -> OfficeSession:
    """A session in the office whose form is due in seven days."""
    site = the_demo_site(session)
    patient = a_patient(session, clock.now())
    worker = a_site_worker(session, clock.now(), site.id)
    row = OfficeSession(
        id=new_id(),
        patient_id=patient.id,
        site_id=site.id,
        **what_of(the_product(session, SPRAVATO), Setting.CERTIFIED_SITE),
        dose_mg_hundredths=5_600,
        scheduled_at=clock.now(),
        state=OfficeState.PMF_DUE,
        form_due_at=clock.now() + timedelta(days=7),
        created_by=worker.id,
        observer_id=worker.id,
        created_at=clock.now(),
    )
    session.add(row)
    session.commit()
    with runtime.begin(SYSTEM) as work:
        work.subject = patient.id
        overdue.expect_monitoring_form(work, row, reminders(clock))
    return row


def test_a_form_is_asked_for_on_day_three_and_five_and_called_on_day_seven(
    runtime, session, clock, owed
):
    counts = []
    for days in (3, 2, 2):
        clock.advance(days=days)
        assert sweep.run_once(runtime) == 1
        reminders = select(Notification.user_id).where(Notification.template == "form_due")
        counts.append((len(session.scalars(reminders).all()), codes(session)))
    assert counts == [(1, []), (2, []), (3, ["pmf_overdue"])]


def test_an_overdue_form_pages_who_answers_for_the_site_and_else_everybody_there(
    runtime, session, clock, owed
):
    paged = select(Notification.user_id).where(Notification.template == "form_overdue")
    clock.advance(days=7)
    sweep.run_once(runtime)
    assert session.scalars(paged).all() == [owed.created_by]

    named = a_site_worker(session, clock.now(), owed.site_id)
    query = select(SiteStaff).where(SiteStaff.user_id == named.id)
    session.scalars(query).one().rems_representative = True
    owed.form_due_at = clock.now() + timedelta(hours=1)
    session.commit()
    with runtime.begin(SYSTEM) as work:
        work.subject = owed.patient_id
        overdue.expect_monitoring_form(work, owed, ())
    clock.advance(hours=1)
    sweep.run_once(runtime)
    assert session.scalars(paged).all() == [owed.created_by, named.id]


def test_a_form_that_was_sent_is_asked_for_no_more(runtime, session, clock, owed):
    owed.form_submitted_at, owed.form_submitted_by = clock.now(), owed.created_by
    session.commit()
    clock.advance(days=8)
    sweep.run_once(runtime)
    assert codes(session) == []
    assert session.scalars(select(Notification)).all() == []


def codes(session) -> list[str]:
    return list(session.scalars(select(Escalation.code)))


def test_a_session_without_a_form_expects_none(runtime, session, clock, owed):
    owed.form_due_at = None
    with runtime.begin(SYSTEM) as work:
        overdue.expect_monitoring_form(work, owed, reminders(clock))
    assert sweep.run_once(runtime) == 0
