"""Who will sit with the patient, and is that really somebody else?"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select, update

from models.dose.dose_sessions import WATCHED_STATES, DoseSession
from models.people.accounts import LoginSession, UserAccount
from models.people.patients import CareTeamMember, Patient, Sitter, SitterConcern
from rules.limits.telling import told
from rules.looks import age_on
from rules.permissions import Permission
from rules.terms import Role, SessionState, SitterState
from workflows.people import contacts, invitations, patients, safety_version
from workflows.platform import access, notifications
from workflows.platform.errors import InvalidContent, RecordForbids
from workflows.platform.work import Work, command, reading, record

_AHEAD = (
    SessionState.SCHEDULED,
    SessionState.CHECKIN_OPEN,
    SessionState.BLOCKED,
    SessionState.CLEARED,
)
_ONE_PERSON = (
    "Your sitter must be another person, with an e-mail, a phone and a log-in of their own."
)


@dataclass(frozen=True, slots=True)
class SitterInvited:
    """A place for a sitter and, this once, the key to it, for the patient to hand over."""

    sitter: Sitter
    invited: invitations.Invited


@dataclass(frozen=True, slots=True)
class SitterSeen:
    """A sitter as the patient and the care team see them; the sitter never sees this."""

    id: UUID
    name: str
    state: SitterState
    invited_at: datetime
    accepted_at: datetime | None
    contact_verified_at: datetime | None
    trained_at: datetime | None
    flagged_unsafe: bool


@command(permit=Permission.INVITE_SITTER, audit="sitter.invited")
def invite(work: Work, name: str, email: str, phone: str | None = None) -> SitterInvited:
    """Ask somebody to sit; asking the same person again makes a new key to the same place."""
    patient = access.own_patient(work, lock=True)
    account = _account(work, patient.user_id)
    own_phones = patients.phones_of(account, patient.contact)
    blind = contacts.email_blind(email)
    phone_blind = contacts.phone_blind(phone) if phone else None
    if blind == account.email_blind or phone_blind in own_phones:
        raise RecordForbids(_ONE_PERSON, code="sitter_is_patient")
    _refuse_care_team(work, patient.id, UserAccount.email_blind == blind)
    sitter = _place_for(work, patient.id, blind)
    if sitter is None:
        sitter = Sitter(patient_id=patient.id, name=name, email_blind=blind, invited_at=work.now)
        work.session.add(sitter)
    sitter.name, sitter.phone, sitter.phone_blind = name, phone, phone_blind
    work.session.flush()
    invited = invitations.issue(work, email, name, Role.SITTER, sitter_id=sitter.id)
    return SitterInvited(sitter, invited)


@command(permit=Permission.TRAIN_AS_SITTER, audit="sitter.accepted")
def accept(work: Work, sitter_id: UUID, *, phone: str, born_on: date, consents: bool) -> Sitter:
    """Take the place: an own phone, grown up, and willing to be called."""
    if not consents:
        raise InvalidContent(errors={"consents": ["Nobody sits who does not agree to be called."]})
    sitter = access.own_sitter(work, sitter_id, lock=True, state=SitterState.INVITED)
    patient = _patient(work, sitter.patient_id)
    _refuse_patient_in_disguise(work, patient, contacts.phone_blind(phone))
    _refuse_care_team(work, patient.id, UserAccount.id == work.actor.user_id)
    today = work.now.astimezone(ZoneInfo(patient.time_zone)).date()
    if born_on > today or age_on(born_on, today) < work.limits.adult_years:
        words = told("A sitter must be at least {adult_years} old.", work.limits)
        raise RecordForbids(words, code="sitter_under_18")
    account = _account(work, work.actor.user_id)
    account.phone, account.phone_blind = phone, contacts.phone_blind(phone)
    sitter.phone, sitter.phone_blind = account.phone, account.phone_blind
    sitter.born_on, sitter.state = born_on.isoformat(), SitterState.ACCEPTED
    sitter.accepted_at = sitter.consented_at = work.now
    safety_version.rise(work, sitter.patient_id)
    return sitter


@command(permit=Permission.INVITE_SITTER, audit="sitter.removed")
def remove(work: Work, sitter_id: UUID) -> Sitter:
    """Let a sitter go, from every session ahead too; not while they are watching one."""
    sitter = access.record(work, Sitter, sitter_id, lock=True)
    theirs = (DoseSession.sitter_id == sitter.id, DoseSession.patient_id == sitter.patient_id)
    watched = select(DoseSession.id).where(*theirs, DoseSession.state.in_(WATCHED_STATES))
    if work.session.scalar(watched.limit(1)) is not None:
        raise RecordForbids("They are with you now. Call us.", code="sitter_is_watching")
    work.session.execute(
        update(DoseSession)
        .where(*theirs, DoseSession.state.in_(_AHEAD))
        .values(sitter_id=None, sitter_user_id=None, version=DoseSession.version + 1)
        .execution_options(synchronize_session=False)
    )
    if sitter.state is not SitterState.REMOVED:
        sitter.state, sitter.removed_at = SitterState.REMOVED, work.now
    invitations.void_for_sitter(work, sitter.id)
    safety_version.rise(work, sitter.patient_id)
    return sitter


@record(permit=Permission.FLAG_SITTER, audit="sitter.concern_told", once=True)
def tell_concern(
    work: Work, sitter_id: UUID, *, unsafe: bool, words: str | None = None
) -> SitterConcern:
    """Keep what the patient, asked alone, says about a sitter; that sitter never learns of it."""
    sitter = access.record(work, Sitter, sitter_id, lock=True)
    concern = SitterConcern(
        patient_id=sitter.patient_id,
        sitter_id=sitter.id,
        unsafe=unsafe,
        words=words,
        told_at=work.now,
    )
    work.session.add(concern)
    safety_version.rise(work, sitter.patient_id)
    if unsafe or words:
        for role in (Role.COACH, Role.PRESCRIBER):
            notifications.tell_care_team(work, role, "patient_wants_a_word")
    return concern


@reading(permit=Permission.READ_SITTERS, audit="sitter.listed")
def sitters_of(work: Work, patient_id: UUID) -> list[SitterSeen]:
    """List a patient's sitters, the newest first."""
    patient = access.patient(work, patient_id)
    found = work.session.scalars(
        select(Sitter)
        .where(Sitter.patient_id == patient.id)
        .order_by(Sitter.invited_at.desc(), Sitter.id.desc())
        .limit(100)
    ).all()
    flagged = _flagged(work, patient.id)
    me = work.actor.user_id  # what the patient said in confidence is not shown to whom it is about
    return [
        _seen(one, unsafe=one.id in flagged and (me is None or one.user_id != me)) for one in found
    ]


