"""May somebody read this record in an emergency, who has nothing to do with the patient?

Only a reading asks, only after every relation was looked for in vain, and only who broke the glass
over this very patient, on this device, minutes ago. What is not a reading never comes here.
"""

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import select

from models.oversight.break_glass import BreakGlass
from models.people.accounts import LoginSession
from models.people.patients import Patient
from rules.access.policy import EMERGENCY_READS, may
from rules.permissions import Permission
from workflows.platform.errors import NotFound

if TYPE_CHECKING:
    from workflows.platform.work import Work


def broken(work: "Work") -> frozenset[UUID]:
    """Give the patients over whom the acting person has broken the glass, while it counts."""
    if work.permit not in EMERGENCY_READS or not may(work.actor.roles, Permission.BREAK_GLASS):
        return frozenset()
    mine = select(BreakGlass.patient_id).where(
        LoginSession.id == BreakGlass.login_id,
        LoginSession.revoked_at.is_(None),
        BreakGlass.user_id == work.actor.user_id,
        BreakGlass.login_id == work.actor.login_id,
        BreakGlass.ended_at.is_(None),
        BreakGlass.began_at <= work.now,
        BreakGlass.ends_at > work.now,
    )
    return frozenset(work.session.scalars(mine))


def behind(work: "Work", patient_id: UUID) -> Patient:
    """Lock the patient over whom the glass is to be broken; nothing of theirs is shown yet."""
    if not may(work.actor.roles, Permission.BREAK_GLASS):
        raise NotFound
    query = select(Patient).where(Patient.id == patient_id)
    found = work.session.scalars(query.with_for_update(key_share=True)).first()
    if found is None:
        raise NotFound
    work.subject = found.id
    return found


def kept(work: "Work", glass_id: UUID) -> BreakGlass:
    """Load one such look, patient first, for whoever took it or reviews it."""
    query = select(BreakGlass).where(BreakGlass.id == glass_id)
    if work.permit is not Permission.REVIEW_BREAK_GLASS:
        query = query.where(BreakGlass.user_id == work.actor.user_id)
    found = work.session.scalars(query).first()
    if found is None:
        raise NotFound
    whose = select(Patient.id).where(Patient.id == found.patient_id)
    work.session.execute(whose.with_for_update(key_share=True))
    work.subject = found.patient_id
    again = query.with_for_update()
    return work.session.scalars(again, execution_options={"populate_existing": True}).one()
