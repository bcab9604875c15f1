"""How is one act done whole or not at all, and who may do it?

`Runtime.begin` is the only code that commits. The three decorators declare what an act promises: a
command may be refused, a record is a fact and is not, a reading leaves only an audit entry.
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, Literal, ParamSpec, TypeVar, cast
from uuid import UUID

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, sessionmaker

from models.platform import data_keys
from models.platform.base import Base
from models.platform.database import new_sessions, take_back
from models.platform.encryption import Erased, KeysAway
from rules.access.policy import ROLES, PolicyBroken, may
from rules.limits import LIMITS, Limits
from rules.permissions import Permission
from workflows.platform import access, again, glass, idempotency, impaired, jobs, parameters, trail
from workflows.platform.actor import Actor
from workflows.platform.clock import Clock
from workflows.platform.constraints import refusal_for
from workflows.platform.errors import NotFound, NotPermitted, Refusal, SecondFactorMissing
from workflows.platform.settings import Settings

P = ParamSpec("P")
R = TypeVar("R")
Kind = Literal["command", "record", "reading"]
Pager = Callable[["Runtime", tuple[UUID, ...]], object]
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Work:
    """One act in one transaction: who, when, under which key, about whom."""

    session: Session
    actor: Actor
    now: datetime
    runtime: "Runtime"
    once: idempotency.OnceKey | None = None
    subject: UUID | None = None
    permit: Permission | None = None
    action: str = ""
    asked: UUID | None = None
    kind: Kind | None = None
    replayed: bool = False
    in_force: parameters.InForce | None = None
    pages: list[UUID] = field(default_factory=list)
    glass: frozenset[UUID] = frozenset()

    @property
    def limits(self) -> Limits:
        """The numbers that decide at this moment."""
        return self._numbers().limits

    @property
    def sheet(self) -> int | None:
        """The number of the sheet they come from; none is the code itself."""
        return self._numbers().sheet

    def _numbers(self) -> parameters.InForce:
        """Read them once for each act, unless they came along with the patient."""
        if self.in_force is None:
            self.in_force = parameters.read(self.session, self.now)
        return self.in_force

    def audit(self, action: str, **entry: object) -> None:
        """Leave one more audit entry, such as one for each patient on a list."""
        trail.write_audit(self, action, **entry)

    def enqueue(self, job: str, **ids: str) -> None:
        """Defer a job in this very transaction; ids only, never a clinical word."""
        jobs.defer(self.session, job, **ids)


@dataclass(frozen=True, slots=True)
class Declared:
    """What a workflow promises about itself; the house tests read it."""

    kind: Kind
    permit: Permission
    audit: str
    once: bool
    name: str
    public: bool = False
    unproved: bool = False


DECLARED: dict[str, Declared] = {}


class Runtime:
    """The running house: its database, clock and settings, and the door to every transaction."""

    def __init__(self, bind: Engine | Connection, clock: Clock, settings: Settings) -> None:
        """Take what the composition root has built."""
        self.bind = bind
        self.clock = clock
        self.settings = settings
        self.pager: Pager | None = None
        self.locks_intact = True
        self.locks_checked_at: datetime | None = None
        self._sessions: sessionmaker[Session] = new_sessions(bind)

    @contextmanager
    def begin(self, actor: Actor, once: idempotency.OnceKey | None = None) -> Iterator[Work]:
        """Do one act: commit at the end, or keep nothing but the trace of a refusal."""
        with data_keys.at_hand(), self._sessions() as session:
            work = Work(session, actor, self.clock.now(), self, once)
            try:
                yield work
                session.commit()
                self._page(work)
            except Refusal as refusal:
                take_back(session)
                self._remember_refusal(work, refusal)
                raise
            except (SQLAlchemyError, Erased, KeysAway) as error:
                take_back(session)
                refusal_found = refusal_for(error)
                if refusal_found is None:
                    raise
                self._remember_refusal(work, refusal_found)
                raise refusal_found from error

    def limits(self) -> Limits:
        """The numbers that decide now, for a text that is shown to nobody in particular.

        What to do in an emergency is told without a database too: then with those of the code.
        """
        try:
            with self._sessions() as session:
                return parameters.read(session, self.clock.now()).limits
        except SQLAlchemyError:
            log.error("the numbers in force cannot be read; those of the code are told")  # noqa: TRY400 - an error may quote the record
            return LIMITS

    def _page(self, work: Work) -> None:
        """Send what cannot wait for a worker on its way; the queue has it too, and comes second."""
        if self.pager is not None and work.pages:
            self.pager(self, tuple(work.pages))

    def _remember_refusal(self, work: Work, refusal: Refusal) -> None:
        """Keep who was refused what, in a transaction of its own, while there is a database."""
        if not work.action or again.will_try(refusal):
            return
        with self._sessions() as session:
            after = Work(session, work.actor, work.now, self, subject=work.subject)
            try:
                if refusal.keep is not None:  # first, because the trail is locked last everywhere
                    refusal.keep(after)
                trail.write_refusal(after, work.action, work.asked, refusal.code)
                session.commit()
            except SQLAlchemyError:
                take_back(session)
                log.error("the refusal of %s left no trace", work.action)  # noqa: TRY400 - an error may quote the record


def _declare(
    kind: Kind,
    permit: Permission,
    audit: str,
    *,
    once: bool = False,
    public: bool = False,
    unproved: bool = False,
) -> Callable[[Callable[Concatenate[Work, P], R]], Callable[Concatenate[Work, P], R]]:
    def bind(act: Callable[Concatenate[Work, P], R]) -> Callable[Concatenate[Work, P], R]:
        name = f"{act.__module__}.{act.__qualname__}"
        declared = Declared(kind, permit, audit, once, name, public, unproved)
        if public is not (permit is Permission.SIGN_IN):
            raise TypeError(
                f"{name}: signing in, and nothing else, is open to nobody in particular"
            )
        if permit not in ROLES:
            raise PolicyBroken(f"{name}: no line of rules/access names {permit}, so nobody may")
        DECLARED[declared.name] = declared

        @wraps(act)
        def run(work: Work, *args: P.args, **kwargs: P.kwargs) -> R:
            work.permit, work.action, work.kind = permit, audit, kind
            work.asked = next((one for one in args if isinstance(one, UUID)), None)
            _insist_on_right(work, declared)
            if once and work.once is not None:
                found = idempotency.claim(work.session, work.actor, work.once, audit, work.now)
                if found is not None:
                    work.replayed = True
                    return cast("R", _replay(work, found))
            if kind == "command":
                impaired.refuse_deciding(work)
            result = _done(work, kind, act, *args, **kwargs)
            _leave_trace(work, declared, result)
            return result

        return cast("Callable[Concatenate[Work, P], R]", run)

    return bind


def _insist_on_right(work: Work, declared: Declared) -> None:
    """Refuse who may not; staff without a second factor may set one up, and leave."""
    if declared.public or may(work.actor.roles, declared.permit):
        return
    if not work.actor.enrolling:
        raise NotPermitted
    if not declared.unproved:
        raise SecondFactorMissing


def _done(
    work: Work,
    kind: Kind,
    act: Callable[Concatenate[Work, P], R],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> R:
    """Do it; a reading that found no relation, and nothing else, looks again under the glass."""
    try:
        return act(work, *args, **kwargs)
    except NotFound:
        work.glass = glass.broken(work) if kind == "reading" else frozenset()
        if not work.glass:
            raise
    return act(work, *args, **kwargs)


def command(
    *,
    permit: Permission,
    audit: str,
    once: bool = False,
    public: bool = False,
    unproved: bool = False,
) -> Callable[[Callable[Concatenate[Work, P], R]], Callable[Concatenate[Work, P], R]]:
    """Declare an act that may be refused; a `public` one is done before anybody is signed in.

    Somebody at the door has no role to check, so the act itself asks for the secret: a password, a
    refresh token or an invitation. Only `Permission.SIGN_IN` goes with it, and a house test lists
    every act that does. An `unproved` one is open to staff before they have a second factor.
    """
    return _declare("command", permit, audit, once=once, public=public, unproved=unproved)


def record(
    *, permit: Permission, audit: str, once: bool = False
) -> Callable[[Callable[Concatenate[Work, P], R]], Callable[Concatenate[Work, P], R]]:
    """Declare a fact: never refused for a clinical reason."""
    return _declare("record", permit, audit, once=once)


def reading(
    *, permit: Permission, audit: str, unproved: bool = False
) -> Callable[[Callable[Concatenate[Work, P], R]], Callable[Concatenate[Work, P], R]]:
    """Declare a look at somebody's record."""
    return _declare("reading", permit, audit, unproved=unproved)


