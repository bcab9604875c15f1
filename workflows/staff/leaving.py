"""What becomes of somebody's work when they leave? In the same act it goes on with somebody else.

Whoever is disabled, or loses a role, a place on a care team or at a site, leaves nothing behind
that waits for them in vain. Where nobody else may do it, it is called out until somebody answers.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select, union

from models.dose.dose_sessions import ACTIVE_STATES, WATCHED_STATES, DoseSession
from models.dose.office_sessions import OfficeSession
from models.oversight.holds import Escalation
from models.people.patients import CareTeamMember, Patient
from models.platform.trail import Notification
from models.preparation.appointments import Appointment
from rules.oversight.leaving import HandoverKind, Leaving
from rules.terms import AppointmentState, OfficeState, Role, Rung, SessionState, SubjectKind
from workflows.oversight import escalations, handovers, on_call
from workflows.oversight.handovers import Leaver, Left
from workflows.people import safety_version
from workflows.platform import lock_order, notifications
from workflows.platform.work import Work
from workflows.preparation import hosts

SITTER_GONE = "sitter_left_early"
_SITTING = (SessionState.SCHEDULED, *ACTIVE_STATES)
_BEFORE_THE_DOSE = (OfficeState.PRE_CHECKS,)
Roles = Mapping[UUID, Sequence[Role]]


def lock_patients_of(work: Work, user_id: UUID) -> Sequence[UUID]:
    """Lock all with whom this person has to do, in one order, before anything else (a step)."""
    lock_order.cover_may_end(work)  # their shifts may be taken back, and patients come after that
    theirs: Any = union(
        select(CareTeamMember.patient_id).where(
            CareTeamMember.user_id == user_id, CareTeamMember.ended_at.is_(None)
        ),
        select(DoseSession.patient_id).where(
            DoseSession.sitter_user_id == user_id, DoseSession.state.in_(_SITTING)
        ),
        select(OfficeSession.patient_id).where(_names(user_id)),
        select(Appointment.patient_id).where(
            Appointment.host_id == user_id, Appointment.state == AppointmentState.BOOKED
        ),
        select(Escalation.patient_id).where(_waits_for(user_id)),
    )
    query = select(Patient.id).where(Patient.id.in_(theirs)).order_by(Patient.id)
    return work.session.scalars(query.with_for_update(key_share=True)).all()


def everything(work: Work, user_id: UUID, patients: Sequence[UUID]) -> None:
    """Hand over all that a disabled person had in their hands (a step)."""
    leaver = Leaver(user_id, Leaving.DISABLED)
    care(work, leaver, patients, places_of(work, user_id))
    shifts(work, leaver)
    visits(work, leaver, patients)
    sitting(work, user_id, patients)


def of_a_role(work: Work, user_id: UUID, role: Role, patients: Sequence[UUID]) -> None:
    """Hand over what somebody did in a role that they no longer hold (a step)."""
    leaver = Leaver(user_id, Leaving.ROLE_ENDED)
    places = places_of(work, user_id)
    care(work, leaver, patients, {who: [role] for who, roles in places.items() if role in roles})
    if role is Role.PRESCRIBER:
        shifts(work, leaver)
    if role is Role.SITE_STAFF:
        visits(work, leaver, patients)
    if role is Role.SITTER:
        sitting(work, user_id, patients)


def places_of(work: Work, user_id: UUID) -> dict[UUID, list[Role]]:
    """Give in which roles somebody is on whose care team."""
    found: dict[UUID, list[Role]] = {}
    rows = select(CareTeamMember.patient_id, CareTeamMember.role).where(
        CareTeamMember.user_id == user_id, CareTeamMember.ended_at.is_(None)
    )
    for patient_id, role in work.session.execute(rows.order_by(CareTeamMember.role)):
        found.setdefault(patient_id, []).append(role)
    return found


def care(work: Work, leaver: Leaver, patients: Sequence[UUID], places: Roles) -> None:
    """Let the work of these places, the meetings and the open calls go on with others (a step)."""
    work.session.flush()
    for patient_id in patients:
        with _about(work, patient_id):
            for role in places.get(patient_id, ()):
                to = handovers.who_can(work, patient_id, role, but=leaver.user_id)
                left = Left(HandoverKind.CARE, patient_id, role)
                handovers.keep(work, leaver, left, next(iter(to), None))
            for one, host_id in hosts.pass_on(work, patient_id, leaver.user_id):
                left = Left(HandoverKind.APPOINTMENT, one.id)
                handovers.keep(work, leaver, left, host_id)
            _call_others(work, leaver.user_id, patient_id)
            safety_version.rise(work, patient_id)


def shifts(work: Work, leaver: Leaver) -> None:
    """Take the shifts back; a gap is told, and every gate that asks for cover closes by itself."""
    with _about(work, None):
        for shift in on_call.take_off(work, leaver.user_id):
            if not on_call.is_covered(work, shift):
                handovers.keep(work, leaver, Left(HandoverKind.ON_CALL_SHIFT, shift.id), None)


def visits(
    work: Work, leaver: Leaver, patients: Sequence[UUID], site_id: UUID | None = None
) -> None:
    """Name them no more in a visit before its dose; a watch waits for another (a step)."""
    for patient_id in patients:
        named = select(OfficeSession).where(
            OfficeSession.patient_id == patient_id, _names(leaver.user_id)
        )
        if site_id is not None:
            named = named.where(OfficeSession.site_id == site_id)
        with _about(work, patient_id):
            for visit in work.session.scalars(named.with_for_update()).all():
                _visit(work, leaver, visit)


def sitting(work: Work, user_id: UUID, patients: Sequence[UUID]) -> None:
    """Free the evenings ahead for another sitter; where they watch now, call somebody (a step)."""
    for patient_id in patients:
        theirs = select(DoseSession).where(
            DoseSession.patient_id == patient_id,
            DoseSession.sitter_user_id == user_id,
            DoseSession.state.in_(_SITTING),
        )
        with _about(work, patient_id):
            for evening in work.session.scalars(theirs.with_for_update()).all():
                _evening(work, evening)


def _call_others(work: Work, user_id: UUID, patient_id: UUID) -> None:
    """Whatever they were called about, and nobody has answered, is called out to others at once."""
    waiting = select(Escalation).where(Escalation.patient_id == patient_id, _waits_for(user_id))
    for call in work.session.scalars(waiting.with_for_update()).all():
        at = Rung.ON_CALL_CLINICIAN if call.rung >= Rung.COACH.value else Rung(call.rung)
        escalations.call_again(work, call, at)


def _visit(work: Work, leaver: Leaver, visit: OfficeSession) -> None:
    if visit.state in _BEFORE_THE_DOSE:
        visit.observer_id = None if visit.observer_id == leaver.user_id else visit.observer_id
        gone = visit.prescriber_on_site_id == leaver.user_id
        visit.prescriber_on_site_id = None if gone else visit.prescriber_on_site_id
        work.audit("office_session.unnamed", object_type="office_session", object_id=str(visit.id))
    elif visit.observer_id == leaver.user_id:
        handovers.keep(work, leaver, Left(HandoverKind.SITE_WATCH, visit.id), None)


def _evening(work: Work, evening: DoseSession) -> None:
    subject = (SubjectKind.DOSE_SESSION, evening.id)
    if evening.state in WATCHED_STATES:
        escalations.raise_one(work, SITTER_GONE, subject=subject)
        return
    evening.sitter_id, evening.sitter_user_id = None, None
    safety_version.rise(work, evening.patient_id)
    work.audit("dose_session.sitter_gone", object_type="dose_session", object_id=str(evening.id))
    theirs = select(Patient.user_id).where(Patient.id == evening.patient_id)
    notifications.tell(work, work.session.scalars(theirs).one(), "sitter_gone", subject=subject)


def _names(user_id: UUID) -> ColumnElement[bool]:
    """Give the condition on `office_session`: it is under way, and names this person."""
    return OfficeSession.state.in_((*_BEFORE_THE_DOSE, *handovers.NAMED_AT_SITE)) & or_(
        OfficeSession.observer_id == user_id, OfficeSession.prescriber_on_site_id == user_id
    )


def _waits_for(user_id: UUID) -> ColumnElement[bool]:
    """Give the condition on `escalation`: nobody has answered, and they were told of it."""
    told = exists().where(Notification.user_id == user_id, Notification.subject_id == Escalation.id)
    return Escalation.acknowledged_at.is_(None) & told


@contextmanager
def _about(work: Work, patient_id: UUID | None) -> Iterator[None]:
    """What is written now belongs into the trail of this patient."""
    before = work.subject
    work.subject = patient_id
    try:
        yield
        work.session.flush()
    finally:
        work.subject = before
