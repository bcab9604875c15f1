"""People to start a test from: accounts, patients, care teams, sitters and licences."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pyotp
from sqlalchemy.orm import Session

from models.people.accounts import Credential, LoginSession, RoleGrant, SecondFactor, UserAccount
from models.people.patients import CareTeamMember, Patient, Sitter
from models.plan.catalogue import SiteStaff
from rules.terms import EnrolmentState, Role, SitterState
from workflows.people import contacts, passwords
from workflows.people.sitter_training import EDITION
from workflows.platform.actor import Actor
from workflows.platform.settings import PasswordCost

PROVED_BEFORE = timedelta(hours=1)  # a second factor, long enough ago not to be fresh
CONTACT: dict[str, object] = {
    "phone": "+1 303 555 0100",
    "address": {"line": "12 Quiet Street", "city": "Denver", "state": "CO", "postal_code": "80202"},
    "emergency_contact": {"name": "Robin Example", "phone": "+1 303 555 0199"},
    "pharmacy": {"name": "Corner Pharmacy", "phone": "+1 303 555 0111"},
}


def a_user(
    session: Session,
    now: datetime,
    *roles: Role,
    email: str = "",
    name: str = "Ada",
    phone: str = "",
) -> UserAccount:
    """Add somebody who can sign in, with these roles."""
    email = email or f"{uuid4().hex}@example.org"
    user = UserAccount(
        email=email,
        email_blind=contacts.email_blind(email),
        display_name=name,
        phone=phone or None,
        phone_blind=contacts.phone_blind(phone) if phone else None,
        created_at=now,
    )
    session.add(user)
    session.flush()
    session.add_all(RoleGrant(user_id=user.id, role=role, granted_at=now) for role in roles)
    session.flush()
    return user


def a_login(session: Session, now: datetime, user: UserAccount, **over: Any) -> LoginSession:
    """Add a sign-in of this person that is alive for a day; its factor was proved an hour ago."""
    values: dict[str, Any] = {
        "user_id": user.id,
        "device_key": uuid4().hex,
        "started_at": now,
        "last_used_at": now,
        "idle_expires_at": now + timedelta(days=1),
        "expires_at": now + timedelta(days=1),
        "factor_proved_at": now - PROVED_BEFORE,
    }
    login = LoginSession(**values | over)
    session.add(login)
    session.flush()
    return login


def the_actor(user: UserAccount, *roles: Role, login_id: UUID | None = None) -> Actor:
    """Give the actor that this person is in a request."""
    return Actor(user.id, frozenset(roles), login_id)


def a_patient(
    session: Session,
    now: datetime,
    state: str = "CO",
    time_zone: str = "America/Denver",
    **over: Any,
) -> Patient:
    """Add a patient with an account of their own, 34 years old, who has just been enrolled."""
    user_id = (
        over.pop("user_id", None)
        or a_user(session, now, Role.PATIENT, name="Pat Ient", email=over.pop("email", "")).id
    )
    values: dict[str, Any] = {
        "given_name": "Pat",
        "family_name": "Ient",
        "born_on": "1992-03-04",
        "contact": dict(CONTACT),
        "enrolment": EnrolmentState.PROSPECT,
        "enrolled_at": now,
    }
    patient = Patient(user_id=user_id, state=state, time_zone=time_zone, **values | over)
    session.add(patient)
    session.flush()
    return patient


def a_care_team(
    session: Session,
    now: datetime,
    patient: Patient,
    *,
    coach: UserAccount | None = None,
    prescriber: UserAccount | None = None,
    safety_officer: UserAccount | None = None,
) -> list[CareTeamMember]:
    """Put these people on the patient's care team."""
    people = (
        (Role.COACH, coach),
        (Role.PRESCRIBER, prescriber),
        (Role.SAFETY_OFFICER, safety_officer),
    )
    team = [
        CareTeamMember(patient_id=patient.id, user_id=user.id, role=role, started_at=now)
        for role, user in people
        if user is not None
    ]
    session.add_all(team)
    session.flush()
    return team


def a_licensed_prescriber(
    session: Session, now: datetime, *states: str, email: str = ""
) -> UserAccount:
    """Add a prescriber with a licence and a DEA registration in these states (CO if none)."""
    user = a_user(session, now, Role.PRESCRIBER, name="Dr. Rx", email=email)
    for state in states or ("CO",):
        for kind in ("licence", "dea"):
            a_credential(session, user, kind=kind, state=state)
    return user


def a_credential(session: Session, user: UserAccount, **over: Any) -> Credential:
    """Add a licence in CO from 2025 to the end of 2027."""
    values: dict[str, Any] = {
        "user_id": user.id,
        "kind": "licence",
        "state": "CO",
        "number": "AD0000000",
        "valid_from": date(2025, 1, 1),
        "expires_on": date(2027, 12, 31),
    }
    credential = Credential(**values | over)
    session.add(credential)
    session.flush()
    return credential


def a_sitter(
    session: Session, now: datetime, patient: Patient, *, trained: bool = True, **over: Any
) -> Sitter:
    """Add an accepted, reachable adult sitter with an own account and phone."""
    email = over.pop("email", f"{uuid4().hex}@example.org")
    phone = over.pop("phone", "+1 720 555 0142")
    user_id = (
        over.pop("user_id", None)
        or a_user(session, now, Role.SITTER, email=email, name="Sid Sitter", phone=phone).id
    )
    values: dict[str, Any] = {
        "name": "Sid Sitter",
        "email_blind": contacts.email_blind(email),
        "phone": phone,
        "phone_blind": contacts.phone_blind(phone),
        "born_on": "1990-05-06",
        "state": SitterState.ACCEPTED,
        "invited_at": now,
        "accepted_at": now,
        "consented_at": now,
        "contact_verified_at": now,
        "trained_at": now if trained else None,
        "training_version": EDITION if trained else "",
    }
    sitter = Sitter(patient_id=patient.id, user_id=user_id, **values | over)
    session.add(sitter)
    session.flush()
    return sitter


def a_site_worker(session: Session, now: datetime, site_id: UUID) -> UserAccount:
    """Add somebody who works at this site."""
    user = a_user(session, now, Role.SITE_STAFF, name="Sita Staff")
    session.add(SiteStaff(site_id=site_id, user_id=user.id, started_at=now))
    session.flush()
    return user


PASSWORD = "a quiet walk along the river"


def an_account_with_password(
    session: Session, now: datetime, cost: PasswordCost, *roles: Role, email: str = ""
) -> UserAccount:
    """Add somebody who can really log in, with `PASSWORD`."""
    user = a_user(session, now, *roles, email=email)
    user.password_hash = passwords.hash_new(cost, PASSWORD)
    session.flush()
    return user


SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def a_factor(session: Session, now: datetime, user: UserAccount) -> SecondFactor:
    """Add an authenticator with `SECRET`, whose codes of today are all unspent."""
    factor = SecondFactor(
        user_id=user.id, secret=SECRET, begun_at=now, confirmed_at=now, last_step=0
    )
    session.add(factor)
    session.flush()
    return factor


def code_at(now: datetime) -> str:
    """Give what the authenticator of `a_factor` shows now."""
    return pyotp.TOTP(SECRET).at(now)
