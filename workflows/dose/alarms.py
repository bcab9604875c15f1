"""What follows at once, in the same commit, when a look or a reading alarms?"""

from sqlalchemy.exc import IntegrityError

from models.dose.dose_sessions import DoseSession, VitalSigns
from rules.dose.alarms import Alarm, calls_emergency_services
from rules.facts import ReadingFact
from rules.states import after_emergency
from rules.terms import HarmSignal, HoldSource, SubjectKind, Urgency
from workflows.dose import watch
from workflows.oversight import adverse_events, escalations, harm_reports, holds
from workflows.platform.work import Work

HELD_FOR = {"suicide_risk_high": HoldSource.SUICIDE_RISK}
NO_HARM_BY_ITSELF = frozenset({"sitter_left_early", "administration_deviation"})
SIGNALS = {
    "emergency_respiratory": HarmSignal.RESPIRATORY_DEPRESSION,
    "emergency_unresponsive": HarmSignal.LOSS_OF_CONSCIOUSNESS,
    "emergency_hypertensive": HarmSignal.HYPERTENSIVE_CRISIS,
    "acute_psychiatric": HarmSignal.PSYCHOSIS_OR_MANIA,
    "suicide_risk_high": HarmSignal.SUICIDE_ATTEMPT_OR_HIGH_RISK,
    "accidental_exposure": HarmSignal.EXPOSURE_OF_ANOTHER_PERSON,
}


def sound(work: Work, dose_session: DoseSession, found: tuple[Alarm, ...]) -> Urgency | None:
    """Call whoever must act, hold the next dose, open a harm report; say how urgent it is."""
    subject = (SubjectKind.DOSE_SESSION, dose_session.id)
    serious = [alarm for alarm in found if alarm.urgency is not Urgency.RECHECK]
    harm = [alarm.code for alarm in serious if alarm.code not in NO_HARM_BY_ITSELF]
    new = [code for code in harm if not escalations.was_raised(work, code, dose_session.id)]
    for alarm in serious:
        escalations.raise_one(work, alarm.code, subject=subject)
        if alarm.code in HELD_FOR:
            holds.place(work, HELD_FOR[alarm.code], alarm.code, subject=subject)
    if calls_emergency_services(found):
        into_emergency(work, dose_session)
        holds.place(work, HoldSource.EMERGENCY, found[0].code, subject=subject)
    soonest = min((alarm.recheck_after for alarm in found if alarm.recheck_after), default=None)
    if soonest is not None:
        watch.expect_recheck(work, dose_session, soonest)
    if new:
        open_harm_report(work, dose_session, new)
    return found[0].urgency if found else None


def into_emergency(work: Work, dose_session: DoseSession) -> None:
    """Move the session to its emergency; where another session is under way, that one stays."""
    before = dose_session.state
    try:
        with work.session.begin_nested():
            dose_session.state = after_emergency(before)
            work.session.flush()
    except IntegrityError:
        work.session.refresh(dose_session)


def open_harm_report(work: Work, dose_session: DoseSession, codes: list[str]) -> None:
    """Open a report about what was seen, to be looked at while it happens."""
    patient = harm_reports.locked(work, dose_session.patient_id)
    told = harm_reports.HarmReport(
        signals=tuple(SIGNALS[code] for code in codes if code in SIGNALS),
        dose_session_id=dose_session.id,
        raw={"source": "watch", "codes": codes},
    )
    about = harm_reports.about(work, told, patient, verified=True)
    adverse_events.keep(work, told, about)


def fact_of(reading: VitalSigns) -> ReadingFact:
    """Show a reading to the rules."""
    return ReadingFact(
        measured_at=reading.measured_at,
        systolic_mmhg=reading.systolic_mmhg,
        diastolic_mmhg=reading.diastolic_mmhg,
        heart_rate_bpm=reading.heart_rate_bpm,
        spo2_percent=reading.spo2_percent,
        source=reading.source,
    )
