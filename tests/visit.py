"""How is one day at a site of ours played in a test, step by step?"""

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from models.dose.dose_sessions import VitalSigns
from models.dose.office_sessions import MonitoringForm, OfficeSession
from rules.terms import Setting
from tests.factories.oversight import OfficeDay, a_rems_enrolment, an_office_day
from workflows.dose import monitoring_forms, office_sessions, office_vitals
from workflows.dose.office_sessions import OfficeVisit, PreChecks
from workflows.dose.office_vitals import OfficeReading
from workflows.platform.actor import Actor

WELL = {
    "sedation_resolved": True,
    "dissociation_resolved": True,
    "respiration_stable": True,
    "clinically_stable": True,
}
FORM: dict[str, Any] = {
    "benzodiazepines": False,
    "non_benzodiazepine_sedatives": False,
    "psychostimulants": False,
    "monoamine_oxidase_inhibitors": False,
    "opioids": False,
    "minutes_until_ready_to_leave": 95,
    "vitals_acceptable_before": True,
    "vitals_acceptable_at_end": True,
    "sedation": True,
    "dissociation": True,
    "respiratory_depression": False,
    "serious_adverse_event": False,
    "serious_adverse_event_words": None,
}


class Visit:
    """One office day, played step by step."""

    def __init__(self, runtime, clock, session) -> None:
        self.runtime, self.clock, self.session = runtime, clock, session
        self.day: OfficeDay = an_office_day(session, clock.now())
        a_rems_enrolment(session, clock.now(), self.day.patient)
        session.commit()

    def does(self, act, actor: Actor | None = None) -> Any:
        with self.runtime.begin(actor or self.day.as_observer) as work:
            return act(work)

    def wanted(self, **over: Any) -> OfficeVisit:
        values = {
            "patient_id": self.day.patient.id,
            "site_id": self.day.site.id,
            "product_code": "spravato-28",
            "setting": Setting.CERTIFIED_SITE,
            "dose_mg_hundredths": 5_600,
            "scheduled_at": self.clock.now(),
        }
        return OfficeVisit(**values | over)

    def scheduled(self, actor: Actor | None = None, **over: Any) -> OfficeSession:
        visit = self.wanted(**over)
        actor = actor or self.day.as_prescriber
        return self.does(lambda work: office_sessions.schedule(work, visit), actor)

    def checked(self, row: OfficeSession, **over: Any) -> OfficeSession:
        now = self.clock.now()
        answers = {
            "pulse_oximeter": True,
            "contraindicated": False,
            "ride_home": True,
            "last_food_at": now - timedelta(hours=5),
            "last_fluid_at": now - timedelta(hours=2),
            "nasal_product_today": False,
            "last_nasal_product_at": None,
        }
        people_ = {
            "prescriber_id": self.day.prescriber.id,
            "observer_id": self.day.observer.id,
        }
        people_ |= {name: over.pop(name) for name in list(over) if name in people_}
        checks = PreChecks(**people_, answers=answers | over)
        return self.does(lambda work: office_sessions.pre_check(work, row.id, checks))

    def arrived(self, **over: Any) -> OfficeSession:
        row = self.scheduled(**over)
        return self.does(lambda work: office_sessions.arrive(work, row.id))

    def ready(self, **over: Any) -> OfficeSession:
        row = self.arrived(**over)
        self.measured(row)
        return self.checked(row)

    def measured(self, row, systolic=128, diastolic=82, spo2=98, **over: Any) -> VitalSigns:
        taken = OfficeReading(
            systolic_mmhg=systolic,
            diastolic_mmhg=diastolic,
            heart_rate_bpm=72,
            spo2_percent=spo2,
            **over,
        )
        return self.does(lambda work: office_vitals.record_vitals(work, row.id, taken))

    def given(self, row) -> OfficeSession:
        return self.does(lambda work: office_sessions.give_device(work, row.id, "LOT-1"))

    def dosed(self, **over: Any) -> OfficeSession:
        row = self.ready(**over)
        for _ in range(over.get("dose_mg_hundredths", 5_600) // 2_800):
            self.given(row)
            self.clock.advance(minutes=5)
        self.clock.advance(minutes=-5)
        return row

    def watched(self, **over: Any) -> OfficeSession:
        row = self.dosed(**over)
        for minutes in (40, 78):
            self.clock.advance(minutes=minutes)
            self.measured(row)
        self.clock.advance(minutes=2)
        return row

    def leaves(self, row, actor: Actor | None = None, **over: Any) -> OfficeSession:
        leaving = WELL | over
        return self.does(lambda work: office_sessions.discharge(work, row.id, leaving), actor)

    def submits(self, row, actor: Actor | None = None, **over: Any) -> MonitoringForm:
        answers = FORM | over
        return self.does(lambda work: monitoring_forms.submit(work, row.id, answers), actor)

    def rows(self, model):
        self.session.expire_all()
        return list(self.session.scalars(select(model)))
