"""What follows at once, in the same commit, when a look or a reading alarms?"""

from sqlalchemy.exc import IntegrityError

from models.dose.dose_sessions import DoseSession, VitalSigns
from models.oversight.adverse_events import AdverseEvent
from models.platform.base import new_id
from rules.alarms import Alarm, calls_emergency_services
from rules.facts import ReadingFact
from rules.limits import LIMITS
from rules.states import after_emergency
from rules.terms import DeadlineKind, HoldSource, SubjectKind, Urgency
from workflows.dose import watch
from workflows.oversight import escalations, holds
from workflows.people import safety_version
from workflows.platform import deadlines
from workflows.platform.work import Work

HELD_FOR = {"suicide_risk_high": HoldSource.SUICIDE_RISK}


def sound(work: Work, dose_session: DoseSession, found: tuple[Alarm, ...]) -> Urgency | None:
    """Call whoever must act, hold the next dose, open a harm report; say how urgent it is."""
    subject = (SubjectKind.DOSE_SESSION, dose_session.id)
    serious = [alarm for alarm in found if alarm.urgency is not Urgency.RECHECK]
    new = [a.code for a in serious if not escalations.was_raised(work, a.code, dose_session.id)]
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


def open_harm_report(work: Work, dose_session: DoseSession, codes: list[str]) -> AdverseEvent:
    """Open a report about what was seen, to be triaged while it happens."""
    report = AdverseEvent(
        id=new_id(),
        patient_id=dose_session.patient_id,
        dose_session_id=dose_session.id,
        reporter_id=work.actor.user_id,
        reporter_verified=True,
        reporter_role=",".join(sorted(work.actor.roles)),
        report={"source": "watch", "codes": codes},
        aware_at=work.now,
        triage_due_at=work.now + LIMITS.harm_triage_live,
    )
    work.session.add(report)
    work.session.flush()
    deadlines.set_due(
        work,
        DeadlineKind.AE_TRIAGE,
        subject_type=SubjectKind.ADVERSE_EVENT,
        subject_id=report.id,
        due_at=report.triage_due_at,
    )
    safety_version.rise(work, dose_session.patient_id)
    return report


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
