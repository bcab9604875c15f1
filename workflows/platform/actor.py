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
    entered_by: "Actor | None" = None
    """Who enters for this person what they wrote down; the trail names who enters it."""
    vouched_for: UUID | None = None
    """About whom they may let it in, whatever the author is to that patient now."""

    @property
    def person(self) -> UUID:
        """Give the id of the person who acts; when the house itself acts, nobody's."""
        return self.user_id or UUID(int=0)


NOBODY = Actor(None, frozenset())
SYSTEM = Actor(None, frozenset({Role.SYSTEM}))
