"""Contacts after a dose, notes and goals: rows to start a test from."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from models.aftercare.aftercare import CoachingNote, FollowUp
from models.dose.dose_sessions import DoseSession
from models.people.accounts import UserAccount
from models.people.patients import Patient
from rules.aftercare.next_day import NextDay
from rules.terms import FollowUpKind

QUIET_SUICIDE_ANSWERS = {"q1": False, "q2": False, "q6": False}


def all_well(**over: Any) -> NextDay:
    """Give complete answers in which nothing is wrong."""
    values: dict[str, Any] = {
        "side_effects": frozenset(),
        "global_change": 2,
        "suicide": dict(QUIET_SUICIDE_ANSWERS),
        "urinary_trouble": False,
        "urinary_blood": False,
        "urinary_pain": 0,
        "fall_or_injury": False,
        "drove": False,
        "took_more": False,
        "medical_help": False,
        "unreal_or_racing": False,
    }
    return NextDay(**values | over)


def a_follow_up(
    session: Session, dose_session: DoseSession, dosed_at: datetime, **over: Any
) -> FollowUp:
    """Add the check of the day after this dose, not answered yet."""
    values: dict[str, Any] = {
        "kind": FollowUpKind.HOURS_24,
        "due_at": dosed_at + timedelta(hours=24),
        "window_from": dosed_at + timedelta(hours=18),
        "window_to": dosed_at + timedelta(hours=36),
    }
    row = FollowUp(
        patient_id=dose_session.patient_id, dose_session_id=dose_session.id, **values | over
    )
    session.add(row)
    session.flush()
    return row


def a_draft_note(
    session: Session, patient: Patient, author: UserAccount, written_at: datetime, **over: Any
) -> CoachingNote:
    """Add a draft that nobody signed yet."""
    values: dict[str, Any] = {"summary": "We talked about sleep.", "mentions_harm": False}
    row = CoachingNote(
        patient_id=patient.id, author_id=author.id, written_at=written_at, **values | over
    )
    session.add(row)
    session.flush()
    return row
