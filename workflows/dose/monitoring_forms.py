"""What is written on the monitoring form of an in-office session, by whom and until when?

What the record knows stands on the form by itself; everything else the person who watched answers,
and nothing is ticked beforehand.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from models.dose.office_sessions import MonitoringForm, OfficeSession
from models.people.patients import Patient
from models.plan.catalogue import CertifiedSite
from models.platform.base import new_id
from rules.dose.monitoring_form import monitoring_form_due_at, monitoring_form_reminders
from rules.permissions import Permission
from rules.states import may_move
from rules.terms import DeadlineKind, HarmSignal, Molecule, OfficeState, Seriousness
from workflows.dose import office_facts, office_staff, office_watch
from workflows.oversight import adverse_events, handovers, harm_reports, overdue
from workflows.oversight.harm_reports import HarmReport
from workflows.people import disclosures
from workflows.platform import access, deadlines
from workflows.platform.errors import NotNow, RecordForbids
from workflows.platform.work import Work, command, reading


@dataclass(frozen=True, slots=True)
class FormInProgress:
    """The form as far as the record can fill it in, and the answers once they are signed."""

    office_session_id: UUID
    due_at: datetime | None
    record: dict[str, Any]
    answers: dict[str, Any] | None
    submitted_at: datetime | None
    signed_by: UUID | None


def owe(work: Work, session: OfficeSession, site: CertifiedSite) -> bool:
    """Expect the form of a session that owes one: Spravato, and not for inpatients."""
    if session.molecule is not Molecule.ESKETAMINE or site.inpatient:
        return False
    zone = ZoneInfo(site.time_zone)
    treated_on = (session.first_device_at or work.now).astimezone(zone).date()
    session.form_due_at = monitoring_form_due_at(treated_on, zone, work.limits)
    reminders = monitoring_form_reminders(treated_on, zone, work.limits)
    overdue.expect_monitoring_form(work, session, reminders)
    return True


@command(permit=Permission.RUN_OFFICE_SESSION, audit="office_session.form_submitted", once=True)
def submit(work: Work, office_session_id: UUID, answers: dict[str, Any]) -> MonitoringForm:
    """Submit the form, signed by the person who watched; harm on it becomes a report.

    When that person has left us, whoever of the site signs it signs for themselves: the form says
    who watched, and who signed.
    """
    session = access.office_session(work, office_session_id, lock=True)
    office_staff.refuse_own_record(work, session.patient_id)
    if session.observer_id != work.actor.user_id and office_watch.is_there(work, session):
        raise RecordForbids(code="not_the_observer")
    if not may_move(session.state, OfficeState.PMF_SUBMITTED):
        raise NotNow(session.state, allowed=(OfficeState.PMF_DUE,))
    form = MonitoringForm(
        id=new_id(),
        office_session_id=session.id,
        patient_id=session.patient_id,
        content={"record": _from_record(work, session), "answers": answers},
        signed_by=work.actor.person,
        submitted_at=work.now,
    )
    work.session.add(form)
    disclosures.left(work, form, session.patient_id)
    session.form_submitted_at, session.form_submitted_by = work.now, work.actor.user_id
    session.state = OfficeState.CLOSED  # submitted, and with it everything is done
    work.session.flush()
    deadlines.settle(work, session.id, DeadlineKind.MONITORING_FORM)
    handovers.watch_taken_over(work, session.id)
    _report_harm(work, session, answers)
    return form


@reading(permit=Permission.READ_OFFICE_SESSION, audit="office_session.form_read")
def read(work: Work, office_session_id: UUID) -> FormInProgress:
    """Read the form of a session, with what the record already knows."""
    session = access.office_session(work, office_session_id)
    query = select(MonitoringForm).where(MonitoringForm.office_session_id == session.id)
    form = work.session.scalars(query).first()
    return FormInProgress(
        office_session_id=session.id,
        due_at=session.form_due_at,
        record=form.content["record"] if form else _from_record(work, session),
        answers=form.content["answers"] if form else None,
        submitted_at=form.submitted_at if form else None,
        signed_by=form.signed_by if form else None,
    )


def _from_record(work: Work, session: OfficeSession) -> dict[str, Any]:
    found = office_facts.pressures(session, office_facts.readings_of(work, session), work.limits)
    first, end = session.first_device_at, session.discharged_at
    return {
        "patient_id": str(session.patient_id),
        "site_id": str(session.site_id),
        "observer_id": str(session.observer_id) if session.observer_id else None,
        "treated_at": first.isoformat() if first else None,
        "dose_mg_hundredths": session.dose_mg_hundredths,
        "devices_used": session.devices_used,
        "lot_number": session.lot_number,
        "total_minutes": int((end - first).total_seconds() // 60) if first and end else None,
        "blood_pressure": {
            when: None
            if reading_ is None
            else {
                "systolic_mmhg": reading_.systolic_mmhg,
                "diastolic_mmhg": reading_.diastolic_mmhg,
                "measured_at": reading_.measured_at.isoformat(),
            }
            for when, reading_ in found.items()
        },
    }


def _report_harm(work: Work, session: OfficeSession, answers: dict[str, Any]) -> None:
    """A serious event or weak breathing on the form starts the clock as any other report does."""
    serious = bool(answers.get("serious_adverse_event"))
    breathing = bool(answers.get("respiratory_depression"))
    if not (serious or breathing):
        return
    told = HarmReport(
        own_words=answers.get("serious_adverse_event_words"),
        criteria={Seriousness.IMPORTANT_MEDICAL: serious},
        signals=(HarmSignal.RESPIRATORY_DEPRESSION,) if breathing else (),
        office_session_id=session.id,
        raw={"from": "monitoring_form", "office_session_id": str(session.id)},
    )
    query = select(Patient).where(Patient.id == session.patient_id)
    patient = work.session.scalars(query.execution_options(populate_existing=True)).one()
    about = harm_reports.about(work, told, patient, verified=True)
    adverse_events.keep(work, told, about)
