"""Who is the patient, and which of it may this person know?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from sqlalchemy import select, tuple_

from models.people.accounts import UserAccount
from models.people.patients import CareTeamMember, Patient
from rules.permissions import Permission
from rules.terms import EnrolmentState, Language, Role
from workflows.people import contacts, second_factor, stays
from workflows.platform import access
from workflows.platform.errors import ChangedSinceRead, InvalidContent, NotFound, RecordForbids
from workflows.platform.work import Work, command, note_each_patient, reading

_STATES = (
    "ALAKAZARCACOCTDEDCFLGAHIIDILINIAKSKYLAMEMDMAMIMNMSMOMTNENVNHNJNMNYNCNDOHOK"
    "ORPAPRRISCSDTNTXUTVTVAVIWAWVWIWYGUASMP"
)
STATES = frozenset(_STATES[place : place + 2] for place in range(0, len(_STATES), 2))
_NAME = frozenset(
    {"given_name", "family_name", "time_zone", "state", "enrolment", "preferred_language"}
)
_CLINICAL = _NAME | {"born_on", "sex_at_birth", "contact", "suspended_for"}
# What each relation shows; several relations show what any of them shows.
SHOWN: Mapping[Role, frozenset[str]] = MappingProxyType(
    {
        Role.PATIENT: _CLINICAL,
        Role.PRESCRIBER: _CLINICAL,
        Role.SAFETY_OFFICER: _CLINICAL,
        Role.COACH: _NAME | {"contact"},
        Role.SITE_STAFF: frozenset({"given_name", "family_name", "born_on"}),
    }
)


_AMENDED = ("given_name", "family_name", "state", "time_zone", "contact", "preferred_language")


@dataclass(frozen=True, slots=True)
class Person:
    """Who somebody is, as the office enrols them."""

    given_name: str
    family_name: str
    born_on: date
    state: str
    time_zone: str
    sex_at_birth: str | None = None
    contact: Mapping[str, object] | None = None
    preferred_language: Language = Language.ENGLISH


@dataclass(frozen=True, slots=True)
class PatientSeen:
    """A patient as one person may see them; what is not theirs to know is left out."""

    id: UUID
    version: int
    enrolled_at: datetime
    given_name: str = ""
    family_name: str = ""
    born_on: str | None = None
    sex_at_birth: str | None = None
    contact: Mapping[str, object] | None = field(default=None, repr=False)
    state: str | None = None
    time_zone: str | None = None
    enrolment: EnrolmentState | None = None
    preferred_language: Language | None = None
    suspended_for: str | None = None


@command(permit=Permission.ENROL_PATIENT, audit="patient.enrolled", once=True)
def enrol(work: Work, user_id: UUID, person: Person) -> Patient:
    """Make somebody who came in by an invitation a patient of the programme."""
    account = _account(work, user_id)
    if account is None:
        raise NotFound
    if Role.PATIENT not in stays.roles_of(work, user_id):
        raise RecordForbids("Invite this person as a patient first.", code="role_not_held")
    _refuse_unknown_place(person.state, person.time_zone)
    if person.born_on > work.now.date():
        raise InvalidContent(errors={"born_on": ["Must lie in the past."]})
    patient = Patient(
        user_id=user_id,
        given_name=person.given_name,
        family_name=person.family_name,
        born_on=person.born_on.isoformat(),
        sex_at_birth=person.sex_at_birth,
        contact=dict(person.contact) if person.contact is not None else None,
        state=person.state,
        time_zone=person.time_zone,
        preferred_language=person.preferred_language,
        enrolled_at=work.now,
    )
    work.session.add(patient)
    access.see(work, patient.id)
    _keep_phone(account, patient.contact)
    return patient


@reading(permit=Permission.READ_PATIENT, audit="patient.read")
def read_patient(work: Work, patient_id: UUID) -> PatientSeen:
    """Show one patient, as far as this person's relation to them goes."""
    patient = access.patient(work, patient_id)
    return _as_seen(work, [patient])[0]


