"""Who watches on at a site when the person who watched has left us?"""

from uuid import UUID

from sqlalchemy import exists, select

from models.dose.office_sessions import WATCHED_AT_SITE, OfficeSession
from models.people.accounts import UserAccount
from models.plan.catalogue import SiteStaff
from rules.permissions import Permission
from workflows.dose import office_staff
from workflows.oversight import handovers
from workflows.platform import access
from workflows.platform.errors import NotNow, RecordForbids
from workflows.platform.work import Work, command


@command(permit=Permission.RUN_OFFICE_SESSION, audit="office_session.watch_taken_over", once=True)
def take_over(work: Work, office_session_id: UUID) -> OfficeSession:
    """Watch on in the place of somebody who cannot; whoever is there is not put aside by it."""
    session = access.office_session(work, office_session_id, lock=True)
    office_staff.refuse_own_record(work, session.patient_id)
    if session.state not in WATCHED_AT_SITE:
        raise NotNow(session.state, allowed=WATCHED_AT_SITE)
    if session.observer_id == work.actor.user_id:
        return session
    if is_there(work, session):
        raise RecordForbids("Somebody is watching.", code="observer_is_there")
    session.observer_id = work.actor.person
    work.session.flush()
    handovers.watch_taken_over(work, session.id)
    return session


def is_there(work: Work, session: OfficeSession) -> bool:
    """Ask whether the observer of the session still works there, and can come in."""
    works_there = exists().where(
        SiteStaff.user_id == session.observer_id,
        SiteStaff.site_id == session.site_id,
        SiteStaff.ended_at.is_(None),
    )
    query = select(UserAccount.id).where(
        UserAccount.id == session.observer_id, UserAccount.disabled_at.is_(None), works_there
    )
    return work.session.scalar(query) is not None
