"""What follows when something changed that the approval did not know of? Every dose waits."""

from models.intake.intake import Intake
from models.people.patients import Patient
from rules.terms import EnrolmentState, Role, SubjectKind, Suitability
from workflows.intake import crisis, screen
from workflows.people import clearances
from workflows.platform import notifications
from workflows.platform.work import Work

TEMPLATE = "something_changed"


def hold_everything(work: Work, patient: Patient, added: Intake | None = None) -> None:
    """Hold every dose until a prescriber signs again, and end what was cleared, in this very act.

    What a new version of the history says is judged anew. The prescribers are told.
    """
    patient.material_change_at = work.now
    patient.safety_version += 1
    clearances.end_for_patient(work, patient.id, "something changed since it was issued")
    if added is not None and added.submitted_at is not None:
        _screen_again(work, patient, added)
    subject = (SubjectKind.PATIENT, patient.id)
    notifications.tell_care_team(work, Role.PRESCRIBER, TEMPLATE, subject=subject)


def _screen_again(work: Work, patient: Patient, added: Intake) -> None:
    """Judge what is known now; only who waits for review moves, a draft or a decision stays."""
    screened = screen.run(work, patient, added)
    if patient.enrolment is EnrolmentState.PENDING_REVIEW:
        screen.follow(work, patient, screened)
    elif (
        screened.suitability == Suitability.NOT_SUITABLE
        and patient.enrolment is not EnrolmentState.APPROVED_IN_OFFICE_ONLY
    ):
        crisis.suspend(patient, screened.codes[0])