def _place_for(work: Work, patient_id: UUID, blind: bytes) -> Sitter | None:
    place = work.session.scalars(
        select(Sitter).where(
            Sitter.patient_id == patient_id,
            Sitter.email_blind == blind,
            Sitter.state != SitterState.REMOVED,
        )
    ).first()
    if place is not None and place.user_id is not None:
        raise RecordForbids("This person is your sitter already.", code="sitter_already_invited")
    return place


def _refuse_care_team(work: Work, patient_id: UUID, who: ColumnElement[bool]) -> None:
    """Whoever treats or coaches the patient from afar cannot be the one in the room."""
    staff = (
        select(CareTeamMember.id)
        .join(UserAccount, UserAccount.id == CareTeamMember.user_id)
        .where(CareTeamMember.patient_id == patient_id, CareTeamMember.ended_at.is_(None), who)
    )
    if work.session.scalar(staff.limit(1)) is not None:
        raise RecordForbids("Somebody of your care team cannot sit.", code="sitter_unsafe")


def _refuse_patient_in_disguise(work: Work, patient: Patient, phone_blind: bytes) -> None:
    """An account is easily made; the phone and the device tell who holds it."""
    account = _account(work, patient.user_id)
    same_phone = phone_blind in patients.phones_of(account, patient.contact)
    if account.id == work.actor.user_id or same_phone or _on_their_device(work, account.id):
        raise RecordForbids(_ONE_PERSON, code="sitter_is_patient")


def _on_their_device(work: Work, user_id: UUID) -> bool:
    here = select(LoginSession.device_key).where(
        LoginSession.id == work.actor.login_id, LoginSession.device_key != ""
    )
    theirs = select(LoginSession.id).where(
        LoginSession.user_id == user_id, LoginSession.device_key.in_(here)
    )
    return work.session.scalar(theirs.limit(1)) is not None


def _account(work: Work, user_id: UUID | None) -> UserAccount:
    return work.session.scalars(select(UserAccount).where(UserAccount.id == user_id)).one()


def _patient(work: Work, patient_id: UUID) -> Patient:
    return work.session.scalars(select(Patient).where(Patient.id == patient_id)).one()


def _flagged(work: Work, patient_id: UUID) -> frozenset[UUID]:
    """The newest word about each sitter counts."""
    newest = (
        select(SitterConcern.sitter_id, SitterConcern.unsafe)
        .where(SitterConcern.patient_id == patient_id)
        .order_by(SitterConcern.told_at, SitterConcern.id)
    )
    latest = {row.sitter_id: row.unsafe for row in work.session.execute(newest)}
    return frozenset(sitter_id for sitter_id, unsafe in latest.items() if unsafe)


def _seen(sitter: Sitter, *, unsafe: bool) -> SitterSeen:
    return SitterSeen(
        id=sitter.id,
        name=sitter.name,
        state=sitter.state,
        invited_at=sitter.invited_at,
        accepted_at=sitter.accepted_at,
        contact_verified_at=sitter.contact_verified_at,
        trained_at=sitter.trained_at,
        flagged_unsafe=unsafe,
    )
