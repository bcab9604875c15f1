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
    enrolling: bool = False
    """Somebody of the staff whose sign-in has proved no second factor: those roles are withheld."""

    @property
    def person(self) -> UUID:
        """Give the id of the person who acts; when the house itself acts, nobody's."""
        return self.user_id or UUID(int=0)


NOBODY = Actor(None, frozenset())
SYSTEM = Actor(None, frozenset({Role.SYSTEM}))
