"""May the second part be taken now? Only as prescribed, in its window, on a fresh reading, once."""

from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from models.dose.dose_sessions import DoseSession, MonitoringCheck
from models.dose.predose import Clearance, DoseTaken
from models.platform.base import new_id
from rules.core import Point
from rules.dose.dose import no_driving_until
from rules.limits import Limits
from rules.permissions import Permission
from rules.terms import SessionState, SubjectKind, Symptom
from workflows.dose import assemble, watch
from workflows.dose.assemble import PartsTaken
from workflows.dose.monitoring import DEVIATION
from workflows.platform import access, epochs, gatekeeping
from workflows.platform.errors import NotNow
from workflows.platform.work import Work, command


@command(permit=Permission.START_DOSE, audit="dose_session.booster_taken", once=True)
def take_booster(work: Work, dose_session_id: UUID) -> DoseTaken:
    """Take the second part; every rule of a dose looks again, and the watch is counted from now."""
    dose_session = access.dose_session(work, dose_session_id, lock=True)
    if dose_session.state is not SessionState.MONITORING:
        raise NotNow(dose_session.state, allowed=(SessionState.MONITORING,))
    taken = _taken_tonight(work, dose_session)
    found = assemble.whole_session(work, dose_session.id)
    facts = assemble.facts_for_booster(work, found, _parts(work, dose_session, taken))
    judged = gatekeeping.judge(
        work,
        Point.DOSE,
        facts,
        (SubjectKind.DOSE_SESSION, dose_session.id),
        inputs=assemble.inputs_hash(found),
    )
    gatekeeping.insist(judged)
    second = _keep(work, dose_session, taken[0], found.plan.booster_mg_hundredths, facts.limits)
    work.session.flush()
    watch.go_on_after(work, dose_session)
    return second


def _taken_tonight(work: Work, dose_session: DoseSession) -> list[DoseTaken]:
    query = select(DoseTaken).where(DoseTaken.dose_session_id == dose_session.id)
    return list(work.session.scalars(query.order_by(DoseTaken.taken_at, DoseTaken.id)))


def _parts(work: Work, dose_session: DoseSession, taken: list[DoseTaken]) -> PartsTaken:
    """Say what was taken; a first part that nobody cleared is nothing to add to."""
    first = taken[0]
    clearance = None
    if first.clearance_id is not None:
        mine = select(Clearance, func.epoch_in_force()).where(Clearance.id == first.clearance_id)
        clearance, epoch = work.session.execute(mine).one()
        epochs.refuse_lost(clearance.epoch, epoch)
    return PartsTaken(
        clearance=clearance,
        first_mg_hundredths=first.dose_mg_hundredths,
        second_taken=len(taken) > 1,
        lost=_went_otherwise(work, dose_session),
    )


def _went_otherwise(work: Work, dose_session: DoseSession) -> bool:
    """What was vomited, spat out, spilled or taken otherwise is never made good the same day."""
    looks = work.session.scalars(
        select(MonitoringCheck).where(MonitoringCheck.dose_session_id == dose_session.id)
    )
    return any(DEVIATION in look.answers or Symptom.VOMITING in look.symptoms for look in looks)


def _keep(
    work: Work, dose_session: DoseSession, first: DoseTaken, amount: int | None, limits: Limits
) -> DoseTaken:
    zone = ZoneInfo(dose_session.time_zone)
    no_driving = no_driving_until(work.now, zone, limits)
    second = DoseTaken(
        id=new_id(),
        patient_id=dose_session.patient_id,
        dose_session_id=dose_session.id,
        booster_of=first.id,
        cleared=True,
        dose_mg_hundredths=amount,
        taken_at=work.now,
        local_date=work.now.astimezone(zone).date().isoformat(),
        received_at=work.now,
        no_driving_until=no_driving,
        recorded_by=work.actor.person,
    )
    work.session.add(second)
    dose_session.last_part_at = work.now
    dose_session.no_driving_until = no_driving
    return second
