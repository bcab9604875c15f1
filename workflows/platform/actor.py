"""Who is acting?"""

from dataclasses import dataclass
from uuid import UUID

from rules.terms import Role


@dataclass(frozen=True, slots=True)
class Actor:
    """The person behind a request, with the roles read from the database for this request."""

    user_id: UUID | None
    roles: frozenset[Role]
    login_id: UUID | None = None
    patient_id: UUID | None = None
    request_id: str = ""


NOBODY = Actor(None, frozenset())
SYSTEM = Actor(None, frozenset({Role.SYSTEM}))
