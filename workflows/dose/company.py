"""Who is around this session: does the sitter have other company, and from whose phone?"""

from typing import Any

from sqlalchemy import ColumnElement, exists, or_
from sqlalchemy.orm import aliased

from models.dose.dose_sessions import ACTIVE_STATES, DoseSession
from models.dose.predose import DoseTaken, SitterAttestation
from models.people.accounts import LoginSession
from models.people.patients import CareTeamMember, Patient
from models.platform.fixed import At
from rules.limits import Limits


def columns(now: At, limits: Limits) -> dict[str, ColumnElement[Any]]:
    """Give everything about the company of one session, beside its rows."""
    return {
        "sitter_busy": _sitter_busy(),
        "sitter_dosing": _sitter_dosing(now, limits),
        "sitter_is_staff": _sitter_is_staff(),
        "word_from_patients_device": _word_from_patients_device(),
    }


def _sitter_busy() -> ColumnElement[bool]:
    other = aliased(DoseSession)
    return (
        exists()
        .where(
            other.sitter_user_id == DoseSession.sitter_user_id,
            other.id != DoseSession.id,
            other.state.in_(ACTIVE_STATES),
        )
        .correlate(DoseSession)
    )


def _sitter_dosing(now: At, limits: Limits) -> ColumnElement[bool]:
    sitting = aliased(Patient)
    theirs = aliased(DoseSession)
    recent = aliased(DoseTaken)
    taken = exists().where(
        recent.patient_id == sitting.id, recent.taken_at > now - limits.sitter_after_own_dose
    )
    active = exists().where(theirs.patient_id == sitting.id, theirs.state.in_(ACTIVE_STATES))
    return (
        exists()
        .where(sitting.user_id == DoseSession.sitter_user_id, or_(taken, active))
        .correlate(DoseSession)
    )


def _sitter_is_staff() -> ColumnElement[bool]:
    return (
        exists()
        .where(
            CareTeamMember.patient_id == Patient.id,
            CareTeamMember.user_id == DoseSession.sitter_user_id,
            CareTeamMember.ended_at.is_(None),
        )
        .correlate(Patient, DoseSession)
    )


def _word_from_patients_device() -> ColumnElement[bool]:
    """A phone on which the patient has signed in cannot say that somebody else is there."""
    here, theirs = aliased(LoginSession), aliased(LoginSession)
    return (
        exists()
        .where(
            here.id == SitterAttestation.login_id,
            here.device_key != "",
            theirs.user_id == Patient.user_id,
            theirs.device_key == here.device_key,
        )
        .correlate(SitterAttestation, Patient)
    )
