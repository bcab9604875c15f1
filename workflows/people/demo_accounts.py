"""Who can try the house on a developer's machine? Plainly invented people, one or two of each role.

`python -m workflows.people.demo_accounts` makes them once and prints their passwords, and the
secrets of the staff's authenticators, once; passwords are kept nowhere in clear. With
VIGIL_DEMO_PASSWORD all of them get that one password instead, again on every run. It does nothing
in production.
"""

import os
import secrets
import sys
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from models.oversight.holds import OnCallShift
from models.people.accounts import Credential, RoleGrant, UserAccount
from models.people.patients import CareTeamMember, Patient, Sitter
from models.plan.catalogue import CertifiedSite, SiteStaff
from rules.terms import Role, SitterState
from workflows.people import contacts, demo_factors, passwords, sitter_training, stays
from workflows.people.demo_factors import DOMAIN, PASSWORD_SETTING
from workflows.platform.actor import SYSTEM
from workflows.platform.runtime import Runtime, open_house
from workflows.platform.settings import Settings
from workflows.platform.work import Work

STATE, TIME_ZONE = "CO", "America/Denver"
SHIFT, SHIFT_LEFT_LEAST = timedelta(days=60), timedelta(days=30)
FICTIONAL_LICENCE, FICTIONAL_DEA = "DEMO-0000", "AD0000000"


@dataclass(frozen=True, slots=True)
class Invented:
    """One person who does not exist."""

    key: str
    role: Role
    name: str
    phone: str

    @property
    def email(self) -> str:
        """Give an address that no mail can reach."""
        return f"{self.key}@{DOMAIN}"


PEOPLE = (
    Invented("patient-one", Role.PATIENT, "Demo Patient One", "+13035550101"),
    Invented("patient-two", Role.PATIENT, "Demo Patient Two", "+13035550102"),
    Invented("sitter-one", Role.SITTER, "Demo Sitter One", "+13035550111"),
    Invented("sitter-two", Role.SITTER, "Demo Sitter Two", "+13035550112"),
    Invented("coach", Role.COACH, "Demo Coach", "+13035550121"),
    Invented("prescriber-one", Role.PRESCRIBER, "Demo Prescriber One", "+13035550131"),
    Invented("prescriber-two", Role.PRESCRIBER, "Demo Prescriber Two", "+13035550132"),
    Invented("safety-officer", Role.SAFETY_OFFICER, "Demo Safety Officer", "+13035550141"),
    Invented("site-staff", Role.SITE_STAFF, "Demo Site Staff", "+13035550151"),
    Invented("admin", Role.ADMIN, "Demo Admin", "+13035550161"),
)


def make(runtime: Runtime, fixed_password: str = "") -> dict[str, str]:
    """Make whoever is missing; give the passwords that were set in this run, by e-mail."""
    told: dict[str, str] = {}
    with runtime.begin(SYSTEM) as work:
        work.session.execute(select(func.pg_advisory_xact_lock(0x5649_4749)))
        made = {person.key: _account(work, person, fixed_password, told) for person in PEOPLE}
        for number, place in (("one", 0), ("two", 1)):
            patient = _patient(work, made[f"patient-{number}"], place)
            _sitter(work, patient, made[f"sitter-{number}"])
            _care_team(work, patient, made)
        for key in ("prescriber-one", "prescriber-two"):
            _papers(work, made[key])
        _shift(work, made["prescriber-one"])
        _workplace(work, made["site-staff"])
    return told


def _account(
    work: Work, person: Invented, fixed_password: str, told: dict[str, str]
) -> UserAccount:
    blind = contacts.email_blind(person.email)
    account = work.session.scalars(
        select(UserAccount).where(UserAccount.email_blind == blind)
    ).first()
    cost = work.runtime.settings.password_cost
    if account is not None:
        if fixed_password and not passwords.matches(cost, account.password_hash, fixed_password):
            account.password_hash = passwords.hash_new(cost, fixed_password)
            told[person.email] = fixed_password
        _factor(work, account, person, fixed_password)
        return account
    told[person.email] = fixed_password or secrets.token_urlsafe(15)
    account = UserAccount(
        email=person.email,
        email_blind=blind,
        display_name=person.name,
        phone=person.phone,
        phone_blind=contacts.phone_blind(person.phone),
        password_hash=passwords.hash_new(cost, told[person.email]),
        created_at=work.now,
    )
    work.session.add(account)
    work.session.flush()
    work.session.add(RoleGrant(user_id=account.id, role=person.role, granted_at=work.now))
    _factor(work, account, person, told[person.email])
    return account


def _factor(work: Work, account: UserAccount, person: Invented, password: str) -> None:
    """Staff need a second factor; it goes with the password, wherever that is known."""
    if password and person.role not in stays.ON_THEIR_OWN_PHONE:
        demo_factors.hold(work, account, password)


