"""What does a report of harm set in motion? The next dose waits, and people are called."""

from collections.abc import Collection

from sqlalchemy import select

from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Hold
from models.people.patients import Patient
from rules.plan.product import ESKETAMINE_REPORTED
from rules.terms import EnrolmentState, HarmSignal, HoldSource, Role, SubjectKind
from workflows.oversight import escalations, holds
from workflows.people import safety_version
from workflows.platform import notifications
from workflows.platform.work import Work

HOLD_CODE = "open_adverse_event"
ACTIVE = frozenset(
    {
        EnrolmentState.APPROVED_HOME,
        EnrolmentState.CONSENTED,
        EnrolmentState.RX_ACTIVE,
        EnrolmentState.COURSE_ACTIVE,
        EnrolmentState.MID_COURSE_REVIEW,
        EnrolmentState.PAUSED,
        EnrolmentState.MAINTENANCE_REVIEW,
    }
)


def hold_next_dose(
    work: Work, patient: Patient, event: AdverseEvent, signals: Collection[HarmSignal] = ()
) -> None:
    """Let the next dose wait for this event; a serious one suspends the treatment at home.

    Esketamine outside the clinic holds on its own account too: looking at the event does not end
    that course, only a prescriber says that it has ended.
    """
    work.subject = patient.id
    codes = [HOLD_CODE]
    if HarmSignal.ESKETAMINE_OUTSIDE_CLINIC in signals:
        codes.append(ESKETAMINE_REPORTED)
    for code in codes:
        holds.place(work, HoldSource.ADVERSE_EVENT, code, (SubjectKind.ADVERSE_EVENT, event.id))
    believed = event.reporter_verified or event.triaged_at is not None
    if event.serious and believed and patient.enrolment in ACTIVE:
        work.session.refresh(patient)
        patient.enrolment = EnrolmentState.SUSPENDED
        patient.suspended_for = "serious_ae_unreviewed"


def call_people(work: Work, event: AdverseEvent, *, live: bool) -> None:
    """Tell those who must look; during a session or for a serious event, call and keep calling."""
    subject = (SubjectKind.ADVERSE_EVENT, event.id)
    notifications.tell_everybody_with(work, Role.SAFETY_OFFICER, "report_received", subject=subject)
    if event.patient_id is not None:
        notifications.tell_care_team(work, Role.PRESCRIBER, "report_received", subject=subject)
    if live or event.serious:
        code = "harm_reported_live" if live else "harm_reported"
        escalations.raise_one(work, code, subject=subject)


def let_go(work: Work, event: AdverseEvent, rationale: str) -> None:
    """End the holds of an event that, once looked at, holds nothing."""
    open_holds = select(Hold).where(
        Hold.subject_id == event.id, Hold.code == HOLD_CODE, Hold.released_at.is_(None)
    )
    for hold in work.session.scalars(open_holds.with_for_update()):
        hold.released_at = work.now
        hold.released_by = work.actor.user_id
        hold.release_rationale = rationale
    work.session.flush()
    if event.patient_id is not None:
        safety_version.rise(work, event.patient_id)
