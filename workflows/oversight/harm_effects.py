"""What does a report of harm set in motion? The next dose waits, and people are called."""

from sqlalchemy import select

from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Hold
from models.people.patients import Patient
from rules.states import may_move
from rules.terms import EnrolmentState, HoldSource, Role, SubjectKind
from workflows.oversight import escalations, holds
from workflows.people import safety_version
from workflows.platform import notifications
from workflows.platform.work import Work

HOLD_CODE = "open_adverse_event"
ACTIVE = frozenset(
    {
        EnrolmentState.CONSENTED,
        EnrolmentState.RX_ACTIVE,
        EnrolmentState.COURSE_ACTIVE,
        EnrolmentState.MID_COURSE_REVIEW,
    }
)


def hold_next_dose(work: Work, patient: Patient, event: AdverseEvent) -> None:
    """Let the next dose wait for this event; a serious one suspends the treatment at home."""
    work.subject = patient.id
    holds.place(work, HoldSource.ADVERSE_EVENT, HOLD_CODE, (SubjectKind.ADVERSE_EVENT, event.id))
    suspends = event.serious and patient.enrolment in ACTIVE
    if suspends and may_move(patient.enrolment, EnrolmentState.SUSPENDED):
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
