"""What is done when a follow-up, a review, a form or an answer is not there in time?"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from models.dose.office_sessions import OfficeSession
from models.plan.catalogue import SiteStaff
from models.platform.trail import Deadline
from rules.terms import DeadlineKind, SubjectKind
from workflows.oversight import escalations
from workflows.platform import deadlines, notifications, sweep
from workflows.platform.work import Work

CODES = {
    DeadlineKind.FOLLOW_UP: "follow_up_overdue",
    DeadlineKind.AE_TRIAGE: "harm_triage_overdue",
    DeadlineKind.RISK_REVIEW: "risk_review_overdue",
    DeadlineKind.POST_FIRST_SESSION_REVIEW: "post_first_session_review_overdue",
    DeadlineKind.MONITORING_FORM: "pmf_overdue",
    DeadlineKind.ACCESS_REQUEST: "access_request_overdue",
    DeadlineKind.AMENDMENT_REQUEST: "amendment_request_overdue",
    DeadlineKind.QUARANTINE: "quarantine_undecided",
}


@sweep.missed(
    DeadlineKind.FOLLOW_UP,
    DeadlineKind.AE_TRIAGE,
    DeadlineKind.RISK_REVIEW,
    DeadlineKind.POST_FIRST_SESSION_REVIEW,
    DeadlineKind.ACCESS_REQUEST,
    DeadlineKind.AMENDMENT_REQUEST,
    DeadlineKind.QUARANTINE,
)
def somebody_must_look(work: Work, deadline: Deadline) -> None:
    """Call for whoever should have done it; the call climbs by itself."""
    subject = (SubjectKind(deadline.subject_type), deadline.subject_id)
    escalations.raise_one(work, CODES[DeadlineKind(deadline.kind)], subject=subject)


def expect_monitoring_form(
    work: Work, office_session: OfficeSession, reminders: tuple[datetime, ...]
) -> None:
    """Expect the form of an in-office session, with reminders on the way to its last moment."""
    if office_session.form_due_at is None:
        return
    due = [(DeadlineKind.MONITORING_FORM, at) for at in (*reminders, office_session.form_due_at)]
    subject = (SubjectKind.OFFICE_SESSION, office_session.id)
    deadlines.set_all_due(work, due, subject=subject)


@sweep.missed(DeadlineKind.MONITORING_FORM)
def the_form_is_missing(work: Work, deadline: Deadline) -> None:
    """Remind the people of the session; after the last moment, page who answers for the site."""
    office_session = work.session.scalars(
        select(OfficeSession).where(OfficeSession.id == deadline.subject_id)
    ).first()
    if office_session is None or office_session.form_submitted_at is not None:
        deadlines.settle(work, deadline.subject_id, DeadlineKind.MONITORING_FORM)
        return
    subject = (SubjectKind.OFFICE_SESSION, office_session.id)
    for user_id in {office_session.created_by, office_session.observer_id}:
        if user_id is not None:
            notifications.tell(work, user_id, "form_due", subject=subject)
    if office_session.form_due_at is None or work.now >= office_session.form_due_at:
        escalations.raise_one(work, CODES[DeadlineKind.MONITORING_FORM], subject=subject)
    if deadline.due_at == office_session.form_due_at:  # once, also after a sweep that came late
        for user_id in _who_answers_for(work, office_session.site_id):
            notifications.tell(work, user_id, "form_overdue", subject=subject)


def _who_answers_for(work: Work, site_id: UUID) -> list[UUID]:
    """Give who represents the site before the REMS; where nobody was named, everybody there."""
    there = select(SiteStaff).where(SiteStaff.site_id == site_id, SiteStaff.ended_at.is_(None))
    staff = work.session.scalars(there.order_by(SiteStaff.user_id)).all()
    named = [one.user_id for one in staff if one.rems_representative]
    return named or [one.user_id for one in staff]