def _patient(work: Work, account: UserAccount, place: int) -> Patient:
    found = work.session.scalars(select(Patient).where(Patient.user_id == account.id)).first()
    if found is not None:
        return found
    given, _, family = account.display_name.rpartition(" ")
    patient = Patient(
        user_id=account.id,
        given_name=given,
        family_name=family,
        born_on=date(1988 + place, 2, 3).isoformat(),
        contact=_contact(account, place),
        state=STATE,
        time_zone=TIME_ZONE,
        enrolled_at=work.now,
    )
    work.session.add(patient)
    work.session.flush()
    return patient


def _contact(account: UserAccount, place: int) -> dict[str, object]:
    return {
        "phone": account.phone,
        "address": {
            "line": f"{place + 1} Invented Street",
            "city": "Denver",
            "state": STATE,
            "postal_code": "80202",
        },
        "emergency_contact": {"name": "Demo Neighbour", "phone": "+13035550171"},
        "pharmacy": {"name": "Demo Pharmacy", "phone": "+13035550181"},
    }


def _sitter(work: Work, patient: Patient, account: UserAccount) -> None:
    known = select(Sitter.id).where(Sitter.patient_id == patient.id)
    if work.session.scalar(known.limit(1)) is not None:
        return
    work.session.add(
        Sitter(
            patient_id=patient.id,
            user_id=account.id,
            name=account.display_name,
            email_blind=account.email_blind,
            phone=account.phone,
            phone_blind=account.phone_blind,
            born_on="1985-06-07",
            state=SitterState.ACCEPTED,
            invited_at=work.now,
            accepted_at=work.now,
            consented_at=work.now,
            contact_verified_at=work.now,
            trained_at=work.now,
            training_version=sitter_training.EDITION,
        )
    )


def _care_team(work: Work, patient: Patient, made: dict[str, UserAccount]) -> None:
    known = select(CareTeamMember.id).where(CareTeamMember.patient_id == patient.id)
    if work.session.scalar(known.limit(1)) is not None:
        return
    for key, role in (
        ("coach", Role.COACH),
        ("prescriber-one", Role.PRESCRIBER),
        ("safety-officer", Role.SAFETY_OFFICER),
    ):
        work.session.add(
            CareTeamMember(
                patient_id=patient.id, user_id=made[key].id, role=role, started_at=work.now
            )
        )


def _papers(work: Work, account: UserAccount) -> None:
    known = select(Credential.id).where(Credential.user_id == account.id)
    if work.session.scalar(known.limit(1)) is not None:
        return
    today = work.now.date()
    for kind, number in (("licence", FICTIONAL_LICENCE), ("dea", FICTIONAL_DEA)):
        work.session.add(
            Credential(
                user_id=account.id,
                kind=kind,
                state=STATE,
                number=number,
                valid_from=today - timedelta(days=365),
                expires_on=today + timedelta(days=2 * 365),
            )
        )


def _shift(work: Work, account: UserAccount) -> None:
    """Somebody is on call for the next weeks, also when the house was started long ago."""
    ends_at = work.session.scalar(
        select(func.max(OnCallShift.ends_at)).where(
            OnCallShift.user_id == account.id, OnCallShift.cancelled_at.is_(None)
        )
    )
    if ends_at is not None and ends_at > work.now + SHIFT_LEFT_LEAST:
        return
    starts_at = max(ends_at or work.now, work.now)
    work.session.add(
        OnCallShift(
            user_id=account.id,
            starts_at=starts_at,
            ends_at=starts_at + SHIFT,
            set_by=account.id,
        )
    )


def _workplace(work: Work, account: UserAccount) -> None:
    known = select(SiteStaff.id).where(SiteStaff.user_id == account.id)
    site_id = work.session.scalar(select(CertifiedSite.id).order_by(CertifiedSite.code).limit(1))
    if site_id is not None and work.session.scalar(known.limit(1)) is None:
        work.session.add(SiteStaff(site_id=site_id, user_id=account.id, started_at=work.now))


def table_of(told: dict[str, str]) -> str:
    """Write who was given which password, for a person at a terminal."""
    if not told:
        return f"Demo accounts are there already; {PASSWORD_SETTING} gives them one new password."
    rows = [
        f"  {person.role:<15} {person.email:<30} {told[person.email]:<22} {_secret(person, told)}"
        for person in PEOPLE
        if person.email in told
    ]
    return "\n".join(
        (
            "Demo accounts (invented people; shown this once; secrets for an authenticator app):",
            *rows,
        )
    )


def _secret(person: Invented, told: dict[str, str]) -> str:
    """Give what goes into an authenticator app, where one is needed."""
    if person.role in stays.ON_THEIR_OWN_PHONE:
        return ""
    return demo_factors.secret_of(person.email, told[person.email])


def main() -> int:
    """Make the accounts of this machine."""
    settings = Settings.from_env()
    if settings.is_production:
        sys.stderr.write("Demo accounts are not made in production.\n")
        return 1
    told = make(open_house(settings), os.environ.get(PASSWORD_SETTING, ""))
    sys.stdout.write(f"{table_of(told)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