@reading(permit=Permission.READ_PATIENT, audit="patient.listed")
def own_patients(
    work: Work, *, after: tuple[datetime, UUID] | None = None, limit: int = 25
) -> list[PatientSeen]:
    """List the patients this person has to do with, longest enrolled first, one over the limit."""
    query = select(Patient).where(access.reach(work))
    if after is not None:
        query = query.where(tuple_(Patient.enrolled_at, Patient.id) > after)
    ordered = query.order_by(Patient.enrolled_at, Patient.id).limit(limit + 1)
    patients = work.session.scalars(ordered).all()
    note_each_patient(work, [patient.id for patient in patients[:limit]])
    return _as_seen(work, patients)


@command(permit=Permission.AMEND_IDENTITY, audit="patient.amended")
def amend_identity(
    work: Work, patient_id: UUID, changes: Mapping[str, Any], *, version: int | None
) -> Patient:
    """Let a patient correct name, place, language and how to be reached; not the day of birth."""
    patient = access.patient(work, patient_id, lock=True)
    if version is not None and patient.version != version:
        raise ChangedSinceRead
    if "contact" in changes:
        second_factor.insist_fresh_of_holders(work)
    state, zone = changes.get("state", patient.state), changes.get("time_zone", patient.time_zone)
    _refuse_unknown_place(str(state), str(zone))
    for name in _AMENDED:
        if name in changes:
            setattr(patient, name, changes[name])
    patient.safety_version += 1
    if "contact" in changes and (account := _account(work, patient.user_id)) is not None:
        _keep_phone(account, patient.contact)
    work.session.flush()
    return patient


def phones_of(account: UserAccount, contact: Mapping[str, object] | None) -> frozenset[bytes]:
    """Give the fingerprints of every number the person is reached at."""
    phone = (contact or {}).get("phone")
    told = {contacts.phone_blind(phone)} if isinstance(phone, str) and phone else set()
    return frozenset(told | ({account.phone_blind} if account.phone_blind else set()))


def _account(work: Work, user_id: UUID) -> UserAccount | None:
    query = select(UserAccount).where(UserAccount.id == user_id, UserAccount.disabled_at.is_(None))
    return work.session.scalars(query).first()


def _refuse_unknown_place(state: str, time_zone: str) -> None:
    wrong: dict[str, list[str]] = {}
    if state not in STATES:
        wrong["state"] = ["Is not a state or territory of the United States."]
    if time_zone not in available_timezones():
        wrong["time_zone"] = ["Is not a known time zone."]
    if wrong:
        raise InvalidContent(errors=wrong)


def _keep_phone(account: UserAccount, contact: Mapping[str, object] | None) -> None:
    """The account knows the phone too, so that a sitter with the same one is noticed."""
    phone = (contact or {}).get("phone")
    if isinstance(phone, str) and phone:
        account.phone, account.phone_blind = phone, contacts.phone_blind(phone)


def _as_seen(work: Work, patients: Sequence[Patient]) -> list[PatientSeen]:
    related = _relations(work, [patient.id for patient in patients])
    return [_seen(work, patient, related.get(patient.id, frozenset())) for patient in patients]


def _relations(work: Work, patient_ids: list[UUID]) -> dict[UUID, frozenset[Role]]:
    found: dict[UUID, frozenset[Role]] = {}
    rows = select(CareTeamMember.patient_id, CareTeamMember.role).where(
        CareTeamMember.patient_id.in_(patient_ids),
        CareTeamMember.user_id == work.actor.user_id,
        CareTeamMember.ended_at.is_(None),
    )
    for patient_id, role in work.session.execute(rows):
        found[patient_id] = found.get(patient_id, frozenset()) | ({role} & work.actor.roles)
    return found


def _seen(work: Work, patient: Patient, caring: frozenset[Role]) -> PatientSeen:
    mine = patient.user_id == work.actor.user_id
    relations = caring | ({Role.PATIENT} if mine else frozenset()) or {Role.SITE_STAFF}
    shown = frozenset().union(*(SHOWN[role] for role in relations))
    return PatientSeen(
        id=patient.id,
        version=patient.version,
        enrolled_at=patient.enrolled_at,
        **{name: getattr(patient, name) for name in shown},
    )
