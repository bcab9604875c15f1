"""Which refusals are there, in the words of the clinic? No HTTP here."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rules.core import Decision

if TYPE_CHECKING:
    from workflows.platform.work import Work


class Refusal(Exception):
    """The house says no, and nothing of the attempt is kept but its trace."""

    code = "refused"
    keep: Callable[["Work"], object] | None = None
    """What is kept of the attempt besides its trace, such as the decision that refused it."""

    def __init__(self, detail: str = "", *, code: str = "", **more: Any) -> None:
        """Say why, without a word about the patient."""
        super().__init__(detail or type(self).__doc__ or "")
        self.detail = detail or (type(self).__doc__ or "").strip()
        self.code = code or type(self).code
        self.more: Mapping[str, Any] = more


class NotSignedIn(Refusal):
    """You are not signed in."""

    code = "not-signed-in"


class NotPermitted(Refusal):
    """This kind of act is not yours."""

    code = "not-permitted"


class FreshFactorNeeded(NotPermitted):
    """Prove your second factor first; the proof counts for a few minutes."""

    code = "fresh-factor-needed"


class SecondFactorMissing(NotPermitted):
    """This sign-in has no second factor: set one up, or prove the one you have."""

    code = "second-factor-missing"


class NotFound(Refusal):
    """There is no such record for you."""

    code = "not-found"


class RecordErased(NotFound):
    """This record was erased, and nobody can read it again."""

    code = "record-erased"


class InvalidContent(Refusal):
    """Something in the request cannot be right."""

    code = "invalid-request"

    def __init__(self, detail: str = "", *, errors: Mapping[str, Any], code: str = "") -> None:
        """Name the fields; never repeat their values."""
        super().__init__(detail, code=code, errors=errors)


class KeyReused(Refusal):
    """This idempotency key was used for another request."""

    code = "idempotency-key-reused"


class RecordForbids(Refusal):
    """The record forbids it."""

    code = "record-forbids"


class RestoredSince(RecordForbids):
    """This go-ahead is from before our records were restored, so it counts no more."""

    code = "clearance_before_restore"

    def __init__(self) -> None:
        """Say what to do now."""
        super().__init__(
            "Please don't take the dose. Our records went back to an earlier moment after you got"
            " this go-ahead. Answer the pre-dose questions again. If you already took the dose,"
            " tell us at once."
        )


class ProductBarred(RecordForbids):
    """The request names a product that never goes home, whatever the record says."""

    code = "product-barred"


class ImpairedWindow(RecordForbids):
    """A dose may still act: what binds for longer than tonight waits until the morning."""

    code = "impaired_window"


class NotNow(Refusal):
    """This cannot be done in the present state."""

    code = "wrong-state"

    def __init__(self, state: str, *, allowed: tuple[str, ...] = ()) -> None:
        """Say where the record stands and where it could go."""
        super().__init__(state=state, allowed=list(allowed))


class ProgrammeEnded(NotNow):
    """The programme is over for this patient; what is reported is still kept."""

    code = "programme-ended"


class Judged(Refusal):
    """The gate said no to an act that cannot be done against it."""

    def __init__(
        self,
        decision: Decision,
        detail: str = "",
        *,
        retry_after: Mapping[str, datetime] | None = None,
    ) -> None:
        """Carry every finding, worst first, and by code from when waiting alone clears it."""
        super().__init__(detail)
        self.decision = decision
        self.retry_after: Mapping[str, datetime] = retry_after or {}


class HardStop(Judged):
    """A safety rule stops this, and nobody can pass it."""

    code = "hard-stop"


class HoldNotOverridden(Judged):
    """A prescriber has to look at this first."""

    code = "needs-prescriber"


class ChangedSinceRead(Refusal):
    """Somebody changed this since you read it."""

    code = "changed-since-read"


class AlreadyUnderWay(Refusal):
    """Something else is being written for the same record; try again."""

    code = "try-again"


class Collided(AlreadyUnderWay):
    """Something else is being written for the same record; try again."""


class TooManyTries(Refusal):
    """Too many tries; wait a little."""

    code = "too-many-tries"

    def __init__(self, until: datetime) -> None:
        """Say until when."""
        super().__init__(retry_at=until)


class Unavailable(Refusal):
    """The database cannot be reached; nothing was kept, try again."""

    code = "unavailable"