def _replay(work: Work, found: idempotency.Kept) -> Base:
    """Give again what the first request made, to whoever may still see it, and note the look."""
    kept = work.session.get(found.model, found.result_id)
    if kept is None:  # pragma: no cover - nothing that a key points at is ever deleted
        raise Refusal
    access.see_again(work, kept)
    trail.write_audit(work, work.action, outcome="replayed", **_object(kept))
    return kept


def _leave_trace(work: Work, declared: Declared, result: object) -> None:
    row = result if isinstance(result, Base) else None
    if declared.kind == "reading":
        trail.write_audit(work, declared.audit, **_object(row))
        return
    settled: dict[str, Any] = {}
    if declared.once and work.once is not None and row is not None:
        settled = idempotency.settled(work.actor, work.once, declared.audit, row)
    kind = row.__tablename__ if row is not None else ""
    trail.write_act(work, declared.audit, kind, getattr(row, "id", None), settled)


def _object(row: Base | None) -> dict[str, str]:
    if row is None:
        return {}
    return {"object_type": row.__tablename__, "object_id": str(getattr(row, "id", ""))}


def note_each_patient(work: Work, patients: Sequence[UUID]) -> None:
    """Leave one audit entry for each patient shown on a list, in a fixed order of locks."""
    trail.write_audit_for_each(work, work.action, patients, outcome="listed")
