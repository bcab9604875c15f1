"""Who knocks? Everybody who could stand in any relation to one patient, one sign-in each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from models.people.accounts import LoginSession, RoleGrant, UserAccount
from models.people.patients import CareTeamMember, Patient
from models.plan.catalogue import CertifiedSite, SiteStaff
from rules.access.words import Relation
from rules.terms import Role
from tests.factories import people

R = Relation
NONE: frozenset[Relation] = frozenset()


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody who asks: the roles they hold now, and how they stand to the patient in each.

    `near` holds for the patient of the cell, `anywhere` what needs no patient. Both are written
    here by hand, from what the words of the relations say, and not read from the database.
    """

    name: str
    near: dict[Role, frozenset[Relation]]
    signed_in: bool = True
    user_id: UUID | None = None
    token: str = ""

    @property
    def roles(self) -> frozenset[Role]:
        """The roles held now."""
        return frozenset(self.near)


def near(*relations: Relation) -> frozenset[Relation]:
    """Give the relations of one role; what needs no patient is always among them."""
    return frozenset((*relations, R.SELF, R.ANY))


# Everybody of the matrix. A name says role and relation; what it means is written beside it.
WHO: dict[str, dict[Role, frozenset[Relation]]] = {
    "nobody": {},  # has an account, and no role
    "patient": {Role.PATIENT: near(R.OWN)},
    "patient, another": {Role.PATIENT: near()},
    "sitter of this session": {Role.SITTER: near(R.SITS, R.PLACE)},
    "sitter of another session": {Role.SITTER: near()},
    "sitter taken off": {Role.SITTER: near(R.SAT)},
    "coach on the team": {Role.COACH: near(R.TEAM, R.AUTHOR)},
    "coach elsewhere": {Role.COACH: near()},
    "coach who left the team": {Role.COACH: near(R.REPORTED)},
    "prescriber on the team": {Role.PRESCRIBER: near(R.TEAM)},
    "prescriber elsewhere": {Role.PRESCRIBER: near()},
    "prescriber who left the team": {Role.PRESCRIBER: near()},
    "prescriber on call": {Role.PRESCRIBER: near(R.ON_CALL)},
    "prescriber who broke the glass": {Role.PRESCRIBER: near(R.BROKEN_GLASS, R.LOOK)},
    "prescriber whose look is over": {Role.PRESCRIBER: near()},  # an hour ago
    "officer on the team": {Role.SAFETY_OFFICER: near(R.TEAM, R.REGISTER)},
    "officer elsewhere": {Role.SAFETY_OFFICER: near(R.REGISTER)},
    "officer who left the team": {Role.SAFETY_OFFICER: near(R.REGISTER)},
    "officer who broke the glass": {Role.SAFETY_OFFICER: near(R.BROKEN_GLASS, R.LOOK, R.REGISTER)},
    "officer who closed the glass again": {Role.SAFETY_OFFICER: near(R.REGISTER)},
    "staff of the site": {Role.SITE_STAFF: near(R.SITE)},
    "staff of another site": {Role.SITE_STAFF: near()},
    "staff who left the site": {Role.SITE_STAFF: near()},
    "admin": {Role.ADMIN: near(R.OFFICE)},
    "two hats": {Role.COACH: near(R.TEAM), Role.PRESCRIBER: near()},  # team coach, prescriber
    "coach without the role now": {},  # still on the team, the role has ended
}


def put_in(session: Session, now: datetime, here: "Around") -> dict[str, UUID]:
    """Add everybody who is not there yet, each with the rows that make the relation true."""
    ids = {name: user.id for name, user in here.known.items()}
    for name, roles in WHO.items():
        if name not in ids:
            ids[name] = people.a_user(session, now, *sorted(roles), name=f"Someone {len(ids)}").id
    team = (
        ("coach who left the team", Role.COACH, True),
        ("prescriber who left the team", Role.PRESCRIBER, True),
        ("officer who left the team", Role.SAFETY_OFFICER, True),
        ("two hats", Role.COACH, False),
        ("coach without the role now", Role.COACH, False),
        ("disabled", Role.PRESCRIBER, False),
    )
    ids["disabled"] = people.a_user(session, now, Role.PRESCRIBER, name="Someone disabled").id
    session.get_one(UserAccount, ids["disabled"]).disabled_at = now
    session.add_all(
        CareTeamMember(
            patient_id=here.patient.id,
            user_id=ids[name],
            role=role,
            started_at=now - timedelta(days=3),
            ended_at=now - timedelta(days=1) if left else None,
        )
        for name, role, left in team
    )
    session.add(
        RoleGrant(
            user_id=ids["coach without the role now"],
            role=Role.COACH,
            granted_at=now - timedelta(days=3),
            ended_at=now - timedelta(days=1),
        )
    )
    places = (
        ("staff of the site", here.site, None),
        ("staff of another site", here.other_site, None),
        ("staff who left the site", here.site, now - timedelta(days=1)),
    )
    session.add_all(
        SiteStaff(
            site_id=site.id, user_id=ids[name], started_at=now - timedelta(days=3), ended_at=ended
        )
        for name, site, ended in places
    )
    session.flush()
    return ids


@dataclass(frozen=True, slots=True)
class Around:
    """Whom the factories have made already, and where."""

    patient: Patient
    site: CertifiedSite
    other_site: CertifiedSite
    known: dict[str, UserAccount]


def a_sign_in(session: Session, now: datetime, user_id: UUID) -> LoginSession:
    """Add a sign-in whose second factor was proved just now."""
    row = LoginSession(
        user_id=user_id,
        started_at=now,
        last_used_at=now,
        idle_expires_at=now + timedelta(days=400),
        expires_at=now + timedelta(days=400),
        factor_proved_at=now,
    )
    session.add(row)
    session.flush()
    return row
