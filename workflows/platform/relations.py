"""How does this person stand to that patient, now, for this act? As conditions, for the query.

Which relation counts for which role is read from the access policy (`rules/access`): a coach's
relation never carries a prescriber's act. What is over is no relation: who left the care team, the
site or the on-call list, and who was taken off as a sitter, is a stranger from the next request on.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, false, or_, true
from sqlalchemy.orm import InstrumentedAttribute

from models.dose.dose_sessions import DoseSession
from models.dose.office_sessions import OfficeSession
from models.oversight.holds import OnCallShift
from models.people.patients import CareTeamMember, Patient, Sitter
from models.plan.catalogue import SiteStaff
from models.platform.fixed import Place, place
from rules.access import policy
from rules.access.words import (
    BROKEN_GLASS,
    HOUSE,
    ON_CALL,
    OWN,
    SAT,
    SITE,
    SITS,
    TEAM,
    Relation,
)
from rules.permissions import Permission
from rules.terms import EnrolmentState, Role, SitterState

if TYPE_CHECKING:
    from workflows.platform.work import Kind, Work

ME: Place = place("me", UUID)
NOW: Place = place("now", datetime)


@dataclass(frozen=True, slots=True)
class Asking:
    """How somebody asks, without who or when: the part of it that makes another statement."""

    permit: Permission | None
    kind: "Kind | None"
    roles: frozenset[Role]
    vouched_for: UUID | None
    glass: frozenset[UUID]

    @classmethod
    def of(cls, work: "Work") -> "Asking":
        """Take it from an act."""
        actor = work.actor
        return cls(work.permit, work.kind, actor.roles, actor.vouched_for, work.glass)

    @property
    def actor(self) -> "Asking":
        """Stand in for whoever acts."""
        return self

    @property
    def user_id(self) -> Place:
        """Give the place for the one who asks."""
        return ME

    @property
    def now(self) -> Place:
        """Give the place for the moment."""
        return NOW


Asks: TypeAlias = "Work | Asking"


def acting_by(work: Asks, *relations: Relation) -> frozenset[Role]:
    """Give the roles of this person for which one of these relations counts in this act."""
    if work.permit is None:
        return frozenset()
    permit = work.permit
    return frozenset(
        role
        for role in work.actor.roles
        if not policy.relations(permit, role).isdisjoint(relations)
    )


def reach(work: Asks) -> ColumnElement[bool]:
    """Give the condition on `patient` under which this person may do this act at all."""
    return or_(*ways(work), treated_at_my_site(work))


def ways(work: Asks) -> tuple[ColumnElement[bool], ...]:
    """Give every way to a patient but that of the site where they are treated."""
    near = (is_the_house(work), is_own(work), cares(work), broke_the_glass(work))
    return (*near, is_vouched_for(work))


def is_the_house(work: Asks) -> ColumnElement[bool]:
    """Say whether the house itself is at its rounds; it sees everybody."""
    return true() if acting_by(work, HOUSE) else false()


def is_vouched_for(work: Asks) -> ColumnElement[bool]:
    """Ask whether somebody who answers for this patient lets this in for its author."""
    if work.actor.vouched_for is None:
        return false()
    return Patient.id == work.actor.vouched_for


def is_own(work: Asks) -> ColumnElement[bool]:
    """Ask whether it is one's own record; who has died reads and decides nothing any more.

    Facts are kept all the same: the record may be wrong, and somebody may be calling for help.
    """
    if not acting_by(work, OWN):
        return false()
    mine = Patient.user_id == work.actor.user_id
    if work.kind == "record":
        return mine
    return and_(mine, Patient.enrolment != EnrolmentState.DECEASED)


def cares(work: Asks) -> ColumnElement[bool]:
    """Ask whether this person is on the care team now, in a role that counts for the act."""
    roles = acting_by(work, TEAM)
    if not roles:
        return false()
    return exists().where(
        CareTeamMember.patient_id == Patient.id,
        CareTeamMember.user_id == work.actor.user_id,
        CareTeamMember.role.in_(sorted(roles)),
        CareTeamMember.ended_at.is_(None),
    )


def broke_the_glass(work: Asks) -> ColumnElement[bool]:
    """Ask whether this person broke the glass for this patient and may still look.

    `glass.broken` has found for whom, after every other relation was looked for in vain.
    """
    if not work.glass or not acting_by(work, BROKEN_GLASS):
        return false()
    return Patient.id.in_(work.glass)


def covers(work: Asks) -> ColumnElement[bool]:
    """Ask whether this person is on call now."""
    if not acting_by(work, ON_CALL):
        return false()
    return exists().where(
        OnCallShift.user_id == work.actor.user_id,
        OnCallShift.cancelled_at.is_(None),
        OnCallShift.starts_at <= work.now,
        OnCallShift.ends_at > work.now,
    )


def treated_at_my_site(work: Asks) -> ColumnElement[bool]:
    """Ask whether the patient is treated where this person works now."""
    if not acting_by(work, SITE):
        return false()
    return exists().where(
        OfficeSession.patient_id == Patient.id,
        OfficeSession.site_id == SiteStaff.site_id,
        works_there(work),
    )


def works_at(work: Asks, site_id: InstrumentedAttribute[UUID] | UUID) -> ColumnElement[bool]:
    """Ask whether this person works at this site now."""
    if not acting_by(work, SITE):
        return false()
    return exists().where(SiteStaff.site_id == site_id, works_there(work))


def works_there(work: Asks) -> ColumnElement[bool]:
    """Give the condition on `site_staff`: it is me, and I have not left."""
    return and_(SiteStaff.user_id == work.actor.user_id, SiteStaff.ended_at.is_(None))


def sits_in(work: Asks) -> ColumnElement[bool]:
    """Give the condition on `dose_session`: I sit there; for facts also, that I did."""
    if not acting_by(work, SITS):
        return false()
    mine = and_(
        DoseSession.sitter_user_id.is_not(None),
        DoseSession.sitter_user_id == work.actor.user_id,
    )
    if acting_by(work, SAT):
        return mine
    place_stands = exists().where(
        Sitter.id == DoseSession.sitter_id, Sitter.state != SitterState.REMOVED
    )
    return and_(mine, place_stands)
