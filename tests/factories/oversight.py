"""What stands against a dose, and a day at a site of ours: rows to start a test from."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from models.dose.office_sessions import OfficeSession, RemsEnrolment
from models.oversight.adverse_events import AdverseEvent
from models.oversight.holds import Hold
from models.people.accounts import UserAccount
from models.people.patients import Patient
from models.plan.catalogue import CertifiedSite
from models.platform.base import new_id
from rules.terms import HoldSource, Role, Setting, SubjectKind
from tests.factories.people import (
    a_care_team,
    a_licensed_prescriber,
    a_patient,
    a_site_worker,
    a_user,
)
from tests.factories.plan import SPRAVATO, the_demo_site, the_product, what_of
from workflows.platform.actor import Actor


@dataclass(frozen=True, slots=True)
class OfficeDay:
    """A patient, a site of ours and the people there."""

    patient: Patient
    site: CertifiedSite
    observer: UserAccount
    prescriber: UserAccount
    officer: UserAccount

    @property
    def as_patient(self) -> Actor:
        """The patient."""
        return Actor(self.patient.user_id, frozenset({Role.PATIENT}))

    @property
    def as_observer(self) -> Actor:
        """The person who watches."""
        return Actor(self.observer.id, frozenset({Role.SITE_STAFF}))

    @property
    def as_prescriber(self) -> Actor:
        """The prescriber of the care team."""
        return Actor(self.prescriber.id, frozenset({Role.PRESCRIBER}))


def an_office_day(session: Session, now: datetime, **patient: Any) -> OfficeDay:
    """Add a patient with a prescriber, and somebody who works at the site."""
    treated = a_patient(session, now, **patient)
    prescriber = a_licensed_prescriber(session, now)
    officer = a_user(session, now, Role.SAFETY_OFFICER, name="Ofelia Officer")
    a_care_team(session, now, treated, prescriber=prescriber, safety_officer=officer)
    site = the_demo_site(session)
    return OfficeDay(treated, site, a_site_worker(session, now, site.id), prescriber, officer)


def an_office_session(
    session: Session,
    now: datetime,
    patient: Patient,
    code: str = SPRAVATO,
    setting: Setting = Setting.CERTIFIED_SITE,
    **over: Any,
) -> OfficeSession:
    """Add a session of 56 mg Spravato at the site, scheduled for now."""
    values: dict[str, Any] = {
        "site_id": the_demo_site(session).id,
        "dose_mg_hundredths": 5_600,
        "scheduled_at": now,
        "created_by": patient.user_id,
        "created_at": now,
        **what_of(the_product(session, code), setting),
    }
    row = OfficeSession(patient_id=patient.id, **values | over)
    session.add(row)
    session.flush()
    return row


def a_rems_enrolment(session: Session, now: datetime, patient: Patient) -> RemsEnrolment:
    """Add an enrolment in the Spravato programme from the first of November."""
    row = RemsEnrolment(
        patient_id=patient.id,
        enrolled_on=date(2026, 11, 1),
        reference="REMS-1",
        recorded_by=patient.user_id,
        recorded_at=now,
    )
    session.add(row)
    session.flush()
    return row


def an_adverse_event(
    session: Session, now: datetime, patient: Patient | None, **over: Any
) -> AdverseEvent:
    """Add a report by the patient that nobody has looked at."""
    values: dict[str, Any] = {
        "patient_id": patient.id if patient else None,
        "reporter_id": patient.user_id if patient else None,
        "reporter_verified": patient is not None,
        "own_words": "My head hurts.",
        "report": {},
        "aware_at": now,
        "triage_due_at": now,
    }
    row = AdverseEvent(**values | over)
    session.add(row)
    session.flush()
    return row


def a_hold(session: Session, now: datetime, patient: Patient, **over: Any) -> Hold:
    """Add an open hold of the coach."""
    values: dict[str, Any] = {
        "source": HoldSource.COACH,
        "code": "care_team_hold",
        "subject_type": SubjectKind.PATIENT,
        "subject_id": patient.id,
        "placed_at": now,
    }
    row = Hold(id=new_id(), patient_id=patient.id, **values | over)
    session.add(row)
    session.flush()
    return row
