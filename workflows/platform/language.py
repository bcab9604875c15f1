"""In which language does somebody like to be written to? A patient says so; all else is English."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from models.people.patients import Patient
from rules.terms import Language


def preferred_by(session: Session, user_id: UUID | None) -> Language:
    """Give the language of this person."""
    said = session.scalar(select(Patient.preferred_language).where(Patient.user_id == user_id))
    return said or Language.ENGLISH
