"""How does a patient end the programme: in one step, at once, and for no reason?

What would carry the treatment on ends in this very act. What was told, given and seen stays for as
long as it has to be kept, and facts are still taken. Nobody asks why, and nothing is charged.
"""

from uuid import UUID

from sqlalchemy import select

from models.dose.dose_sessions import DoseSession
from models.dose.office_sessions import OfficeSession
from models.dose.predose import Clearance
from models.people.patients import Patient, Sitter
from models.people.rights import AccountClosure
from models.plan.approvals import Approval
from models.plan.treatment_plans import MedicationOrder, TreatmentPlan
from models.platform.base import new_id
from models.preparation.appointments import Appointment
from rules.oversight import retention
from rules.permissions import Permission
from rules.states import may_move
from rules.terms import (
    AppointmentState,
    EnrolmentState,
    OfficeState,
    OrderState,
    PlanState,
    Role,
    SessionState,
    SitterState,
    SubjectKind,
)
from workflows.people import clearances, invitations, stays
from workflows.platform import access, notifications
from workflows.platform.work import Work, command

REASON = "account_closed"
_S, _O = SessionState, OfficeState
AHEAD = (_S.SCHEDULED, _S.CHECKIN_OPEN, _S.BLOCKED, _S.CLEARED)
OFFICE_AHEAD = (_O.SCHEDULED, _O.ARRIVED, _O.PRE_CHECKS)


@command(permit=Permission.CLOSE_ACCOUNT, audit="account.closed", once=True)
def close(work: Work, patient_id: UUID) -> AccountClosure:
    """End the programme; done again, it is the end that there was."""
    patient = access.patient(work, patient_id, lock=True)
    before = select(AccountClosure).where(AccountClosure.patient_id == patient.id)
    closed = work.session.scalars(before).first()
    if closed is not None:
        return closed
    closed = AccountClosure(
        id=new_id(),
        patient_id=patient.id,
        was=patient.enrolment,
        closed_by=work.actor.person,
        closed_at=work.now,
        kept_until=retention.kept_until(work.now.date(), work.limits),
    )
    work.session.add(closed)
    _leave_the_programme(patient)
    work.session.flush()
    _end_treatment(work, patient.id)
    _call_off_sessions(work, patient.id)
    _call_off_meetings(work, patient.id)
    _let_sitters_go(work, patient.id)
    stays.end_every_session(work, patient.user_id, REASON, but=work.actor.login_id)
    for role in (Role.PRESCRIBER, Role.COACH):
        subject = (SubjectKind.PATIENT, patient.id)
        notifications.tell_care_team(work, role, "somebody_left", subject=subject)
    return closed


def _leave_the_programme(patient: Patient) -> None:
    if may_move(patient.enrolment, EnrolmentState.WITHDRAWN):
        patient.enrolment = EnrolmentState.WITHDRAWN
    patient.suspended_for = ""
    patient.safety_version += 1


def _end_treatment(work: Work, patient_id: UUID) -> None:
    """End what a dose could still come from; a parcel on its way is not ours to stop."""
    approvals = select(Approval).where(
        Approval.patient_id == patient_id, Approval.ended_at.is_(None)
    )
    for approval in work.session.scalars(approvals.with_for_update()):
        approval.ended_at, approval.end_reason = work.now, REASON
    plans = select(TreatmentPlan).where(
        TreatmentPlan.patient_id == patient_id, TreatmentPlan.state != PlanState.ENDED
    )
    for plan in work.session.scalars(plans.with_for_update()):
        plan.state, plan.ended_at = PlanState.ENDED, work.now
    orders = select(MedicationOrder).where(
        MedicationOrder.patient_id == patient_id, MedicationOrder.state == OrderState.ORDERED
    )
    for order in work.session.scalars(orders.with_for_update()):
        order.state = OrderState.CANCELLED


def _call_off_sessions(work: Work, patient_id: UUID) -> None:
    clearances.end(work, REASON, Clearance.patient_id == patient_id)
    home = select(DoseSession).where(
        DoseSession.patient_id == patient_id, DoseSession.state.in_(AHEAD)
    )
    for session in work.session.scalars(home.with_for_update()):
        session.state = SessionState.CANCELLED
    office = select(OfficeSession).where(
        OfficeSession.patient_id == patient_id, OfficeSession.state.in_(OFFICE_AHEAD)
    )
    for visit in work.session.scalars(office.with_for_update()):
        visit.state = OfficeState.CANCELLED


def _call_off_meetings(work: Work, patient_id: UUID) -> None:
    ahead = select(Appointment).where(
        Appointment.patient_id == patient_id,
        Appointment.state == AppointmentState.BOOKED,
        Appointment.starts_at > work.now,
    )
    for meeting in work.session.scalars(ahead.with_for_update()):
        meeting.state = AppointmentState.CANCELLED
        subject = (SubjectKind.PATIENT, patient_id)
        notifications.tell(work, meeting.host_id, "appointment_cancelled", subject=subject)


def _let_sitters_go(work: Work, patient_id: UUID) -> None:
    """Nobody sits for who has left; what they told of earlier sessions stays."""
    places = select(Sitter).where(
        Sitter.patient_id == patient_id, Sitter.state != SitterState.REMOVED
    )
    for sitter in work.session.scalars(places.with_for_update()):
        sitter.state, sitter.removed_at = SitterState.REMOVED, work.now
        invitations.void_for_sitter(work, sitter.id)
