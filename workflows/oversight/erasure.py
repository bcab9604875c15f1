"""How is one person's record made unreadable for good?

By destroying the key it is sealed under: one person asks, another one does it, and the database
holds them to that. The rows stay, with their numbers and times, so that no constraint and no chain
of the trail breaks; what was said in them opens for nobody again. A legal hold keeps every record,
and the time of retention every one that is kept by right.
"""

import os
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import select, update

from models.people.accounts import Invitation, RoleGrant, UserAccount
from models.people.patients import CareTeamMember, Patient, Sitter
from models.platform import data_keys, sealing
from models.platform.data_keys import DataKey
from models.platform.trail import Notification
from rules.access.policy import PROGRAMME_ENDED
from rules.permissions import Permission
from rules.terms import Role
from workflows.oversight import retention_report
from workflows.people import second_factor, signing, stays
from workflows.platform import access, deadlines, resealing
from workflows.platform.errors import NotNow, RecordForbids
from workflows.platform.work import Work, command

_BLIND_BYTES = 16


class Ground(StrEnum):
    """Why a record is erased."""

    ASKED_BY_PATIENT = "asked_by_patient"
    RETENTION_OVER = "retention_over"
    KEPT_UNLAWFULLY = "kept_unlawfully"


@command(permit=Permission.ERASE_RECORD, audit="erasure.asked", once=True)
def ask(work: Work, patient_id: UUID, ground: Ground) -> DataKey:
    """Ask, as the first of two, that a record be erased; nothing is erased by it."""
    second_factor.insist_fresh(work)
    key = _locked(work, patient_id)
    if key.asked_at is not None:
        raise RecordForbids("It has been asked already.", code="erasure_already_asked")
    key.asked_at, key.asked_by, key.ground = work.now, work.actor.person, ground
    return key


@command(permit=Permission.ERASE_RECORD, audit="erasure.withdrawn", once=True)
def withdraw(work: Work, patient_id: UUID) -> DataKey:
    """Take back what was asked, while the record still stands."""
    second_factor.insist_fresh(work)
    key = _locked(work, patient_id)
    if key.asked_at is None:
        raise RecordForbids("Nobody asked for it.", code="erasure_not_asked")
    key.asked_at = key.asked_by = key.ground = None
    return key


@command(permit=Permission.ERASE_RECORD, audit="erasure.done", once=True)
def carry_out(work: Work, patient_id: UUID) -> DataKey:
    """Erase what somebody else has asked to be erased: from this commit on nothing of it opens."""
    second_factor.insist_fresh(work)
    key = _locked(work, patient_id)
    if key.asked_at is None or key.asked_by is None:
        raise RecordForbids("Somebody has to ask for it first.", code="erasure_not_asked")
    signing.refuse_oneself(work, key.asked_by)
    _refuse_while_kept(work, patient_id, key.ground)
    user_id = work.session.scalars(select(Patient.user_id).where(Patient.id == patient_id)).one()
    _refuse_unrenewed(work, patient_id, user_id)
    _leave(work, patient_id)
    keys = [key]
    if stays.roles_of(work, user_id) <= {Role.PATIENT}:
        keys.append(_account_gone(work, user_id, key))
    work.session.flush()
    for one in keys:
        one.wrapped, one.erased_at, one.erased_by = None, work.now, work.actor.person
    work.session.flush()
    data_keys.forget()
    return key


def _locked(work: Work, patient_id: UUID) -> DataKey:
    """Take the patient's lock, without reading the record."""
    access.patient_unread(work, patient_id)
    query = select(Patient.enrolment, Patient.user_id).where(Patient.id == patient_id)
    found = work.session.execute(query).one()
    signing.refuse_oneself(work, found.user_id)
    data_keys.key_of(work.session.connection(), patient_id)  # who was erased is not erased again
    if found.enrolment not in PROGRAMME_ENDED:
        raise NotNow(found.enrolment, allowed=tuple(sorted(PROGRAMME_ENDED)))
    return _key(work, patient_id)


def _key(work: Work, whose: UUID) -> DataKey:
    query = select(DataKey).where(DataKey.id == whose).with_for_update()
    return work.session.scalars(query.execution_options(populate_existing=True)).one()


def _refuse_while_kept(work: Work, patient_id: UUID, ground: str | None) -> None:
    """No wish ends the duty to keep a record; for one that is kept unlawfully there is none."""
    kept = retention_report.of_one(work.session.connection(), patient_id, work.now, work.limits)
    if kept.held:
        raise RecordForbids("A matter of law keeps this record.", code="legal_hold_stands")
    if not kept.may_go and ground != Ground.KEPT_UNLAWFULLY:
        says = f"This record has to be kept until {kept.kept_until}."
        raise RecordForbids(says, code="record_must_be_kept")


def _refuse_unrenewed(work: Work, patient_id: UUID, user_id: UUID) -> None:
    """What is still sealed under the ring itself would outlive the key that is destroyed."""
    for table in resealing.sealed_tables():
        theirs = sealing.belongs_to(table, patient_id, user_id)
        if theirs is None:
            continue
        left = select(table.c.id).where(theirs, resealing.in_form_1(table)).limit(1)
        if work.session.scalar(left) is not None:
            raise RecordForbids("Renew the seals first.", code="seals_not_renewed")


def _leave(work: Work, patient_id: UUID) -> None:
    """End what would still ask for the record, and forget by what its sitters could be known."""
    mine = CareTeamMember.patient_id == patient_id
    team = update(CareTeamMember).where(mine, CareTeamMember.ended_at.is_(None))
    work.session.execute(team.values(ended_at=work.now))
    deadlines.settle_all(work, patient_id)
    told = update(Notification).where(Notification.patient_id == patient_id)
    work.session.execute(told.values(secret=None))
    for sitter_id in work.session.scalars(select(Sitter.id).where(Sitter.patient_id == patient_id)):
        unknown = {"email_blind": os.urandom(_BLIND_BYTES), "phone_blind": None}
        work.session.execute(update(Sitter).where(Sitter.id == sitter_id).values(unknown))


def _account_gone(work: Work, user_id: UUID, key: DataKey) -> DataKey:
    """Close the account of somebody who was a patient and nothing else; its key goes with it."""
    stays.end_every_session(work, user_id, "erased")
    ended = update(RoleGrant).where(RoleGrant.user_id == user_id, RoleGrant.ended_at.is_(None))
    work.session.execute(ended.values(ended_at=work.now))
    work.session.execute(
        update(UserAccount)
        .where(UserAccount.id == user_id)
        .values(
            email_blind=os.urandom(_BLIND_BYTES),
            phone_blind=None,
            password_hash=None,
            disabled_at=sa.func.coalesce(UserAccount.disabled_at, work.now),
        )
    )
    told = update(Notification).where(Notification.user_id == user_id)
    work.session.execute(told.values(secret=None))
    came_by = select(Invitation).where(Invitation.accepted_by == user_id)
    for invitation in work.session.scalars(came_by):
        invitation.email = invitation.display_name = ""
    data_keys.key_of(work.session.connection(), user_id)
    theirs = _key(work, user_id)
    theirs.asked_at, theirs.asked_by, theirs.ground = key.asked_at, key.asked_by, key.ground
    return theirs
